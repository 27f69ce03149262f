//! Embedding of objects before they are written.

use std::fmt;
use std::sync::Arc;

use super::{Embedder, SharedEmbedder};
use crate::values::data::NewObject;
use crate::values::properties::{Typed, VectorName};
use crate::values::types::Vectors;
use crate::{Error, Result};

/// Default number of texts that an embedder gets at once.
const BATCH_SIZE: usize = 64;

/// Vectors of objects by an [`Embedder`]: which text of an object becomes which vector.
///
/// [`InsertMany::embed`](crate::data::InsertMany::embed) embeds the objects of an import,
/// [`object`](Self::object) a single one. A vector that an object has already is kept.
///
/// ```no_run
/// use serde::{Deserialize, Serialize};
/// use weaviate::embed::{Embed, Embedder};
/// use weaviate::prelude::*;
///
/// #[derive(Clone, Serialize, Deserialize, Properties)]
/// struct Article {
///     title: String,
///     #[weaviate(vector)]
///     embedding: Option<Vec<f32>>,
/// }
///
/// # async fn example<E: Embedder + 'static>(
/// #     articles: Collection<Article>, embedder: E, one: Article, many: Vec<Article>,
/// # ) -> weaviate::Result<()> {
/// let embed = Embed::new(embedder, |article: &Article| article.title.clone())
///     .target(Article::fields().embedding)
///     .batch_size(32);
/// articles.data().insert_many(many).embed(embed.clone()).await?.into_result()?;
/// articles.data().insert(embed.object(one).await?).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "objects are embedded when a request takes it"]
pub struct Embed<P> {
    embedder: SharedEmbedder,
    text: Arc<dyn Fn(&P) -> String + Send + Sync>,
    target: String,
    batch_size: usize,
}

impl<P> Embed<P> {
    /// Embeds what `text` returns for an object, as the vector `default`.
    pub fn new(embedder: impl Embedder + 'static, text: impl Fn(&P) -> String + Send + Sync + 'static) -> Self {
        Self {
            embedder: SharedEmbedder::new(embedder),
            text: Arc::new(text),
            target: Vectors::DEFAULT.to_owned(),
            batch_size: BATCH_SIZE,
        }
    }

    /// Sets the name of the vector. Default: `default`.
    ///
    /// Takes a name, or the vector's handle of the struct.
    pub fn target(mut self, vector: impl Into<Typed<P, VectorName>>) -> Self {
        let VectorName(name) = vector.into().into_inner();
        self.target = name;
        self
    }

    /// Sets the maximal number of texts that the embedder gets at once. Range: 1 or more. Default:
    /// 64.
    pub fn batch_size(mut self, texts: usize) -> Self {
        self.batch_size = texts;
        self
    }

    /// Returns the number of texts at once.
    ///
    /// # Errors
    ///
    /// Fails for 0.
    pub(crate) fn checked_batch_size(&self) -> Result<usize> {
        match self.batch_size {
            0 => Err(Error::validation("batch_size", "must be 1 or more")),
            size => Ok(size),
        }
    }

    /// Sets the vectors of the objects without one. On an error, returns their positions, too.
    ///
    /// `has_vector` tells whether the struct has a field for this vector, with a value.
    pub(crate) async fn fill(
        &self,
        objects: &mut [NewObject<P>],
        mut has_vector: impl FnMut(&P, &str) -> bool,
    ) -> Result<(), (Vec<usize>, Error)> {
        let mut positions = Vec::new();
        let mut texts = Vec::new();
        for (position, object) in objects.iter().enumerate() {
            if !object.has_vector(&self.target) && !has_vector(&object.properties, &self.target) {
                positions.push(position);
                texts.push((self.text)(&object.properties));
            }
        }
        if texts.is_empty() {
            return Ok(());
        }
        match self.embedder.embed(texts).await {
            Ok(vectors) => {
                for (position, vector) in positions.into_iter().zip(vectors) {
                    if let Some(object) = objects.get_mut(position) {
                        object.vectors.insert(self.target.as_str(), vector);
                    }
                }
                Ok(())
            }
            Err(error) => Err((positions, error)),
        }
    }
}

impl<P> Clone for Embed<P> {
    fn clone(&self) -> Self {
        let Self { embedder, text, target, batch_size } = self;
        Self { embedder: embedder.clone(), text: Arc::clone(text), target: target.clone(), batch_size: *batch_size }
    }
}

impl<P> fmt::Debug for Embed<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embed")
            .field("target", &self.target)
            .field("batch_size", &self.batch_size)
            .finish_non_exhaustive()
    }
}
