//! Thresholds of vector searches.

/// Limits of a vector search. The caller sets at most one of the two.
#[expect(unnameable_types, reason = "a sealed trait returns it")]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Threshold {
    pub(crate) distance: Option<f64>,
    pub(crate) certainty: Option<f64>,
}

/// Setters of a value that holds its [`Threshold`] in `threshold`; the example begins with `new`.
macro_rules! thresholds {
    ($new:literal) => {
        /// Sets the maximal distance of results, in the metric of the vector index.
        ///
        /// In a hybrid search only a [`NearVector`](crate::query::NearVector) can have it, and the
        /// keyword search can still find objects beyond it.
        /// [`max_vector_distance`](crate::query::Query::max_vector_distance) holds for both
        /// searches. Excludes [`certainty`](Self::certainty).
        ///
        /// ```
        /// # use weaviate::query::*;
        #[doc = concat!("let near = ", $new, ".distance(0.3);")]
        /// ```
        #[must_use]
        pub fn distance(mut self, distance: f64) -> Self {
            self.threshold.distance = Some(distance);
            self
        }

        /// Sets the minimal certainty of results. Range: 0 to 1.
        ///
        /// Only for the cosine distance metric, and not in a hybrid search. Excludes
        /// [`distance`](Self::distance).
        ///
        /// ```
        /// # use weaviate::query::*;
        #[doc = concat!("let near = ", $new, ".certainty(0.7);")]
        /// ```
        #[must_use]
        pub fn certainty(mut self, certainty: f64) -> Self {
            self.threshold.certainty = Some(certainty);
            self
        }
    };
}

pub(crate) use thresholds;
