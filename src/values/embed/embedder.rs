//! The trait of an embedder, and an embedder whose type is erased.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::Verdict;
use crate::values::types::Vector;
use crate::{Error, ErrorKind, Result};

/// Embedding model of the caller: turns text into vectors.
///
/// An async closure over texts is one, and so is an [`Arc`] of one. A search takes it
/// ([`near_text_with`](crate::query::Queries::near_text_with),
/// [`vector_with`](crate::query::Query::vector_with)), an import as an
/// [`Embed`](crate::embed::Embed). The collection then needs no vectorizer; its vectors are
/// self-provided.
///
/// The client sends nothing while the embedder works, and no timeout of a
/// [call](crate::connect::Timeouts) counts its time. To bound it, use `tokio::time::timeout` within
/// it.
///
/// # Errors
///
/// A request whose embedder fails, or returns another number of vectors than texts, fails with
/// [`Embedding`](crate::ErrorKind::Embedding) before anything is sent. The embedder's error is the
/// [`source`](std::error::Error::source).
///
/// # Examples
///
/// ```no_run
/// use std::sync::Arc;
///
/// use weaviate::prelude::*;
///
/// # struct Model;
/// # impl Model {
/// #     async fn embed(&self, _: &[String]) -> std::io::Result<Vec<Vec<f32>>> { Ok(vec![]) }
/// # }
/// # async fn example(articles: Collection, model: Arc<Model>) -> weaviate::Result<()> {
/// let embedder = move |texts: Vec<String>| {
///     let model = Arc::clone(&model);
///     async move { model.embed(&texts).await }
/// };
/// let hits = articles.query().near_text_with(embedder.clone(), "snowy owl").limit(5).await?;
/// let hits = articles.query().hybrid("snowy owl").vector_with(embedder).await?;
/// # Ok(())
/// # }
/// ```
///
/// A model that is chosen at run time is a closure behind an `Arc`:
///
/// ```no_run
/// use std::pin::Pin;
/// use std::sync::Arc;
///
/// use weaviate::prelude::*;
///
/// type Embedding = Pin<Box<dyn Future<Output = std::io::Result<Vec<Vec<f32>>>> + Send>>;
/// type Model = Arc<dyn Fn(Vec<String>) -> Embedding + Send + Sync>;
///
/// # async fn example(articles: Collection, model: Model) -> weaviate::Result<()> {
/// let hits = articles.query().near_text_with(model, "snowy owl").limit(5).await?;
/// # Ok(())
/// # }
/// ```
///
/// A model that computes on the calling thread belongs on one for blocking work:
///
/// ```
/// # fn vector_of(text: &str) -> Vec<f32> { vec![text.len() as f32] }
/// use tokio::task::{JoinError, spawn_blocking};
///
/// let embedder = |texts: Vec<String>| async move {
///     let work = move || texts.iter().map(|text| vector_of(text)).collect::<Vec<_>>();
///     Ok::<_, JoinError>(spawn_blocking(work).await?)
/// };
/// # fn takes<E: weaviate::embed::Embedder>(_: E) {}
/// # takes(embedder);
/// ```
#[doc(alias = "embedding function")]
#[doc(alias = "vectorizer")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an embedder",
    note = "pass a closure `|texts: Vec<String>| async move {{ .. }}` that returns a `Result` of one vector for each text",
    note = "or an `Arc` of a type that implements `Embedder`"
)]
pub trait Embedder: Send + Sync {
    /// Type of a vector: `Vec<f32>`, or `Vec<Vec<f32>>` for a multi-vector.
    type Vector: Into<Vector> + Send;
    /// Error of the model.
    type Error: Into<Box<dyn StdError + Send + Sync>> + Send;

    /// Returns one vector for each text, in the order of the texts.
    ///
    /// # Errors
    ///
    /// Those of the model.
    fn embed(
        &self,
        texts: Vec<String>,
    ) -> impl Future<Output = std::result::Result<Vec<Self::Vector>, Self::Error>> + Send;
}

impl<F: ?Sized, Embedding, V, E> Embedder for F
where
    F: Fn(Vec<String>) -> Embedding + Send + Sync,
    Embedding: Future<Output = std::result::Result<Vec<V>, E>> + Send,
    V: Into<Vector> + Send,
    E: Into<Box<dyn StdError + Send + Sync>> + Send,
{
    type Vector = V;
    type Error = E;

    fn embed(&self, texts: Vec<String>) -> impl Future<Output = std::result::Result<Vec<V>, E>> + Send {
        self(texts)
    }
}

impl<E: Embedder + ?Sized> Embedder for Arc<E> {
    type Vector = E::Vector;
    type Error = E::Error;

    fn embed(&self, texts: Vec<String>) -> impl Future<Output = std::result::Result<Vec<E::Vector>, E::Error>> + Send {
        E::embed(self, texts)
    }
}

type Embedded<'e> = Pin<Box<dyn Future<Output = Result<Vec<Vector>>> + Send + 'e>>;

/// [`Embedder`] as an object.
trait Erased: Send + Sync {
    fn embed_erased(&self, texts: Vec<String>) -> Embedded<'_>;
}

impl<E: Embedder> Erased for E {
    fn embed_erased(&self, texts: Vec<String>) -> Embedded<'_> {
        Box::pin(async move {
            let failed = |message| Error::new(Verdict::not_sent(ErrorKind::Embedding), message);
            let count = texts.len();
            let vectors = self.embed(texts).await.map_err(|error| {
                let error: Box<dyn StdError + Send + Sync> = error.into();
                failed(format!("the embedder failed: {error}")).with_source(error)
            })?;
            if vectors.len() != count {
                let message = format!("the embedder returned {} vectors for {count} texts", vectors.len());
                return Err(failed(message));
            }
            let vectors: Vec<Vector> = vectors.into_iter().map(Into::into).collect();
            let is_odd = |vector: &Vector| vector.dimension() == 0 || vector.iter().any(|number| !number.is_finite());
            match vectors.iter().position(is_odd) {
                None => Ok(vectors),
                Some(at) => Err(failed(format!(
                    "the embedder returned a vector for text {at} of {count} that is empty or has a number that is not finite"
                ))),
            }
        })
    }
}

/// An embedder of any type.
#[derive(Clone)]
pub(crate) struct SharedEmbedder(Arc<dyn Erased>);

impl SharedEmbedder {
    pub(crate) fn new(embedder: impl Embedder + 'static) -> Self {
        Self(Arc::new(embedder))
    }

    /// Returns one vector for each text.
    pub(crate) async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vector>> {
        self.0.embed_erased(texts).await
    }
}

/// Text whose vector is made when the request is sent.
#[derive(Clone)]
pub(crate) struct ToEmbed {
    embedder: SharedEmbedder,
    text: String,
    /// Name of the text for the caller.
    field: &'static str,
}

impl ToEmbed {
    pub(crate) fn new(embedder: impl Embedder + 'static, text: String, field: &'static str) -> Self {
        Self { embedder: SharedEmbedder::new(embedder), text, field }
    }

    pub(crate) async fn vector(self) -> Result<Vector> {
        if self.text.is_empty() {
            return Err(Error::validation(self.field, "must have a text to embed"));
        }
        let mut vectors = self.embedder.embed(vec![self.text]).await?;
        Ok(vectors.swap_remove(0))
    }
}

impl PartialEq for ToEmbed {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.embedder.0, &other.embedder.0) && self.text == other.text
    }
}

impl fmt::Debug for ToEmbed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToEmbed").field("text", &self.text).finish_non_exhaustive()
    }
}
