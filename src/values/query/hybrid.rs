//! Searching by words and by vector at once.

use super::bm25::Keywords;
use super::near::Threshold;
use crate::values::types::Vector;

/// A search by words and by vector at once, see [`Queries::hybrid`](crate::query::Queries::hybrid).
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
    /// [`max_vector_distance`](crate::query::Query::max_vector_distance) holds for both. Not together with a certainty.
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
