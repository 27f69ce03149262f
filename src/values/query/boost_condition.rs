//! Conditions of a boost.

use std::time::Duration;

use crate::Filter;
use crate::values::properties::Typed;
use crate::values::types::DateTime;

/// Condition of a [`Boost`](super::Boost): a score of 0 to 1 for each result.
///
/// A handle of the struct makes the same conditions: `fields.published.decay(month)`,
/// `fields.rating.decay(5.0, 2.0)`, `fields.rating.value()`.
///
/// The property must be one of the collection itself, not of a nested object. An object without a
/// value gets a score of 0.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::BoostCondition;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let around_five = BoostCondition::numeric_decay("rating", 5.0, 2.0);
/// let hits = articles.query().bm25("owl").boost(around_five).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BoostCondition {
    pub(crate) weight: Option<f32>,
    pub(crate) score: ConditionScore,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ConditionScore {
    Filter(Filter),
    TimeDecay(TimeDecay),
    NumericDecay(NumericDecay),
    PropertyValue(ValueBoost),
}

impl BoostCondition {
    /// Scores 1 if the filter matches, otherwise 0.
    ///
    /// The filter may compare values of properties and combine comparisons. `like`, `is_null`, the
    /// `contains` operators, ids, times and lengths are not possible here. A text is compared as a
    /// whole, with its case, whatever its tokenization, and a date as the text that was stored:
    /// both should be in UTC. No array matches.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # use weaviate::query::BoostCondition;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let about_birds = BoostCondition::filter(Filter::property("topic").equal("birds"));
    /// let hits = articles.query().bm25("owl").boost(about_birds).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn filter<P>(filter: impl Into<Typed<P, Filter>>) -> Typed<P, Self> {
        Typed::new(Self { weight: None, score: ConditionScore::Filter(filter.into().into_inner()) })
    }

    /// Scores a `date` property: 1 at the origin, less with the time from it.
    ///
    /// The origin is the time of the search, unless [`TimeDecay::origin`] sets another. At the
    /// distance of `scale`, the score is [`TimeDecay::decay_value`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use weaviate::query::BoostCondition;
    ///
    /// let recent = BoostCondition::time_decay("published", Duration::from_secs(24 * 60 * 60));
    /// ```
    pub fn time_decay(property: impl Into<String>, scale: Duration) -> TimeDecay {
        TimeDecay {
            property: property.into(),
            scale,
            origin: None,
            offset: None,
            curve: None,
            decay_value: None,
            weight: None,
        }
    }

    /// Scores an `int` or `number` property: 1 at the origin, less with the distance from it.
    ///
    /// At the distance of `scale`, the score is [`NumericDecay::decay_value`]. Range of the scale:
    /// more than 0.
    ///
    /// ```
    /// use weaviate::query::BoostCondition;
    ///
    /// let around_five = BoostCondition::numeric_decay("rating", 5.0, 2.0);
    /// ```
    pub fn numeric_decay(property: impl Into<String>, origin: f64, scale: f64) -> NumericDecay {
        NumericDecay {
            property: property.into(),
            origin,
            scale,
            offset: None,
            curve: None,
            decay_value: None,
            weight: None,
        }
    }

    /// Scores an `int` or `number` property by its value: 0 for the least of the results, 1 for
    /// the greatest.
    ///
    /// ```
    /// use weaviate::query::BoostCondition;
    ///
    /// let well_rated = BoostCondition::property_value("rating");
    /// ```
    pub fn property_value(property: impl Into<String>) -> ValueBoost {
        ValueBoost { property: property.into(), modifier: None, weight: None }
    }
}

/// Decay with the time from an origin, made by [`BoostCondition::time_decay`].
///
/// ```
/// use std::time::Duration;
///
/// use weaviate::prelude::*;
/// use weaviate::query::{BoostCondition, DecayCurve};
///
/// let day = Duration::from_secs(24 * 60 * 60);
/// let around_new_year = BoostCondition::time_decay("published", day * 7)
///     .origin(WeaviateDateTime::parse("2026-01-01T00:00:00Z")?)
///     .offset(day)
///     .curve(DecayCurve::Gauss);
/// # Ok::<(), weaviate::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it does nothing until a boost takes it"]
pub struct TimeDecay {
    pub(crate) property: String,
    pub(crate) scale: Duration,
    pub(crate) origin: Option<DateTime>,
    pub(crate) offset: Option<Duration>,
    pub(crate) curve: Option<DecayCurve>,
    pub(crate) decay_value: Option<f32>,
    pub(crate) weight: Option<f32>,
}

/// Decay with the distance from a number, made by [`BoostCondition::numeric_decay`].
///
/// ```
/// use weaviate::query::{BoostCondition, DecayCurve};
///
/// let around_five =
///     BoostCondition::numeric_decay("rating", 5.0, 2.0).offset(0.5).curve(DecayCurve::Linear);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it does nothing until a boost takes it"]
pub struct NumericDecay {
    pub(crate) property: String,
    pub(crate) origin: f64,
    pub(crate) scale: f64,
    pub(crate) offset: Option<f64>,
    pub(crate) curve: Option<DecayCurve>,
    pub(crate) decay_value: Option<f32>,
    pub(crate) weight: Option<f32>,
}

