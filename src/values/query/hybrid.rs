//! Hybrid search: keyword and vector search fused into one list.

use std::fmt;

use super::bm25::Keywords;
use super::threshold::Threshold;
use crate::values::types::Vector;

/// Hybrid (keyword and vector) search, made by
/// [`Queries::hybrid`](crate::query::Queries::hybrid).
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{Hybrid, Query};
///
/// # fn example(articles: Collection) {
/// let search: Query<PropertyMap, Hybrid> = articles.query().hybrid("snowy owl").alpha(0.5);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Hybrid {
    pub(crate) keywords: Keywords,
    pub(crate) alpha: f32,
    pub(crate) fusion: Option<Fusion>,
    pub(crate) vector: Option<HybridVector>,
    pub(crate) target: Option<String>,
    pub(crate) max_vector_distance: Option<f32>,
}

impl Hybrid {
    /// Default of newer servers. Older ones use 0, a keyword search, so the value is always sent.
    pub(crate) const DEFAULT_ALPHA: f32 = 0.75;

    pub(crate) fn new(text: String) -> Self {
        Self {
            keywords: Keywords::new(text),
            alpha: Self::DEFAULT_ALPHA,
            fusion: None,
            vector: None,
            target: None,
            max_vector_distance: None,
        }
    }
}

/// Fusion algorithm of a hybrid search: it merges keyword and vector results into one list.
///
/// The server's default is [`RelativeScore`](Self::RelativeScore). See
/// [hybrid search](https://docs.weaviate.io/weaviate/search/hybrid) in Weaviate's documentation.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let hits = articles.query().hybrid("snowy owl").fusion(Fusion::Ranked).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fusion {
    /// Ranked fusion: adds the reciprocal ranks of an object in the two lists.
    Ranked,
    /// Relative score fusion: adds the scores of both searches, each normalized to 0 to 1. Keeps
    /// the distances between scores, which ranks lose.
    RelativeScore,
}

/// Query vector of a hybrid search, with an optional threshold.
///
/// Anything that converts to a [`Vector`] converts to it. [`near_vector`](Self::near_vector) is for
/// a vector with a threshold.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
/// let near = HybridVector::near_vector(embedding).distance(0.3);
/// let hits = articles.query().hybrid("snowy owl").vector(near).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct HybridVector {
    pub(crate) vector: Vector,
    pub(crate) threshold: Threshold,
}

impl HybridVector {
    /// Creates a query vector without a threshold.
    ///
    /// ```
    /// use weaviate::query::HybridVector;
    ///
    /// let near = HybridVector::near_vector([0.1, 0.9]);
    /// assert_eq!(near, [0.1, 0.9].into());
    /// ```
    #[must_use]
    pub fn near_vector(vector: impl Into<Vector>) -> Self {
        Self { vector: vector.into(), threshold: Threshold::default() }
    }

    /// Sets the maximal distance of vector results, in the distance metric of the vector index.
    ///
    /// The keyword search can still find objects beyond it;
    /// [`max_vector_distance`](crate::query::Query::max_vector_distance) holds for both searches.
    /// Excludes [`certainty`](Self::certainty).
    ///
    /// ```
    /// use weaviate::query::HybridVector;
    ///
    /// let near = HybridVector::near_vector([0.1, 0.9]).distance(0.3);
    /// ```
    #[must_use]
    pub fn distance(mut self, distance: f64) -> Self {
        self.threshold.distance = Some(distance);
        self
    }

    /// Sets the minimal certainty of vector results. Range: 0 to 1.
    ///
    /// Only for the cosine distance metric. Excludes [`distance`](Self::distance).
    ///
    /// ```
    /// use weaviate::query::HybridVector;
    ///
    /// let near = HybridVector::near_vector([0.1, 0.9]).certainty(0.7);
    /// ```
    #[must_use]
    pub fn certainty(mut self, certainty: f64) -> Self {
        self.threshold.certainty = Some(certainty);
        self
    }
}

/// Without the numbers of the vector, which belong in no log.
impl fmt::Debug for HybridVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HybridVector")
            .field("dimension", &self.vector.dimension())
            .field("threshold", &self.threshold)
            .finish_non_exhaustive()
    }
}

impl<V: Into<Vector>> From<V> for HybridVector {
    fn from(vector: V) -> Self {
        Self::near_vector(vector)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_dimension_and_not_the_numbers() {
        let hybrid = Hybrid { vector: Some([0.125, 0.25].into()), ..Hybrid::new("owls".to_owned()) };
        let shown = format!("{hybrid:?}");
        assert!(shown.contains("dimension: 2") && !shown.contains("0.125"), "{shown}");
    }
}
