//! Compiling one clause: a property or an internal value of the object, compared by the rules of its type.

use super::compile::Predicate;
use super::fault::Fault;
use super::values::{bools, dates, length_of, list_length, numbers, texts, uuids};
use super::{Clause, FilterValue, Operator, Target};
use crate::engine::schema::{ClassView, DataType, Property};
use crate::engine::search::analysis::Analyzer;
use crate::engine::search::tokenization::Tokenization;
use crate::engine::search::{Scope, geo, like, rfc3339};
use crate::engine::store::{Object, Value};

/// Turns "any stored value compares so" into a predicate; `NotEqual` means that no stored value is equal.
fn any<'a>(operator: Operator, test: impl Fn(&Object, Operator) -> bool + 'a) -> Predicate<'a> {
    match operator {
        Operator::NotEqual => Box::new(move |object| !test(object, Operator::Equal)),
        other => Box::new(move |object| test(object, other)),
    }
}

pub(super) fn id<'a>(clause: &Clause) -> Result<Predicate<'a>, Fault> {
    let FilterValue::Text(text) = &clause.value else {
        return Err(format!("expected value to be string, got '{}'", clause.value.type_name()).into());
    };
    // A malformed id equals none.
    let wanted = crate::engine::store::parse_uuid(text).ok();
    Ok(any(clause.operator, move |object, operator| operator.accepts(wanted.map(|wanted| object.id.cmp(&wanted)))))
}

pub(super) fn timestamp<'a>(clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, Fault> {
    let wanted = match &clause.value {
        FilterValue::Text(_) => time_value(&clause.value)?.div_euclid(1_000_000),
        other => return Err(format!("expected value to be string or time.Time, got '{}'", other.type_name()).into()),
    };
    if !class.inverted.timestamps {
        return Err(Fault::Resolving(format!(
            "Timestamps must be indexed to be filterable! Add `IndexTimestamps: true` to the InvertedIndexConfig in {}",
            class.name
        )));
    }
    let created = clause.target == Target::CreationTime;
    Ok(any(clause.operator, move |object, operator| {
        let stored = if created { object.created_ms } else { object.updated_ms };
        operator.accepts(Some(i128::from(stored).cmp(&wanted)))
    }))
}

fn time_value(value: &FilterValue) -> Result<i128, String> {
    match value {
        FilterValue::Text(text) => {
            rfc3339::nanos(text).map_err(|fault| format!("trying parse time as RFC3339 string: {fault}"))
        }
        other => Err(format!("expected value to be time.Time (or parseable string), got {}", other.type_name())),
    }
}

fn int_value(value: &FilterValue) -> Result<f64, String> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "the server stores integers as doubles")]
        FilterValue::Int(number) => Ok(*number as f64),
        other => Err(format!("expected value to be int, got {}", other.type_name())),
    }
}

pub(super) fn length<'a>(name: &str, clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, Fault> {
    if clause.operator == Operator::IsNull {
        return Err(format!(
            "failed to extract length of prop, unsupported type 'schema.DataType' for length of prop '{name}'"
        )
        .into());
    }
    let wanted = int_value(&clause.value)?;
    if !class.inverted.property_length {
        return Err(Fault::Resolving(format!(
            "Property length must be indexed to be filterable! add `IndexPropertyLength: true` to the invertedIndexConfig in {}.  \
             Geo-coordinates, phone numbers and data blobs are not supported by property length.",
            class.name
        )));
    }
    if class.property(name).is_some_and(|property| !property.is_indexed() || !has_length(&property.data_type)) {
        return Err(Fault::no_bucket(name, "propertyLength"));
    }
    let name = name.to_owned();
    #[expect(clippy::cast_precision_loss, reason = "lengths are small")]
    Ok(any(clause.operator, move |object, operator| {
        let length = match object.properties.get(&name) {
            // Neither of no length nor of any other.
            Some(Value::References(beacons)) if beacons.is_empty() => None,
            value => value.map_or(Some(0), length_of),
        };
        operator.accepts(length.and_then(|length| (length as f64).partial_cmp(&wanted)))
    }))
}

/// Whether there is an index of lengths for values of the type.
fn has_length(data_type: &DataType) -> bool {
    !(data_type.is_numeric()
        || data_type.is_blob()
        || matches!(data_type, DataType::Boolean | DataType::Geo | DataType::Phone))
}

