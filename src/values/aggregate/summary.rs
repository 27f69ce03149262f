//! Summaries of a property over many objects.

use crate::values::types::DateTime;

/// Summary of an int (`NumberSummary<i64>`) or number (`NumberSummary<f64>`) property.
///
/// A field is `None` if its metric was not requested, and, except for the count, if no object has a
/// value.
///
/// ```no_run
/// use weaviate::aggregate::Metrics;
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let report = articles.aggregate().metrics(Metrics::integer("year").mean().max()).await?;
/// println!("{:?} on average, {:?} at most", report.metrics.mean, report.metrics.max);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NumberSummary<N> {
    /// Number of values. Each element of an array counts.
    pub count: Option<u64>,
    /// Data type of the property, in the server's words.
    pub value_type: Option<String>,
    /// Sum of the values.
    pub sum: Option<N>,
    /// Mean of the values.
    pub mean: Option<f64>,
    /// Most frequent value, the lowest of several.
    pub mode: Option<N>,
    /// Value in the middle, or the mean of the two in the middle.
    pub median: Option<f64>,
    /// Largest value.
    pub max: Option<N>,
    /// Smallest value.
    pub min: Option<N>,
}

// Not derived, which would require `N: Default`.
impl<N> Default for NumberSummary<N> {
    fn default() -> Self {
        Self { count: None, value_type: None, sum: None, mean: None, mode: None, median: None, max: None, min: None }
    }
}

/// Summary of a text property. A field is `None` if its metric was not requested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextSummary {
    /// Number of values, empty texts included. Each element of an array counts.
    pub count: Option<u64>,
    /// Data type of the property, in the server's words.
    pub value_type: Option<String>,
    /// Most frequent values, first by their number and then by their bytes.
    pub top_occurrences: Option<Vec<TopOccurrence>>,
}

/// Frequent value of a text property.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopOccurrence {
    /// Value.
    pub value: String,
    /// Number of times that it occurs.
    pub occurs: u64,
}

/// Summary of a boolean property. A field is `None` if its metric was not requested, and a percentage
/// also if no object has a value.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct BooleanSummary {
    /// Number of values. Each element of an array counts.
    pub count: Option<u64>,
    /// Data type of the property, in the server's words.
    pub value_type: Option<String>,
    /// Number of values that are true.
    pub total_true: Option<u64>,
    /// Number of values that are false.
    pub total_false: Option<u64>,
    /// Share of values that are true, from 0 to 1.
    pub percentage_true: Option<f64>,
    /// Share of values that are false, from 0 to 1.
    pub percentage_false: Option<f64>,
}

/// Summary of a date property.
///
/// A field is `None` if its metric was not requested, and, except for the count, if no object has a
/// value. Dates of all objects come in UTC; those of a filter, a search or a group as they are
/// stored.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct DateSummary {
    /// Number of values. Each element of an array counts.
    pub count: Option<u64>,
    /// Data type of the property, in the server's words.
    pub value_type: Option<String>,
    /// Date in the middle, or halfway between the two in the middle.
    pub median: Option<DateTime>,
    /// Most frequent date. One of several is chosen by chance.
    pub mode: Option<DateTime>,
    /// Latest date.
    pub max: Option<DateTime>,
    /// Earliest date.
    pub min: Option<DateTime>,
}

/// Summary of a reference property. A field is `None` if its metric was not requested.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReferenceSummary {
    /// Data type of the property, in the server's words: `cref`.
    pub value_type: Option<String>,
    /// Names of the collections that the property refers to.
    pub pointing_to: Option<Vec<String>>,
}

/// Summary of a property whose type is known at run time only.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Summary {
    /// Property of data type `int` or `int[]`.
    Integer(NumberSummary<i64>),
    /// Property of data type `number` or `number[]`.
    Number(NumberSummary<f64>),
    /// Property of data type `text` or `text[]`.
    Text(TextSummary),
    /// Property of data type `boolean` or `boolean[]`.
    Boolean(BooleanSummary),
    /// Property of data type `date` or `date[]`.
    Date(DateSummary),
    /// Reference property.
    Reference(ReferenceSummary),
}
