//! Conversion of [`Filter`] to the `Filters` message.

use bytes::Bytes;
use prost::Message;
use weaviate_generated::grpc::filters::{Operator, TestValue};
use weaviate_generated::grpc::{
    BooleanArray, FilterReferenceCount, FilterReferenceMultiTarget, FilterReferenceSingleTarget, FilterTarget, Filters,
    GeoCoordinatesFilter, IntArray, NumberArray, TextArray, filter_target,
};

use crate::values::collection_name::check_name;
use crate::values::filter::{Comparison, Filter, FilterNode, FilterValue, Operand, OperandValue};
use crate::values::property_names;
use crate::{Error, Result};

pub(crate) fn message(filter: &Filter) -> Result<Filters> {
    if filter.depth() > Filter::MAX_DEPTH {
        let (depth, most) = (filter.depth(), Filter::MAX_DEPTH);
        let message = format!(
            "is {depth} levels deep, more than {most}: use `contains_any` for many values of one property, or several queries"
        );
        return Err(Error::validation("filter", message));
    }
    let mut messages: Vec<Filters> = Vec::new();
    for node in filter.nodes() {
        let (operator, verb) = match node {
            FilterNode::Compare { target, comparison } => {
                messages.push(condition(target, comparison)?);
                continue;
            }
            FilterNode::Not => (Operator::Not, "!"),
            FilterNode::And { .. } => (Operator::And, "all_of"),
            FilterNode::Or { .. } => (Operator::Or, "any_of"),
        };
        let operands = messages.split_off(messages.len().saturating_sub(node.operands()));
        if operands.is_empty() {
            let message = format!("`{verb}` must have at least one condition; to match all objects, omit the filter");
            return Err(Error::validation("filter", message));
        }
        let filters = operands.iter().map(encoded).collect();
        messages.push(Filters { operator: operator.into(), filters, ..Filters::default() });
    }
    messages.pop().ok_or_else(|| Error::validation("filter", "has no condition"))
}

fn condition(target: &Operand, comparison: &Comparison) -> Result<Filters> {
    let (operator, value) = comparison_message(comparison).map_err(|fault| {
        let verb = comparison.name();
        Error::validation("filter", format!("`{verb}` of `{target}`: {fault}"))
    })?;
    let target = Some(target_message(target)?);
    Ok(Filters { operator: operator.into(), target, test_value: Some(value), ..Filters::default() })
}

fn encoded(message: &impl Message) -> Bytes {
    message.encode_to_vec().into()
}

fn target_message(target: &Operand) -> Result<FilterTarget> {
    let invalid = |fault: String| Error::validation("filter", format!("`{target}`: {fault}"));
    let named = |name: &String| {
        let measured = name.strip_prefix("len(").and_then(|rest| rest.strip_suffix(')'));
        property_names::check(measured.unwrap_or(name)).map(|()| name.clone()).map_err(invalid)
    };
    let value = match &target.value {
        OperandValue::Property(name) => filter_target::Target::Property(named(name)?),
        OperandValue::Count(on) => filter_target::Target::Count(FilterReferenceCount { on: named(on)? }),
    };
    let mut message = FilterTarget { target: Some(value) };
    for (on, collection) in target.path.iter().rev() {
        let (on, target) = (named(on)?, Some(encoded(&message)));
        let outer = match collection {
            None => filter_target::Target::SingleTarget(Box::new(FilterReferenceSingleTarget { on, target })),
            Some(collection) => {
                let target_collection = check_name(collection).map(|()| collection.clone())?;
                let reference = FilterReferenceMultiTarget { on, target, target_collection };
                filter_target::Target::MultiTarget(Box::new(reference))
            }
        };
        message = FilterTarget { target: Some(outer) };
    }
    Ok(message)
}

fn comparison_message(comparison: &Comparison) -> Result<(Operator, TestValue), String> {
    Ok(match comparison {
        Comparison::Equal(value) => (Operator::Equal, single(value)?),
        Comparison::NotEqual(value) => (Operator::NotEqual, single(value)?),
        Comparison::GreaterThan(value) => (Operator::GreaterThan, single(value)?),
        Comparison::GreaterOrEqual(value) => (Operator::GreaterThanEqual, single(value)?),
        Comparison::LessThan(value) => (Operator::LessThan, single(value)?),
        Comparison::LessOrEqual(value) => (Operator::LessThanEqual, single(value)?),
        Comparison::Like(pattern) => (Operator::Like, TestValue::ValueText(pattern.clone())),
        Comparison::IsNull(is_null) => (Operator::IsNull, TestValue::ValueBoolean(*is_null)),
        Comparison::ContainsAny(values) => (Operator::ContainsAny, list(values)?),
        Comparison::ContainsAll(values) => (Operator::ContainsAll, list(values)?),
        Comparison::ContainsNone(values) => (Operator::ContainsNone, list(values)?),
        Comparison::WithinGeoRange { center, metres } => {
            if !(metres.is_finite() && *metres >= 0.0) {
                return Err(format!("the distance in metres must be finite and not negative, got {metres}"));
            }
            if !(center.latitude.is_finite() && center.longitude.is_finite()) {
                return Err("the coordinates must be finite".to_owned());
            }
            let (latitude, longitude) = (center.latitude, center.longitude);
            (
                Operator::WithinGeoRange,
                TestValue::ValueGeo(GeoCoordinatesFilter { latitude, longitude, distance: *metres }),
            )
        }
    })
}

