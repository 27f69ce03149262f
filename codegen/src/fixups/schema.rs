//! Traversal of an `OpenAPI` document, shared by the fixups.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// JSON object of the document.
pub type Object = Map<String, Value>;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Returns every operation as path, method and object, in document order.
pub fn operations(document: &Value) -> Vec<(&str, &'static str, &Object)> {
    let mut found = Vec::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method).and_then(Value::as_object) {
                found.push((path.as_str(), method, operation));
            }
        }
    }
    found
}

/// Calls `edit` with every operation.
pub fn each_operation(document: &mut Value, edit: &mut dyn FnMut(&str, &str, &mut Object)) {
    for (path, item) in document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                edit(path, method, operation);
            }
        }
    }
}

/// Returns the name of the schema that a `$ref` into `components/schemas` points to.
pub fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

/// Follows a `$ref` once. Returns any other value unchanged.
pub fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| document.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

/// Calls `edit` with every schema of the document, outer schemas before inner ones.
pub fn each_schema(document: &mut Value, edit: &mut dyn FnMut(&mut Object)) {
    for schema in named_mut(document, "schemas") {
        each_inner(schema, edit);
    }
    for parameter in named_mut(document, "parameters") {
        if let Some(schema) = parameter.get_mut("schema") {
            each_inner(schema, edit);
        }
    }
    each_operation(document, &mut |_, _, operation| {
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(schema) = parameter.get_mut("schema") {
                each_inner(schema, edit);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            each_content(body, edit);
        }
        for (_, response) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
            each_content(response, edit);
        }
    });
}

/// Returns the values of `components/<group>`.
pub fn named_mut<'a>(document: &'a mut Value, group: &str) -> impl Iterator<Item = &'a mut Value> {
    document
        .get_mut("components")
        .and_then(|components| components.get_mut(group))
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
        .map(|(_, value)| value)
}

fn each_content(holder: &mut Value, edit: &mut dyn FnMut(&mut Object)) {
    for (_, media) in holder.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(schema) = media.get_mut("schema") {
            each_inner(schema, edit);
        }
    }
}

/// Calls `edit` with this schema and every schema nested in it.
pub fn each_inner(schema: &mut Value, edit: &mut dyn FnMut(&mut Object)) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    edit(object);
    for (_, property) in object.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        each_inner(property, edit);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = object.get_mut(key) {
            each_inner(inner, edit);
        }
    }
    for part in object.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        each_inner(part, edit);
    }
}

/// Returns the names of all schemas reachable from a response, of any status.
pub fn schemas_in_replies(document: &Value) -> BTreeSet<String> {
    let mut pending = Vec::new();
    for (_, _, operation) in operations(document) {
        for (_, response) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
            for (_, media) in response.get("content").and_then(Value::as_object).into_iter().flatten() {
                collect_references(media, &mut pending);
            }
        }
    }
    let mut seen = BTreeSet::new();
    while let Some(name) = pending.pop() {
        if let Some(schema) = document.pointer(&format!("/components/schemas/{name}"))
            && seen.insert(name)
        {
            collect_references(schema, &mut pending);
        }
    }
    seen
}

fn collect_references(value: &Value, names: &mut Vec<String>) {
    if let Some(name) = target(value) {
        names.push(name.to_owned());
    }
    match value {
        Value::Object(object) => object.values().for_each(|inner| collect_references(inner, names)),
        Value::Array(items) => items.iter().for_each(|inner| collect_references(inner, names)),
        _ => {}
    }
}
