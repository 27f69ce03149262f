//! `where` as REST and GraphQL write it, read as the message that gRPC has for a filter, so that one evaluator serves all.

use prost::Message as _;
use serde_json::{Map, Value as Json, json};
use weaviate_generated::grpc::filters::{Operator, TestValue};
use weaviate_generated::grpc::{BooleanArray, Filters, GeoCoordinatesFilter, IntArray, NumberArray, TextArray};

use crate::engine::schema::{ClassView, DataType, check_class_name, check_property_name};
use crate::engine::search::fault::ClauseFault;
use crate::engine::search::filter::{NestedPath, Operator as Comparison};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{State, double, rfc3339_ms};
use crate::protocols::grpc::fault::{FilterFault, Operands};
use crate::protocols::grpc::filters::{check_length, check_uuid_operator, comparison};

use super::call::check_enum;
use super::fault::{WhereFault, WhereTypeFault};
use super::reply::Reply;

/// The operators in the order in which the server lists them.
const OPERATORS: [(&str, Operator); 15] = [
    ("And", Operator::And),
    ("Or", Operator::Or),
    ("Equal", Operator::Equal),
    ("Like", Operator::Like),
    ("NotEqual", Operator::NotEqual),
    ("GreaterThan", Operator::GreaterThan),
    ("GreaterThanEqual", Operator::GreaterThanEqual),
    ("LessThan", Operator::LessThan),
    ("LessThanEqual", Operator::LessThanEqual),
    ("WithinGeoRange", Operator::WithinGeoRange),
    ("IsNull", Operator::IsNull),
    ("ContainsAny", Operator::ContainsAny),
    ("ContainsAll", Operator::ContainsAll),
    ("ContainsNone", Operator::ContainsNone),
    ("Not", Operator::Not),
];

/// The fields that hold a value, and the data type each stands for.
const VALUES: [(&str, &str); 13] = [
    ("valueBoolean", "boolean"),
    ("valueBooleanArray", "boolean"),
    ("valueDate", "date"),
    ("valueDateArray", "date"),
    ("valueGeoRange", "geoCoordinates"),
    ("valueInt", "int"),
    ("valueIntArray", "int"),
    ("valueNumber", "number"),
    ("valueNumberArray", "number"),
    ("valueString", "string"),
    ("valueStringArray", "string"),
    ("valueText", "text"),
    ("valueTextArray", "text"),
];

/// Refuses operators that the contract does not list.
pub(super) fn check_operators(place: &str, given: &Json) -> Result<(), Reply> {
    let names = OPERATORS.map(|(name, _)| name);
    for (index, operand) in operands(given).iter().enumerate() {
        check_operators(&format!("{place}.operands.{index}"), operand)?;
    }
    check_enum(&format!("{place}.operator in body"), &given["operator"], &names)
}

/// The filter as the server repeats it.
pub(super) fn shown(given: &Json) -> Json {
    let mut shown = Map::new();
    let operands = given["operands"].as_array().map(|operands| operands.iter().map(self::shown).collect());
    shown.insert("operands".to_owned(), operands.unwrap_or_default());
    if let Some(operator) = given["operator"].as_str().filter(|operator| !operator.is_empty()) {
        shown.insert("operator".to_owned(), json!(operator));
    }
    shown.insert("path".to_owned(), given["path"].clone());
    for (field, value) in values(given) {
        let value = value.as_f64().filter(|_| field == "valueNumber").map_or_else(|| value.clone(), double);
        shown.insert(field.to_owned(), value);
    }
    Json::Object(shown)
}

/// Reads a filter whose shape has been checked. The types of its properties are checked by [`check`].
pub(crate) fn message(given: &Json) -> Result<Filters, WhereFault> {
    let name = given["operator"].as_str().unwrap_or_default();
    let Some((_, operator)) = OPERATORS.into_iter().find(|(known, _)| *known == name) else {
        return Err(WhereFault::NoOperator(name.to_owned()));
    };
    match operator {
        Operator::And | Operator::Or | Operator::Not => joined(given, operator),
        _ => compared(given, operator),
    }
}

