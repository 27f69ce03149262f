//! Sorting by properties. Missing values come first when ascending; equal ones keep the order they had.

use std::cmp::Ordering;

use super::Hit;
use super::fault::SortFault;
use crate::engine::schema::{ClassView, DataType};
use crate::engine::store::fault::NoSuchProperty;
use crate::engine::store::{Date, Object, Value};

/// One sort criterion, checked against the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SortKey {
    pub(crate) by: SortBy,
    pub(crate) ascending: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SortBy {
    Id,
    CreationTime,
    UpdateTime,
    Property(String),
}

impl SortBy {
    /// Reads the name in a request.
    pub(crate) fn parse(name: &str, class: &ClassView) -> Result<Self, SortFault> {
        Ok(match name {
            "_id" | "id" => Self::Id,
            "_creationTimeUnix" => Self::CreationTime,
            "_lastUpdateTimeUnix" => Self::UpdateTime,
            name => {
                let property = class.property(name).ok_or_else(|| NoSuchProperty::new(name, &class.name))?;
                match &property.data_type {
                    DataType::Uuid | DataType::UuidArray => {
                        return Err(SortFault::Uuid(name.to_owned()));
                    }
                    reference @ DataType::Reference(_) => {
                        let class = reference.name().to_owned();
                        return Err(SortFault::Reference { property: name.to_owned(), class });
                    }
                    _ => Self::Property(property.name.clone()),
                }
            }
        })
    }
}

/// Sorts in place; later keys order what earlier ones leave equal.
pub(crate) fn sort(hits: &mut [Hit<'_>], keys: &[SortKey]) {
    hits.sort_by(|a, b| {
        keys.iter()
            .map(|key| {
                let ordering = compare(a.object, b.object, &key.by);
                if key.ascending { ordering } else { ordering.reverse() }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

fn compare(a: &Object, b: &Object, by: &SortBy) -> Ordering {
    match by {
        SortBy::Id => a.id.cmp(&b.id),
        // Several objects may share a millisecond; the order of insertion decides.
        SortBy::CreationTime => (a.created_ms, a.doc_id).cmp(&(b.created_ms, b.doc_id)),
        SortBy::UpdateTime => (a.updated_ms, a.doc_id).cmp(&(b.updated_ms, b.doc_id)),
        SortBy::Property(name) => match (present(a, name), present(b, name)) {
            (Some(a), Some(b)) => values(a, b),
            (Some(value), None) | (None, Some(value)) if !has_order(value) => Ordering::Equal,
            (a, b) => a.is_some().cmp(&b.is_some()),
        },
    }
}

/// An empty list sorts like a missing value.
fn present<'o>(object: &'o Object, name: &str) -> Option<&'o Value> {
    object.properties.get(name).filter(|value| super::filter::list_length(value) != Some(0))
}

/// Objects and references cannot be sorted by, not even by whether they are there.
fn has_order(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::ObjectArray(_) | Value::References(_) | Value::Null)
}

fn values(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) | (Value::Blob(a), Value::Blob(b)) => folded(a).cmp(&folded(b)),
        (Value::TextArray(a), Value::TextArray(b)) => {
            a.iter().map(|text| folded(text)).cmp(b.iter().map(|text| folded(text)))
        }
        (Value::Int(a), Value::Int(b)) | (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
        (Value::IntArray(a), Value::IntArray(b)) | (Value::NumberArray(a), Value::NumberArray(b)) => doubles(a, b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::BoolArray(a), Value::BoolArray(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.unix_nanos().cmp(&b.unix_nanos()),
        (Value::DateArray(a), Value::DateArray(b)) => {
            a.iter().map(Date::unix_nanos).cmp(b.iter().map(Date::unix_nanos))
        }
        (Value::Geo(a), Value::Geo(b)) => a.longitude.total_cmp(&b.longitude).then(a.latitude.total_cmp(&b.latitude)),
        (Value::Phone(a), Value::Phone(b)) => (a.country_code, a.national).cmp(&(b.country_code, b.national)),
        _ => Ordering::Equal,
    }
}

/// Upper and lower case are the same in the order of texts.
fn folded(text: &str) -> String {
    text.to_lowercase()
}

fn doubles(a: &[f64], b: &[f64]) -> Ordering {
    a.iter()
        .zip(b)
        .map(|(a, b)| a.total_cmp(b))
        .find(|ordering| ordering.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn object(number: u128, value: Option<Value>) -> Object {
        Object {
            id: Uuid::from_u128(number),
            properties: value.map(|value| ("p".to_owned(), value)).into_iter().collect(),
            ..Object::default()
        }
    }

    fn order(objects: &[Object], ascending: bool) -> Vec<u128> {
        let mut hits: Vec<_> = objects.iter().map(Hit::new).collect();
        sort(&mut hits, &[SortKey { by: SortBy::Property("p".to_owned()), ascending }]);
        hits.iter().map(|hit| hit.object.id.as_u128()).collect()
    }

    #[test]
    fn missing_values_and_empty_lists_come_first_ascending_and_last_descending() {
        let objects = [
            object(1, Some(Value::IntArray(vec![2.0]))),
            object(2, None),
            object(3, Some(Value::IntArray(vec![]))),
            object(4, Some(Value::IntArray(vec![1.0, 9.0]))),
            object(5, Some(Value::IntArray(vec![1.0]))),
        ];
        assert_eq!(order(&objects, true), [2, 3, 5, 4, 1]);
        assert_eq!(order(&objects, false), [1, 4, 5, 2, 3]);
    }
}
