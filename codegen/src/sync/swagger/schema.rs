//! Conversion of schemas, including the schema part of parameters.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::node::{Node, Object};

/// Keys that are not part of the contract: examples, and hints for the server's JSON encoder.
const NOT_CONTRACT: &[&str] = &["title", "example", "externalDocs", "x-omitempty"];

/// Keywords with the same meaning in Swagger 2.0 and `OpenAPI` 3.0.
const COMMON_KEYWORDS: &[&str] = &[
    "format",
    "default",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "readOnly",
];

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

pub fn convert(node: &Node<'_>) -> Result<Value> {
    convert_object(node.object()?)
}

/// Converts the remaining keys of an object. A parameter takes its own keys first.
pub fn convert_object(mut object: Object<'_>) -> Result<Value> {
    object.ignore(NOT_CONTRACT);
    let mut out = Map::new();

    let mut nullable = object.take_flag("x-nullable")?;
    let kind = match object.take("type") {
        Some(node) => {
            let (kind, null) = single_type(&node)?;
            nullable |= null;
            Some(kind)
        }
        None => None,
    };
    let told = object.take_prose(&["description"]);
    let deprecated = object.take_flag("x-deprecated")? | told;

    if let Some(target) = object.take("$ref") {
        object.finish()?;
        let reference = json!({ "$ref": reference(&target, "#/definitions/", "#/components/schemas/")? });
        if !nullable && !deprecated {
            return Ok(reference);
        }
        // OpenAPI 3.0 ignores keywords beside a $ref, so allOf wraps it.
        out.insert("allOf".to_owned(), Value::Array(vec![reference]));
    } else {
        if let Some(kind) = kind {
            out.insert("type".to_owned(), kind.into());
        }
        object.copy(COMMON_KEYWORDS, &mut out);
        convert_structure(&mut object, &mut out)?;
        object.finish()?;
    }
    if nullable {
        out.insert("nullable".to_owned(), true.into());
    }
    if deprecated {
        out.insert("deprecated".to_owned(), true.into());
    }
    Ok(Value::Object(out))
}

/// Converts the keywords that contain schemas or sets.
fn convert_structure(object: &mut Object<'_>, out: &mut Map<String, Value>) -> Result<()> {
    if let Some(node) = object.take("properties") {
        let mut properties = Map::new();
        for (name, property) in node.object()?.entries() {
            properties.insert(name.to_owned(), convert(&property)?);
        }
        out.insert("properties".to_owned(), Value::Object(properties));
    }
    if let Some(node) = object.take("required") {
        let mut names = node.string_set()?;
        names.sort_unstable();
        out.insert("required".to_owned(), names.into());
    }
    if let Some(node) = object.take("enum") {
        let mut values = node.string_set()?;
        values.sort_unstable();
        out.insert("enum".to_owned(), values.into());
    }
    if let Some(node) = object.take("items") {
        out.insert("items".to_owned(), convert(&node)?);
    }
    if let Some(node) = object.take("additionalProperties") {
        let value = if node.value().is_boolean() { node.value().clone() } else { convert(&node)? };
        out.insert("additionalProperties".to_owned(), value);
    }
    if let Some(node) = object.take("allOf") {
        let parts = node.array()?.iter().map(convert).collect::<Result<Vec<_>>>()?;
        out.insert("allOf".to_owned(), parts.into());
    }
    Ok(())
}

/// Reads `type`: one name, or `[name, "null"]`. The list is not Swagger 2.0, but this contract has
/// it.
fn single_type(node: &Node<'_>) -> Result<(String, bool)> {
    let names = if node.value().is_string() { vec![node.string()?] } else { node.string_set()? };
    let null = names.contains(&"null");
    let kinds: Vec<&str> = names.into_iter().filter(|name| *name != "null").collect();
    match kinds.as_slice() {
        [kind] if TYPES.contains(kind) => Ok(((*kind).to_owned(), null)),
        [kind] => Err(node.error(format_args!("unsupported type {kind:?}"))),
        _ => Err(node.error("expected one type, or one type and \"null\"")),
    }
}

/// Converts a reference: replaces the prefix `from` of Swagger 2.0 by `to` of `OpenAPI` 3.0.
pub fn reference(node: &Node<'_>, from: &str, to: &str) -> Result<String> {
    let target = node.string()?;
    let name = target
        .strip_prefix(from)
        .ok_or_else(|| node.error(format_args!("the reference {target:?} must start with {from:?}")))?;
    Ok(format!("{to}{name}"))
}
