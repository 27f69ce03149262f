//! Handles that make metrics and groups of an aggregation.

use std::collections::BTreeMap;

use super::into_list::from_text;
use super::tuples::for_each_tuple;
use super::{Field, Groupable, ReferenceField, Typed};
use crate::values::aggregate::{
    AskedMetric, BooleanSummary, DateSummary, Metric, MetricSummary, NumberMetric, NumberSummary, OrderedMetric,
    ReferenceSummary, Statistic, Summary, TextSummary, ValueMetric,
};
use crate::values::types::DateTime;

/// Type of a property that can be aggregated: text, int, number, boolean, date, and arrays of them.
#[diagnostic::on_unimplemented(
    message = "a property of type `{Self}` cannot be aggregated",
    note = "the server aggregates text, int, number, boolean and date, and arrays of them"
)]
pub trait Aggregatable {
    /// Summary of the property.
    type Summary: MetricSummary;
}

macro_rules! aggregatable {
    ($($type:ty => $summary:ty;)*) => {
        $(
            impl Aggregatable for $type {
                type Summary = $summary;
            }

            impl Aggregatable for Vec<$type> {
                type Summary = $summary;
            }
        )*
    };
}

aggregatable! {
    i64 => NumberSummary<i64>;
    f64 => NumberSummary<f64>;
    String => TextSummary;
    bool => BooleanSummary;
    DateTime => DateSummary;
}

// The bounds are on the methods, since the compiler shows the words of the trait only there.
impl<P, T> Field<P, T> {
    fn metric(&self, statistic: Statistic) -> Typed<P, Metric<T::Summary>>
    where
        T: Aggregatable,
    {
        Typed::new(Metric::new(self.name().to_owned()).with(statistic))
    }
}

