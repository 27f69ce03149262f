//! Searching by vector: target and thresholds.

use super::Query;
use crate::Vector;

/// A search by vector, see [`Queries::near_vector`](super::Queries::near_vector).
#[derive(Clone, Debug)]
pub struct NearVector {
    pub(crate) vector: Vector,
    pub(crate) target: Option<String>,
    pub(crate) distance: Option<f64>,
    pub(crate) certainty: Option<f64>,
}

impl NearVector {
    pub(super) fn new(vector: Vector) -> Self {
        Self { vector, target: None, distance: None, certainty: None }
    }
}

impl<P> Query<P, NearVector> {
    /// Which of the object's vectors is compared, by its name. Needed where a collection has several.
    pub fn target(mut self, name: impl Into<String>) -> Self {
        self.kind.target = Some(name.into());
        self
    }

    /// Only objects at most so far away, in the collection's own measure. Not together with a certainty.
    pub fn distance(mut self, distance: f64) -> Self {
        self.kind.distance = Some(distance);
        self
    }

    /// Only objects with at least this certainty, from 0 to 1, where the measure is cosine. Not together with a distance.
    pub fn certainty(mut self, certainty: f64) -> Self {
        self.kind.certainty = Some(certainty);
        self
    }
}