fn joined(given: &Json, operator: Operator) -> Result<Filters, WhereFault> {
    let name = operator_name(operator);
    if !given["path"].is_null() {
        return Err(WhereFault::JoinedPath(name));
    }
    if values(given).next().is_some() {
        return Err(WhereFault::JoinedValue(name));
    }
    if operands(given).is_empty() {
        return Err(WhereFault::NoOperands(name));
    }
    let read = |(index, operand)| match message(operand) {
        Ok(operand) => Ok(operand.encode_to_vec().into()),
        Err(fault) => Err(WhereFault::Operand { index, fault: Box::new(fault) }),
    };
    let filters = operands(given).iter().enumerate().map(read).collect::<Result<_, _>>()?;
    Ok(Filters { operator: operator.into(), filters, ..Filters::default() })
}

fn compared(given: &Json, operator: Operator) -> Result<Filters, WhereFault> {
    let mut found = values(given);
    let name = operator_name(operator);
    let (field, value) = found.next().ok_or(WhereFault::NoValue(name))?;
    if found.next().is_some() {
        return Err(WhereFault::SeveralValues(shown(given)));
    }
    let path = path(given);
    let test_value = match time_in_ms(given) {
        Some(Ok(ms)) => TestValue::ValueText(rfc3339_ms(ms)),
        _ => test_value(field, value)?,
    };
    match path.as_slice() {
        [] => return Err(WhereFault::NoPath),
        [.., last] if path.len().is_multiple_of(2) => return Err(WhereFault::PathEnd((*last).to_owned())),
        _ => {}
    }
    check_names(&path)?;
    Ok(on_path(operator, path, test_value))
}

/// A path alternates between properties and the collections that they lead to.
fn check_names(path: &[&str]) -> Result<(), WhereFault> {
    for (index, name) in path.iter().enumerate() {
        let of_class = !index.is_multiple_of(2);
        if of_class && check_class_name(name).is_err() {
            return Err(WhereFault::CollectionName((*name).to_owned()));
        }
        let property = length_of(name).unwrap_or(name);
        let is_nested = path.len() == 1 && property.contains(['.', '[']);
        let is_internal = matches!(property, "id" | "_id");
        if !(of_class || is_nested || is_internal) && check_property_name(property).is_err() {
            return Err(WhereFault::PropertyName(property.to_owned()));
        }
    }
    Ok(())
}

/// The property whose length is meant.
fn length_of(name: &str) -> Option<&str> {
    name.strip_prefix("len(")?.strip_suffix(')')
}

/// A time of the object that is given as text, which is to be a number of milliseconds.
fn time_in_ms(given: &Json) -> Option<Result<i64, &str>> {
    let name = *path(given).last()?;
    let text = given["valueText"].as_str().or_else(|| given["valueString"].as_str())?;
    matches!(name, "_creationTimeUnix" | "_lastUpdateTimeUnix").then(|| text.parse().map_err(|_| text))
}

/// A fault that the server notices only when it evaluates the filter.
pub(crate) fn late_fault(given: &Json) -> Option<ClauseFault> {
    match time_in_ms(given) {
        Some(Err(text)) => Some(ClauseFault::Timestamp(text.to_owned())),
        _ => operands(given).iter().find_map(late_fault),
    }
}

/// The list is deprecated over gRPC, and just what a path of REST is.
#[expect(deprecated, reason = "it is read all the same")]
fn on_path(operator: Operator, path: Vec<&str>, test_value: TestValue) -> Filters {
    let mut on: Vec<String> = path.into_iter().map(str::to_owned).collect();
    // An older name of the id.
    if let Some(last) = on.last_mut().filter(|last| *last == "id") {
        "_id".clone_into(last);
    }
    Filters { operator: operator.into(), on, test_value: Some(test_value), ..Filters::default() }
}

fn test_value(field: &str, value: &Json) -> Result<TestValue, WhereFault> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Json| value.as_f64().unwrap_or_default();
    let int = |value: &Json| value.as_i64().unwrap_or_default();
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    Ok(match field {
        "valueBoolean" => TestValue::ValueBoolean(*value == true),
        "valueInt" => TestValue::ValueInt(int(value)),
        "valueNumber" => TestValue::ValueNumber(number(value)),
        "valueBooleanArray" => {
            TestValue::ValueBooleanArray(BooleanArray { values: items.map(|item| *item == true).collect() })
        }
        "valueIntArray" => TestValue::ValueIntArray(IntArray { values: items.map(int).collect() }),
        "valueNumberArray" => TestValue::ValueNumberArray(NumberArray { values: items.map(number).collect() }),
        "valueDateArray" | "valueStringArray" | "valueTextArray" => {
            TestValue::ValueTextArray(TextArray { values: items.map(text).collect() })
        }
        "valueGeoRange" => return geo(value),
        _ => TestValue::ValueText(text(value)),
    })
}

