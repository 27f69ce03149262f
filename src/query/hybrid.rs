//! Searching by words and by vector at once.

use super::bm25::Keywords;
use super::near::Threshold;
use super::{Bm25Operator, Query, SearchProperty};
use crate::Vector;
use crate::properties::List;

/// A search by words and by vector at once, see [`Queries::hybrid`](super::Queries::hybrid).
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
    /// What newer servers take where none is sent. Older ones take 0, a keyword search; so it is always sent.
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

impl<P, R, S> Query<P, Hybrid, R, S> {
    /// How much the vector counts against the words: from 0, the words alone, to 1, the vector alone. Without it 0.75, on
    /// every version of the server.
    pub fn alpha(mut self, alpha: f32) -> Self {
        self.kind.alpha = alpha;
        self
    }

    /// How the two lists become one. Without it, [`Fusion::RelativeScore`].
    pub fn fusion(mut self, fusion: Fusion) -> Self {
        self.kind.fusion = Some(fusion);
        self
    }

    /// The vector to search for. Without it the server makes one of the text, which takes a collection with a vectorizer;
    /// with an alpha of 0 it needs none.
    ///
    /// It takes what [`near_vector`](super::Queries::near_vector) takes, or a [`HybridVector`] with options of its own.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let near_by = HybridVector::near_vector(embedding).distance(0.3);
    /// let hits = articles.query().hybrid("owls").vector(near_by).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn vector(mut self, vector: impl Into<HybridVector>) -> Self {
        self.kind.vector = Some(vector.into());
        self
    }

    /// Which of the object's vectors is compared, by its name. Needed where a collection has several.
    pub fn target(mut self, name: impl Into<String>) -> Self {
        self.kind.target = Some(name.into());
        self
    }

    /// Only objects whose vectors are at most so far away, in the collection's own measure, however well their words
    /// match. Needs Weaviate 1.27.0, or 1.26.3.
    pub fn max_vector_distance(mut self, distance: f32) -> Self {
        self.kind.max_vector_distance = Some(distance);
        self
    }

    /// Searches these text properties alone for the words, in place of all whose index is searchable. The name may carry
    /// a weight, `title^2`; [`SearchProperty`] says the same with types.
    pub fn query_properties(mut self, properties: impl List<P, SearchProperty>) -> Self {
        self.kind.keywords.properties = Some(properties.into_list());
        self
    }

    /// How many of the words must match for an object to be found by its words; without it, one is enough. The vector may
    /// find it all the same. Needs Weaviate 1.31.0, or 1.30.17.
    pub fn bm25_operator(mut self, operator: Bm25Operator) -> Self {
        self.kind.keywords.operator = Some(operator);
        self
    }
}

/// How the results by words and those by vector become one list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fusion {
    /// By their places in the two lists.
    Ranked,
    /// By their scores, each list's brought to 0 to 1. Keeps more of what the searches know.
    RelativeScore,
}

/// The vector half of a hybrid search. Made of whatever is a [`Vector`]; options are added to
/// [`near_vector`](Self::near_vector).
#[derive(Clone, Debug, PartialEq)]
pub struct HybridVector {
    pub(crate) vector: Vector,
    pub(crate) threshold: Threshold,
}

impl HybridVector {
    /// A vector whose neighbours are looked for.
    #[must_use]
    pub fn near_vector(vector: impl Into<Vector>) -> Self {
        Self { vector: vector.into(), threshold: Threshold::default() }
    }

    /// Finds by vector only what is at most so far away, in the collection's own measure. Words may find it all the same;
    /// [`max_vector_distance`](Query::max_vector_distance) holds for both. Not together with a certainty.
    #[must_use]
    pub fn distance(mut self, distance: f64) -> Self {
        self.threshold.distance = Some(distance);
        self
    }

    /// The same as a certainty from 0 to 1, where the measure is cosine. Not together with a distance.
    #[must_use]
    pub fn certainty(mut self, certainty: f64) -> Self {
        self.threshold.certainty = Some(certainty);
        self
    }
}

impl<V: Into<Vector>> From<V> for HybridVector {
    fn from(vector: V) -> Self {
        Self::near_vector(vector)
    }
}
