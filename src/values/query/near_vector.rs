//! Searching by vector.

use super::near::Near;
use crate::values::types::Vector;

/// A search by vector, see [`Queries::near_vector`](crate::query::Queries::near_vector).
#[derive(Clone, Debug)]
pub struct NearVector {
    pub(crate) vector: Vector,
    pub(crate) near: Near,
}

impl NearVector {
    pub(crate) fn new(vector: Vector) -> Self {
        Self { vector, near: Near::default() }
    }
}