#[expect(clippy::cast_possible_truncation, reason = "the server keeps singles")]
fn geo(value: &Json) -> Result<TestValue, WhereFault> {
    let missing = |field| Err(WhereFault::NoGeoField(field));
    if value["distance"].is_null() {
        return missing("distance");
    }
    let number = |value: &Json| value.as_f64().unwrap_or_default() as f32;
    let distance = number(&value["distance"]["max"]);
    if distance < 0.0 {
        return Err(WhereFault::NegativeDistance);
    }
    let center = &value["geoCoordinates"];
    if center.is_null() {
        return missing("geoCoordinates");
    }
    let (latitude, longitude) = (number(&center["latitude"]), number(&center["longitude"]));
    Ok(TestValue::ValueGeo(GeoCoordinatesFilter { latitude, longitude, distance }))
}

/// Holds the fields that were used against the properties they are for. All that is wrong is told at once.
pub(crate) fn check(given: &Json, state: &State, class: &ClassView) -> Result<(), WhereTypeFault> {
    let operands = operands(given);
    if operands.is_empty() {
        return check_clause(given, state, class);
    }
    Ok(Operands::check(operands.iter().map(|operand| check(operand, state, class)))?)
}

fn check_clause(given: &Json, state: &State, class: &ClassView) -> Result<(), WhereTypeFault> {
    let path = path(given);
    let used = values(given).next().and_then(|(field, _)| VALUES.into_iter().find(|(known, _)| *known == field));
    let (Some((_, used)), Some(name)) = (used, path.last()) else { return Ok(()) };
    let used_field = value_field(used);
    let is = |data_type: &str| used == data_type || used == "string" && data_type == "text";
    match *name {
        "_id" | "id" if is("text") => return Ok(()),
        "_id" | "id" => return Err(WhereTypeFault::Id),
        "_creationTimeUnix" | "_lastUpdateTimeUnix" if is("date") || is("text") => return Ok(()),
        "_creationTimeUnix" | "_lastUpdateTimeUnix" => {
            return Err(WhereTypeFault::Timestamp((*name).to_owned()));
        }
        _ => {}
    }
    let class = match path.as_slice() {
        [.., linked, _] => &state.known_collection(linked)?.schema,
        _ => class,
    };
    let length_of = length_of(name);
    let name = length_of.unwrap_or(name);
    let root = name.split(['.', '[']).next().unwrap_or_default();
    let property = class.property(root).ok_or_else(|| NoSuchProperty::new(name, &class.name))?;
    let operator = OPERATORS.into_iter().find(|(name, _)| given["operator"] == *name);
    let operator = operator.and_then(|(_, operator)| comparison(operator));
    if property.data_type.is_nested() {
        return check_nested(name, (length_of.is_some(), operator), used, state, class);
    }
    if given["operator"] == "IsNull" {
        return if is("boolean") { Ok(()) } else { Err(WhereTypeFault::IsNull { used: used_field }) };
    }
    if length_of.is_some() {
        if !is("int") {
            return Err(WhereTypeFault::Length { used: used_field });
        }
        return Ok(operator.map_or(Ok(()), |operator| check_length(operator, given["valueInt"].as_i64()))?);
    }
    let data_type = property.data_type.name();
    match &property.data_type {
        DataType::Uuid | DataType::UuidArray if is("text") => Ok(operator.map_or(Ok(()), check_uuid_operator)?),
        DataType::Uuid | DataType::UuidArray => Err(WhereTypeFault::Uuid(name.to_owned())),
        DataType::Reference(_) if is("int") => Ok(()),
        DataType::Reference(_) => {
            Err(WhereTypeFault::Reference { property: name.to_owned(), target: data_type.to_owned() })
        }
        _ => {
            let element = data_type.strip_suffix("[]").unwrap_or(data_type);
            if is(element) {
                return Ok(());
            }
            let instead = value_field(element);
            Err(WhereTypeFault::Type { used: used_field, data_type: data_type.to_owned(), instead })
        }
    }
}

