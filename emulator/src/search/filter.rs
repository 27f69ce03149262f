//! Filters: what a `where` condition may say, and its evaluation over objects.
//!
//! A filter is compiled against a collection once, which is where everything that is wrong with it comes to light, and then asked
//! about each object.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use uuid::Uuid;

use super::Scope;
use super::analysis::Analyzer;
use super::tokenization::Tokenization;
use super::{geo, like, rfc3339};
use crate::schema::{ClassView, DataType, Property};
use crate::store::{Object, Value};

/// A condition on objects.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Vec<Filter>),
    Clause(Clause),
}

/// A comparison of one target with one value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clause {
    /// References to follow first, each with the collection it leads to.
    pub(crate) hops: Vec<Hop>,
    pub(crate) target: Target,
    pub(crate) operator: Operator,
    pub(crate) value: FilterValue,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) property: String,
    pub(crate) collection: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Id,
    CreationTime,
    UpdateTime,
    Property(String),
    /// `len(property)`
    Length(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    GreaterThan,
    GreaterThanEqual,
    LessThan,
    LessThanEqual,
    Like,
    WithinGeoRange,
    IsNull,
    ContainsAny,
    ContainsAll,
    ContainsNone,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FilterValue {
    Text(String),
    Int(i64),
    Number(f64),
    Bool(bool),
    Geo { center: geo::Point, metres: f64 },
    Texts(Vec<String>),
    Ints(Vec<i64>),
    Numbers(Vec<f64>),
    Bools(Vec<bool>),
}

/// A compiled filter.
pub(crate) type Predicate<'a> = Box<dyn Fn(&Object) -> bool + 'a>;

const ONLY_STOPWORDS: &str =
    "invalid search term, only stopwords provided. Stopwords can be configured in class.invertedIndexConfig.stopwords";

impl Filter {
    /// The names of the collection's own properties it looks at.
    pub(crate) fn properties(&self) -> Vec<&str> {
        match self {
            Self::And(children) | Self::Or(children) | Self::Not(children) => {
                children.iter().flat_map(Self::properties).collect()
            }
            Self::Clause(Clause { hops, target, .. }) => match (hops.first(), target) {
                (Some(hop), _) => vec![&hop.property],
                (None, Target::Property(name) | Target::Length(name)) => vec![name],
                (None, Target::Id | Target::CreationTime | Target::UpdateTime) => Vec::new(),
            },
        }
    }
}

impl Operator {
    fn is_contains(self) -> bool {
        matches!(self, Self::ContainsAny | Self::ContainsAll | Self::ContainsNone)
    }

    /// Whether an ordering of a stored value against the wanted one satisfies the operator; `NotEqual` is handled as a complement.
    fn accepts(self, ordering: Option<Ordering>) -> bool {
        let Some(ordering) = ordering else { return false };
        match self {
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanEqual => ordering.is_ge(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanEqual => ordering.is_le(),
            _ => ordering.is_eq(),
        }
    }
}

impl FilterValue {
    /// The type's name in the server's messages.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Int(_) => "int",
            Self::Number(_) => "float64",
            Self::Bool(_) => "bool",
            Self::Geo { .. } => "filters.GeoRange",
            Self::Texts(_) => "[]string",
            Self::Ints(_) => "[]int",
            Self::Numbers(_) => "[]float64",
            Self::Bools(_) => "[]bool",
        }
    }

    /// The elements of a list, each as a single value.
    fn elements(&self) -> Option<Vec<FilterValue>> {
        Some(match self {
            Self::Texts(values) => values.iter().cloned().map(Self::Text).collect(),
            Self::Ints(values) => values.iter().copied().map(Self::Int).collect(),
            Self::Numbers(values) => values.iter().copied().map(Self::Number).collect(),
            Self::Bools(values) => values.iter().copied().map(Self::Bool).collect(),
            _ => return None,
        })
    }
}

/// Compiles a filter for one collection, or says why the server cannot evaluate it.
pub(crate) fn compile<'a>(filter: &Filter, scope: &Scope<'a>) -> Result<Predicate<'a>, String> {
    match filter {
        Filter::And(children) => {
            let children = compile_all("And", children, scope)?;
            Ok(Box::new(move |object| children.iter().all(|child| child(object))))
        }
        Filter::Or(children) => {
            let children = compile_all("Or", children, scope)?;
            Ok(Box::new(move |object| children.iter().any(|child| child(object))))
        }
        Filter::Not(children) => {
            let mut compiled = compile_all("Not", children, scope)?;
            match (compiled.pop(), compiled.len()) {
                (Some(child), 0) => Ok(Box::new(move |object| !child(object))),
                (_, rest) => {
                    Err(resolving(&format!("too many children for operator \"Not\". Expected 1, given {}", rest + 1)))
                }
            }
        }
        Filter::Clause(clause) => compile_clause(clause, scope),
    }
}

