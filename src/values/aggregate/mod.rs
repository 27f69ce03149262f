//! Aggregations: metrics of properties, their summaries, and groups.

mod metric;
mod report;
mod summary;

pub(crate) use metric::{AskedMetric, MetricKind, Statistic};
pub use metric::{Metric, MetricSummary, Metrics, NumberMetric, OrderedMetric, ValueMetric};
pub use report::{Aggregated, AggregatedGroup, AggregatedGroups, GroupValue};
pub use summary::{BooleanSummary, DateSummary, NumberSummary, ReferenceSummary, Summary, TextSummary, TopOccurrence};