/// The metrics that a handle and a typed metric can add.
macro_rules! metrics {
    ($($(#[$attribute:meta])* $method:ident $statistic:ident $(: $bound:ident)?;)*) => {
        impl<P, T> Field<P, T> {
            $(
                $(#[$attribute])*
                pub fn $method(&self) -> Typed<P, Metric<T::Summary>>
                where
                    T: Aggregatable,
                    $(T::Summary: $bound)?
                {
                    self.metric(Statistic::$statistic)
                }
            )*
        }

        impl<P, S: MetricSummary> Typed<P, Metric<S>> {
            $(
                $(#[$attribute])*
                pub fn $method(self) -> Self
                $(where S: $bound)?
                {
                    Self::new(self.into_inner().with(Statistic::$statistic))
                }
            )*
        }
    };
}

metrics! {
    /// Counts the values, as a metric of an aggregation. Each element of an array counts.
    count Count: ValueMetric;
    /// Names the data type of the property, as a metric of an aggregation.
    value_type ValueType;
    /// Computes the sum, as a metric of an aggregation.
    sum Sum: NumberMetric;
    /// Computes the mean, as a metric of an aggregation.
    #[doc(alias = "average")]
    mean Mean: NumberMetric;
    /// Finds the most frequent value, as a metric of an aggregation.
    mode Mode: OrderedMetric;
    /// Finds the value in the middle, as a metric of an aggregation.
    median Median: OrderedMetric;
    /// Finds the largest value, or the latest date, as a metric of an aggregation.
    #[doc(alias = "maximum")]
    max Max: OrderedMetric;
    /// Finds the smallest value, or the earliest date, as a metric of an aggregation.
    #[doc(alias = "minimum")]
    min Min: OrderedMetric;
}

macro_rules! metrics_of {
    ($summary:ident: $($(#[$attribute:meta])* $method:ident $(($most:ident))? => $statistic:expr;)*) => {
        impl<P, T> Field<P, T> {
            $(
                $(#[$attribute])*
                pub fn $method(&self $(, $most: u32)?) -> Typed<P, Metric<$summary>>
                where
                    T: Aggregatable<Summary = $summary>,
                {
                    self.metric($statistic)
                }
            )*
        }

        impl<P> Typed<P, Metric<$summary>> {
            $(
                $(#[$attribute])*
                pub fn $method(self $(, $most: u32)?) -> Self {
                    Self::new(self.into_inner().with($statistic))
                }
            )*
        }
    };
}

metrics_of! { TextSummary:
    /// Finds the `most` most frequent values, as a metric of an aggregation. Range: 1 or more.
    top_occurrences(most) => Statistic::TopOccurrences(most);
}

metrics_of! { BooleanSummary:
    /// Counts the values that are true, as a metric of an aggregation.
    total_true => Statistic::TotalTrue;
    /// Counts the values that are false, as a metric of an aggregation.
    total_false => Statistic::TotalFalse;
    /// Computes the share of values that are true, from 0 to 1, as a metric of an aggregation.
    percentage_true => Statistic::PercentageTrue;
    /// Computes the share of values that are false, from 0 to 1, as a metric of an aggregation.
    percentage_false => Statistic::PercentageFalse;
}

impl<P, T> ReferenceField<P, T> {
    /// Names the collections that the property refers to, as a metric of an aggregation.
    pub fn pointing_to(&self) -> Typed<P, Metric<ReferenceSummary>> {
        Typed::new(Metric::new(self.name().to_owned()).pointing_to())
    }
}

/// Metrics of one property, as an element of a list. Sealed.
pub trait SingleMetric<P> {
    /// Summary of the property.
    type Summary: MetricSummary;

    #[doc(hidden)]
    fn into_metric(self) -> Metric<Self::Summary>;
}

impl<P, S: MetricSummary> SingleMetric<P> for Metric<S> {
    type Summary = S;

    fn into_metric(self) -> Metric<S> {
        self
    }
}

impl<P, S: MetricSummary> SingleMetric<P> for Typed<P, Metric<S>> {
    type Summary = S;

    fn into_metric(self) -> Metric<S> {
        self.into_inner()
    }
}

/// Metrics of an aggregation over properties of `P`: those of one property, a tuple of up to 12, or a
/// vector of [`AnyMetric`]s.
///
/// Its `Output` is the form of the results: one summary, a tuple of them, or a map by the names of
/// the properties.
///
/// ```no_run
/// use weaviate::aggregate::{AnyMetric, Metrics, Summary};
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, names: Vec<String>) -> weaviate::Result<()> {
/// let metrics: Vec<AnyMetric> =
///     names.into_iter().map(|name| Metrics::text(name).top_occurrences(3).into()).collect();
/// let report = articles.aggregate().metrics(metrics).await?;
/// for (property, summary) in &report.metrics {
///     println!("{property}: {summary:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of metrics of `{P}`",
    note = "pass one metric, a tuple of metrics of the same struct, such as `(fields.year.mean(),)`, or a `Vec<AnyMetric>`"
)]
pub trait MetricList<P> {
    /// Form of the results.
    type Output: Send + 'static;

    #[doc(hidden)]
    fn into_asked(self) -> AskedMetrics;

    #[doc(hidden)]
    fn read(found: FoundMetrics) -> Self::Output;
}

/// Metrics without their types.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
#[expect(unnameable_types, reason = "a public trait has it in a hidden method")]
pub struct AskedMetrics(pub(crate) Vec<AskedMetric>);

/// Summaries by property, in the order of the metrics.
#[doc(hidden)]
#[derive(Debug)]
#[expect(unnameable_types, reason = "a public trait has it in a hidden method")]
pub struct FoundMetrics(pub(crate) std::vec::IntoIter<(String, Summary)>);

impl FoundMetrics {
    fn next<S: MetricSummary>(&mut self) -> S {
        self.0.next().map(|(_, summary)| Metric::read(summary)).unwrap_or_default()
    }
}

impl<P> MetricList<P> for () {
    type Output = ();

    fn into_asked(self) -> AskedMetrics {
        AskedMetrics::default()
    }

    fn read(_: FoundMetrics) {}
}

impl<P, S: MetricSummary + Send> MetricList<P> for Metric<S> {
    type Output = S;

    fn into_asked(self) -> AskedMetrics {
        AskedMetrics(vec![self.asked])
    }

    fn read(mut found: FoundMetrics) -> S {
        found.next()
    }
}

impl<P, S: MetricSummary + Send> MetricList<P> for Typed<P, Metric<S>> {
    type Output = S;

    fn into_asked(self) -> AskedMetrics {
        AskedMetrics(vec![self.into_inner().asked])
    }

    fn read(mut found: FoundMetrics) -> S {
        found.next()
    }
}

/// Metrics of a property whose type is known at run time only.
#[derive(Clone, Debug)]
pub struct AnyMetric(AskedMetric);

impl<S> From<Metric<S>> for AnyMetric {
    fn from(metric: Metric<S>) -> Self {
        Self(metric.asked)
    }
}

impl<P, S> From<Typed<P, Metric<S>>> for AnyMetric {
    fn from(metric: Typed<P, Metric<S>>) -> Self {
        metric.into_inner().into()
    }
}

impl<P> MetricList<P> for Vec<AnyMetric> {
    type Output = BTreeMap<String, Summary>;

    fn into_asked(self) -> AskedMetrics {
        AskedMetrics(self.into_iter().map(|AnyMetric(asked)| asked).collect())
    }

    fn read(found: FoundMetrics) -> Self::Output {
        found.0.collect()
    }
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {
        $(
            impl<Of, $($name: SingleMetric<Of, Summary: Send>),+> MetricList<Of> for ($($name,)+) {
                type Output = ($($name::Summary,)+);

                fn into_asked(self) -> AskedMetrics {
                    #[expect(non_snake_case, reason = "each variable is named after its type")]
                    let ($($name,)+) = self;
                    AskedMetrics(vec![$($name.into_metric().asked),+])
                }

                fn read(mut found: FoundMetrics) -> Self::Output {
                    ($(found.next::<$name::Summary>(),)+)
                }
            }
        )*
    };
}

for_each_tuple!(tuples);

/// Property by which an aggregation is grouped: a name or a handle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupKey(pub(crate) String);

from_text!(GroupKey);

impl<P, T: Groupable> From<Field<P, T>> for Typed<P, GroupKey> {
    fn from(field: Field<P, T>) -> Self {
        Self::new(GroupKey(field.name().to_owned()))
    }
}

impl<P, T> From<ReferenceField<P, T>> for Typed<P, GroupKey> {
    fn from(reference: ReferenceField<P, T>) -> Self {
        Self::new(GroupKey(reference.name().to_owned()))
    }
}