fn compile_all<'a>(operator: &str, children: &[Filter], scope: &Scope<'a>) -> Result<Vec<Predicate<'a>>, String> {
    if children.is_empty() {
        return Err(resolving(&format!("no children for operator {operator:?}")));
    }
    children.iter().map(|child| compile(child, scope)).collect()
}

/// Faults that the server finds only while it reads its indexes.
fn resolving(fault: &str) -> String {
    format!("resolve doc ids for prop/value pair: {fault}")
}

fn compile_clause<'a>(clause: &Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, String> {
    if let Some((hop, rest)) = clause.hops.split_first() {
        return through_reference(hop, Clause { hops: rest.to_vec(), ..clause.clone() }, scope);
    }
    let class = scope.class();
    if clause.operator.is_contains() {
        return contains(clause, scope);
    }
    match &clause.target {
        Target::Id => id(clause),
        Target::CreationTime | Target::UpdateTime => timestamp(clause, class),
        Target::Length(name) => length(name, clause, class),
        Target::Property(name) => match class.property(name) {
            Some(property) => property_clause(property, clause, scope),
            None => Err(unknown_property(name, &class.name)),
        },
    }
}

pub(crate) fn unknown_property(name: &str, class: &str) -> String {
    format!(
        "no such prop with name '{name}' found in class '{class}' in the schema. Check your schema files for which properties in this class are available"
    )
}

fn through_reference<'a>(hop: &Hop, inner: Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, String> {
    let target = scope.linked(&hop.collection)?;
    let matches = compile(&Filter::Clause(inner), &target)?;
    let ids: BTreeSet<Uuid> = target.objects().filter(|object| matches(object)).map(|object| object.id).collect();
    let (name, collection) = (hop.property.clone(), hop.collection.clone());
    Ok(Box::new(move |object| match object.properties.get(&name) {
        Some(Value::References(beacons)) => beacons.iter().any(|beacon| {
            beacon.collection.as_ref().is_none_or(|named| *named == collection) && ids.contains(&beacon.id)
        }),
        _ => false,
    }))
}

fn contains<'a>(clause: &Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, String> {
    let Some(values) = clause.value.elements() else {
        let actual = clause.value.type_name();
        return Err(format!("value type should be []{actual} but is {actual}"));
    };
    if values.is_empty() {
        return Err(ONLY_STOPWORDS.to_owned());
    }
    let children = values
        .into_iter()
        .map(|value| compile_clause(&Clause { operator: Operator::Equal, value, ..clause.clone() }, scope))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(match clause.operator {
        Operator::ContainsAll => Box::new(move |object| children.iter().all(|child| child(object))),
        Operator::ContainsNone => Box::new(move |object| !children.iter().any(|child| child(object))),
        _ => Box::new(move |object| children.iter().any(|child| child(object))),
    })
}

/// Turns "any stored value compares so" into a predicate; `NotEqual` means that no stored value is equal.
fn any<'a>(operator: Operator, test: impl Fn(&Object, Operator) -> bool + 'a) -> Predicate<'a> {
    match operator {
        Operator::NotEqual => Box::new(move |object| !test(object, Operator::Equal)),
        other => Box::new(move |object| test(object, other)),
    }
}

fn id<'a>(clause: &Clause) -> Result<Predicate<'a>, String> {
    let FilterValue::Text(text) = &clause.value else {
        return Err(format!("expected value to be string, got '{}'", clause.value.type_name()));
    };
    // A malformed id equals none.
    let wanted = crate::store::parse_uuid(text).ok();
    Ok(any(clause.operator, move |object, operator| operator.accepts(wanted.map(|wanted| object.id.cmp(&wanted)))))
}

