//! REST part of the inventory.

use serde_json::{Map, Value};

use super::{Entry, Kind};
use crate::fixups::{operations as each, resolve, target};
use crate::generate::metadata::is_deprecated;

/// Lists operations and their parameters.
pub fn operations(contract: &Value) -> Vec<Entry> {
    let mut out = Vec::new();
    for (path, method, operation) in each(contract) {
        let path = path.strip_prefix("/v1").unwrap_or(path);
        let method = method.to_uppercase();
        let name = format!("{method} {path}");
        let id = operation.get("operationId").and_then(Value::as_str).map(|id| format!("{id} "));
        let detail = format!("{}→ {}", id.unwrap_or_default(), reply(operation));
        let marked = operation.get("deprecated") == Some(&Value::Bool(true));
        out.push(Entry::new(Kind::Operation, &[path, &method], &name, detail).deprecated(marked));
        for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let parameter = resolve(contract, parameter);
            let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
            let label = format!("{name} ? {}:{}", text("in"), text("name"));
            let kind = parameter.get("schema").map_or_else(String::new, kind);
            let required = parameter.get("required") == Some(&Value::Bool(true)) && text("in") != "path";
            let detail = if required { format!("{kind}, required") } else { kind };
            let entry = Entry::new(Kind::Parameter, &[path, &method, &label], &label, detail);
            out.push(entry.deprecated(is_deprecated(parameter)));
        }
        if let Some(body) = operation.get("requestBody") {
            let label = format!("{name} ? body:body");
            let schema = body.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
            let schema = schema.and_then(|media| media.get("schema"));
            let optional = if body.get("required") == Some(&Value::Bool(true)) { "" } else { ", optional" };
            let detail = format!("{}{optional}", schema.map_or_else(String::new, kind));
            out.push(Entry::new(Kind::Parameter, &[path, &method, &label], &label, detail));
            for (field, inner) in entries(schema.and_then(|schema| schema.get("properties"))) {
                let label = format!("{name} body.{field}");
                let entry = Entry::new(Kind::Parameter, &[path, &method, &label], &label, kind(inner));
                out.push(entry.deprecated(is_deprecated(inner)));
            }
        }
    }
    out
}

/// Describes the types of the 2xx replies.
fn reply(operation: &Map<String, Value>) -> String {
    let mut kinds: Vec<String> = entries(operation.get("responses"))
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, response)| entries(response.get("content")).next())
        .filter_map(|(_, media)| media.get("schema").map(kind))
        .collect();
    kinds.sort();
    kinds.dedup();
    if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(" or ") }
}

/// Lists definitions, properties and enum values.
pub fn types(contract: &Value) -> Vec<Entry> {
    let mut out = Vec::new();
    for (name, schema) in entries(contract.pointer("/components/schemas")) {
        let parts = schema.get("allOf").and_then(Value::as_array);
        let plain = parts.is_none() && entries(schema.get("properties")).next().is_none();
        out.push(Entry::new(Kind::Definition, &[name], name, kind(schema)).deprecated(is_deprecated(schema)));
        if plain {
            values(&format!("{name} <alias>"), name, schema, &mut out);
            continue;
        }
        for part in parts.into_iter().flatten().filter_map(target) {
            out.push(Entry::new(Kind::Property, &[name], format!("{name} <allOf> {part}"), ""));
        }
        inside(name, name, schema, &mut out);
    }
    out
}

fn inside(root: &str, name: &str, schema: &Value, out: &mut Vec<Entry>) {
    values(name, root, schema, out);
    if let Some(inner) = schema.get("items") {
        inside(root, name, inner, out);
    }
    let required = schema.get("required").and_then(Value::as_array);
    for (property, inner) in entries(schema.get("properties")) {
        let label = format!("{name}.{property}");
        let needed = required.is_some_and(|names| names.iter().any(|name| name == property));
        let detail = if needed { format!("{}, required", kind(inner)) } else { kind(inner) };
        out.push(Entry::new(Kind::Property, &[root, &label], &label, detail).deprecated(is_deprecated(inner)));
        inside(root, &label, inner, out);
    }
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        inside(root, name, part, out);
    }
}

fn values(name: &str, root: &str, schema: &Value, out: &mut Vec<Entry>) {
    for value in schema.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        let label = format!("{name}={value}");
        out.push(Entry::new(Kind::EnumValue, &[root, name, &label], &label, ""));
    }
}

/// Describes a type in a few words.
pub fn kind(schema: &Value) -> String {
    if let Some(name) = target(schema) {
        return name.to_owned();
    }
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let inner = |key: &str| schema.get(key).map_or_else(|| "any".to_owned(), kind);
    let name = match text("type") {
        Some("array") => format!("list of {}", inner("items")),
        _ if schema.get("allOf").is_some() => "object".to_owned(),
        _ if schema.get("properties").is_some() => "object".to_owned(),
        _ if schema.get("additionalProperties").is_some() => {
            format!("map of {}", inner("additionalProperties"))
        }
        Some("object") => "any".to_owned(),
        Some("string") if schema.get("enum").is_some() => "enum".to_owned(),
        Some(other) => text("format").map_or_else(|| other.to_owned(), |format| format!("{other} ({format})")),
        None => text("format").unwrap_or("any").to_owned(),
    };
    if schema.get("nullable") == Some(&Value::Bool(true)) { format!("{name} or null") } else { name }
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}
