//! Searching by the vector of an object that is there already.

use super::near::Near;
use crate::Uuid;

/// A search for what is like an object, see [`Queries::near_object`](crate::query::Queries::near_object).
#[derive(Clone, Debug)]
pub struct NearObject {
    pub(crate) id: Uuid,
    pub(crate) near: Near,
}

impl NearObject {
    pub(crate) fn new(id: Uuid) -> Self {
        Self { id, near: Near::default() }
    }
}
