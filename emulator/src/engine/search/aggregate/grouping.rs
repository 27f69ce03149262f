//! Groups of the objects that share a value of a property.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::fault::AggregateFault;
use crate::engine::go;
use crate::engine::store::{Beacon, Date, Object, Value};

/// Grouping of an aggregation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupBy {
    pub(crate) property: String,
    /// The most groups in the reply.
    pub(crate) limit: usize,
}

/// Value that the objects of a group share.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum GroupValue {
    Text(String),
    Number(f64),
    Boolean(bool),
    /// A value that the server groups by its address, with Go's name of its type.
    Address(&'static str),
}

impl fmt::Display for GroupValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text}"),
            Self::Number(number) => write!(f, "{}", go::float(*number)),
            Self::Boolean(flag) => write!(f, "{flag}"),
            Self::Address(_) => write!(f, "0x0"),
        }
    }
}

type Groups<'a> = Vec<(GroupValue, Vec<&'a Object>)>;

/// The largest groups. With a list an object is in the group of each of its values; without a value it is in none.
pub(super) fn group<'a>(objects: &[&'a Object], by: &GroupBy) -> Result<Groups<'a>, AggregateFault> {
    let mut groups: Groups<'a> = Vec::new();
    // The values of a property have one type, so that their texts tell them apart.
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for object in objects {
        let Some(value) = object.properties.get(&by.property) else { continue };
        let mut mine: BTreeSet<String> = BTreeSet::new();
        for value in values(value)? {
            let text = value.to_string();
            if !mine.insert(text.clone()) {
                continue;
            }
            // No two objects share an address.
            let shared = known.get(&text).filter(|_| !matches!(value, GroupValue::Address(_)));
            if let Some((_, members)) = shared.and_then(|place| groups.get_mut(*place)) {
                members.push(object);
            } else {
                known.insert(text, groups.len());
                groups.push((value, vec![object]));
            }
        }
    }
    // The server's order of equally large groups is random; here it is that of their first objects.
    groups.sort_by_key(|(_, members)| Reverse(members.len()));
    groups.truncate(by.limit.max(1));
    Ok(groups)
}

fn values(value: &Value) -> Result<Vec<GroupValue>, AggregateFault> {
    let text = |text: &String| GroupValue::Text(text.clone());
    Ok(match value {
        Value::Text(one) | Value::Blob(one) => vec![text(one)],
        Value::TextArray(list) => list.iter().map(text).collect(),
        Value::Int(number) | Value::Number(number) => vec![GroupValue::Number(*number)],
        Value::IntArray(list) | Value::NumberArray(list) => list.iter().copied().map(GroupValue::Number).collect(),
        Value::Bool(flag) => vec![GroupValue::Boolean(*flag)],
        Value::BoolArray(list) => list.iter().copied().map(GroupValue::Boolean).collect(),
        Value::Date(date) => vec![GroupValue::Text(date.text())],
        Value::DateArray(list) => list.iter().map(Date::text).map(GroupValue::Text).collect(),
        Value::Uuid(id) => vec![GroupValue::Text(id.to_string())],
        Value::UuidArray(list) => list.iter().map(ToString::to_string).map(GroupValue::Text).collect(),
        Value::References(list) => list.iter().map(Beacon::uri).map(GroupValue::Text).collect(),
        Value::Geo(_) => vec![GroupValue::Address("*models.GeoCoordinates")],
        Value::Phone(_) => vec![GroupValue::Address("*models.PhoneNumber")],
        Value::Object(_) => return Err(AggregateFault::Unhashable),
        Value::ObjectArray(list) if !list.is_empty() => return Err(AggregateFault::Unhashable),
        Value::ObjectArray(_) | Value::Null => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn object(number: u128, value: Option<Value>) -> Object {
        Object {
            id: Uuid::from_u128(number),
            properties: value.map(|value| ("p".to_owned(), value)).into_iter().collect(),
            ..Object::default()
        }
    }

    fn sizes(values: Vec<Option<Value>>, limit: usize) -> Vec<(String, usize)> {
        let objects: Vec<Object> = values.into_iter().enumerate().map(|(i, value)| object(i as u128, value)).collect();
        let by = GroupBy { property: "p".to_owned(), limit };
        let groups = group(&objects.iter().collect::<Vec<_>>(), &by).unwrap();
        groups.into_iter().map(|(value, members)| (value.to_string(), members.len())).collect()
    }

    #[test]
    fn an_object_is_in_the_group_of_each_of_its_values_once() {
        let list = |numbers: &[f64]| Some(Value::IntArray(numbers.to_vec()));
        let found = sizes(vec![list(&[7.0, 7.0, 1.0]), list(&[]), None, list(&[1.0])], 100);
        assert_eq!(found, [("1".to_owned(), 2), ("7".to_owned(), 1)]);
    }

    #[test]
    fn a_limit_leaves_the_largest_and_at_least_one() {
        let texts = ["a", "b", "b", "c"].map(|text| Some(Value::Text(text.to_owned())));
        assert_eq!(sizes(texts.to_vec(), 2), [("b".to_owned(), 2), ("a".to_owned(), 1)]);
        assert_eq!(sizes(texts.to_vec(), 0), [("b".to_owned(), 2)]);
    }
}
