//! Merge of the wanted settings into the existing ones.

use serde_json::Value;

use super::settings::Map;
use super::{QUANTIZERS, UNCOMPRESSED};

/// Merges the wanted settings into the existing ones. Settings that are not mentioned stay.
pub(crate) fn merged(there: &Value, wanted: &Value) -> Value {
    let mut merged = there.clone();
    merge(&mut Vec::new(), &mut merged, wanted);
    merged
}

fn merge(path: &mut Vec<String>, there: &mut Value, wanted: &Value) {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    match (names.as_slice(), &mut *there, wanted) {
        (["properties"] | ["properties", .., "nestedProperties"], _, Value::Array(wanted)) => {
            properties(path, there, wanted);
        }
        // A vector has one vectorizer, so another module replaces it.
        (["vectorConfig", _, "vectorizer"], Value::Object(there_members), Value::Object(wanted_members))
            if !there_members.keys().eq(wanted_members.keys()) =>
        {
            *there = wanted.clone();
        }
        (["moduleConfig"], Value::Object(there), Value::Object(wanted)) => modules(there, wanted),
        (
            [.., "vectorIndexConfig"] | [.., "vectorIndexConfig", "hnsw" | "flat"],
            Value::Object(there),
            Value::Object(wanted),
        ) => {
            let wanted = quantizers(there, wanted.clone());
            members(path, there, &wanted);
        }
        // The server replaces these lists as a whole.
        (["invertedIndexConfig", "stopwordPresets" | "tokenizerUserDict"], ..) => *there = wanted.clone(),
        (_, Value::Object(there), Value::Object(wanted)) => members(path, there, wanted),
        _ => *there = wanted.clone(),
    }
}

fn members(path: &mut Vec<String>, there: &mut Map, wanted: &Map) {
    for (name, wanted) in wanted {
        path.push(name.clone());
        match there.get_mut(name) {
            Some(there) => merge(path, there, wanted),
            None => {
                there.insert(name.clone(), wanted.clone());
            }
        }
        path.pop();
    }
}

/// Merges properties by their names. New ones are appended.
fn properties(path: &mut Vec<String>, there: &mut Value, wanted: &[Value]) {
    if !there.is_array() {
        *there = Value::Array(Vec::new());
    }
    let Some(there) = there.as_array_mut() else { return };
    for wanted in wanted {
        let name = wanted.get("name");
        match there.iter_mut().find(|property| name.is_some() && property.get("name") == name) {
            Some(property) => {
                path.push(name.and_then(Value::as_str).unwrap_or_default().to_owned());
                merge(path, property, wanted);
                path.pop();
            }
            None => there.push(wanted.clone()),
        }
    }
}

/// A collection has one generative and one reranker module, so a new one replaces the old. The
/// settings of a module are replaced as a whole.
fn modules(there: &mut Map, wanted: &Map) {
    for kind in ["generative-", "reranker-"] {
        if wanted.keys().any(|module| module.starts_with(kind)) {
            there.retain(|module, _| !module.starts_with(kind));
        }
    }
    there.extend(wanted.iter().map(|(module, settings)| (module.clone(), settings.clone())));
}

/// An index has one active quantizer: a new one, or `Uncompressed`, switches the old one off.
fn quantizers(there: &Map, mut wanted: Map) -> Map {
    let on = |map: &Map, slot: &str| map.get(slot).and_then(|it| it.get("enabled")) == Some(&Value::Bool(true));
    let none = wanted.get(UNCOMPRESSED) == Some(&Value::Bool(true));
    if none {
        // The server reads this member only when it creates the index.
        wanted.remove(UNCOMPRESSED);
    }
    if none || QUANTIZERS.iter().any(|slot| on(&wanted, slot)) {
        for slot in QUANTIZERS.iter().filter(|slot| on(there, slot)) {
            if !on(&wanted, slot) {
                wanted.insert((*slot).to_owned(), serde_json::json!({ "enabled": false }));
            }
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn unmentioned_settings_stay() {
        for (there, wanted, expected) in [
            (
                json!({ "a": 1, "b": { "c": 2 } }),
                json!({ "b": { "d": 3 } }),
                json!({ "a": 1, "b": { "c": 2, "d": 3 } }),
            ),
            (json!({ "list": [1, 2] }), json!({ "list": [3] }), json!({ "list": [3] })),
            (
                json!({ "properties": [{ "name": "a", "x": 1 }, { "name": "b" }] }),
                json!({ "properties": [{ "name": "c" }, { "name": "a", "description": "A" }] }),
                json!({ "properties": [{ "name": "a", "x": 1, "description": "A" }, { "name": "b" }, { "name": "c" }] }),
            ),
            (
                json!({ "properties": null }),
                json!({ "properties": [{ "name": "c" }] }),
                json!({ "properties": [{ "name": "c" }] }),
            ),
            (
                json!({ "moduleConfig": { "generative-a": { "x": 1 }, "other": { "y": 1 } } }),
                json!({ "moduleConfig": { "generative-b": {} } }),
                json!({ "moduleConfig": { "generative-b": {}, "other": { "y": 1 } } }),
            ),
            (
                json!({ "vectorIndexConfig": { "bq": { "enabled": true, "cache": false }, "ef": 1 } }),
                json!({ "vectorIndexConfig": { "rq": { "enabled": true } } }),
                json!({ "vectorIndexConfig": { "bq": { "enabled": false, "cache": false }, "ef": 1, "rq": { "enabled": true } } }),
            ),
            (
                json!({ "vectorConfig": { "v": { "vectorIndexConfig": { "bq": { "enabled": true } } } } }),
                json!({ "vectorConfig": { "v": { "vectorIndexConfig": { "skipDefaultQuantization": true } } } }),
                json!({ "vectorConfig": { "v": { "vectorIndexConfig": { "bq": { "enabled": false } } } } }),
            ),
            (
                json!({ "vectorIndexConfig": { "hnsw": { "bq": { "enabled": true } }, "threshold": 9 } }),
                json!({ "vectorIndexConfig": { "hnsw": { "rq": { "enabled": true } } } }),
                json!({ "vectorIndexConfig": { "hnsw": { "bq": { "enabled": false }, "rq": { "enabled": true } }, "threshold": 9 } }),
            ),
            (
                json!({ "properties": [{ "name": "title", "x": 1, "nestedProperties": [{ "name": "a" }] }] }),
                json!({ "properties": [{ "name": "title", "nestedProperties": [{ "name": "A" }] }] }),
                json!({ "properties": [{ "name": "title", "x": 1, "nestedProperties": [{ "name": "a" }, { "name": "A" }] }] }),
            ),
            (
                json!({ "invertedIndexConfig": { "stopwordPresets": { "a": ["x"] } } }),
                json!({ "invertedIndexConfig": { "stopwordPresets": { "b": ["y"] } } }),
                json!({ "invertedIndexConfig": { "stopwordPresets": { "b": ["y"] } } }),
            ),
        ] {
            assert_eq!(merged(&there, &wanted), expected);
        }
    }
}
