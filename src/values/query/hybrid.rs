//! Hybrid search: keyword and vector search fused into one list.

use super::bm25::Keywords;
use super::{NearText, NearVector, QueryVectors};
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

/// Vector search of a hybrid search.
///
/// Made from a query vector, a [`NearVector`] with a threshold, a [`NearText`] with a text of its
/// own, or [`QueryVectors`] for several target vectors.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{HybridVector, NearText, NearVector};
///
/// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
/// let by_vector: HybridVector = embedding.into();
/// let with_threshold: HybridVector = NearVector::new([0.1, 0.9]).distance(0.3).into();
/// let by_text: HybridVector = NearText::new("birds of the arctic").into();
/// let hits = articles.query().hybrid("snowy owl").vector(by_text).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HybridVector(pub(crate) VectorPart);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum VectorPart {
    NearVector(NearVector),
    NearText(NearText),
    PerTarget(QueryVectors),
}

impl<V: Into<Vector>> From<V> for HybridVector {
    fn from(vector: V) -> Self {
        NearVector::new(vector).into()
    }
}

impl From<NearVector> for HybridVector {
    fn from(near: NearVector) -> Self {
        Self(VectorPart::NearVector(near))
    }
}

impl From<NearText> for HybridVector {
    fn from(near: NearText) -> Self {
        Self(VectorPart::NearText(near))
    }
}

impl From<QueryVectors> for HybridVector {
    fn from(vectors: QueryVectors) -> Self {
        Self(VectorPart::PerTarget(vectors))
    }
}
