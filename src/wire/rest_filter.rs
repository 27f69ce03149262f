//! A filter, from the message that gRPC carries to the `where` of REST.

use std::collections::BTreeMap;

use serde_json::Value;
use weaviate_generated::grpc::filter_target::Target;
use weaviate_generated::grpc::filters::{Operator, TestValue};
use weaviate_generated::grpc::{Filters, GeoCoordinatesFilter};
use weaviate_generated::rest::types::{self, WhereFilter, WhereFilterOperator as Word};

use crate::Error;
use crate::values::types::DateTime;

/// The collections that a filter speaks of. REST wants a value under the name of its property's data type, and with each
/// reference the collection that it leads to; gRPC leaves both to the server.
#[derive(Debug, Default)]
pub(crate) struct Known(BTreeMap<String, Value>);

impl Known {
    /// Where there is no such collection, the server will say so itself.
    pub(crate) fn add(&mut self, name: String, class: Option<types::Class>) {
        self.0.insert(name, class.map_or(Value::Null, |types::Class(class)| class));
    }

    /// A property by its path, the properties of objects within it included. `None` if there is none of this name.
    fn property(&self, collection: &str, path: &str) -> Result<Option<&Value>, Stop> {
        let class = self.0.get(collection).ok_or_else(|| Stop::Missing(collection.to_owned()))?;
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

    /// Under which of the values that REST tells apart and gRPC does not.
    fn kind(&self, collection: &str, path: &str) -> Result<Kind, Stop> {
        let data_type = self.property(collection, path)?.and_then(|property| property["dataType"][0].as_str());
        Ok(match data_type {
            Some("int" | "int[]") => Kind::Int,
            Some("number" | "number[]") => Kind::Number,
            Some("date" | "date[]") => Kind::Date,
            _ => Kind::Other,
        })
    }

    /// The one collection that a reference leads to.
    fn target(&self, collection: &str, on: &str) -> Result<String, Stop> {
        let property = self.property(collection, on)?;
        let targets = property.and_then(|property| property["dataType"].as_array()).map(Vec::as_slice);
        match targets {
            Some([Value::String(target)]) if target.starts_with(|first: char| first.is_ascii_uppercase()) => {
                Ok(target.clone())
            }
            Some([_, _, ..]) => Err(Stop::Fault(Error::validation(
                "filter",
                format!("`{on}` refers to several collections: name the one that is meant, with `reference_to`"),
            ))),
            _ => Err(Stop::Fault(Error::validation("filter", format!("`{on}` is no reference of {collection}")))),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int,
    Number,
    Date,
    Other,
}

/// Why there is no filter yet.
#[derive(Debug)]
pub(crate) enum Stop {
    /// This collection has to be known.
    Missing(String),
    /// There cannot be one.
    Fault(Error),
}

/// The filter on objects of a collection.
pub(crate) fn where_filter(message: &Filters, collection: &str, known: &Known) -> Result<WhereFilter, Stop> {
    let (word, joins) = word(message)?;
    if !joins {
        return compared(message, word, collection, known);
    }
    let mut operands = Vec::with_capacity(message.filters.len());
    let mut missing = None;
    for operand in &message.filters {
        match where_filter(operand, collection, known) {
            Ok(operand) => operands.push(operand),
            // What cannot be at all is said before anything is asked.
            Err(Stop::Missing(name)) => missing = missing.or(Some(name)),
            Err(fault) => return Err(fault),
        }
    }
    match missing {
        Some(name) => Err(Stop::Missing(name)),
        None => Ok(WhereFilter { operator: Some(word), operands: Some(operands), ..WhereFilter::default() }),
    }
}

/// The operator in the words of REST, and whether it joins others.
fn word(message: &Filters) -> Result<(Word, bool), Stop> {
    let word = match message.operator() {
        Operator::And => return Ok((Word::And, true)),
        Operator::Or => return Ok((Word::Or, true)),
        Operator::Not => return Ok((Word::Not, true)),
        Operator::Equal => Word::Equal,
        Operator::NotEqual => Word::NotEqual,
        Operator::GreaterThan => Word::GreaterThan,
        Operator::GreaterThanEqual => Word::GreaterThanEqual,
        Operator::LessThan => Word::LessThan,
        Operator::LessThanEqual => Word::LessThanEqual,
        Operator::WithinGeoRange => Word::WithinGeoRange,
        Operator::Like => Word::Like,
        Operator::IsNull => Word::IsNull,
        Operator::ContainsAny => Word::ContainsAny,
        Operator::ContainsAll => Word::ContainsAll,
        Operator::ContainsNone => Word::ContainsNone,
        Operator::Unspecified => {
            return Err(unsupported(&format!("the operator {}", message.operator)));
        }
    };
    Ok((word, false))
}

fn unsupported(what: &str) -> Stop {
    Stop::Fault(Error::unsupported(format!("filter: {what} cannot be said over plain REST; use gRPC or gRPC-Web")))
}

fn compared(message: &Filters, word: Word, collection: &str, known: &Known) -> Result<WhereFilter, Stop> {
    let value = message.test_value.as_ref().ok_or_else(|| unsupported("a condition without value"))?;
    let no_target = || unsupported("a condition without target");
    let mut collection = collection.to_owned();
    let mut path = Vec::new();
    let mut target = message.target.as_ref();
    let kind = loop {
        match target.and_then(|target| target.target.as_ref()).ok_or_else(no_target)? {
            Target::Property(name) => {
                path.push(name.clone());
                break match name.as_str() {
                    "_id" => Kind::Other,
                    "_creationTimeUnix" | "_lastUpdateTimeUnix" => Kind::Date,
                    name if name.starts_with("len(") => Kind::Int,
                    name if matters(value) => known.kind(&collection, name)?,
                    _ => Kind::Other,
                };
            }
            Target::Count(count) => {
                path.push(small(&count.on));
                break Kind::Int;
            }
            Target::SingleTarget(single) => {
                let on = small(&single.on);
                collection = known.target(&collection, &on)?;
                path.extend([on, collection.clone()]);
                target = single.target.as_deref();
            }
            Target::MultiTarget(multi) => {
                collection.clone_from(&multi.target_collection);
                path.extend([small(&multi.on), collection.clone()]);
                target = multi.target.as_deref();
            }
        }
    };
    let filter = WhereFilter { operator: Some(word), path: Some(path), ..WhereFilter::default() };
    Ok(with_value(filter, value, kind))
}

/// A reference as the server keeps it. Over gRPC it does so itself.
fn small(on: &str) -> String {
    let mut on = on.to_owned();
    if let Some(first) = on.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    on
}

/// Whether REST has several names for such a value.
fn matters(value: &TestValue) -> bool {
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

/// Integers and fractions become one another where the property wants that, as the server does it over gRPC.
fn with_value(mut filter: WhereFilter, value: &TestValue, kind: Kind) -> WhereFilter {
    match value {
        TestValue::ValueText(text) if kind == Kind::Date => filter.value_date = Some(text.clone()),
        TestValue::ValueText(text) => filter.value_text = Some(text.clone()),
        TestValue::ValueTextArray(texts) if kind == Kind::Date => filter.value_date_array = Some(texts.values.clone()),
        TestValue::ValueTextArray(texts) => filter.value_text_array = Some(texts.values.clone()),
        TestValue::ValueBoolean(flag) => filter.value_boolean = Some(*flag),
        TestValue::ValueBooleanArray(flags) => filter.value_boolean_array = Some(flags.values.clone()),
        TestValue::ValueInt(number) if kind == Kind::Number => filter.value_number = Some(float(*number)),
        TestValue::ValueInt(number) => filter.value_int = Some(*number),
        TestValue::ValueIntArray(numbers) if kind == Kind::Number => {
            filter.value_number_array = Some(numbers.values.iter().map(|number| float(*number)).collect());
        }
        TestValue::ValueIntArray(numbers) => filter.value_int_array = Some(numbers.values.clone()),
        TestValue::ValueNumber(number) => match integer(*number).filter(|_| kind == Kind::Int) {
            Some(integer) => filter.value_int = Some(integer),
            None => filter.value_number = Some(*number),
        },
        TestValue::ValueNumberArray(numbers) => {
            let integers = numbers.values.iter().map(|number| integer(*number)).collect::<Option<_>>();
            match integers.filter(|_| kind == Kind::Int) {
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

/// A fraction is none, and is left for the server to refuse.
fn integer(number: f64) -> Option<i64> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within bounds")]
    (number.fract() == 0.0 && (-BEYOND..BEYOND).contains(&number)).then_some(number as i64)
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

    fn known() -> Known {
        let mut known = Known::default();
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
        known.add("Book".to_owned(), Some(types::Class(book)));
        known.add("Author".to_owned(), Some(types::Class(author)));
        known
    }

    fn translated(filter: &Filter, known: &Known) -> Result<Value, Stop> {
        where_filter(&filters::message(filter).unwrap(), "Book", known).map(|all| serde_json::to_value(all).unwrap())
    }

    #[test]
    fn every_kind_of_filter_has_its_words() {
        let p = Filter::property;
        let date = || DateTime::parse("2020-01-01T00:00:00Z").unwrap();
        let id = Uuid::from_u128(1);
        let clause = |operator: &str, path: &[&str], field: &str, value: Value| json!({"operator": operator, "path": path, field: value});
        for (filter, expected) in [
            (p("title").equal("x"), clause("Equal", &["title"], "valueText", json!("x"))),
            (p("title").not_equal("x"), clause("NotEqual", &["title"], "valueText", json!("x"))),
            (p("title").like("x*"), clause("Like", &["title"], "valueText", json!("x*"))),
            // A text stays one even where it could be a date.
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
            (Filter::reference_count("WrittenBy").equal(1), clause("Equal", &["writtenBy"], "valueInt", json!(1))),
            (
                Filter::reference("WrittenBy").property("born").less_than(date()),
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
            assert_eq!(translated(&filter, &known()).unwrap(), expected, "{filter:?}");
        }
    }

    #[test]
    fn collections_are_asked_for_only_where_they_matter() {
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
            let missing = match translated(&filter, &Known::default()) {
                Ok(_) => None,
                Err(Stop::Missing(name)) => Some(name),
                Err(Stop::Fault(error)) => panic!("{filter:?}: {error}"),
            };
            assert_eq!(missing.as_deref(), needs, "{filter:?}");
        }
        // Of a collection that is not there, the server is to speak.
        let mut known = Known::default();
        known.add("Book".to_owned(), None);
        assert_eq!(translated(&p("x").equal(1), &known).unwrap()["valueInt"], json!(1));
    }

    #[test]
    fn what_cannot_be_said_is_an_error_that_names_it() {
        let fault = |stop| match stop {
            Stop::Fault(error) => error,
            Stop::Missing(name) => panic!("{name} is asked for"),
        };
        for (filter, says) in [
            (Filter::reference("madeBy").id().equal("x"), "`madeBy` refers to several collections"),
            (Filter::reference("title").id().equal("x"), "`title` is no reference of Book"),
            (Filter::reference("nosuch").id().equal("x"), "`nosuch` is no reference of Book"),
        ] {
            let error = fault(translated(&filter, &known()).unwrap_err());
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("filter")));
            assert!(error.to_string().contains(says), "{error}");
        }
        // Even where something is to be asked for before it.
        let mut message = filters::message(&(Filter::property("x").equal(1) & Filter::property("y").equal(1))).unwrap();
        message.filters[1].operator = 99;
        let error = fault(where_filter(&message, "Book", &Known::default()).unwrap_err());
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
        assert!(error.to_string().contains("the operator 99 cannot be said over plain REST"), "{error}");
    }
}
