//! Metrics: what is computed of a property.

use std::fmt;
use std::marker::PhantomData;

use super::summary::{BooleanSummary, DateSummary, NumberSummary, ReferenceSummary, Summary, TextSummary};

/// Metrics of one property, whose summary is `S`.
///
/// [`Metrics`] makes them by name, and the handles of a struct by their methods:
/// `fields.year.mean().max()`. At least one has to be named.
///
/// ```
/// use weaviate::aggregate::{Metric, Metrics, NumberSummary, TextSummary};
///
/// let years: Metric<NumberSummary<i64>> = Metrics::integer("year").mean().median().count();
/// let topics: Metric<TextSummary> = Metrics::text("topic").top_occurrences(5);
/// ```
#[must_use = "a metric does nothing until an aggregation takes it"]
pub struct Metric<S> {
    pub(crate) asked: AskedMetric,
    of: PhantomData<fn() -> S>,
}

/// A property, its data type, and what is computed of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AskedMetric {
    pub(crate) property: String,
    pub(crate) kind: MetricKind,
    pub(crate) statistics: Vec<Statistic>,
}

#[expect(unnameable_types, reason = "a sealed trait has it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    Integer,
    Number,
    Text,
    Boolean,
    Date,
    Reference,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Statistic {
    Count,
    ValueType,
    Sum,
    Mean,
    Mode,
    Median,
    Max,
    Min,
    /// The most frequent values, at most this many.
    TopOccurrences(u32),
    TotalTrue,
    TotalFalse,
    PercentageTrue,
    PercentageFalse,
    PointingTo,
}

impl AskedMetric {
    pub(crate) fn asks(&self, statistic: Statistic) -> bool {
        self.statistics.contains(&statistic)
    }

    /// Returns the number of most frequent values.
    pub(crate) fn top_occurrences(&self) -> Option<u32> {
        self.statistics.iter().find_map(|statistic| match statistic {
            Statistic::TopOccurrences(most) => Some(*most),
            _ => None,
        })
    }
}

/// Makes metrics of properties by their names and data types.
///
/// An aggregation of another data type than that of the property fails with
/// [`Decode`](crate::ErrorKind::Decode).
///
/// ```no_run
/// use weaviate::aggregate::Metrics;
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let metrics = (Metrics::integer("year").mean(), Metrics::text("topic").top_occurrences(5));
/// let (years, topics) = articles.aggregate().metrics(metrics).await?.metrics;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_enums, reason = "it has no values")]
pub enum Metrics {}