fn timestamp<'a>(clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, String> {
    let wanted = time_value(&clause.value)?.div_euclid(1_000_000);
    if !class.inverted.timestamps {
        return Err(resolving(&format!(
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

fn length<'a>(name: &str, clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, String> {
    let wanted = int_value(&clause.value)?;
    if !class.inverted.property_length {
        return Err(resolving(&format!(
            "Property length must be indexed to be filterable! add `IndexPropertyLength: true` to the invertedIndexConfig in {}.  \
             Geo-coordinates, phone numbers and data blobs are not supported by property length.",
            class.name
        )));
    }
    let name = name.to_owned();
    #[expect(clippy::cast_precision_loss, reason = "lengths are small")]
    Ok(any(clause.operator, move |object, operator| {
        let length = object.properties.get(&name).map_or(Some(0), length_of);
        operator.accepts(length.and_then(|length| (length as f64).partial_cmp(&wanted)))
    }))
}

fn property_clause<'a>(property: &Property, clause: &Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, String> {
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
                return Err(format!("expected value to be float64, got {}", clause.value.type_name()));
            };
            Ok(any(operator, move |object, operator| {
                numbers(object, &name).iter().any(|v| operator.accepts(v.partial_cmp(&wanted)))
            }))
        }
        DataType::Boolean | DataType::BooleanArray => {
            let FilterValue::Bool(wanted) = clause.value else {
                return Err(format!("expected value to be bool, got {}", clause.value.type_name()));
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
                return Err(format!("expected value to be string, got '{}'", clause.value.type_name()));
            };
            let wanted = crate::store::parse_uuid(text).map_err(|fault| format!("parse uuid filter value: {fault}"))?;
            Ok(any(operator, move |object, operator| {
                uuids(object, &name).iter().any(|v| operator.accepts(Some(v.cmp(&wanted))))
            }))
        }
        DataType::Geo => {
            let FilterValue::Geo { center, metres } = clause.value else {
                return Err(format!("expected value to be filters.GeoRange, got '{}'", clause.value.type_name()));
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
        DataType::Phone | DataType::Blob | DataType::Object | DataType::ObjectArray => {
            Err(format!("data type {:?} not supported in query", property.data_type.name()))
        }
    }
}

fn is_null<'a>(property: &Property, clause: &Clause, class: &ClassView) -> Result<Predicate<'a>, String> {
    let FilterValue::Bool(wanted) = clause.value else {
        return Err(format!("expected value to be bool, got {}", clause.value.type_name()));
    };
    if !class.inverted.null_state {
        return Err(resolving(
            "Nullstate must be indexed to be filterable! Add `indexNullState: true` to the invertedIndexConfig",
        ));
    }
    // These have no null index, so that neither answer finds anything.
    if matches!(property.data_type, DataType::Geo | DataType::Phone | DataType::Blob) {
        return Ok(Box::new(|_| false));
    }
    let name = property.name.clone();
    Ok(Box::new(move |object| object.properties.get(&name).is_none_or(|value| list_length(value) == Some(0)) == wanted))
}

fn text<'a>(property: &Property, clause: &Clause, scope: &Scope<'a>) -> Result<Predicate<'a>, String> {
    let FilterValue::Text(wanted) = &clause.value else {
        return Err(format!("expected value to be string, got '{}'", clause.value.type_name()));
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
        return Err(ONLY_STOPWORDS.to_owned());
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

/// Number of elements of a list; `None` for anything else.
pub(crate) fn list_length(value: &Value) -> Option<usize> {
    Some(match value {
        Value::TextArray(list) => list.len(),
        Value::IntArray(list) | Value::NumberArray(list) => list.len(),
        Value::BoolArray(list) => list.len(),
        Value::DateArray(list) => list.len(),
        Value::UuidArray(list) => list.len(),
        Value::ObjectArray(list) => list.len(),
        Value::References(list) => list.len(),
        _ => return None,
    })
}

/// What `len()` compares: letters of a text, elements of a list. Other types have no length.
fn length_of(value: &Value) -> Option<usize> {
    match value {
        Value::Text(text) => Some(text.chars().count()),
        other => list_length(other),
    }
}

macro_rules! values {
    ($name:ident, $element:ty, $one:pat => $single:ident, $many:pat => $list:ident) => {
        fn $name<'o>(object: &'o Object, property: &str) -> &'o [$element] {
            match object.properties.get(property) {
                Some($one) => std::slice::from_ref($single),
                Some($many) => $list,
                _ => &[],
            }
        }
    };
}

