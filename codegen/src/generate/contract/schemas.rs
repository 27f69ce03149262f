//! Schemas: refuses those that typify does not support, and makes JSON of those without a type.

use serde_json::Value;

use super::{Problems, child, contradictions, root};
use crate::fixups::operations;

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Keywords of which one gives a schema a form.
const FORMS: [&str; 10] =
    ["type", "$ref", "additionalProperties", "allOf", "anyOf", "enum", "items", "not", "oneOf", "properties"];

/// Keywords that no generated type can express.
const CHOICES: [&str; 3] = ["anyOf", "not", "oneOf"];

const UNTYPED: &str = "replace the schema by `{}`, which is any JSON, in a fixup";

/// Checks and prepares every schema of the document.
pub fn prepare(document: &mut Value, problems: &mut Problems) {
    let original = document.clone();
    let mut places = Vec::new();
    for (name, schema) in original.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
        let place = child("/components/schemas", name);
        if is_made_of_itself(&original, schema) {
            problems.add(format!("{}{place}", root()), "the definition is made of itself", UNTYPED);
        }
        places.push(place);
    }
    for (name, _) in original.pointer("/components/parameters").and_then(Value::as_object).into_iter().flatten() {
        places.push(child(&child("/components/parameters", name), "schema"));
    }
    for (path, item) in original.get("paths").and_then(Value::as_object).into_iter().flatten() {
        parameters(item, &child("/paths", path), &mut places);
    }
    for (path, method, operation) in operations(&original) {
        let place = child(&child("/paths", path), method);
        let operation = Value::Object(operation.clone());
        parameters(&operation, &place, &mut places);
        if let Some(body) = operation.get("requestBody") {
            contents(body, &child(&place, "requestBody"), &mut places);
        }
        for (status, reply) in operation.get("responses").and_then(Value::as_object).into_iter().flatten() {
            contents(reply, &child(&child(&place, "responses"), status), &mut places);
        }
    }
    for place in places {
        if let Some(schema) = document.pointer_mut(&place) {
            Preparation { document: &original, problems }.schema(schema, &format!("{}{place}", root()));
        }
    }
}

/// Whether a schema says anything about the form of a value. Without a form it is any JSON.
pub fn has_form(schema: &Value) -> bool {
    FORMS.iter().any(|key| schema.get(key).is_some())
}

fn parameters(holder: &Value, place: &str, places: &mut Vec<String>) {
    let count = holder.get("parameters").and_then(Value::as_array).map_or(0, Vec::len);
    places.extend((0..count).map(|index| format!("{place}/parameters/{index}/schema")));
}

fn contents(holder: &Value, place: &str, places: &mut Vec<String>) {
    for (media, _) in holder.get("content").and_then(Value::as_object).into_iter().flatten() {
        places.push(child(&child(&child(place, "content"), media), "schema"));
    }
}

struct Preparation<'a> {
    document: &'a Value,
    problems: &'a mut Problems,
}

impl Preparation<'_> {
    fn schema(&mut self, schema: &mut Value, place: &str) {
        let Some(object) = schema.as_object_mut() else {
            return self.problems.add(place, format!("the schema is {schema}, not an object"), UNTYPED);
        };
        // typify would name types by their title.
        object.remove("title");
        if let Some(kind) = object.get("type")
            && !kind.as_str().is_some_and(|kind| TYPES.contains(&kind))
        {
            return self.problems.add(place, format!("the type {kind} is not one of OpenAPI 3.0"), UNTYPED);
        }
        if let Some(key) = CHOICES.iter().find(|key| object.contains_key(**key)) {
            return self.problems.add(place, format!("`{key}` has no generated type"), UNTYPED);
        }
        if object.get("allOf").is_some_and(|parts| parts.as_array().is_none_or(Vec::is_empty)) {
            return self.problems.add(place, "`allOf` has no parts", UNTYPED);
        }
        if object.contains_key("allOf") {
            contradictions::check(self.document, &Value::Object(object.clone()), place, self.problems);
        }
        // typify would refuse other values in replies, but a newer server may have more of them. Only an
        // enum of strings has a variant for those.
        let is_open = |values: &Vec<Value>| {
            values.iter().any(Value::is_string) && values.iter().all(|value| value.is_string() || value.is_null())
        };
        if object.get("enum").is_some_and(|values| !values.as_array().is_some_and(is_open)) {
            object.remove("enum");
        }
        // A format alone says nothing about JSON.
        if !FORMS.iter().any(|key| object.contains_key(*key)) {
            object.remove("format");
        }
        if let Some(target) = object.get("$ref") {
            if let Some(what) = fault(self.document, target) {
                self.problems.add(place, what, UNTYPED);
            }
            return;
        }
        for (name, inner) in object.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            self.schema(inner, &child(&child(place, "properties"), name));
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = object.get_mut(key).filter(|inner| key == "items" || !inner.is_boolean()) {
                self.schema(inner, &child(place, key));
            }
        }
        for (index, part) in object.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
            self.schema(part, &format!("{place}/allOf/{index}"));
        }
    }
}

/// Returns what is wrong with the target of a `$ref`.
fn fault(document: &Value, target: &Value) -> Option<String> {
    let pointer = target.as_str().and_then(|target| target.strip_prefix('#'));
    match pointer.filter(|pointer| pointer.starts_with("/components/schemas/")) {
        None => Some(format!("`$ref` is {target}, which is not a definition of this contract")),
        Some(pointer) if document.pointer(pointer).is_none() => {
            Some(format!("`$ref` is {target}, which does not exist"))
        }
        Some(_) => None,
    }
}

/// Whether the form of a definition is made of the definition itself: by another name, or as a part.
fn is_made_of_itself(document: &Value, schema: &Value) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut open = parts(schema);
    while let Some(target) = open.pop() {
        let definition = target.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        if definition.is_some_and(|definition| std::ptr::eq(definition, schema)) {
            return true;
        }
        if !seen.contains(&target) {
            seen.push(target);
            open.extend(definition.map(parts).unwrap_or_default());
        }
    }
    false
}

/// Returns the definitions that a schema is another name of, or that typify merges into it.
fn parts(schema: &Value) -> Vec<&str> {
    let (mut found, mut open) = (Vec::new(), vec![schema]);
    while let Some(schema) = open.pop() {
        found.extend(schema.get("$ref").and_then(Value::as_str));
        open.extend(schema.get("allOf").and_then(Value::as_array).into_iter().flatten());
    }
    found
}
