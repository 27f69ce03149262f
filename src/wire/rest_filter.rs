//! Conversion of the `Filters` message to the REST `where` filter.

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::Message as _;
use serde_json::Value;
use weaviate_generated::grpc::filter_target::Target;
use weaviate_generated::grpc::filters::{Operator, TestValue};
use weaviate_generated::grpc::{FilterTarget, Filters, GeoCoordinatesFilter};
use weaviate_generated::rest::EncodedJson;
use weaviate_generated::rest::types::{self, WhereFilter, WhereFilterOperator as RestOperator};

use crate::Error;
use crate::values::types::DateTime;

/// Schemas of the collections that a filter names.
///
/// REST needs a value under the data type of its property, and the target collection of each
/// reference. gRPC leaves both to the server.
#[derive(Debug, Default)]
pub(crate) struct CollectionSchemas(BTreeMap<String, Value>);

impl CollectionSchemas {
    /// Adds a schema. A missing collection is left to the server to report.
    pub(crate) fn add(&mut self, name: String, class: Option<types::Class>) {
        self.0.insert(name, class.map_or(Value::Null, |types::Class(class)| class));
    }

    /// Finds a property by its path, through nested objects. `None` if it does not exist.
    fn property(&self, collection: &str, path: &str) -> Result<Option<&Value>, ConversionError> {
        let class = self.0.get(collection).ok_or_else(|| ConversionError::NeedsSchema(collection.to_owned()))?;
        let mut found = None;
        let mut within = &class["properties"];
        for segment in path.split('.') {
            let name = segment.split('[').next().unwrap_or_default();
            let mut all = within.as_array().into_iter().flatten();
            found = all.find(|property| property["name"] == name);
            within = found.map_or(&Value::Null, |property| &property["nestedProperties"]);
        }
        Ok(found)
    }

    /// Returns the value field of a property, for data types that REST distinguishes and gRPC does
    /// not.
    fn kind(&self, collection: &str, path: &str) -> Result<ValueKind, ConversionError> {
        let data_type = self.property(collection, path)?.and_then(|property| property["dataType"][0].as_str());
        Ok(match data_type {
            Some("int" | "int[]") => ValueKind::Int,
            Some("number" | "number[]") => ValueKind::Number,
            Some("date" | "date[]") => ValueKind::Date,
            _ => ValueKind::Other,
        })
    }