macro_rules! constructors {
    ($($(#[$attribute:meta])* $method:ident $kind:ident $summary:ty;)*) => {
        impl Metrics {
            $(
                $(#[$attribute])*
                pub fn $method(property: impl Into<String>) -> Metric<$summary> {
                    Metric::new(property.into())
                }
            )*
        }

        $(
            impl sealed::Sealed for $summary {
                const KIND: MetricKind = MetricKind::$kind;

                fn of(summary: Summary) -> Self {
                    // The kind is that of the request, which was compared with the reply.
                    if let Summary::$kind(summary) = summary { summary } else { Self::default() }
                }
            }

            impl MetricSummary for $summary {}
        )*
    };
}

constructors! {
    /// Metrics of a property of data type `int` or `int[]`.
    integer Integer NumberSummary<i64>;
    /// Metrics of a property of data type `number` or `number[]`.
    number Number NumberSummary<f64>;
    /// Metrics of a property of data type `text` or `text[]`.
    text Text TextSummary;
    /// Metrics of a property of data type `boolean` or `boolean[]`.
    boolean Boolean BooleanSummary;
    /// Metrics of a property of data type `date` or `date[]`.
    date Date DateSummary;
    /// Metrics of a reference property.
    reference Reference ReferenceSummary;
}

mod sealed {
    use super::{MetricKind, Summary};

    #[expect(unnameable_types, reason = "that is what seals the public trait")]
    pub trait Sealed: Default + 'static {
        #[doc(hidden)]
        const KIND: MetricKind;

        #[doc(hidden)]
        fn of(summary: Summary) -> Self;
    }
}

/// Summary that metrics of one property can have. Sealed.
pub trait MetricSummary: sealed::Sealed {}

macro_rules! capabilities {
    ($($(#[$attribute:meta])* $name:ident: $($type:ty),+;)*) => {
        $(
            $(#[$attribute])*
            pub trait $name: MetricSummary {}
            $(impl $name for $type {})+
        )*
    };
}

capabilities! {
    /// Summary of values that are counted: all but references.
    #[diagnostic::on_unimplemented(message = "`{Self}` is not a summary of values, which the server counts")]
    ValueMetric: NumberSummary<i64>, NumberSummary<f64>, TextSummary, BooleanSummary, DateSummary;

    /// Summary of numbers, which have a sum and a mean.
    #[diagnostic::on_unimplemented(message = "`{Self}` is not a summary of numbers, which have a sum and a mean")]
    NumberMetric: NumberSummary<i64>, NumberSummary<f64>;

    /// Summary of values that are ordered: numbers and dates.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is not a summary of numbers or dates, which have a minimum, a maximum, a median and a mode"
    )]
    OrderedMetric: NumberSummary<i64>, NumberSummary<f64>, DateSummary;
}

impl<S> Metric<S> {
    /// Adds a statistic. The last number of most frequent values counts.
    pub(crate) fn with(mut self, statistic: Statistic) -> Self {
        let statistics = &mut self.asked.statistics;
        statistics.retain(|known| std::mem::discriminant(known) != std::mem::discriminant(&statistic));
        statistics.push(statistic);
        self
    }
}

impl<S: MetricSummary> Metric<S> {
    pub(crate) fn new(property: String) -> Self {
        Self { asked: AskedMetric { property, kind: S::KIND, statistics: Vec::new() }, of: PhantomData }
    }

    pub(crate) fn read(summary: Summary) -> S {
        S::of(summary)
    }
}

impl<S: MetricSummary> Metric<S> {
    /// Names the data type of the property, in the server's words.
    pub fn value_type(self) -> Self {
        self.with(Statistic::ValueType)
    }
}

impl<S: ValueMetric> Metric<S> {
    /// Counts the values. Each element of an array counts.
    pub fn count(self) -> Self {
        self.with(Statistic::Count)
    }
}

impl<S: NumberMetric> Metric<S> {
    /// Computes the sum.
    pub fn sum(self) -> Self {
        self.with(Statistic::Sum)
    }

    /// Computes the mean.
    #[doc(alias = "average")]
    pub fn mean(self) -> Self {
        self.with(Statistic::Mean)
    }
}

impl<S: OrderedMetric> Metric<S> {
    /// Finds the most frequent value.
    pub fn mode(self) -> Self {
        self.with(Statistic::Mode)
    }

    /// Finds the value in the middle.
    pub fn median(self) -> Self {
        self.with(Statistic::Median)
    }

    /// Finds the largest value, or the latest date.
    #[doc(alias = "maximum")]
    pub fn max(self) -> Self {
        self.with(Statistic::Max)
    }

    /// Finds the smallest value, or the earliest date.
    #[doc(alias = "minimum")]
    pub fn min(self) -> Self {
        self.with(Statistic::Min)
    }
}

impl Metric<TextSummary> {
    /// Finds the `most` most frequent values. Range: 1 or more.
    ///
    /// Of a collection with several shards, each shard contributes only its own `most`.
    pub fn top_occurrences(self, most: u32) -> Self {
        self.with(Statistic::TopOccurrences(most))
    }
}

impl Metric<BooleanSummary> {
    /// Counts the values that are true.
    pub fn total_true(self) -> Self {
        self.with(Statistic::TotalTrue)
    }

    /// Counts the values that are false.
    pub fn total_false(self) -> Self {
        self.with(Statistic::TotalFalse)
    }

    /// Computes the share of values that are true, from 0 to 1.
    pub fn percentage_true(self) -> Self {
        self.with(Statistic::PercentageTrue)
    }

    /// Computes the share of values that are false, from 0 to 1.
    pub fn percentage_false(self) -> Self {
        self.with(Statistic::PercentageFalse)
    }
}

impl Metric<ReferenceSummary> {
    /// Names the collections that the property refers to.
    pub fn pointing_to(self) -> Self {
        self.with(Statistic::PointingTo)
    }
}

impl<S> Clone for Metric<S> {
    fn clone(&self) -> Self {
        Self { asked: self.asked.clone(), of: PhantomData }
    }
}

impl<S> fmt::Debug for Metric<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.asked.fmt(f)
    }
}
