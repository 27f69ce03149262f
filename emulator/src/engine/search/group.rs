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

/// The best object of each group, in their order. With a list property an object may be in several groups.
pub(crate) fn group<'a>(
    hits: Vec<Hit<'a>>,
    by: &GroupBy,
    names: impl Fn(&Object, &str) -> Vec<String>,
) -> Vec<Hit<'a>> {
    let mut groups: Vec<Hit<'a>> = Vec::new();
    if by.objects_per_group == 0 {
        return groups;
    }
    for hit in hits {
        for name in names(hit.object, &by.property) {
            let room = groups.len() < by.groups;
            let mut known = groups.iter_mut().filter_map(|best| best.group.as_mut());
            match known.find(|group| group.name == name) {
                Some(group) if group.hits.len() < by.objects_per_group => group.hits.push(hit.clone()),
                None if room => {
                    let group = Group { name, hits: vec![hit.clone()] };
                    groups.push(Hit { group: Some(Box::new(group)), ..hit.clone() });
                }
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
        Some(Value::References(beacons)) => beacons.iter().map(Beacon::uri).collect(),
        _ => Vec::new(),
    };
    if names.is_empty() { vec![String::new()] } else { names }
}

/// The groups an object belongs to in a keyword or hybrid search, which group by texts and by what is told as one.
pub(crate) fn text_names(object: &Object, property: &str) -> Vec<String> {
    match object.properties.get(property) {
        Some(Value::TextArray(texts)) => texts.clone(),
        Some(value) => text_of(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The value as a text, if the server tells it as one.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Blob(text) => Some(text.clone()),
        Value::Date(date) => Some(date.text()),
        Value::Uuid(id) => Some(id.to_string()),
        _ => None,
    }
}