pub(super) fn property_clause<'a>(
    property: &Property,
    clause: &Clause,
    scope: &Scope<'a>,
) -> Result<Predicate<'a>, Fault> {
    let class = scope.class();
    let name = property.name.clone();
    let operator = clause.operator;
    if operator == Operator::IsNull {
        return is_null(property, clause, class);
    }
    match &property.data_type {
        DataType::Text | DataType::TextArray => text(property, clause, scope),
        DataType::Int | DataType::IntArray => {
            let wanted = int_value(&clause.value)?;
            Ok(any(operator, move |object, operator| {
                numbers(object, &name).iter().any(|v| operator.accepts(v.partial_cmp(&wanted)))
            }))
        }
        DataType::Number | DataType::NumberArray => {
            let FilterValue::Number(wanted) = clause.value else {
                return Err(format!("expected value to be float64, got {}", clause.value.type_name()).into());
            };
            Ok(any(operator, move |object, operator| {
                numbers(object, &name).iter().any(|v| operator.accepts(v.partial_cmp(&wanted)))
            }))
        }
        DataType::Boolean | DataType::BooleanArray => {
            let FilterValue::Bool(wanted) = clause.value else {
                return Err(format!("expected value to be bool, got {}", clause.value.type_name()).into());
            };
            Ok(any(operator, move |object, operator| {
                bools(object, &name).iter().any(|v| operator.accepts(Some(v.cmp(&wanted))))
            }))
        }
        DataType::Date | DataType::DateArray => {
            let wanted = time_value(&clause.value)?;
            Ok(any(operator, move |object, operator| {
                dates(object, &name).iter().any(|v| operator.accepts(Some(v.unix_nanos().cmp(&wanted))))
            }))
        }
        DataType::Uuid | DataType::UuidArray => {
            let FilterValue::Text(text) = &clause.value else {
                return Err(
                    format!("expected uuid filter value to be a string, got {}", clause.value.type_name()).into()
                );
            };
            let wanted =
                crate::engine::store::parse_uuid(text).map_err(|fault| format!("parse uuid filter value: {fault}"))?;
            Ok(any(operator, move |object, operator| {
                uuids(object, &name).iter().any(|v| operator.accepts(Some(v.cmp(&wanted))))
            }))
        }
        DataType::Geo => {
            let FilterValue::Geo { center, metres } = clause.value else {
                return Err(format!("expected value to be filters.GeoRange, got '{}'", clause.value.type_name()).into());
            };
            Ok(Box::new(move |object| match object.properties.get(&name) {
                Some(Value::Geo(at)) => {
                    geo::metres(center, geo::Point { latitude: at.latitude.into(), longitude: at.longitude.into() })
                        <= metres
                }
                _ => false,
            }))
        }
        DataType::Reference(_) => {
            let wanted = int_value(&clause.value)?;
            #[expect(clippy::cast_precision_loss, reason = "reference lists are short")]
            Ok(any(operator, move |object, operator| {
                let count = match object.properties.get(&name) {
                    Some(Value::References(beacons)) => beacons.len(),
                    _ => 0,
                };
                operator.accepts((count as f64).partial_cmp(&wanted))
            }))
        }
        DataType::Phone | DataType::Blob | DataType::BlobHash | DataType::Object | DataType::ObjectArray => {
            Err(format!("data type {:?} not supported in query", property.data_type.name()).into())
        }
    }
}

fn is_null<'a>(property: &Property, clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, Fault> {
    let FilterValue::Bool(wanted) = clause.value else {
        return Err(format!("expected value to be bool, got {}", clause.value.type_name()).into());
    };
    if !class.inverted.null_state {
        return Err(Fault::Resolving(
            "Nullstate must be indexed to be filterable! Add `indexNullState: true` to the invertedIndexConfig"
                .to_owned(),
        ));
    }
    if !property.is_indexed() {
        return Err(Fault::no_bucket(&property.name, "nullState"));
    }
    // These have no null index, so that neither answer finds anything.
    if matches!(property.data_type, DataType::Geo | DataType::Phone | DataType::Blob | DataType::BlobHash) {
        return Ok(Box::new(|_| false));
    }
    if !property.filterable {
        // Nothing is written to the index, and what is not in it is null.
        return Ok(Box::new(move |_| wanted));
    }
    let name = property.name.clone();
    Ok(Box::new(move |object| match object.properties.get(&name) {
        None => wanted,
        Some(Value::Text(text)) => text.is_empty() == wanted,
        // References that are gone leave a list that is neither null nor anything else.
        Some(Value::References(beacons)) => !beacons.is_empty() && !wanted,
        Some(value) => (list_length(value) == Some(0)) == wanted,
    }))
}

fn text<'a>(property: &Property, clause: &Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, Fault> {
    let FilterValue::Text(wanted) = &clause.value else {
        return Err(format!("expected value to be string, got '{}'", clause.value.type_name()).into());
    };
    let analyzer = scope.analyzer(property);
    let operator = clause.operator;
    let terms = match (operator, analyzer.tokenization) {
        (Operator::Like, _) => analyzer.patterns(wanted),
        (_, Tokenization::Word) => analyzer.query_terms(wanted),
        // Stopwords are words: other tokenizations keep them.
        _ => analyzer.terms(wanted),
    };
    if terms.is_empty() {
        return Err(Fault::only_stopwords());
    }
    let children: Vec<Predicate<'a>> =
        terms.into_iter().map(|term| text_term(property.name.clone(), term, operator, analyzer.clone())).collect();
    Ok(Box::new(move |object| children.iter().all(|child| child(object))))
}

fn text_term<'a>(name: String, wanted: String, operator: Operator, analyzer: Analyzer) -> Predicate<'a> {
    any(operator, move |object, operator| {
        texts(object, &name).iter().flat_map(|text| analyzer.terms(text)).any(|term| match operator {
            Operator::Like => like::matches(&wanted, &term),
            other => other.accepts(Some(term.as_bytes().cmp(wanted.as_bytes()))),
        })
    })
}