/// Converts a single value. Dates and uuids are text.
fn single(value: &FilterValue) -> Result<TestValue, String> {
    Ok(match value {
        FilterValue::Text(text) => TestValue::ValueText(text.clone()),
        FilterValue::Int(value) => TestValue::ValueInt(*value),
        FilterValue::Number(value) => TestValue::ValueNumber(finite(*value)?),
        FilterValue::Bool(value) => TestValue::ValueBoolean(*value),
        FilterValue::Date(date) => TestValue::ValueText(date.to_string()),
        FilterValue::Uuid(uuid) => TestValue::ValueText(uuid.to_string()),
        FilterValue::DateOutOfRange(date) => return Err(out_of_range(date)),
    })
}

fn list(values: &[FilterValue]) -> Result<TestValue, String> {
    if let Some(FilterValue::DateOutOfRange(date)) =
        values.iter().find(|value| matches!(value, FilterValue::DateOutOfRange(_)))
    {
        return Err(out_of_range(date));
    }
    let mixed = || "the values must have one type".to_owned();
    match values.first() {
        None => Err("the list must not be empty; to match all objects, omit the filter".to_owned()),
        Some(FilterValue::Int(_)) => {
            let ints = values.iter().map(|value| if let FilterValue::Int(int) = value { Some(*int) } else { None });
            let values = ints.collect::<Option<_>>().ok_or_else(mixed)?;
            Ok(TestValue::ValueIntArray(IntArray { values }))
        }
        Some(FilterValue::Number(_)) => {
            let numbers =
                values.iter().map(|value| if let FilterValue::Number(number) = value { Some(*number) } else { None });
            let values: Vec<_> = numbers.collect::<Option<_>>().ok_or_else(mixed)?;
            values.iter().try_for_each(|number| finite(*number).map(drop))?;
            Ok(TestValue::ValueNumberArray(NumberArray { values }))
        }
        Some(FilterValue::Bool(_)) => {
            let bools =
                values.iter().map(|value| if let FilterValue::Bool(value) = value { Some(*value) } else { None });
            let values = bools.collect::<Option<_>>().ok_or_else(mixed)?;
            Ok(TestValue::ValueBooleanArray(BooleanArray { values }))
        }
        Some(FilterValue::Text(_) | FilterValue::DateOutOfRange(_) | FilterValue::Date(_) | FilterValue::Uuid(_)) => {
            let texts = values.iter().map(|value| match value {
                FilterValue::Text(text) => Some(text.clone()),
                FilterValue::Date(date) => Some(date.to_string()),
                FilterValue::Uuid(uuid) => Some(uuid.to_string()),
                _ => None,
            });
            let values = texts.collect::<Option<_>>().ok_or_else(mixed)?;
            Ok(TestValue::ValueTextArray(TextArray { values }))
        }
    }
}

fn out_of_range(date: &str) -> String {
    format!(
        "the server has no date {date}: it accepts the years 0000 to 9999, offsets in whole minutes, and no leap seconds"
    )
}

fn finite(number: f64) -> Result<f64, String> {
    if number.is_finite() { Ok(number) } else { Err(format!("{number} cannot be compared; use a finite number")) }
}

#[cfg(test)]
mod tests {
    mod depth;

    use super::*;
    use crate::values::types::{DateTime, GeoCoordinates};
    use crate::{ErrorKind, Uuid};

    fn sent(filter: &Filter) -> (String, Operator, Option<TestValue>) {
        let message = message(filter).unwrap();
        let Some(filter_target::Target::Property(target)) = message.target.clone().and_then(|target| target.target)
        else {
            panic!("{message:?}")
        };
        assert!(message.filters.is_empty());
        (target, message.operator(), message.test_value)
    }

