//! Compiling one clause: a property or an internal value of the object, compared by the rules of its type.

use std::collections::BTreeSet;

use super::compile::Predicate;
use super::fault::Fault;
use super::values::{bools, dates, length_of, list_length, numbers, texts, uuids};
use super::{Clause, FilterValue, Operator, Target};
use crate::engine::schema::{ClassView, DataType, Property};
use crate::engine::search::analysis::Analyzer;
use crate::engine::search::fault::{ClauseFault, IndexFault, OnlyStopwords};
use crate::engine::search::tokenization::Tokenization;
use crate::engine::search::{Scope, geo, like, rfc3339};
use crate::engine::store::{Object, Value, parse_uuid};

/// Turns "any stored value compares so" into a predicate; `NotEqual` means that no stored value is equal.
fn any<'a>(operator: Operator, test: impl Fn(&Object, Operator) -> bool + 'a) -> Predicate<'a> {
    match operator {
        Operator::NotEqual => Box::new(move |object| !test(object, Operator::Equal)),
        other => Box::new(move |object| test(object, other)),
    }
}

pub(super) fn id<'a>(clause: &Clause) -> Result<Predicate<'a>, Fault> {
    let FilterValue::Text(text) = &clause.value else {
        return Err(quoted("string", &clause.value));
    };
    // A malformed id equals none.
    let wanted = parse_uuid(text).ok();
    Ok(any(clause.operator, move |object, operator| operator.accepts(wanted.map(|wanted| object.id.cmp(&wanted)))))
}

/// A list of ids, of which an object has any or none. It is looked up in a set, however long it is.
pub(super) fn listed_ids<'a>(clause: &Clause, values: &[FilterValue]) -> Option<Predicate<'a>> {
    let none = match clause.operator {
        Operator::ContainsAny => false,
        Operator::ContainsNone => true,
        _ => return None,
    };
    if clause.target != Target::Id || !clause.hops.is_empty() || values.is_empty() {
        return None;
    }
    let mut listed = BTreeSet::new();
    for value in values {
        let FilterValue::Text(text) = value else { return None };
        listed.extend(parse_uuid(text).ok());
    }
    Some(Box::new(move |object| listed.contains(&object.id) != none))
}

pub(super) fn timestamp<'a>(clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, Fault> {
    let wanted = match &clause.value {
        FilterValue::Text(_) => time_value(&clause.value)?.div_euclid(1_000_000),
        other => return Err(quoted("string or time.Time", other)),
    };
    if !class.inverted.timestamps {
        return Err(IndexFault::Timestamps(class.name.clone()).into());
    }
    let created = clause.target == Target::CreationTime;
    Ok(any(clause.operator, move |object, operator| {
        let stored = if created { object.created_ms } else { object.updated_ms };
        operator.accepts(Some(i128::from(stored).cmp(&wanted)))
    }))
}

/// A value of another type than the property has.
fn mistyped(expected: &'static str, value: &FilterValue) -> ClauseFault {
    ClauseFault::Type { expected, found: value.type_name() }
}

/// The same, where the server puts the type in quotes.
fn quoted(expected: &'static str, value: &FilterValue) -> Fault {
    ClauseFault::QuotedType { expected, found: value.type_name() }.into()
}

fn time_value(value: &FilterValue) -> Result<i128, ClauseFault> {
    match value {
        FilterValue::Text(text) => rfc3339::nanos(text).map_err(ClauseFault::Time),
        other => Err(mistyped("time.Time (or parseable string)", other)),
    }
}

fn int_value(value: &FilterValue) -> Result<f64, ClauseFault> {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "the server stores integers as doubles")]
        FilterValue::Int(number) => Ok(*number as f64),
        other => Err(mistyped("int", other)),
    }
}

pub(super) fn length<'a>(name: &str, clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, Fault> {
    if clause.operator == Operator::IsNull {
        return Err(ClauseFault::NullLength(name.to_owned()).into());
    }
    let wanted = int_value(&clause.value)?;
    if !class.inverted.property_length {
        return Err(IndexFault::PropertyLength(class.name.clone()).into());
    }
    if class.property(name).is_some_and(|property| !property.is_indexed() || !has_length(&property.data_type)) {
        return Err(IndexFault::NoBucket { property: name.to_owned(), index: "propertyLength" }.into());
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

/// Returns whether there is an index of lengths for values of the type.
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
                return Err(mistyped("float64", &clause.value).into());
            };
            Ok(any(operator, move |object, operator| {
                numbers(object, &name).iter().any(|v| operator.accepts(v.partial_cmp(&wanted)))
            }))
        }
        DataType::Boolean | DataType::BooleanArray => {
            let FilterValue::Bool(wanted) = clause.value else {
                return Err(mistyped("bool", &clause.value).into());
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
                return Err(ClauseFault::UuidType { found: clause.value.type_name() }.into());
            };
            let wanted = parse_uuid(text).map_err(ClauseFault::Uuid)?;
            Ok(any(operator, move |object, operator| {
                uuids(object, &name).iter().any(|v| operator.accepts(Some(v.cmp(&wanted))))
            }))
        }
        DataType::Geo => {
            let FilterValue::Geo { center, metres } = clause.value else {
                return Err(quoted("filters.GeoRange", &clause.value));
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
            Err(ClauseFault::DataType(property.data_type.name().to_owned()).into())
        }
    }
}

fn is_null<'a>(property: &Property, clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, Fault> {
    let FilterValue::Bool(wanted) = clause.value else {
        return Err(mistyped("bool", &clause.value).into());
    };
    if !class.inverted.null_state {
        return Err(IndexFault::NullState.into());
    }
    if !property.is_indexed() {
        return Err(IndexFault::NoBucket { property: property.name.clone(), index: "nullState" }.into());
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
        return Err(quoted("string", &clause.value));
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
        return Err(OnlyStopwords.into());
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