/// The same for a value inside of an object.
fn check_nested(
    path: &str,
    (is_length, operator): (bool, Option<Comparison>),
    used: &str,
    state: &State,
    class: &ClassView,
) -> Result<(), WhereTypeFault> {
    if !state.nested_filtering {
        return Err(FilterFault::NestedIsPreview.into());
    }
    if is_length {
        return Err(FilterFault::NestedLength.into());
    }
    let operator = operator.unwrap_or(Comparison::Equal);
    let unknown = || NoSuchProperty::new(path, &class.name);
    let nested = NestedPath::parse(path, operator, class).map_err(FilterFault::from)?.ok_or_else(unknown)?;
    let data_type = nested.data_type.name();
    let element = data_type.strip_suffix("[]").unwrap_or(data_type);
    let is = |data_type: &str| used == data_type || used == "string" && data_type == "text";
    match element {
        _ if operator == Comparison::IsNull && is("boolean") => Ok(()),
        _ if operator == Comparison::IsNull => Err(WhereTypeFault::IsNull { used: value_field(used) }),
        "uuid" if is("text") => Ok(check_uuid_operator(operator)?),
        "uuid" => Err(WhereTypeFault::Uuid(path.to_owned())),
        element if is(element) => Ok(()),
        element => Err(WhereTypeFault::Nested {
            path: path.to_owned(),
            used: value_field(used),
            data_type: data_type.to_owned(),
            instead: value_field(element),
        }),
    }
}

/// The field for values of a data type.
fn value_field(data_type: &str) -> String {
    format!("value{}", crate::engine::letter_case::capitalised(data_type))
}

fn operator_name(operator: Operator) -> &'static str {
    OPERATORS.into_iter().find(|(_, known)| *known == operator).map_or("", |(name, _)| name)
}

