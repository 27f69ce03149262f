//! Vector search with a query vector.

use std::fmt;

use super::threshold::Near;
use crate::values::types::Vector;

/// Vector search with a query vector, made by
/// [`Queries::near_vector`](crate::query::Queries::near_vector).
///
/// It is the kind of a [`Query`](crate::query::Query) and is only named in types.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{NearVector, Query};
///
/// # fn example(articles: Collection) {
/// let nearest: Query<PropertyMap, NearVector> = articles.query().near_vector([0.1, 0.9]);
/// # }
/// ```
#[derive(Clone)]
pub struct NearVector {
    pub(crate) vector: Vector,
    pub(crate) near: Near,
}

impl NearVector {
    pub(crate) fn new(vector: Vector) -> Self {
        Self { vector, near: Near::default() }
    }
}

/// Without the numbers of the vector, which belong in no log.
impl fmt::Debug for NearVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NearVector")
            .field("dimension", &self.vector.dimension())
            .field("near", &self.near)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_dimension_and_not_the_numbers() {
        let shown = format!("{:?}", NearVector::new([0.125, 0.25].into()));
        assert!(shown.contains("dimension: 2") && !shown.contains("0.125"), "{shown}");
    }
}
