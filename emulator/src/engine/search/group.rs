//! Grouping results by the values of one property.

use super::Hit;
use crate::engine::store::{Beacon, Object, Value};

/// Grouping of results by a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupBy {
    pub(crate) property: String,
    pub(crate) groups: usize,
    pub(crate) objects_per_group: usize,
}

/// The objects that share a value.
#[derive(Debug, Clone)]
pub(crate) struct Group<'a> {
    pub(crate) name: String,
    pub(crate) hits: Vec<Hit<'a>>,
}

/// Groups in the order of their best object. With a list property an object may be in several groups.
pub(crate) fn group<'a>(
    hits: &[Hit<'a>],
    by: &GroupBy,
    names: impl Fn(&Object, &str) -> Vec<String>,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    if by.objects_per_group == 0 {
        return groups;
    }
    for hit in hits {
        for name in names(hit.object, &by.property) {
            let room = groups.len() < by.groups;
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) if group.hits.len() < by.objects_per_group => group.hits.push(hit.clone()),
                None if room => groups.push(Group { name, hits: vec![hit.clone()] }),
                _ => {}
            }
        }
    }
    groups
}

/// The groups an object belongs to in a vector search. Without a value it is in the group without a name.
pub(crate) fn all_names(object: &Object, property: &str) -> Vec<String> {
    let names: Vec<String> = match object.properties.get(property) {
        Some(Value::Text(text) | Value::Blob(text)) => vec![text.clone()],
        Some(Value::TextArray(texts)) => texts.clone(),
        Some(Value::Int(number) | Value::Number(number)) => vec![number.to_string()],
        Some(Value::IntArray(numbers) | Value::NumberArray(numbers)) => {
            numbers.iter().map(ToString::to_string).collect()
        }
        Some(Value::Bool(flag)) => vec![flag.to_string()],
        Some(Value::BoolArray(flags)) => flags.iter().map(ToString::to_string).collect(),
        Some(Value::Date(date)) => vec![date.text()],
        Some(Value::DateArray(dates)) => dates.iter().map(crate::engine::store::Date::text).collect(),
        Some(Value::Uuid(id)) => vec![id.to_string()],
        Some(Value::UuidArray(ids)) => ids.iter().map(ToString::to_string).collect(),
        Some(Value::References(beacons)) => beacons.iter().map(beacon_uri).collect(),
        _ => Vec::new(),
    };
    if names.is_empty() { vec![String::new()] } else { names }
}

/// The groups an object belongs to in a keyword or hybrid search, which group by texts alone.
pub(crate) fn text_names(object: &Object, property: &str) -> Vec<String> {
    match object.properties.get(property) {
        Some(Value::Text(text)) => vec![text.clone()],
        Some(Value::TextArray(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

fn beacon_uri(beacon: &Beacon) -> String {
    match &beacon.collection {
        Some(collection) => format!("weaviate://localhost/{collection}/{}", beacon.id),
        None => format!("weaviate://localhost/{}", beacon.id),
    }
}
