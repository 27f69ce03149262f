//! Replies to aggregations. Of texts and booleans the server sends all figures, of others those that are asked for.

use std::collections::BTreeSet;

use weaviate_generated::grpc::aggregate_reply::aggregations::Aggregation;
use weaviate_generated::grpc::aggregate_reply::aggregations::aggregation::text::{TopOccurrences, top_occurrences};
use weaviate_generated::grpc::aggregate_reply::aggregations::aggregation::{
    Aggregation as Shown, Boolean, Date, Integer, Number, Reference, Text,
};
use weaviate_generated::grpc::aggregate_reply::group::{GroupedBy, grouped_by};
use weaviate_generated::grpc::aggregate_reply::{Aggregations, Group, Grouped, Result as Outcome, Single};
use weaviate_generated::grpc::aggregate_request::aggregation::Aggregation as Kind;
use weaviate_generated::grpc::{AggregateReply, AggregateRequest};

use super::super::integer;
use super::fault::AggregateFault;
use crate::engine::search::aggregate::{
    Aggregated, DateFigures, Figures, GroupValue, Measured, NumberFigures, Occurrence, Section,
};

/// A figure that a request can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Metric {
    Count,
    Sum,
    Mean,
    Mode,
    Median,
    Maximum,
    Minimum,
}

/// Everything that a request asks about one property.
#[derive(Debug, Default)]
struct Asked {
    /// By the last entry for the property.
    metrics: BTreeSet<Metric>,
    /// By any of them.
    typed: bool,
}

/// Shows what was found. Where there are no groups there is no result.
pub(super) fn reply(request: &AggregateRequest, found: &Aggregated) -> Result<AggregateReply, AggregateFault> {
    let result = match found {
        Aggregated::Whole(section) => Some(Outcome::SingleResult(Single {
            objects_count: Some(if request.objects_count { integer(section.count) } else { 0 }),
            aggregations: aggregations(request, section)?,
        })),
        Aggregated::Groups(groups) if groups.is_empty() => None,
        Aggregated::Groups(groups) => {
            let groups = groups.iter().map(|(value, section)| group(request, value, section));
            Some(Outcome::GroupedResults(Grouped { groups: groups.collect::<Result<_, _>>()? }))
        }
    };
    Ok(AggregateReply { took: 0.0, result })
}

fn group(request: &AggregateRequest, value: &GroupValue, section: &Section) -> Result<Group, AggregateFault> {
    let value = match value {
        GroupValue::Text(text) => grouped_by::Value::Text(text.clone()),
        GroupValue::Number(number) => grouped_by::Value::Number(*number),
        GroupValue::Boolean(flag) => grouped_by::Value::Boolean(*flag),
        GroupValue::Address(type_name) => return Err(AggregateFault::GroupValue(type_name)),
    };
    let path = request.group_by.iter().map(|by| by.property.clone()).collect();
    Ok(Group {
        objects_count: Some(integer(section.count)),
        aggregations: aggregations(request, section)?,
        grouped_by: Some(GroupedBy { path, value: Some(value) }),
    })
}

fn aggregations(request: &AggregateRequest, section: &Section) -> Result<Option<Aggregations>, AggregateFault> {
    let shown = section.properties.iter().filter_map(|measured| {
        let asked = asked(request, &measured.property);
        let aggregation = Some(shown(measured, &asked)?);
        // The server cannot return the type of a path into a value. Of a path behind a reference
        // it returns the name of the reference.
        let inside = measured.property.split_once('.').map(|(base, _)| base.to_owned());
        Some(match (inside, &measured.figures) {
            (Some(base), Figures::References(_)) => Ok(Aggregation { property: base, aggregation }),
            (Some(_), _) if asked.typed => Err(AggregateFault::NoKind),
            _ => Ok(Aggregation { property: measured.property.clone(), aggregation }),
        })
    });
    let aggregations: Vec<Aggregation> = shown.collect::<Result<_, _>>()?;
    Ok((!aggregations.is_empty()).then_some(Aggregations { aggregations }))
}

