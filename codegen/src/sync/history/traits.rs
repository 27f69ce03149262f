//! What is said about an item, as far as it matters to who uses it: its type, whether it is required, and so on. The
//! age of an item does not depend on it; `diff` compares it.

use std::collections::BTreeMap;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumValueDescriptorProto, EnumValueOptions, FieldDescriptorProto, FieldOptions,
    MethodDescriptorProto, MethodOptions,
};
use serde_json::Value;

use super::items::entries;

/// By name: [`DEPRECATED`], [`REQUIRED`], [`NULLABLE`], [`ERRORS`], or a word that explains itself.
pub type Traits = BTreeMap<&'static str, String>;

/// Present where it holds.
pub const DEPRECATED: &str = "deprecated";
/// Present where it holds.
pub const REQUIRED: &str = "required";
/// Present where it holds.
pub const NULLABLE: &str = "nullable";
/// The statuses of an operation that are no success.
pub const ERRORS: &str = "errors";

/// The keywords that narrow a schema.
const LIMITS: &[&str] = &[
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

pub fn operation(operation: &Value) -> Traits {
    let mut traits = deprecated(flag(operation, "deprecated"));
    let (mut replies, mut errors) = (Vec::new(), Vec::new());
    for (status, response) in entries(operation.get("responses")) {
        if status.starts_with('2') {
            let mut reply = status.to_owned();
            for (media, body) in entries(response.get("content")) {
                reply = format!("{reply} {media} {}", kind(body.get("schema")));
            }
            replies.push(reply);
        } else {
            errors.push(status);
        }
    }
    traits.insert("replies", replies.join(", "));
    traits.insert(ERRORS, errors.join(", "));
    traits
}

pub fn parameter(parameter: &Value) -> Traits {
    let mut traits = parameter.get("schema").map(schema).unwrap_or_default();
    mark(&mut traits, DEPRECATED, flag(parameter, "deprecated"));
    mark(&mut traits, REQUIRED, flag(parameter, "required"));
    traits
}

pub fn body(body: &Value) -> Traits {
    let bodies: Vec<String> =
        entries(body.get("content")).map(|(media, body)| format!("{media} {}", kind(body.get("schema")))).collect();
    let mut traits = Traits::from([("type", bodies.join(", "))]);
    mark(&mut traits, REQUIRED, flag(body, "required"));
    traits
}

pub fn property(owner: &Value, name: &str, property: &Value) -> Traits {
    let mut traits = schema(property);
    let required = owner.get("required").and_then(Value::as_array);
    mark(&mut traits, REQUIRED, required.is_some_and(|names| names.iter().any(|required| required == name)));
    traits
}

pub fn schema(schema: &Value) -> Traits {
    let mut traits = deprecated(flag(schema, "deprecated"));
    mark(&mut traits, NULLABLE, flag(schema, "nullable"));
    traits.insert("type", kind(Some(schema)));
    if let Some(default) = schema.get("default") {
        traits.insert("default", default.to_string());
    }
    let limits: Vec<String> =
        LIMITS.iter().filter_map(|key| schema.get(key).map(|value| format!("{key} {value}"))).collect();
    if !limits.is_empty() {
        traits.insert("limits", limits.join(", "));
    }
    traits
}

/// The name of the definition that a reference leads to.
pub fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// A type in a few words.
fn kind(schema: Option<&Value>) -> String {
    let Some(schema) = schema else {
        return "anything".to_owned();
    };
    if let Some(target) = target(schema) {
        return target.to_owned();
    }
    if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
        return parts.iter().map(|part| kind(Some(part))).collect::<Vec<_>>().join(" and ");
    }
    let name = schema.get("type").and_then(Value::as_str).unwrap_or("anything");
    let format = schema.get("format").and_then(Value::as_str).map(|format| format!(" ({format})")).unwrap_or_default();
    let inner = match (schema.get("items"), schema.get("additionalProperties")) {
        (Some(items), _) => format!(" of {}", kind(Some(items))),
        (None, Some(values)) if values.is_object() => format!(" of {}", kind(Some(values))),
        _ => String::new(),
    };
    format!("{name}{format}{inner}")
}

pub fn field(message: &DescriptorProto, field: &FieldDescriptorProto) -> Traits {
    let mut traits = deprecated(field.options.as_ref().is_some_and(FieldOptions::deprecated));
    traits.insert("number", field.number().to_string());
    let entry = message.nested_type.iter().find(|nested| {
        field.type_name().rsplit('.').next() == Some(nested.name())
            && nested.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
    });
    let name = match entry {
        Some(entry) => {
            let parts: Vec<String> = entry.field.iter().map(proto_type).collect();
            format!("map<{}>", parts.join(", "))
        }
        None if field.label() == Label::Repeated => format!("repeated {}", proto_type(field)),
        None if field.proto3_optional() => format!("optional {}", proto_type(field)),
        None => proto_type(field),
    };
    traits.insert("type", name);
    let oneof = usize::try_from(field.oneof_index.unwrap_or(-1)).ok().and_then(|index| message.oneof_decl.get(index));
    if let Some(oneof) = oneof.filter(|_| !field.proto3_optional()) {
        traits.insert("oneof", oneof.name().to_owned());
    }
    traits
}

fn proto_type(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum | Type::Group => {
            field.type_name().trim_start_matches('.').trim_start_matches("weaviate.v1.").to_owned()
        }
        scalar => scalar.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    }
}

pub fn enum_value(value: &EnumValueDescriptorProto) -> Traits {
    let mut traits = deprecated(value.options.as_ref().is_some_and(EnumValueOptions::deprecated));
    traits.insert("number", value.number().to_string());
    traits
}

pub fn rpc(method: &MethodDescriptorProto) -> Traits {
    let mut traits = deprecated(method.options.as_ref().is_some_and(MethodOptions::deprecated));
    let side = |stream: bool, name: &str| {
        format!("{}{}", if stream { "stream " } else { "" }, name.trim_start_matches(".weaviate.v1."))
    };
    traits.insert("takes", side(method.client_streaming(), method.input_type()));
    traits.insert("returns", side(method.server_streaming(), method.output_type()));
    traits
}

/// The traits of something that has no others.
pub fn deprecated(deprecated: bool) -> Traits {
    let mut traits = Traits::new();
    mark(&mut traits, DEPRECATED, deprecated);
    traits
}

fn mark(traits: &mut Traits, name: &'static str, holds: bool) {
    if holds {
        traits.insert(name, String::new());
    }
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}
