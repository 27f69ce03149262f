//! What searches by vector have in common: target and thresholds.

use super::{NearObject, NearVector, Query};

#[derive(Clone, Debug, Default)]
pub(crate) struct Near {
    pub(crate) target: Option<String>,
    pub(crate) threshold: Threshold,
}

/// How near is near enough.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Threshold {
    pub(crate) distance: Option<f64>,
    pub(crate) certainty: Option<f64>,
}

macro_rules! near_options {
    ($($kind:ty),*) => {
        $(
            impl<P, R, S> Query<P, $kind, R, S> {
                /// Which of the object's vectors is compared, by its name. Needed where a collection has several.
                pub fn target(mut self, name: impl Into<String>) -> Self {
                    self.kind.near.target = Some(name.into());
                    self
                }

                /// Only objects at most so far away, in the collection's own measure. Not together with a certainty.
                pub fn distance(mut self, distance: f64) -> Self {
                    self.kind.near.threshold.distance = Some(distance);
                    self
                }

                /// Only objects with at least this certainty, from 0 to 1, where the measure is cosine. Not together with a
                /// distance.
                pub fn certainty(mut self, certainty: f64) -> Self {
                    self.kind.near.threshold.certainty = Some(certainty);
                    self
                }
            }
        )*
    };
}

near_options!(NearVector, NearObject);