/// Boost by the value of a number, made by [`BoostCondition::property_value`].
///
/// ```
/// use weaviate::query::{BoostCondition, Modifier};
///
/// let popular = BoostCondition::property_value("views").modifier(Modifier::Log1p).weight(2.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it does nothing until a boost takes it"]
pub struct ValueBoost {
    pub(crate) property: String,
    pub(crate) modifier: Option<Modifier>,
    pub(crate) weight: Option<f32>,
}

/// Curve of a decay, as a function of `e`, the distance from the origin without the offset. `s` is
/// the scale, `d` the decay value. The formulas are the server's.
///
/// ```
/// use weaviate::query::{BoostCondition, DecayCurve};
///
/// let around_five = BoostCondition::numeric_decay("rating", 5.0, 2.0).curve(DecayCurve::Gauss);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecayCurve {
    /// `d^(e/s)`.
    Exponential,
    /// `d^((e/s)²)`.
    Gauss,
    /// `1 − (1 − d)·e/s`, at least 0.
    Linear,
}

/// Function of a property's value that a boost uses in its place.
///
/// ```
/// use weaviate::query::{BoostCondition, Modifier};
///
/// let popular = BoostCondition::property_value("views").modifier(Modifier::Sqrt);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Modifier {
    /// Natural logarithm of the value plus 1.
    Log1p,
    /// Square root of the value.
    Sqrt,
}

/// Setters of a part of a boost, by itself and made by a handle, and its conversion to a condition.
macro_rules! condition {
    ($type:ident: $score:ident $({ $($(#[$doc:meta])* $name:ident: $kind:ty;)* })?) => {
        impl $type {
            condition!(@setters $($($(#[$doc])* $name: $kind;)*)?);
        }

        impl<P> Typed<P, $type> {
            condition!(@typed $($($(#[$doc])* $name: $kind;)*)?);
        }

        impl From<$type> for BoostCondition {
            fn from(part: $type) -> Self {
                Self { weight: part.weight, score: ConditionScore::$score(part) }
            }
        }

        impl<P> From<$type> for Typed<P, BoostCondition> {
            fn from(part: $type) -> Self {
                Self::new(part.into())
            }
        }

        impl<P> From<Typed<P, $type>> for Typed<P, BoostCondition> {
            fn from(part: Typed<P, $type>) -> Self {
                Self::new(part.into_inner().into())
            }
        }
    };
    (@setters $($(#[$doc:meta])* $name:ident: $kind:ty;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(mut self, $name: $kind) -> Self {
                self.$name = Some($name);
                self
            }
        )*
    };
    (@typed $($(#[$doc:meta])* $name:ident: $kind:ty;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(mut self, $name: $kind) -> Self {
                self.value_mut().$name = Some($name);
                self
            }
        )*
    };
}

condition!(TimeDecay: TimeDecay {
    /// Sets the time with a score of 1. Default: the time of the search.
    origin: DateTime;
    /// Sets the time around the origin in which the score is 1. Default: zero.
    offset: Duration;
    /// Sets the curve. Default: [`DecayCurve::Exponential`].
    curve: DecayCurve;
    /// Sets the score at the distance of the scale. Range: more than 0, at most 1. Default: 0.5.
    decay_value: f32;
    /// Sets the weight among the conditions. A negative one lowers the score of results. Range: any
    /// finite number but 0. Default: 1.
    weight: f32;
});

condition!(NumericDecay: NumericDecay {
    /// Sets the distance from the origin up to which the score is 1. Range: 0 or more. Default: 0.
    offset: f64;
    /// Sets the curve. Default: [`DecayCurve::Exponential`].
    curve: DecayCurve;
    /// Sets the score at the distance of the scale. Range: more than 0, at most 1. Default: 0.5.
    decay_value: f32;
    /// Sets the weight among the conditions. A negative one lowers the score of results. Range: any
    /// finite number but 0. Default: 1.
    weight: f32;
});

condition!(ValueBoost: PropertyValue {
    /// Sets a function of the value. Default: the value itself.
    modifier: Modifier;
    /// Sets the weight among the conditions. A negative one lowers the score of results. Range: any
    /// finite number but 0. Default: 1.
    weight: f32;
});

/// Scores 1 if the filter matches, otherwise 0.
impl<P> From<Filter> for Typed<P, BoostCondition> {
    fn from(filter: Filter) -> Self {
        BoostCondition::filter(filter)
    }
}

/// Scores 1 if the filter matches, otherwise 0.
impl<P> From<Typed<P, Filter>> for Typed<P, BoostCondition> {
    fn from(filter: Typed<P, Filter>) -> Self {
        BoostCondition::filter(filter)
    }
}

impl<P> Typed<P, BoostCondition> {
    /// Sets the weight among the conditions. A negative one lowers the score of results. Range: any
    /// finite number but 0. Default: 1.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # use weaviate::query::BoostCondition;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let drafts = BoostCondition::filter(Filter::property("state").equal("draft"));
    /// let hits = articles.query().bm25("owl").boost(drafts.weight(-1.0)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn weight(mut self, weight: f32) -> Self {
        self.value_mut().weight = Some(weight);
        self
    }
}
