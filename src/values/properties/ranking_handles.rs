//! Handles that make conditions of a boost and rerankings.

use std::time::Duration;

use super::{Field, Typed};
use crate::values::query::{BoostCondition, NumericDecay, Rerank, TimeDecay, ValueBoost};
use crate::values::types::DateTime;

impl<P> Field<P, DateTime> {
    /// Boosts results by the time from an origin, see [`BoostCondition::time_decay`].
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { published: WeaviateDateTime }
    /// let week = Duration::from_secs(7 * 24 * 60 * 60);
    /// let recent = Article::fields().published.decay(week).weight(2.0);
    /// ```
    pub fn decay(&self, scale: Duration) -> Typed<P, TimeDecay> {
        Typed::new(BoostCondition::time_decay(self.name(), scale))
    }
}

macro_rules! numbers {
    ($($type:ty: $example:literal;)*) => {
        $(
            impl<P> Field<P, $type> {
                /// Boosts results by the distance from an origin, see
                /// [`BoostCondition::numeric_decay`].
                ///
                /// ```
                /// # use weaviate::prelude::*;
                /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
                #[doc = concat!("# struct Article { rating: ", $example, " }")]
                /// let around_five = Article::fields().rating.decay(5.0, 2.0).offset(0.5);
                /// ```
                pub fn decay(&self, origin: f64, scale: f64) -> Typed<P, NumericDecay> {
                    Typed::new(BoostCondition::numeric_decay(self.name(), origin, scale))
                }

                /// Boosts results by the value, see [`BoostCondition::property_value`].
                ///
                /// ```
                /// # use weaviate::prelude::*;
                /// # use weaviate::query::Modifier;
                /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
                #[doc = concat!("# struct Article { rating: ", $example, " }")]
                /// let well_rated = Article::fields().rating.value().modifier(Modifier::Sqrt);
                /// ```
                pub fn value(&self) -> Typed<P, ValueBoost> {
                    Typed::new(BoostCondition::property_value(self.name()))
                }
            }
        )*
    };
}

numbers! {
    i64: "i64";
    f64: "f64";
}

impl<P> Field<P, String> {
    /// Reranks results by this property and a query, see [`Rerank`].
    ///
    /// ```
    /// # use weaviate::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { body: String }
    /// let by_body = Article::fields().body.rerank("owls in snow");
    /// ```
    pub fn rerank(&self, query: impl Into<String>) -> Typed<P, Rerank> {
        Typed::new(Rerank::new(self.name(), query))
    }
}