    #[test]
    fn every_comparison_has_its_operator_and_value_field() {
        let p = || Filter::property("p");
        let text = |text: &str| Some(TestValue::ValueText(text.to_owned()));
        let date = DateTime::parse("2020-01-01T00:00:00+01:00").unwrap();
        let uuid = Uuid::from_u128(1);
        let texts = |values: &[&str]| {
            Some(TestValue::ValueTextArray(TextArray { values: values.iter().map(|&text| text.to_owned()).collect() }))
        };
        for (filter, operator, value) in [
            (p().equal("x"), Operator::Equal, text("x")),
            (p().not_equal(3), Operator::NotEqual, Some(TestValue::ValueInt(3))),
            (p().greater_than(1.5), Operator::GreaterThan, Some(TestValue::ValueNumber(1.5))),
            (p().greater_or_equal(date.clone()), Operator::GreaterThanEqual, text("2020-01-01T00:00:00+01:00")),
            (p().less_than(u32::MAX), Operator::LessThan, Some(TestValue::ValueInt(4_294_967_295))),
            (p().less_or_equal(i64::MIN), Operator::LessThanEqual, Some(TestValue::ValueInt(i64::MIN))),
            (p().equal(true), Operator::Equal, Some(TestValue::ValueBoolean(true))),
            (p().equal(uuid), Operator::Equal, text("00000000-0000-0000-0000-000000000001")),
            (p().like("a*"), Operator::Like, text("a*")),
            (p().is_null(false), Operator::IsNull, Some(TestValue::ValueBoolean(false))),
            (p().contains_any(["a", "b"]), Operator::ContainsAny, texts(&["a", "b"])),
            (
                p().contains_all(vec![1, 2]),
                Operator::ContainsAll,
                Some(TestValue::ValueIntArray(IntArray { values: vec![1, 2] })),
            ),
            (
                p().contains_none([1.5]),
                Operator::ContainsNone,
                Some(TestValue::ValueNumberArray(NumberArray { values: vec![1.5] })),
            ),
            (
                p().contains_any([true]),
                Operator::ContainsAny,
                Some(TestValue::ValueBooleanArray(BooleanArray { values: vec![true] })),
            ),
            (p().contains_any([uuid]), Operator::ContainsAny, texts(&["00000000-0000-0000-0000-000000000001"])),
            (p().contains_any([date]), Operator::ContainsAny, texts(&["2020-01-01T00:00:00+01:00"])),
            (
                p().within_geo_range(GeoCoordinates::new(1.0, 2.0), 500.0),
                Operator::WithinGeoRange,
                Some(TestValue::ValueGeo(GeoCoordinatesFilter { latitude: 1.0, longitude: 2.0, distance: 500.0 })),
            ),
        ] {
            assert_eq!(sent(&filter), ("p".to_owned(), operator, value), "{filter:?}");
        }
    }

    #[test]
    fn targets_other_than_properties() {
        for (filter, target) in [
            (Filter::id().equal(Uuid::nil()), "_id"),
            (Filter::creation_time().less_than(DateTime::parse("2020-01-01T00:00:00Z").unwrap()), "_creationTimeUnix"),
            (
                Filter::last_update_time().less_than(DateTime::parse("2020-01-01T00:00:00Z").unwrap()),
                "_lastUpdateTimeUnix",
            ),
            (Filter::property_length("title").greater_than(3), "len(title)"),
        ] {
            assert_eq!(sent(&filter).0, target);
        }
    }

