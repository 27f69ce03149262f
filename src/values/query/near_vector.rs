//! Vector searches with query vectors.

use std::fmt;

use super::QueryVectors;
use super::threshold::{Threshold, thresholds};
use crate::Result;
use crate::values::embed::ToEmbed;
use crate::values::types::Vector;

/// Vector search with a query vector.
///
/// It is the kind of a [`Query`](crate::query::Query) that
/// [`Queries::near_vector`](crate::query::Queries::near_vector) makes. As a value it is the vector
/// search of a [hybrid search](crate::query::Queries::hybrid).
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{NearVector, Query};
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let nearest: Query<PropertyMap, NearVector> = articles.query().near_vector([0.1, 0.9]);
/// let near = NearVector::new([0.1, 0.9]).distance(0.3);
/// let hits = articles.query().hybrid("snowy owl").vector(near).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct NearVector {
    /// A stand-in as long as its text is to be embedded, so that the other options can be checked first.
    pub(crate) vector: Vector,
    pub(crate) to_embed: Option<ToEmbed>,
    pub(crate) threshold: Threshold,
}

impl NearVector {
    /// Creates a search without a threshold.
    ///
    /// ```
    /// use weaviate::query::NearVector;
    ///
    /// let near = NearVector::new([0.1, 0.9]);
    /// ```
    #[must_use]
    pub fn new(vector: impl Into<Vector>) -> Self {
        Self { vector: vector.into(), to_embed: None, threshold: Threshold::default() }
    }

    pub(crate) fn embedded(to_embed: ToEmbed) -> Self {
        Self { to_embed: Some(to_embed), ..Self::new([0.0]) }
    }

    /// Makes the vector of a text, if there is one.
    pub(crate) async fn embed(&mut self) -> Result<()> {
        if let Some(to_embed) = self.to_embed.take() {
            self.vector = to_embed.vector().await?;
        }
        Ok(())
    }

    thresholds!("NearVector::new([0.1, 0.9])");
}

/// Without the numbers of the vector, which belong in no log.
impl fmt::Debug for NearVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearVector")
            .field("dimension", &self.vector.dimension())
            .field("to_embed", &self.to_embed)
            .field("threshold", &self.threshold)
            .finish_non_exhaustive()
    }
}

/// Vector search with query vectors for several target vectors, made by
/// [`Queries::near_vectors`](crate::query::Queries::near_vectors).
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{NearVectors, Query, QueryVectors};
///
/// # fn example(articles: Collection) {
/// let both = QueryVectors::sum([("title", [0.1, 0.9]), ("body", [0.3, 0.7])]);
/// let nearest: Query<PropertyMap, NearVectors> = articles.query().near_vectors(both);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct NearVectors {
    pub(crate) vectors: QueryVectors,
    pub(crate) threshold: Threshold,
}

impl NearVectors {
    pub(crate) fn new(vectors: QueryVectors) -> Self {
        Self { vectors, threshold: Threshold::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_dimension_and_not_the_numbers() {
        let shown = format!("{:?}", NearVector::new([0.125, 0.25]));
        assert!(shown.contains("dimension: 2") && !shown.contains("0.125"), "{shown}");
    }
}