values!(numbers, f64, Value::Int(v) | Value::Number(v) => v, Value::IntArray(v) | Value::NumberArray(v) => v);
values!(bools, bool, Value::Bool(v) => v, Value::BoolArray(v) => v);
values!(dates, crate::store::Date, Value::Date(v) => v, Value::DateArray(v) => v);
values!(uuids, Uuid, Value::Uuid(v) => v, Value::UuidArray(v) => v);
values!(texts, String, Value::Text(v) => v, Value::TextArray(v) => v);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::store::{Emulated, NewObject, Origin, PutMode};
    use serde_json::json;

    fn emulated() -> Emulated {
        let emulated = Emulated::new(Config::default());
        let class = json!({"class": "Item", "invertedIndexConfig": {"indexNullState": true}, "properties": [
            {"name": "title", "dataType": ["text"]},
            {"name": "tags", "dataType": ["text[]"], "tokenization": "field"},
            {"name": "counts", "dataType": ["int[]"]},
            {"name": "day", "dataType": ["date"]},
        ]});
        emulated.write().create_collection(&class, &emulated.config).unwrap();
        let objects = [
            json!({"title": "Red wooden chair", "tags": ["red", "wood"], "counts": [1, 5], "day": "2020-01-15T11:00:00+01:00"}),
            json!({"title": "Blue lamp", "tags": [], "counts": [7]}),
            json!({}),
        ];
        for (number, properties) in (1..).zip(objects) {
            let properties = crate::store::properties_of(Some(properties));
            let object = NewObject { id: Uuid::from_u128(number), properties, ..NewObject::default() };
            emulated.put_object("Item", object, Origin::Rest, PutMode::Insert).unwrap();
        }
        emulated
    }

    fn clause(name: &str, operator: Operator, value: FilterValue) -> Filter {
        Filter::Clause(Clause { hops: Vec::new(), target: Target::Property(name.to_owned()), operator, value })
    }

    fn found(filter: &Filter) -> Result<Vec<u128>, String> {
        let emulated = emulated();
        let state = emulated.read();
        let scope = Scope::new(&state, state.collection("Item").unwrap(), "").unwrap();
        let matches = compile(filter, &scope)?;
        Ok(scope.objects().filter(|object| matches(object)).map(|object| object.id.as_u128()).collect())
    }

    #[test]
    fn not_equal_finds_missing_values_too() {
        let red = || FilterValue::Text("red".to_owned());
        assert_eq!(found(&clause("tags", Operator::Equal, red())), Ok(vec![1]));
        assert_eq!(found(&clause("tags", Operator::NotEqual, red())), Ok(vec![2, 3]));
    }

    #[test]
    fn any_element_of_a_list_may_match() {
        assert_eq!(found(&clause("counts", Operator::GreaterThan, FilterValue::Int(4))), Ok(vec![1, 2]));
        assert_eq!(found(&clause("counts", Operator::ContainsAll, FilterValue::Ints(vec![1, 5]))), Ok(vec![1]));
        assert_eq!(found(&clause("counts", Operator::ContainsNone, FilterValue::Ints(vec![7]))), Ok(vec![1, 3]));
    }

    #[test]
    fn all_words_of_a_text_have_to_match() {
        let equal = |text: &str| found(&clause("title", Operator::Equal, FilterValue::Text(text.to_owned())));
        assert_eq!(equal("CHAIR the red"), Ok(vec![1]));
        assert_eq!(equal("red lamp"), Ok(vec![]));
        assert_eq!(equal("the"), Err(ONLY_STOPWORDS.to_owned()));
    }

    #[test]
    fn dates_compare_as_instants() {
        let day = FilterValue::Text("2020-01-15T10:00:00Z".to_owned());
        assert_eq!(found(&clause("day", Operator::Equal, day)), Ok(vec![1]));
    }

    #[test]
    fn empty_lists_are_null() {
        assert_eq!(found(&clause("tags", Operator::IsNull, FilterValue::Bool(true))), Ok(vec![2, 3]));
    }

    #[test]
    fn faults_are_found_before_any_object_is_looked_at() {
        assert_eq!(
            found(&Filter::And(vec![])).unwrap_err(),
            r#"resolve doc ids for prop/value pair: no children for operator "And""#
        );
        let two = Filter::Not(vec![
            clause("counts", Operator::Equal, FilterValue::Int(1)),
            clause("counts", Operator::Equal, FilterValue::Int(2)),
        ]);
        assert!(found(&two).unwrap_err().ends_with(r#"too many children for operator "Not". Expected 1, given 2"#));
        assert_eq!(
            found(&clause("counts", Operator::Equal, FilterValue::Bool(true))).unwrap_err(),
            "expected value to be int, got bool"
        );
    }
}