    #[test]
    fn reference_paths_are_nested_targets() {
        let target = |target| FilterTarget { target: Some(target) };
        let filter = Filter::reference("hasAuthor").reference_to("bornIn", "country").property("name").equal("Sweden");
        let expected = filter_target::Target::SingleTarget(Box::new(FilterReferenceSingleTarget {
            on: "hasAuthor".to_owned(),
            target: Some(encoded(&target(filter_target::Target::MultiTarget(Box::new(FilterReferenceMultiTarget {
                on: "bornIn".to_owned(),
                target: Some(encoded(&target(filter_target::Target::Property("name".to_owned())))),
                target_collection: "Country".to_owned(),
            }))))),
        }));
        assert_eq!(message(&filter).unwrap().target, Some(target(expected)));
        assert_eq!(format!("{filter:?}"), r#"hasAuthor.bornIn:Country.name Equal(Text("Sweden"))"#);

        let count = filter_target::Target::Count(FilterReferenceCount { on: "hasAuthor".to_owned() });
        let message = message(&Filter::reference_count("hasAuthor").greater_than(1)).unwrap();
        assert_eq!(message.target, Some(target(count)));
        assert_eq!(message.test_value, Some(TestValue::ValueInt(1)));
    }

    #[test]
    fn referenced_objects_have_the_same_targets() {
        let on = || Filter::reference("about");
        let date = || DateTime::parse("2020-01-01T00:00:00Z").unwrap();
        for (filter, expected) in [
            (on().id().equal(Uuid::nil()), "_id"),
            (on().creation_time().less_than(date()), "_creationTimeUnix"),
            (on().last_update_time().less_than(date()), "_lastUpdateTimeUnix"),
            (on().property_length("title").less_than(3), "len(title)"),
        ] {
            let Some(FilterTarget { target: Some(filter_target::Target::SingleTarget(single)) }) =
                message(&filter).unwrap().target
            else {
                panic!("{filter:?}")
            };
            let property = filter_target::Target::Property(expected.to_owned());
            assert_eq!(FilterTarget::decode(single.target.unwrap()).unwrap().target, Some(property));
        }
        let count = message(&on().reference_count("authors").equal(2)).unwrap();
        let Some(filter_target::Target::SingleTarget(single)) = count.target.unwrap().target else {
            panic!("{:?}", on())
        };
        let authors = filter_target::Target::Count(FilterReferenceCount { on: "authors".to_owned() });
        assert_eq!(FilterTarget::decode(single.target.unwrap()).unwrap().target, Some(authors));
    }

    #[test]
    fn all_of_and_any_of_become_and_and_or() {
        let p = |name: &str| Filter::property(name).equal(1);
        assert_eq!(Filter::all_of([p("a"), p("b")]), p("a") & p("b"));
        assert_eq!(Filter::any_of([p("a"), p("b")]), p("a") | p("b"));
        assert_eq!(Filter::any_of([p("a")]), p("a"));
        assert_eq!(Filter::all_of([Filter::all_of([p("a"), p("b")]), p("c")]), p("a") & p("b") & p("c"));
    }

    #[test]
    fn logical_operators_keep_their_nesting() {
        let p = |name: &str| Filter::property(name).equal(1);
        let filter = (p("a") & p("b") & (p("c") & p("d"))) | !(p("e") | p("f")) | p("g");
        let message = message(&filter).unwrap();
        assert_eq!(message.operator(), Operator::Or);
        let inside = |filters: &[Bytes]| -> Vec<_> {
            filters.iter().map(|filter| Filters::decode(filter.clone()).unwrap()).collect()
        };
        let filters = inside(&message.filters);
        let shape: Vec<_> = filters.iter().map(|filter| (filter.operator(), filter.filters.len())).collect();
        assert_eq!(shape, [(Operator::And, 4), (Operator::Not, 1), (Operator::Equal, 0)]);
        assert_eq!(inside(&filters[1].filters)[0].operator(), Operator::Or);
    }

    #[test]
    fn filters_that_match_nothing_are_refused() {
        let p = || Filter::property("year");
        for (filter, expected_text) in [
            (p().contains_any(Vec::<i64>::new()), "`contains_any` of `year`: the list must not be empty"),
            (Filter::all_of([]), "`all_of` must have at least one condition"),
            (p().equal(1) & Filter::all_of([]), "`all_of` must have at least one condition"),
            (p().equal(1) | Filter::all_of([Filter::any_of([])]), "`any_of` must have at least one condition"),
            (!Filter::all_of([]), "`all_of` must have at least one condition"),
            (p().equal(1) & Filter::any_of([]), "`any_of` must have at least one condition"),
            (Filter::property("").equal(1), "must name a property"),
            (Filter::property_length("").equal(1), "must name a property"),
            (Filter::reference_count("").equal(1), "must name a property"),
            (Filter::reference("").property("a").equal(1), "must name a property"),
            (Filter::reference("a").property("").equal(1), "must name a property"),
            (Filter::reference_to("a", "").property("b").equal(1), "is not a valid collection name"),
            (Filter::property("Title").equal(1), "`Title`: `Title` starts with an upper-case letter"),
            (Filter::property("Author.name").equal(1), "use `author.name`"),
            (Filter::property_length("Title").equal(1), "use `title`"),
            (Filter::reference_count("By").equal(1), "use `by`"),
            (Filter::reference("By").property("a").equal(1), "use `by`"),
            (Filter::reference("by").property("A").equal(1), "use `a`"),
            (Filter::reference_to("By", "Author").property("a").equal(1), "use `by`"),
            (Filter::reference_to("by", "no name").property("a").equal(1), "is not a valid collection name"),
            (p().contains_all(Vec::<&str>::new()), "empty"),
            (!p().contains_none(Vec::<f64>::new()), "empty"),
            (p().equal(1) & p().equal(f64::NAN), "NaN"),
            (p().contains_any([1.0, f64::INFINITY]), "inf"),
            (p().contains_any([FilterValue::from(1), FilterValue::from("x")]), "must have one type"),
            (p().within_geo_range(GeoCoordinates::new(1.0, 2.0), -1.0), "metres"),
            (p().within_geo_range(GeoCoordinates::new(f32::NAN, 2.0), 1.0), "coordinates"),
        ] {
            let error = message(&filter).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Validation);
            assert!(error.to_string().contains(expected_text), "{error}");
        }
    }
}
