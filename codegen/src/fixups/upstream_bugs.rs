//! Fixups for contradictions between the contract and the server or `OpenAPI`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::schema::{Object, each_inner, each_operation, each_schema, schemas_in_replies, target};
use super::{Fixup, Kind};

pub(super) const FIXUPS: &[Fixup] = &[
    Fixup {
        name: "operation-id",
        kind: Kind::UpstreamBug,
        reason: "progenitor names a method after its operationId; an operation without one gets an id in the style of its \
                 neighbours",
        since: (1, 24),
        apply: operation_id,
    },
    Fixup {
        name: "format-for-type",
        kind: Kind::UpstreamBug,
        reason: "the contract has `format: object`, `format: string` and so on where it means `type`",
        since: (1, 24),
        apply: format_for_type,
    },
    Fixup {
        name: "integer-numbers",
        kind: Kind::UpstreamBug,
        reason: "a `number` with an integer format would be sent as 60.0, which the server refuses",
        since: (1, 24),
        apply: integer_numbers,
    },
    Fixup {
        name: "any-value",
        kind: Kind::UpstreamBug,
        reason: "a bare `type: object` means any JSON value: the server also sends arrays, strings and numbers",
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
        reason: "another server version may leave out a required field, which must not fail the whole reply",
        since: (1, 28),
        apply: required_in_replies,
    },
];

/// Paths of operations that have no `operationId`, each with the id that the fixup adds.
pub const MISSING_OPERATION_IDS: &[(&str, &str)] =
    &[("/v1/.well-known/openid-configuration", "weaviate.wellknown.openid.configuration")];

fn operation_id(document: &mut Value) -> usize {
    let mut places = 0;
    each_operation(document, &mut |path, _, operation| {
        let name = MISSING_OPERATION_IDS.iter().find(|(known, _)| *known == path).map(|(_, id)| id);
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
        let structural = ["properties", "additionalProperties", "allOf", "$ref"];
        if schema.get("type") == Some(&json!("object")) && !structural.iter().any(|key| schema.contains_key(*key)) {
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

/// Makes lists and maps nullable, in all properties and as whole replies. A list that is a whole
/// request body stays as it is, because the client never sends `null` there.
fn null_collections(document: &mut Value) -> usize {
    let mut places = 0;
    each_schema(document, &mut |schema| {
        for (_, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
            if let Some(property) = property.as_object_mut() {
                places += make_nullable(property);
            }
        }
    });
    let mut reply_schemas = BTreeSet::new();
    each_operation(document, &mut |_, _, operation| {
        for (_, response) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
            for (_, media) in response.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
                let Some(schema) = media.get_mut("schema") else {
                    continue;
                };
                reply_schemas.extend(target(schema).map(str::to_owned));
                if let Some(schema) = schema.as_object_mut() {
                    places += make_nullable(schema);
                }
            }
        }
    });
    for name in reply_schemas {
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
    for name in schemas_in_replies(document) {
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
