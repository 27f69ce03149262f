//! Where the contract contradicts the server or `OpenAPI`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::schema::{Object, each_inner, each_operation, each_schema, replied, target};
use super::{Fixup, Kind};

pub(super) const FIXUPS: &[Fixup] = &[
    Fixup {
        name: "operation-id",
        kind: Kind::UpstreamBug,
        reason: "an operation without operationId cannot be named; it gets one after its neighbours'",
        since: (1, 24),
        apply: operation_id,
    },
    Fixup {
        name: "format-for-type",
        kind: Kind::UpstreamBug,
        reason: "`format: object`, `format: string` and the like stand where `type` was meant",
        since: (1, 24),
        apply: format_for_type,
    },
    Fixup {
        name: "integer-numbers",
        kind: Kind::UpstreamBug,
        reason: "`number` with an integer format would be sent as 60.0, which the server refuses",
        since: (1, 24),
        apply: integer_numbers,
    },
    Fixup {
        name: "any-value",
        kind: Kind::UpstreamBug,
        reason: "a bare `type: object` stands for any JSON value: the server puts arrays, strings and numbers there",
        since: (1, 24),
        apply: any_value,
    },
    Fixup {
        name: "dangling-required",
        kind: Kind::UpstreamBug,
        reason: "`required` names a property that the schema does not have",
        since: (1, 29),
        apply: dangling_required,
    },
    Fixup {
        name: "null-collections",
        kind: Kind::UpstreamBug,
        reason: "the server sends empty lists and maps as `null`",
        since: (1, 24),
        apply: null_collections,
    },
    Fixup {
        name: "required-in-replies",
        kind: Kind::UpstreamBug,
        reason: "a field that another server version leaves out must not fail the whole reply",
        since: (1, 28),
        apply: required_in_replies,
    },
];

/// Paths of operations without an id, and the id that goes with those of their neighbours.
pub const UNNAMED: &[(&str, &str)] =
    &[("/v1/.well-known/openid-configuration", "weaviate.wellknown.openid.configuration")];

fn operation_id(document: &mut Value) -> usize {
    let mut places = 0;
    each_operation(document, &mut |path, _, operation| {
        let name = UNNAMED.iter().find(|(unnamed, _)| *unnamed == path).map(|(_, id)| id);
        if let (false, Some(id)) = (operation.contains_key("operationId"), name) {
            operation.insert("operationId".into(), json!(id));
            places += 1;
        }
    });
    places
}

fn format_for_type(document: &mut Value) -> usize {
    let mut places = 0;
    each_schema(document, &mut |schema| {
        let format = schema.get("format").and_then(Value::as_str);
        if !schema.contains_key("type")
            && matches!(format, Some("array" | "boolean" | "object" | "string"))
            && let Some(format) = schema.remove("format")
        {
            schema.insert("type".into(), format);
            places += 1;
        }
    });
    places
}

fn integer_numbers(document: &mut Value) -> usize {
    let mut places = 0;
    each_schema(document, &mut |schema| {
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        if schema.get("type") == Some(&json!("number")) && (format.starts_with("int") || format.starts_with("uint")) {
            let exact = match format {
                "int" => "int64",
                "uint" => "uint64",
                other => other,
            };
            let exact = json!(exact);
            schema.insert("type".into(), json!("integer"));
            schema.insert("format".into(), exact);
            places += 1;
        }
    });
    places
}

fn any_value(document: &mut Value) -> usize {
    let mut places = 0;
    each_schema(document, &mut |schema| {
        let shaped = ["properties", "additionalProperties", "allOf", "$ref"];
        if schema.get("type") == Some(&json!("object")) && !shaped.iter().any(|key| schema.contains_key(*key)) {
            schema.remove("type");
            schema.remove("nullable");
            places += 1;
        }
    });
    places
}

fn dangling_required(document: &mut Value) -> usize {
    let mut places = 0;
    each_schema(document, &mut |schema| {
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return;
        };
        let known: BTreeSet<String> = properties.keys().cloned().collect();
        let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) else {
            return;
        };
        let before = required.len();
        required.retain(|name| name.as_str().is_some_and(|name| known.contains(name)));
        places += before - required.len();
        if required.is_empty() {
            schema.remove("required");
        }
    });
    places
}

fn is_collection(schema: &Object) -> bool {
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => true,
        Some("object") => schema.contains_key("additionalProperties") && !schema.contains_key("properties"),
        _ => false,
    }
}

fn make_nullable(schema: &mut Object) -> usize {
    if !is_collection(schema) || schema.get("nullable") == Some(&json!(true)) {
        return 0;
    }
    schema.insert("nullable".into(), json!(true));
    1
}

/// Lists and maps in properties anywhere, and those that are a whole reply. What is a whole request stays as it is.
fn null_collections(document: &mut Value) -> usize {
    let mut places = 0;
    each_schema(document, &mut |schema| {
        for (_, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            if let Some(property) = property.as_object_mut() {
                places += make_nullable(property);
            }
        }
    });
    let mut whole = BTreeSet::new();
    each_operation(document, &mut |_, _, operation| {
        for (_, response) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
            for (_, media) in response.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
                let Some(schema) = media.get_mut("schema") else {
                    continue;
                };
                whole.extend(target(schema).map(str::to_owned));
                if let Some(schema) = schema.as_object_mut() {
                    places += make_nullable(schema);
                }
            }
        }
    });
    for name in whole {
        let pointer = format!("/components/schemas/{name}");
        if let Some(schema) = document.pointer_mut(&pointer).and_then(Value::as_object_mut) {
            places += make_nullable(schema);
        }
    }
    places
}

fn required_in_replies(document: &mut Value) -> usize {
    let mut places = 0;
    let mut drop = |schema: &mut Object| places += usize::from(schema.remove("required").is_some());
    for name in replied(document) {
        if let Some(schema) = document.pointer_mut(&format!("/components/schemas/{name}")) {
            each_inner(schema, &mut drop);
        }
    }
    each_operation(document, &mut |_, _, operation| {
        for (_, response) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
            for (_, media) in response.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
                if let Some(schema) = media.get_mut("schema") {
                    each_inner(schema, &mut drop);
                }
            }
        }
    });
    places
}
