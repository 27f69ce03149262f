//! Results of aggregations.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

/// Result of an aggregation over all objects that it found.
///
/// `M` is the form of its metrics: one summary, or a tuple or map of them.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { year: i64, topic: String }
/// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
/// let fields = Article::fields();
/// let metrics = (fields.year.mean().max(), fields.topic.top_occurrences(5));
/// let report = articles.aggregate().metrics(metrics).await?;
/// let (years, topics) = report.metrics;
/// println!("{} articles, {:?}, {:?}", report.count, years.mean, topics.top_occurrences);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Aggregated<M = ()> {
    /// Number of objects.
    pub count: u64,
    /// Summaries of the properties.
    pub metrics: M,
    /// Duration of the aggregation, as the server measured it.
    pub took: Duration,
}

/// Result of an aggregation by groups, the largest group first. Derefs to a slice of
/// [`AggregatedGroup`]s.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let by_topic = articles.aggregate().group_by("topic").limit(20).await?;
/// for group in &by_topic {
///     println!("{}: {}", group.value, group.count);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AggregatedGroups<M = ()> {
    pub(crate) groups: Vec<AggregatedGroup<M>>,
    pub(crate) took: Duration,
}

/// Group of an aggregation: the objects with one value of a property.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AggregatedGroup<M = ()> {
    /// Value of the property.
    pub value: GroupValue,
    /// Number of objects.
    pub count: u64,
    /// Summaries of the properties.
    pub metrics: M,
}

impl<M> AggregatedGroups<M> {
    /// Returns the duration of the aggregation, as the server measured it.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Returns the groups as a vector.
    #[must_use]
    pub fn into_vec(self) -> Vec<AggregatedGroup<M>> {
        self.groups
    }
}

impl<M> Deref for AggregatedGroups<M> {
    type Target = [AggregatedGroup<M>];

    fn deref(&self) -> &[AggregatedGroup<M>] {
        &self.groups
    }
}

impl<M> IntoIterator for AggregatedGroups<M> {
    type Item = AggregatedGroup<M>;
    type IntoIter = std::vec::IntoIter<AggregatedGroup<M>>;

    fn into_iter(self) -> Self::IntoIter {
        self.groups.into_iter()
    }
}

impl<'a, M> IntoIterator for &'a AggregatedGroups<M> {
    type Item = &'a AggregatedGroup<M>;
    type IntoIter = std::slice::Iter<'a, AggregatedGroup<M>>;

    fn into_iter(self) -> Self::IntoIter {
        self.groups.iter()
    }
}

/// Value of a group, in the form of the server's reply. `Display` prints it.
///
/// The server writes the values of int and number properties as numbers; those of text, date, uuid
/// and reference properties as text, references as beacons.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum GroupValue {
    /// Value of a text, date, uuid or reference property.
    Text(String),
    /// Value of a number or int property.
    Number(f64),
    /// Value of a boolean property.
    Boolean(bool),
    /// Value of an int property, if the server tells it as one. Servers up to 1.39 tell a
    /// [`Number`](Self::Number).
    Integer(i64),
}

impl GroupValue {
    /// Returns the text, of a text, date, uuid or reference property.
    ///
    /// ```no_run
    /// # use weaviate::aggregate::AggregatedGroups;
    /// # fn example(by_topic: AggregatedGroups) {
    /// let topics: Vec<_> = by_topic.iter().filter_map(|group| group.value.as_str()).collect();
    /// # }
    /// ```
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the number, of a number or int property.
    ///
    /// ```no_run
    /// # use weaviate::aggregate::AggregatedGroups;
    /// # fn example(by_year: AggregatedGroups) {
    /// let years: Vec<_> = by_year.iter().filter_map(|group| group.value.as_f64()).collect();
    /// # }
    /// ```
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "the server stores integers as 64-bit floats")]
            Self::Integer(number) => Some(*number as f64),
            Self::Text(_) | Self::Boolean(_) => None,
        }
    }

    /// Returns the value of a boolean property.
    ///
    /// ```no_run
    /// # use weaviate::aggregate::AggregatedGroups;
    /// # fn example(by_draft: AggregatedGroups) {
    /// let drafts = by_draft.iter().find(|group| group.value.as_bool() == Some(true));
    /// # }
    /// ```
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Boolean(flag) = self { Some(*flag) } else { None }
    }
}

impl fmt::Display for GroupValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Boolean(flag) => flag.fmt(f),
            Self::Integer(number) => number.fmt(f),
        }
    }
}