    /// Returns the only target collection of a reference.
    fn target(&self, collection: &str, on: &str) -> Result<String, ConversionError> {
        let property = self.property(collection, on)?;
        let targets = property.and_then(|property| property["dataType"].as_array()).map(Vec::as_slice);
        match targets {
            Some([Value::String(target)]) if target.starts_with(|first: char| first.is_ascii_uppercase()) => {
                Ok(target.clone())
            }
            Some([_, _, ..]) => Err(ConversionError::Invalid(Error::validation(
                "filter",
                format!("`{on}` refers to several collections: select one with `reference_to`"),
            ))),
            _ => Err(ConversionError::Invalid(Error::validation(
                "filter",
                format!("`{on}` is not a reference property of {collection}"),
            ))),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueKind {
    Int,
    Number,
    Date,
    Other,
}

/// Reason why a filter could not be converted.
#[derive(Debug)]
pub(crate) enum ConversionError {
    /// The schema of this collection is needed.
    NeedsSchema(String),
    /// The filter is invalid.
    Invalid(Error),
}

/// Converts a filter on objects of a collection.
pub(crate) fn where_filter(
    message: &Filters,
    collection: &str,
    schemas: &CollectionSchemas,
) -> Result<WhereFilter, ConversionError> {
    let (rest_operator, joins) = rest_operator(message)?;
    if !joins {
        return comparison(message, rest_operator, collection, schemas);
    }
    let mut operands = Vec::with_capacity(message.filters.len());
    let mut missing = None;
    for operand in &message.filters {
        match encoded(operand.clone(), collection, schemas) {
            Ok(operand) => operands.push(operand),
            // An invalid filter is reported before any schema is requested.
            Err(ConversionError::NeedsSchema(name)) => missing = missing.or(Some(name)),
            Err(invalid) => return Err(invalid),
        }
    }
    match missing {
        Some(name) => Err(ConversionError::NeedsSchema(name)),
        None => Ok(WhereFilter { operator: Some(rest_operator), operands: Some(operands), ..WhereFilter::default() }),
    }
}

/// Converts a filter inside of another to JSON text. A stack of its own replaces recursion, since filters may be deep.
fn encoded(filter: Bytes, collection: &str, schemas: &CollectionSchemas) -> Result<EncodedJson, ConversionError> {
    enum Part {
        Text(&'static str),
        Filter(Bytes),
    }

    let malformed = |error: Box<dyn std::error::Error + Send + Sync>| {
        ConversionError::Invalid(Error::validation("filter", "is malformed").with_source(error))
    };
    let mut json = Vec::new();
    let mut missing = None;
    let mut parts = vec![Part::Filter(filter)];
    while let Some(part) = parts.pop() {
        let message = match part {
            Part::Text(text) => {
                json.extend_from_slice(text.as_bytes());
                continue;
            }
            Part::Filter(filter) => Filters::decode(filter).map_err(|error| malformed(error.into()))?,
        };
        let (rest_operator, joins) = rest_operator(&message)?;
        if !joins {
            match comparison(&message, rest_operator, collection, schemas) {
                Ok(filter) => serde_json::to_writer(&mut json, &filter).map_err(|error| malformed(error.into()))?,
                Err(ConversionError::NeedsSchema(name)) => missing = missing.or(Some(name)),
                Err(invalid) => return Err(invalid),
            }
            continue;
        }
        json.extend_from_slice(format!(r#"{{"operator":"{rest_operator}","operands":["#).as_bytes());
        parts.push(Part::Text("]}"));
        for (index, operand) in message.filters.into_iter().enumerate().rev() {
            parts.push(Part::Filter(operand));
            if index > 0 {
                parts.push(Part::Text(","));
            }
        }
    }
    if let Some(name) = missing {
        return Err(ConversionError::NeedsSchema(name));
    }
    let json = String::from_utf8(json).map_err(|error| malformed(error.into()))?;
    EncodedJson::new(json).map_err(|error| malformed(error.into()))
}

/// Returns the REST operator, and whether it combines filters.
fn rest_operator(message: &Filters) -> Result<(RestOperator, bool), ConversionError> {
    let rest_operator = match message.operator() {
        Operator::And => return Ok((RestOperator::And, true)),
        Operator::Or => return Ok((RestOperator::Or, true)),
        Operator::Not => return Ok((RestOperator::Not, true)),
        Operator::Equal => RestOperator::Equal,
        Operator::NotEqual => RestOperator::NotEqual,
        Operator::GreaterThan => RestOperator::GreaterThan,
        Operator::GreaterThanEqual => RestOperator::GreaterThanEqual,
        Operator::LessThan => RestOperator::LessThan,
        Operator::LessThanEqual => RestOperator::LessThanEqual,
        Operator::WithinGeoRange => RestOperator::WithinGeoRange,
        Operator::Like => RestOperator::Like,
        Operator::IsNull => RestOperator::IsNull,
        Operator::ContainsAny => RestOperator::ContainsAny,
        Operator::ContainsAll => RestOperator::ContainsAll,
        Operator::ContainsNone => RestOperator::ContainsNone,
        Operator::Unspecified => {
            return Err(unsupported(&format!("the operator {}", message.operator)));
        }
    };
    Ok((rest_operator, false))
}

fn unsupported(what: &str) -> ConversionError {
    ConversionError::Invalid(Error::unsupported(format!("filter: REST does not support {what}; use gRPC or gRPC-Web")))
}

fn comparison(
    message: &Filters,
    rest_operator: RestOperator,
    collection: &str,
    schemas: &CollectionSchemas,
) -> Result<WhereFilter, ConversionError> {
    let value = message.test_value.as_ref().ok_or_else(|| unsupported("a condition without value"))?;
    let no_target = || unsupported("a condition without target");
    let mut collection = collection.to_owned();
    let mut path = Vec::new();
    let mut target = message.target.clone();
    let inside = |encoded: Bytes| FilterTarget::decode(encoded).map_err(|_| no_target());
    let kind = loop {
        match target.and_then(|target| target.target).ok_or_else(no_target)? {
            Target::Property(name) => {
                let kind = match name.as_str() {
                    "_id" => ValueKind::Other,
                    "_creationTimeUnix" | "_lastUpdateTimeUnix" => ValueKind::Date,
                    name if name.starts_with("len(") => ValueKind::Int,
                    name if has_several_fields(value) => schemas.kind(&collection, name)?,
                    _ => ValueKind::Other,
                };
                path.push(name);
                break kind;
            }
            Target::Count(count) => {
                path.push(count.on);
                break ValueKind::Int;
            }
            Target::SingleTarget(single) => {
                collection = schemas.target(&collection, &single.on)?;
                path.extend([single.on, collection.clone()]);
                target = single.target.map(inside).transpose()?;
            }
            Target::MultiTarget(multi) => {
                collection = multi.target_collection;
                path.extend([multi.on, collection.clone()]);
                target = multi.target.map(inside).transpose()?;
            }
        }
    };
    let filter = WhereFilter { operator: Some(rest_operator), path: Some(path), ..WhereFilter::default() };
    Ok(with_value(filter, value, kind))
}

/// Returns whether REST has several fields for such a value.
fn has_several_fields(value: &TestValue) -> bool {
    match value {
        TestValue::ValueText(text) => is_date(text),
        TestValue::ValueTextArray(texts) => texts.values.iter().all(|text| is_date(text)),
        TestValue::ValueBoolean(_) | TestValue::ValueBooleanArray(_) | TestValue::ValueGeo(_) => false,
        TestValue::ValueInt(_)
        | TestValue::ValueNumber(_)
        | TestValue::ValueIntArray(_)
        | TestValue::ValueNumberArray(_) => true,
    }
}

fn is_date(text: &str) -> bool {
    DateTime::parse(text).is_ok()
}

/// Sets the value. Integers and fractions are converted to the type of the property, as the server
/// does over gRPC.
fn with_value(mut filter: WhereFilter, value: &TestValue, kind: ValueKind) -> WhereFilter {
    match value {
        TestValue::ValueText(text) if kind == ValueKind::Date => filter.value_date = Some(text.clone()),
        TestValue::ValueText(text) => filter.value_text = Some(text.clone()),
        TestValue::ValueTextArray(texts) if kind == ValueKind::Date => {
            filter.value_date_array = Some(texts.values.clone());
        }
        TestValue::ValueTextArray(texts) => filter.value_text_array = Some(texts.values.clone()),
        TestValue::ValueBoolean(flag) => filter.value_boolean = Some(*flag),
        TestValue::ValueBooleanArray(flags) => filter.value_boolean_array = Some(flags.values.clone()),
        TestValue::ValueInt(number) if kind == ValueKind::Number => filter.value_number = Some(float(*number)),
        TestValue::ValueInt(number) => filter.value_int = Some(*number),
        TestValue::ValueIntArray(numbers) if kind == ValueKind::Number => {
            filter.value_number_array = Some(numbers.values.iter().map(|number| float(*number)).collect());
        }
        TestValue::ValueIntArray(numbers) => filter.value_int_array = Some(numbers.values.clone()),
        TestValue::ValueNumber(number) => match integer(*number).filter(|_| kind == ValueKind::Int) {
            Some(integer) => filter.value_int = Some(integer),
            None => filter.value_number = Some(*number),
        },
        TestValue::ValueNumberArray(numbers) => {
            let integers = numbers.values.iter().map(|number| integer(*number)).collect::<Option<_>>();
            match integers.filter(|_| kind == ValueKind::Int) {
                Some(integers) => filter.value_int_array = Some(integers),
                None => filter.value_number_array = Some(numbers.values.clone()),
            }
        }
        TestValue::ValueGeo(GeoCoordinatesFilter { latitude, longitude, distance }) => {
            filter.value_geo_range = Some(types::WhereFilterGeoRange {
                distance: Some(types::WhereFilterGeoRangeDistance { max: Some(f64::from(*distance)) }),
                geo_coordinates: Some(types::GeoCoordinates { latitude: Some(*latitude), longitude: Some(*longitude) }),
            });
        }
    }
    filter
}

#[expect(clippy::cast_precision_loss, reason = "the server compares doubles")]
fn float(number: i64) -> f64 {
    number as f64
}

/// Converts a whole number. A fraction is left for the server to refuse.
fn integer(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and within bounds")]
    (number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number)).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::Outcome;
    use crate::values::filter::FilterValue;
    use crate::values::types::GeoCoordinates;
    use crate::wire::filters;
    use crate::{ErrorKind, Filter, Uuid};

    fn schemas() -> CollectionSchemas {
        let mut schemas = CollectionSchemas::default();
        let book = json!({"class": "Book", "properties": [
            {"name": "title", "dataType": ["text"]},
            {"name": "year", "dataType": ["int"]},
            {"name": "prices", "dataType": ["number[]"]},
            {"name": "printed", "dataType": ["date"]},
            {"name": "writtenBy", "dataType": ["Author"]},
            {"name": "madeBy", "dataType": ["Author", "Publisher"]},
            {"name": "cover", "dataType": ["object"], "nestedProperties": [{"name": "width", "dataType": ["number"]}]},
        ]});
        let author = json!({"class": "Author", "properties": [{"name": "born", "dataType": ["date"]}]});
        schemas.add("Book".to_owned(), Some(types::Class(book)));
        schemas.add("Author".to_owned(), Some(types::Class(author)));
        schemas
    }

    fn translated(filter: &Filter, schemas: &CollectionSchemas) -> Result<Value, ConversionError> {
        where_filter(&filters::message(filter).unwrap(), "Book", schemas).map(|all| serde_json::to_value(all).unwrap())
    }

    #[test]
    fn every_kind_of_filter_has_its_rest_form() {
        let p = Filter::property;
        let date = || DateTime::parse("2020-01-01T00:00:00Z").unwrap();
        let id = Uuid::from_u128(1);
        let clause = |operator: &str, path: &[&str], field: &str, value: Value| json!({"operator": operator, "path": path, field: value});
        for (filter, expected) in [
            (p("title").equal("x"), clause("Equal", &["title"], "valueText", json!("x"))),
            (p("title").not_equal("x"), clause("NotEqual", &["title"], "valueText", json!("x"))),
            (p("title").like("x*"), clause("Like", &["title"], "valueText", json!("x*"))),
            // A text stays text even if it could be a date.
            (p("title").equal(date()), clause("Equal", &["title"], "valueText", json!("2020-01-01T00:00:00Z"))),
            (p("year").greater_than(3), clause("GreaterThan", &["year"], "valueInt", json!(3))),
            (p("year").less_than(3.0), clause("LessThan", &["year"], "valueInt", json!(3))),
            (p("year").less_or_equal(3.5), clause("LessThanEqual", &["year"], "valueNumber", json!(3.5))),
            (p("prices").greater_or_equal(2), clause("GreaterThanEqual", &["prices"], "valueNumber", json!(2.0))),
            (
                p("prices").contains_all([1, 2]),
                clause("ContainsAll", &["prices"], "valueNumberArray", json!([1.0, 2.0])),
            ),
            (p("year").contains_any([1.0, 2.0]), clause("ContainsAny", &["year"], "valueIntArray", json!([1, 2]))),
            (p("year").contains_none([1, 2]), clause("ContainsNone", &["year"], "valueIntArray", json!([1, 2]))),
            (p("year").contains_none([1.5]), clause("ContainsNone", &["year"], "valueNumberArray", json!([1.5]))),
            (p("title").contains_any(["a"]), clause("ContainsAny", &["title"], "valueTextArray", json!(["a"]))),
            (p("sold").equal(true), clause("Equal", &["sold"], "valueBoolean", json!(true))),
            (p("flags").contains_any([true]), clause("ContainsAny", &["flags"], "valueBooleanArray", json!([true]))),
            (p("printed").equal(date()), clause("Equal", &["printed"], "valueDate", json!("2020-01-01T00:00:00Z"))),
            (
                p("printed").contains_any([date()]),
                clause("ContainsAny", &["printed"], "valueDateArray", json!(["2020-01-01T00:00:00Z"])),
            ),
            (p("isbn").equal(id), clause("Equal", &["isbn"], "valueText", json!(id))),
            (p("title").is_null(true), clause("IsNull", &["title"], "valueBoolean", json!(true))),
            (p("cover.width").equal(2), clause("Equal", &["cover.width"], "valueNumber", json!(2.0))),
            (
                p("at").within_geo_range(GeoCoordinates::new(1.5, 2.0), 500.0),
                json!({"operator": "WithinGeoRange", "path": ["at"], "valueGeoRange":
                    {"distance": {"max": 500.0}, "geoCoordinates": {"latitude": 1.5, "longitude": 2.0}}}),
            ),
            (Filter::id().equal(id), clause("Equal", &["_id"], "valueText", json!(id))),
            (
                Filter::creation_time().less_than(date()),
                clause("LessThan", &["_creationTimeUnix"], "valueDate", json!("2020-01-01T00:00:00Z")),
            ),
            (Filter::property_length("title").equal(3.0), clause("Equal", &["len(title)"], "valueInt", json!(3))),
            (Filter::reference_count("writtenBy").equal(1), clause("Equal", &["writtenBy"], "valueInt", json!(1))),
            (
                Filter::reference("writtenBy").property("born").less_than(date()),
                clause("LessThan", &["writtenBy", "Author", "born"], "valueDate", json!("2020-01-01T00:00:00Z")),
            ),
            (
                Filter::reference_to("madeBy", "author").id().equal(id),
                clause("Equal", &["madeBy", "Author", "_id"], "valueText", json!(id)),
            ),
            (
                (p("title").equal("x") | p("year").equal(1)) & !p("sold").equal(true),
                json!({"operator": "And", "operands": [
                    {"operator": "Or", "operands": [
                        clause("Equal", &["title"], "valueText", json!("x")),
                        clause("Equal", &["year"], "valueInt", json!(1)),
                    ]},
                    {"operator": "Not", "operands": [clause("Equal", &["sold"], "valueBoolean", json!(true))]},
                ]}),
            ),
        ] {
            assert_eq!(translated(&filter, &schemas()).unwrap(), expected, "{filter:?}");
        }
    }

    #[test]
    fn schemas_are_requested_only_if_needed() {
        let p = Filter::property;
        let date = || DateTime::parse("2020-01-01T00:00:00Z").unwrap();
        let texts = |second: &str| p("x").contains_any([FilterValue::from(date()), second.into()]);
        for (filter, needs) in [
            (p("x").equal("y"), None),
            (p("x").equal(true), None),
            (texts("y"), None),
            (Filter::id().equal(Uuid::nil()), None),
            (Filter::last_update_time().less_than(date()), None),
            (Filter::property_length("x").equal(1), None),
            (Filter::reference_count("x").equal(1), None),
            (Filter::reference_to("x", "Author").property("y").equal("z"), None),
            (p("x").equal(1), Some("Book")),
            (p("x").equal("y") & p("x").equal(1.5), Some("Book")),
            (p("x").equal(date()), Some("Book")),
            (texts("2021-01-01T00:00:00Z"), Some("Book")),
            (Filter::reference("x").property("y").equal("z"), Some("Book")),
            (Filter::reference_to("x", "Author").property("y").equal(1), Some("Author")),
        ] {
            let missing = match translated(&filter, &CollectionSchemas::default()) {
                Ok(_) => None,
                Err(ConversionError::NeedsSchema(name)) => Some(name),
                Err(ConversionError::Invalid(error)) => panic!("{filter:?}: {error}"),
            };
            assert_eq!(missing.as_deref(), needs, "{filter:?}");
        }
        // A missing collection is left to the server to report.
        let mut schemas = CollectionSchemas::default();
        schemas.add("Book".to_owned(), None);
        assert_eq!(translated(&p("x").equal(1), &schemas).unwrap()["valueInt"], json!(1));
    }

    #[test]
    fn an_unsupported_filter_is_an_error_with_its_name() {
        let invalid = |stop| match stop {
            ConversionError::Invalid(error) => error,
            ConversionError::NeedsSchema(name) => panic!("the schema of {name} is requested"),
        };
        for (filter, expected_text) in [
            (Filter::reference("madeBy").id().equal("x"), "`madeBy` refers to several collections"),
            (Filter::reference("title").id().equal("x"), "`title` is not a reference property of Book"),
            (Filter::reference("nosuch").id().equal("x"), "`nosuch` is not a reference property of Book"),
        ] {
            let error = invalid(translated(&filter, &schemas()).unwrap_err());
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("filter")));
            assert!(error.to_string().contains(expected_text), "{error}");
        }
        // Even if a schema is needed before.
        let mut message = filters::message(&(Filter::property("x").equal(1) & Filter::property("y").equal(1))).unwrap();
        let unknown = Filters { operator: 99, ..Filters::default() };
        message.filters[1] = unknown.encode_to_vec().into();
        let error = invalid(where_filter(&message, "Book", &CollectionSchemas::default()).unwrap_err());
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
        assert!(error.to_string().contains("REST does not support the operator 99"), "{error}");
    }
}
