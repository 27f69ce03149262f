//! Setters of vector searches: target and threshold.

use super::Query;
use crate::values::query::{NearObject, NearVector};

macro_rules! near_options {
    ($($kind:ty),*) => {
        $(
            impl<P, Out> Query<P, $kind, Out> {
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