fn operands(given: &Json) -> &[Json] {
    given["operands"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn path(given: &Json) -> Vec<&str> {
    given["path"].as_array().into_iter().flatten().filter_map(Json::as_str).collect()
}

/// The values that are there; an empty list is none.
fn values(given: &Json) -> impl Iterator<Item = (&'static str, &Json)> {
    VALUES.into_iter().filter_map(|(field, _)| {
        let value = &given[field];
        let none = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        (!none).then_some((field, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn state() -> State {
        let mut state = State::default();
        for class in [
            json!({"class": "Author", "properties": [{"name": "born", "dataType": ["date"]}]}),
            json!({"class": "Book", "properties": [
                {"name": "title", "dataType": ["text"]},
                {"name": "pages", "dataType": ["int[]"]},
                {"name": "isbn", "dataType": ["uuid"]},
                {"name": "writtenBy", "dataType": ["Author"]},
            ]}),
        ] {
            state.create_collection(&class, &Config::default()).unwrap();
        }
        state
    }

    fn read(given: &Json) -> Result<Filters, Box<dyn std::error::Error>> {
        let state = state();
        let message = message(given)?;
        check(given, &state, &state.collection("Book").unwrap().schema)?;
        Ok(message)
    }

    fn clause(path: &[&str], field: &str, value: &Json) -> Json {
        json!({"operator": "Equal", "path": path, field: value})
    }

    #[test]
    #[expect(deprecated, reason = "it is what a path becomes")]
    fn a_path_and_a_value_become_those_of_the_message() {
        let id = clause(&["id"], "valueTextArray", &json!(["a", "b"]));
        let message = read(&id).unwrap();
        assert_eq!(message.on, ["_id"]);
        assert_eq!(
            message.test_value,
            Some(TestValue::ValueTextArray(TextArray { values: vec!["a".to_owned(), "b".to_owned()] }))
        );
        let born = clause(&["writtenBy", "Author", "born"], "valueDate", &json!("2020-01-01T00:00:00Z"));
        let both = json!({"operator": "And", "operands": [born, clause(&["pages"], "valueInt", &json!(3))]});
        let message = read(&both).unwrap();
        assert_eq!(message.operator(), Operator::And);
        let operands: Vec<_> =
            message.filters.iter().map(|operand| Filters::decode(operand.clone()).unwrap()).collect();
        assert_eq!(operands[0].on, ["writtenBy", "Author", "born"]);
        assert_eq!(operands[1].test_value, Some(TestValue::ValueInt(3)));
        assert_eq!(shown(&clause(&["p"], "valueNumber", &json!(2.0)))["valueNumber"], json!(2));
    }

    #[test]
    #[expect(deprecated, reason = "it is what a path becomes")]
    fn a_time_as_text_is_a_number_of_milliseconds() {
        let time = |field: &str, value: &str| clause(&["_creationTimeUnix"], field, &json!(value));
        let message = read(&time("valueText", "1500")).unwrap();
        assert_eq!(message.on, ["_creationTimeUnix"]);
        assert_eq!(message.test_value, Some(TestValue::ValueText("1970-01-01T00:00:01.500Z".to_owned())));
        let date = "2020-01-01T00:00:00Z";
        assert_eq!(late_fault(&time("valueDate", date)), None);
        let not = json!({"operator": "Not", "operands": [time("valueText", date)]});
        assert_eq!(late_fault(&not), Some(ClauseFault::Timestamp(date.to_owned())));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let and = |more: Json| {
            let mut given = json!({"operator": "And"});
            given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            given
        };
        let bad = |path: &[&str], field: &str, value: Json| clause(path, field, &value);
        for (given, says) in [
            (json!({"path": ["title"], "valueText": "x"}), "unrecognized operator: "),
            (and(json!({"path": ["title"], "operands": [{}]})), "operator 'And' not compatible with field 'path'"),
            (and(json!({"valueInt": 1})), "operator 'And' not compatible with field 'value<Type>'"),
            (and(json!({})), "operator 'And', but no operands set - add at least one operand"),
            (and(json!({"operands": [{"operator": "Or"}]})), "operand 0: invalid where filter: operator 'Or', but"),
            (json!({"operator": "Like", "path": ["title"]}), "got operator 'Like', but no value<Type> field set"),
            (json!({"operator": "Equal", "path": [], "valueText": "x"}), "must have at least one element"),
            (bad(&["writtenBy", "Author"], "valueText", json!("x")), "missing an argument after 'Author'"),
            (bad(&["where"], "valueGeoRange", json!({"distance": {"max": -1}})), "must be a positive number"),
            (bad(&["title"], "valueDate", json!("x")), r#"cannot use "valueDate" on type "text", use "valueText""#),
            (bad(&["pages"], "valueNumber", json!(1.5)), r#"cannot use "valueNumber" on type "int[]", use "valueInt""#),
            (
                bad(&["len(title)"], "valueInt", json!(-1)),
                "Can only filter for positive property length got -1 instead",
            ),
            (bad(&["a b"], "valueInt", json!(1)), "expected a valid property name in 'path' field for the filter, but"),
            (
                bad(&["a", "b c", "d"], "valueInt", json!(1)),
                "expected a valid class name in 'path' field for the filter",
            ),
            (bad(&["isbn"], "valueInt", json!(1)), r#"specify uuid as string using "valueText""#),
            (
                json!({"operator": "Like", "path": ["isbn"], "valueText": "x"}),
                r#"operator "Like" cannot be used on uuid/uuid[] props"#,
            ),
            (bad(&["id"], "valueInt", json!(1)), r#"must use "valueText" to specify the id"#),
            (bad(&["writtenBy"], "valueText", json!("x")), "is a ref prop to the class \"Author\""),
            (bad(&["writtenBy", "Nobody", "x"], "valueInt", json!(1)), "could not find class Nobody in schema"),
            (bad(&["len(title)"], "valueText", json!("x")), "property length requires IntValue, got \"valueText\""),
            (
                and(
                    json!({"operands": [bad(&["title"], "valueInt", json!(1)), bad(&["nosuch"], "valueInt", json!(1))]}),
                ),
                "instead, child operand at position 1: no such prop with name 'nosuch'",
            ),
        ] {
            let fault = read(&given).unwrap_err().to_string();
            assert!(fault.contains(says), "{given}: {fault}");
        }
    }
}
