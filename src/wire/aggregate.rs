//! Conversion of aggregations: request message and reply.

use std::time::Duration;

pub(crate) use weaviate_generated::grpc::AggregateReply as Reply;
use weaviate_generated::grpc::aggregate_reply::Result as Outcome;
use weaviate_generated::grpc::aggregate_reply::aggregations::aggregation::{self, Aggregation as Found};
use weaviate_generated::grpc::aggregate_reply::group::GroupedBy;
use weaviate_generated::grpc::aggregate_reply::group::grouped_by::Value;
use weaviate_generated::grpc::aggregate_reply::{Aggregations, Group};
use weaviate_generated::grpc::aggregate_request::aggregation::{
    Aggregation as Asked, Boolean, Date, Integer, Number, Reference, Text,
};
use weaviate_generated::grpc::aggregate_request::{Aggregation as Request, GroupBy, Search};
use weaviate_generated::grpc::{AggregateReply, AggregateRequest, SearchRequest};

use super::search::{MAX, ToMessage as _};
use super::{filters, reply};
use crate::values::aggregate::{
    AskedMetric, BooleanSummary, DateSummary, GroupValue, MetricKind, NumberSummary, ReferenceSummary, Statistic,
    Summary, TextSummary, TopOccurrence,
};
use crate::values::property_names;
use crate::values::query::{Bound, Hybrid, Options, Selected, Threshold};
use crate::values::target::Target;
use crate::values::types::DateTime;
use crate::{Error, Filter, Result};

/// An aggregation as a caller asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'w> {
    pub(crate) metrics: &'w [AskedMetric],
    pub(crate) filter: Option<&'w Filter>,
    /// Search that bounds it, with the options of its query.
    pub(crate) search: Option<(&'w Bound, &'w Options)>,
    pub(crate) group_by: Option<&'w str>,
    pub(crate) groups: Option<u32>,
}

/// Converts an aggregation. Refuses what the server would ignore or misread.
pub(crate) fn message(target: &Target, wanted: Wanted<'_>) -> Result<AggregateRequest> {
    let mut request = AggregateRequest {
        collection: target.collection().to_owned(),
        tenant: target.tenant().unwrap_or_default().to_owned(),
        objects_count: true,
        aggregations: metrics(wanted.metrics)?,
        group_by: wanted.group_by.map(|property| group_by(target, property)).transpose()?,
        limit: wanted.groups,
        filters: wanted.filter.map(filters::message).transpose()?,
        ..AggregateRequest::default()
    };
    if wanted.groups == Some(0) {
        return Err(Error::validation("limit", "must be 1 or more, the largest number of groups"));
    }
    if let Some((bound, options)) = wanted.search {
        check_options(bound, options)?;
        request.object_limit = options.limit;
        request.search = Some(search(bound, target, options)?);
    }
    Ok(request)
}

fn group_by(target: &Target, property: &str) -> Result<GroupBy> {
    property_names::check_unnested(property).map_err(|fault| Error::validation("group_by", fault))?;
    Ok(GroupBy { collection: target.collection().to_owned(), property: property.to_owned() })
}

fn metrics(asked: &[AskedMetric]) -> Result<Vec<Request>> {
    let mut requests = Vec::with_capacity(asked.len());
    for (at, metric) in asked.iter().enumerate() {
        let property = &metric.property;
        let wrong = |message: String| Err(Error::validation("metrics", message));
        property_names::check_unnested(property).map_err(|fault| Error::validation("metrics", fault))?;
        if asked.iter().take(at).any(|earlier| earlier.property == *property) {
            return wrong(format!("`{property}` is named twice, of which the server computes the last; join the two"));
        }
        if metric.statistics.is_empty() {
            return wrong(format!("nothing is asked of `{property}`; add a metric such as `.count()`"));
        }
        if metric.top_occurrences() == Some(0) {
            return wrong(format!("`top_occurrences` of `{property}` must be 1 or more"));
        }
        requests.push(Request { property: property.clone(), aggregation: Some(request(metric)) });
    }
    Ok(requests)
}

