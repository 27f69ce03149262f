//! Stored values as slices: a single value is a list of one.

use uuid::Uuid;

use crate::engine::store::{Object, Value};

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

/// Returns the length that `len()` compares: letters of a text, elements of a list. Other types have none.
pub(super) fn length_of(value: &Value) -> Option<usize> {
    match value {
        Value::Text(text) => Some(text.chars().count()),
        other => list_length(other),
    }
}

macro_rules! values {
    ($name:ident, $element:ty, $one:pat => $single:ident, $many:pat => $list:ident) => {
        pub(super) fn $name<'o>(object: &'o Object, property: &str) -> &'o [$element] {
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
values!(dates, crate::engine::store::Date, Value::Date(v) => v, Value::DateArray(v) => v);
values!(uuids, Uuid, Value::Uuid(v) => v, Value::UuidArray(v) => v);
values!(texts, String, Value::Text(v) => v, Value::TextArray(v) => v);
