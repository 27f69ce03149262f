//! Aggregations: counts, metrics of properties, groups.
//!
//! [`Collection::aggregate`](crate::Collection::aggregate) aggregates all objects, or those of a
//! filter; [`Query::aggregate`](crate::query::Query::aggregate) those that a search finds. Metrics
//! come from the handles of a struct, or from [`Metrics`] by name.
//!
//! ```no_run
//! use weaviate::aggregate::Metrics;
//! use weaviate::prelude::*;
//!
//! # async fn example(client: Client) -> weaviate::Result<()> {
//! let articles = client.collection("Article");
//! let years = Metrics::integer("year").min().max();
//! let by_topic = articles.aggregate().metrics(years).group_by("topic").limit(10).await?;
//! for group in &by_topic {
//!     println!("{}: {:?} to {:?}", group.value, group.metrics.min, group.metrics.max);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! See [aggregate data](https://docs.weaviate.io/weaviate/search/aggregate) in Weaviate's
//! documentation.

pub use crate::requests::aggregate::{Aggregate, Count, Groups, Whole};
pub use crate::values::aggregate::{
    Aggregated, AggregatedGroup, AggregatedGroups, BooleanSummary, DateSummary, GroupValue, Metric, MetricSummary,
    Metrics, NumberMetric, NumberSummary, OrderedMetric, ReferenceSummary, Summary, TextSummary, TopOccurrence,
    ValueMetric,
};
pub use crate::values::properties::{Aggregatable, AnyMetric, GroupKey, MetricList, SingleMetric};
pub use crate::values::query::Aggregable;