fn request(metric: &AskedMetric) -> Asked {
    let asks = |statistic| metric.asks(statistic);
    let (count, r#type) = (asks(Statistic::Count), asks(Statistic::ValueType));
    macro_rules! numbers {
        ($message:ident) => {
            $message {
                count,
                r#type,
                sum: asks(Statistic::Sum),
                mean: asks(Statistic::Mean),
                mode: asks(Statistic::Mode),
                median: asks(Statistic::Median),
                maximum: asks(Statistic::Max),
                minimum: asks(Statistic::Min),
            }
        };
    }
    match metric.kind {
        MetricKind::Integer => Asked::Int(numbers!(Integer)),
        MetricKind::Number => Asked::Number(numbers!(Number)),
        MetricKind::Text => Asked::Text(Text {
            count,
            r#type,
            top_occurences: metric.top_occurrences().is_some(),
            top_occurences_limit: metric.top_occurrences(),
        }),
        MetricKind::Boolean => Asked::Boolean(Boolean {
            count,
            r#type,
            total_true: asks(Statistic::TotalTrue),
            total_false: asks(Statistic::TotalFalse),
            percentage_true: asks(Statistic::PercentageTrue),
            percentage_false: asks(Statistic::PercentageFalse),
        }),
        MetricKind::Date => Asked::Date(Date {
            count,
            r#type,
            median: asks(Statistic::Median),
            mode: asks(Statistic::Mode),
            maximum: asks(Statistic::Max),
            minimum: asks(Statistic::Min),
        }),
        // The server answers only those that ask for the type.
        MetricKind::Reference => Asked::Reference(Reference { r#type: true, pointing_to: asks(Statistic::PointingTo) }),
    }
}

/// Refuses options of a query that an aggregation does not have, and bounds without an end.
fn check_options(bound: &Bound, options: &Options) -> Result<()> {
    let Options {
        filter: _,
        limit,
        offset,
        auto_limit,
        target,
        rerank,
        boost,
        diversity,
        group_by,
        generate,
        query_profile,
        selected,
    } = options;
    for (name, is_set) in [
        ("offset", offset.is_some()),
        ("auto_limit", auto_limit.is_some()),
        ("rerank", rerank.is_some()),
        ("boost", boost.is_some()),
        ("diversity", diversity.is_some()),
        ("group_by", group_by.is_some()),
        ("generate", generate.is_some()),
        ("query_profile", *query_profile),
        ("select", *selected != Selected::default()),
    ] {
        if is_set {
            return Err(Error::validation(name, "is not an option of an aggregation; omit it"));
        }
    }
    if target.as_ref().is_some_and(|targets| targets.names.len() > 1) {
        return Err(Error::validation("target", "an aggregation takes one target vector"));
    }
    if limit.is_some_and(|objects| !(1..=MAX).contains(&objects)) {
        return Err(Error::validation("limit", format!("the number of objects must be between 1 and {MAX}")));
    }
    match bound {
        Bound::NearVector(near) => check_threshold(near.threshold, *limit),
        Bound::NearText(near) => check_threshold(near.threshold, *limit),
        Bound::NearMedia(near) => check_threshold(near.threshold, *limit),
        Bound::NearObject(near) => check_threshold(near.threshold, *limit),
        Bound::Hybrid(hybrid) => check_hybrid(hybrid, *limit),
    }
}

/// The server aggregates by certainty, `1 - distance / 2`, and takes one of 0 or less for none.
fn check_threshold(threshold: Threshold, limit: Option<u32>) -> Result<()> {
    if threshold.distance.is_some_and(|distance| distance >= 2.0) {
        return Err(Error::validation("distance", "must be below 2 in an aggregation; use `limit` instead"));
    }
    if limit.is_none() && threshold.distance.is_none() && threshold.certainty.is_none_or(|certainty| certainty <= 0.0) {
        return Err(Error::validation(
            "limit",
            "an aggregation of a search needs `limit`, a distance, or a certainty above 0",
        ));
    }
    Ok(())
}

fn check_hybrid(hybrid: &Hybrid, limit: Option<u32>) -> Result<()> {
    let Hybrid { keywords, vector, alpha, .. } = hybrid;
    if keywords.properties.is_some() {
        return Err(Error::validation(
            "query_properties",
            "is not an option of an aggregation, which searches all properties; omit it",
        ));
    }
    if limit.is_none() && (vector.is_none() || *alpha >= 1.0 || keywords.text.is_empty()) {
        return Err(Error::validation(
            "limit",
            "an aggregation of a hybrid search needs `limit`, unless it has a text and a vector",
        ));
    }
    Ok(())
}

fn search(bound: &Bound, target: &Target, options: &Options) -> Result<Search> {
    // The others are refused or go beside the search.
    let options = Options { target: options.target.clone(), ..Options::default() };
    let request = match bound {
        Bound::NearVector(near) => near.message(target, &options),
        Bound::NearText(near) => near.message(target, &options),
        Bound::NearMedia(near) => near.message(target, &options),
        Bound::NearObject(near) => near.message(target, &options),
        Bound::Hybrid(hybrid) => hybrid.message(target, &options),
    }?;
    search_of(request).ok_or_else(|| Error::validation("search", "is not a search that can be aggregated"))
}

/// Takes the search out of a request that has nothing else.
fn search_of(request: SearchRequest) -> Option<Search> {
    macro_rules! first {
        ($($field:ident $variant:ident $(($unbox:tt))?;)*) => {
            $(
                if let Some(search) = request.$field {
                    return Some(Search::$variant($($unbox)? search));
                }
            )*
        };
    }
    first! {
        near_vector NearVector;
        near_object NearObject;
        hybrid_search Hybrid;
        near_text NearText (*);
        near_image NearImage (*);
        near_audio NearAudio (*);
        near_video NearVideo (*);
        near_depth NearDepth (*);
        near_thermal NearThermal (*);
        near_imu NearImu (*);
    }
    None
}

/// Result of an aggregation, whose metrics do not have their types yet.
#[derive(Debug)]
pub(crate) struct FoundWhole {
    pub(crate) count: u64,
    pub(crate) metrics: Vec<(String, Summary)>,
    pub(crate) took: Duration,
}

/// Group of an aggregation, whose metrics do not have their types yet.
#[derive(Debug)]
pub(crate) struct FoundGroup {
    pub(crate) value: GroupValue,
    pub(crate) count: u64,
    pub(crate) metrics: Vec<(String, Summary)>,
}

/// Reads the result over all objects.
pub(crate) fn whole(reply: AggregateReply, asked: &[AskedMetric]) -> Result<FoundWhole> {
    let took = reply::took(reply.took);
    match reply.result {
        Some(Outcome::SingleResult(single)) => Ok(FoundWhole {
            count: count(single.objects_count)?,
            metrics: summaries(single.aggregations, asked)?,
            took,
        }),
        Some(Outcome::GroupedResults(_)) => Err(reply::unwanted_groups()),
        None => Err(Error::decode("the reply has no result")),
    }
}

/// Reads the groups. Without any, the server sends no result.
pub(crate) fn groups(reply: AggregateReply, asked: &[AskedMetric]) -> Result<(Vec<FoundGroup>, Duration)> {
    let took = reply::took(reply.took);
    let groups = match reply.result {
        Some(Outcome::GroupedResults(grouped)) => grouped.groups,
        None => Vec::new(),
        Some(Outcome::SingleResult(_)) => return Err(reply::no_groups()),
    };
    let read = groups.into_iter().map(|Group { objects_count, aggregations, grouped_by }| {
        let metrics = summaries(aggregations, asked)?;
        Ok(FoundGroup { value: value(grouped_by)?, count: count(objects_count)?, metrics })
    });
    Ok((read.collect::<Result<_>>()?, took))
}

fn count(number: Option<i64>) -> Result<u64> {
    let number = number.ok_or_else(|| Error::decode("the reply does not have the number of objects"))?;
    u64::try_from(number).map_err(|_| Error::decode(format!("the reply claims {number} objects")))
}

fn value(grouped_by: Option<GroupedBy>) -> Result<GroupValue> {
    match grouped_by.and_then(|by| by.value) {
        Some(Value::Text(text)) => Ok(GroupValue::Text(text)),
        Some(Value::Int(number)) => Ok(GroupValue::Integer(number)),
        Some(Value::Boolean(flag)) => Ok(GroupValue::Boolean(flag)),
        Some(Value::Number(number)) => Ok(GroupValue::Number(number)),
        Some(other) => Err(Error::decode(format!("a group has a value that this client does not know: {other:?}"))),
        None => Err(Error::decode("a group has no value")),
    }
}

/// Returns a summary for each metric, in their order. The server's order is random, and it leaves out
/// properties of which nothing is known.
fn summaries(found: Option<Aggregations>, asked: &[AskedMetric]) -> Result<Vec<(String, Summary)>> {
    let mut found = found.unwrap_or_default().aggregations;
    let each = asked.iter().map(|metric| {
        let at = found.iter().position(|one| one.property == metric.property);
        let one = at.and_then(|at| found.swap_remove(at).aggregation);
        Ok((metric.property.clone(), summary(metric, one)?))
    });
    each.collect()
}

fn summary(metric: &AskedMetric, found: Option<Found>) -> Result<Summary> {
    macro_rules! numbers {
        ($found:expr) => {{
            let found = $found;
            NumberSummary {
                count: counted(metric, found.count)?,
                value_type: value_type(metric, found.r#type),
                sum: asked(metric, Statistic::Sum, found.sum),
                mean: asked(metric, Statistic::Mean, found.mean),
                mode: asked(metric, Statistic::Mode, found.mode),
                median: asked(metric, Statistic::Median, found.median),
                max: asked(metric, Statistic::Max, found.maximum),
                min: asked(metric, Statistic::Min, found.minimum),
            }
        }};
    }
    Ok(match (metric.kind, found) {
        (MetricKind::Integer, Some(Found::Int(found))) => Summary::Integer(numbers!(found)),
        (MetricKind::Number, Some(Found::Number(found))) => Summary::Number(numbers!(found)),
        (MetricKind::Text, Some(Found::Text(found))) => Summary::Text(text(metric, found)?),
        (MetricKind::Boolean, Some(Found::Boolean(found))) => Summary::Boolean(boolean(metric, found)?),
        (MetricKind::Date, Some(Found::Date(found))) => Summary::Date(date(metric, found)?),
        (MetricKind::Reference, Some(Found::Reference(found))) => Summary::Reference(reference(metric, found)),
        (_, Some(found)) => return Err(other_kind(metric, &found)),
        (MetricKind::Integer, None) => Summary::Integer(NumberSummary::default()),
        (MetricKind::Number, None) => Summary::Number(NumberSummary::default()),
        (MetricKind::Text, None) => Summary::Text(TextSummary::default()),
        (MetricKind::Boolean, None) => Summary::Boolean(BooleanSummary::default()),
        (MetricKind::Date, None) => Summary::Date(DateSummary::default()),
        (MetricKind::Reference, None) => Summary::Reference(ReferenceSummary::default()),
    })
}

/// The server answers by the data type of the property, whatever was asked.
fn other_kind(metric: &AskedMetric, found: &Found) -> Error {
    let (is, constructor) = match found {
        Found::Int(_) => ("int", "integer"),
        Found::Number(_) => ("number", "number"),
        Found::Text(_) => ("text", "text"),
        Found::Boolean(_) => ("boolean", "boolean"),
        Found::Date(_) => ("date", "date"),
        Found::Reference(_) => ("a reference", "reference"),
    };
    let (property, kind) = (&metric.property, metric.kind);
    Error::decode(format!("`{property}` is {is}, and was aggregated as {kind:?}; use `Metrics::{constructor}`"))
}

/// Returns what was asked for. The server sends all metrics of texts and booleans.
fn asked<T>(metric: &AskedMetric, statistic: Statistic, found: Option<T>) -> Option<T> {
    found.filter(|_| metric.asks(statistic))
}

fn counted(metric: &AskedMetric, found: Option<i64>) -> Result<Option<u64>> {
    asked(metric, Statistic::Count, found).map(|number| natural(metric, number)).transpose()
}

fn natural(metric: &AskedMetric, number: i64) -> Result<u64> {
    u64::try_from(number)
        .map_err(|_| Error::decode(format!("the reply claims {number} values of `{}`", metric.property)))
}

fn value_type(metric: &AskedMetric, found: Option<String>) -> Option<String> {
    asked(metric, Statistic::ValueType, found).filter(|name| !name.is_empty())
}

fn text(metric: &AskedMetric, found: aggregation::Text) -> Result<TextSummary> {
    let top = metric.top_occurrences().map(|_| found.top_occurences.unwrap_or_default().items);
    let top = top.map(|items| {
        let each = items
            .into_iter()
            .map(|item| Ok(TopOccurrence { value: item.value, occurs: natural(metric, item.occurs)? }));
        each.collect::<Result<Vec<_>>>()
    });
    Ok(TextSummary {
        count: counted(metric, found.count)?,
        value_type: value_type(metric, found.r#type),
        top_occurrences: top.transpose()?,
    })
}

fn boolean(metric: &AskedMetric, found: aggregation::Boolean) -> Result<BooleanSummary> {
    let total = |statistic, number| asked(metric, statistic, number).map(|number| natural(metric, number)).transpose();
    // The share of nothing is not a number.
    let share = |statistic, share| asked(metric, statistic, share).filter(|share: &f64| !share.is_nan());
    Ok(BooleanSummary {
        count: counted(metric, found.count)?,
        value_type: value_type(metric, found.r#type),
        total_true: total(Statistic::TotalTrue, found.total_true)?,
        total_false: total(Statistic::TotalFalse, found.total_false)?,
        percentage_true: share(Statistic::PercentageTrue, found.percentage_true),
        percentage_false: share(Statistic::PercentageFalse, found.percentage_false),
    })
}

fn date(metric: &AskedMetric, found: aggregation::Date) -> Result<DateSummary> {
    let date = |statistic, text: Option<String>| {
        let text = asked(metric, statistic, text).filter(|text| !text.is_empty());
        let date = text.map(DateTime::parse).transpose();
        date.map_err(|error| Error::decode(format!("a date of `{}`: {error}", metric.property)))
    };
    Ok(DateSummary {
        count: counted(metric, found.count)?,
        value_type: value_type(metric, found.r#type),
        median: date(Statistic::Median, found.median)?,
        mode: date(Statistic::Mode, found.mode)?,
        max: date(Statistic::Max, found.maximum)?,
        min: date(Statistic::Min, found.minimum)?,
    })
}

fn reference(metric: &AskedMetric, found: aggregation::Reference) -> ReferenceSummary {
    ReferenceSummary {
        value_type: value_type(metric, found.r#type),
        pointing_to: metric.asks(Statistic::PointingTo).then_some(found.pointing_to),
    }
}