/// `None` for what is left out.
fn shown(measured: &Measured, asked: &Asked) -> Option<Shown> {
    let data_type = || Some(if asked.typed { measured.data_type.clone() } else { String::new() });
    Some(match &measured.figures {
        Figures::Ints(figures) => Shown::Int(if asked.shows_any(figures.is_some()) {
            ints(figures.as_ref(), asked, data_type())
        } else {
            Integer::default()
        }),
        Figures::Numbers(figures) => Shown::Number(if asked.shows_any(figures.is_some()) {
            numbers(figures.as_ref(), asked, data_type())
        } else {
            Number::default()
        }),
        Figures::Dates(figures) => Shown::Date(if asked.shows_any_of_a_date(figures.is_some()) {
            dates(figures.as_ref(), asked, data_type())
        } else {
            Date::default()
        }),
        Figures::Texts { count, top } => Shown::Text(Text {
            count: Some(integer(*count)),
            r#type: data_type(),
            top_occurences: (!top.is_empty()).then(|| TopOccurrences { items: top.iter().map(occurrence).collect() }),
        }),
        Figures::Booleans { total_true, total_false } => {
            let count = total_true + total_false;
            Shown::Boolean(Boolean {
                count: Some(integer(count)),
                r#type: data_type(),
                total_true: Some(integer(*total_true)),
                total_false: Some(integer(*total_false)),
                percentage_true: Some(share(*total_true, count)),
                percentage_false: Some(share(*total_false, count)),
            })
        }
        Figures::References(targets) if asked.typed => {
            Shown::Reference(Reference { r#type: Some("cref".to_owned()), pointing_to: targets.clone() })
        }
        Figures::References(_) => return None,
    })
}

impl Asked {
    /// Returns whether the reply has figures of numbers. Without numbers it has their count alone.
    fn shows_any(&self, any: bool) -> bool {
        if any { !self.metrics.is_empty() } else { self.has(Metric::Count) }
    }

    /// The same for dates, which have neither a sum nor a mean.
    fn shows_any_of_a_date(&self, any: bool) -> bool {
        let known = |metric: &Metric| !matches!(metric, Metric::Sum | Metric::Mean);
        if any { self.metrics.iter().any(known) } else { self.has(Metric::Count) }
    }

    fn has(&self, metric: Metric) -> bool {
        self.metrics.contains(&metric)
    }

    fn of<T>(&self, metric: Metric, value: Option<T>) -> Option<T> {
        value.filter(|_| self.has(metric))
    }
}

fn ints(figures: Option<&NumberFigures>, asked: &Asked, data_type: Option<String>) -> Integer {
    let of = |metric, value: fn(&NumberFigures) -> f64| asked.of(metric, figures.map(value));
    Integer {
        count: asked.of(Metric::Count, Some(figures.map_or(0, |figures| integer(figures.count)))),
        r#type: data_type,
        mean: of(Metric::Mean, |it| it.mean),
        median: of(Metric::Median, |it| it.median),
        mode: of(Metric::Mode, |it| it.mode).map(whole),
        maximum: of(Metric::Maximum, |it| it.maximum).map(whole),
        minimum: of(Metric::Minimum, |it| it.minimum).map(whole),
        sum: of(Metric::Sum, |it| it.sum).map(whole),
    }
}

fn numbers(figures: Option<&NumberFigures>, asked: &Asked, data_type: Option<String>) -> Number {
    let of = |metric, value: fn(&NumberFigures) -> f64| asked.of(metric, figures.map(value));
    Number {
        count: asked.of(Metric::Count, Some(figures.map_or(0, |figures| integer(figures.count)))),
        r#type: data_type,
        mean: of(Metric::Mean, |it| it.mean),
        median: of(Metric::Median, |it| it.median),
        mode: of(Metric::Mode, |it| it.mode),
        maximum: of(Metric::Maximum, |it| it.maximum),
        minimum: of(Metric::Minimum, |it| it.minimum),
        sum: of(Metric::Sum, |it| it.sum),
    }
}

fn dates(figures: Option<&DateFigures>, asked: &Asked, data_type: Option<String>) -> Date {
    let of = |metric, value: fn(&DateFigures) -> &String| asked.of(metric, figures.map(value).cloned());
    Date {
        count: asked.of(Metric::Count, Some(figures.map_or(0, |figures| integer(figures.count)))),
        r#type: data_type,
        median: of(Metric::Median, |it| &it.median),
        mode: of(Metric::Mode, |it| &it.mode),
        maximum: of(Metric::Maximum, |it| &it.maximum),
        minimum: of(Metric::Minimum, |it| &it.minimum),
    }
}

fn occurrence(found: &Occurrence) -> top_occurrences::TopOccurrence {
    top_occurrences::TopOccurrence { value: found.text.clone(), occurs: integer(found.count) }
}

/// Everything that the request asks about a property. A figure that the property's type does not have is nothing to the server.
fn asked(request: &AggregateRequest, property: &str) -> Asked {
    let entries = request.aggregations.iter().filter(|entry| entry.property == property);
    entries.fold(Asked::default(), |known, entry| {
        let (typed, metrics) = entry.aggregation.as_ref().map(metrics).unwrap_or_default();
        Asked { metrics, typed: known.typed || typed }
    })
}

/// The figures that are asked for, behind a flag for the type.
fn metrics(kind: &Kind) -> (bool, BTreeSet<Metric>) {
    use Metric::{Count, Maximum, Mean, Median, Minimum, Mode, Sum};
    macro_rules! flags {
        ($message:ident: $($field:ident => $metric:ident),*) => {
            [$(($message.$field, $metric)),*].into_iter().filter(|(asked, _)| *asked).map(|(_, metric)| metric).collect()
        };
    }
    macro_rules! figures_of_numbers {
        ($of:ident) => {
            flags!($of: count => Count, sum => Sum, mean => Mean, mode => Mode, median => Median, maximum => Maximum,
                minimum => Minimum)
        };
    }
    match kind {
        Kind::Int(of) => (of.r#type, figures_of_numbers!(of)),
        Kind::Number(of) => (of.r#type, figures_of_numbers!(of)),
        Kind::Date(of) => (
            of.r#type,
            flags!(of: count => Count, mode => Mode, median => Median, maximum => Maximum, minimum => Minimum),
        ),
        Kind::Text(of) => (of.r#type, flags!(of: count => Count)),
        Kind::Boolean(of) => (of.r#type, flags!(of: count => Count)),
        Kind::Reference(of) => (of.r#type, BTreeSet::new()),
    }
}

/// Without a fraction, as the server has figures of integers on the wire.
#[expect(clippy::cast_possible_truncation, reason = "that is the point")]
fn whole(number: f64) -> i64 {
    number as i64
}

/// Not a number where there are no values.
#[expect(clippy::cast_precision_loss, reason = "counts stay within 2^53")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
