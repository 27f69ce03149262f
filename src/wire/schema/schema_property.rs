//! Conversion of a property to and from JSON.

use serde_json::Value;

use crate::values::schema::{DataType, Extra, Json, Map, Property, plain};

impl Json for Property {
    fn read(value: &Value) -> Option<Self> {
        let mut map = value.as_object()?.clone();
        let map = &mut map;
        Some(Self {
            name: plain::take(map, "name").unwrap_or_default(),
            data_type: data_type(map),
            description: plain::take(map, "description"),
            tokenization: plain::take(map, "tokenization"),
            text_analyzer: plain::take(map, "textAnalyzer"),
            index_filterable: plain::take(map, "indexFilterable"),
            index_searchable: plain::take(map, "indexSearchable"),
            index_range_filters: plain::take(map, "indexRangeFilters"),
            disable_duplicated_references: plain::take(map, "disableDuplicatedReferences"),
            vectorization: filled(map, "moduleConfig").unwrap_or_default(),
            extra: Extra::from(std::mem::take(map)),
        })
    }

    fn write(&self) -> Value {
        let mut map = self.extra.members.clone();
        if !self.name.is_empty() {
            plain::put(&self.name, &mut map, "name");
        }
        write_data_type(&self.data_type, &mut map);
        let mut put = |key: &str, value: Option<Value>| value.map(|value| map.insert(key.to_owned(), value));
        put("description", self.description.as_ref().map(Json::write));
        put("tokenization", self.tokenization.as_ref().map(Json::write));
        put("textAnalyzer", self.text_analyzer.as_ref().map(Json::write));
        put("indexFilterable", self.index_filterable.as_ref().map(Json::write));
        put("indexSearchable", self.index_searchable.as_ref().map(Json::write));
        put("indexRangeFilters", self.index_range_filters.as_ref().map(Json::write));
        put("disableDuplicatedReferences", self.disable_duplicated_references.as_ref().map(Json::write));
        put("moduleConfig", (!self.vectorization.is_empty()).then(|| self.vectorization.write()));
        Value::Object(map)
    }
}

/// Takes a list or map unless it is empty. An empty one stays in the raw map.
fn filled<T: Json>(map: &mut Map, key: &str) -> Option<T> {
    let empty = match map.get(key)? {
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
        _ => true,
    };
    if empty { None } else { plain::take(map, key) }
}

/// Reads the data type. An unknown type stays in the raw map, with an empty name.
fn data_type(map: &mut Map) -> DataType {
    let Some(names) = filled::<Vec<String>>(map, "dataType") else { return DataType::Other(String::new()) };
    let refers = |name: &String| name.starts_with(|first: char| first.is_ascii_uppercase());
    match names.as_slice() {
        [name] if !refers(name) => primitive(name, map),
        names if names.iter().all(refers) => DataType::Reference(names.to_vec()),
        _ => {
            plain::put(&names, map, "dataType");
            DataType::Other(String::new())
        }
    }
}

fn primitive(name: &str, map: &mut Map) -> DataType {
    match name {
        "object" => DataType::Object(filled(map, "nestedProperties").unwrap_or_default()),
        "object[]" => DataType::ObjectArray(filled(map, "nestedProperties").unwrap_or_default()),
        _ => DataType::from_name(name),
    }
}

fn write_data_type(data_type: &DataType, map: &mut Map) {
    let names = match data_type {
        DataType::Reference(targets) => targets.clone(),
        DataType::Other(name) if name.is_empty() => return,
        _ => vec![data_type.as_str().to_owned()],
    };
    plain::put(&names, map, "dataType");
    if let DataType::Object(nested) | DataType::ObjectArray(nested) = data_type
        && !nested.is_empty()
    {
        plain::put(nested, map, "nestedProperties");
    }
}
