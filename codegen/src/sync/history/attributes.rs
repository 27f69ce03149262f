//! Attributes of an item that matter to its users, such as its type and whether it is required.
//!
//! `diff` compares them. The history does not depend on them.

use std::collections::BTreeMap;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumValueDescriptorProto, EnumValueOptions, FieldDescriptorProto, FieldOptions,
    MethodDescriptorProto, MethodOptions,
};
use serde_json::Value;

use super::items::entries;

/// Attributes by name: one of the constants below, or a name such as `type` and `default`.
pub type Attributes = BTreeMap<&'static str, String>;

/// Marks a deprecated item. The value is empty.
pub const DEPRECATED: &str = "deprecated";
/// Marks a required item. The value is empty.
pub const REQUIRED: &str = "required";
/// Marks a nullable item. The value is empty.
pub const NULLABLE: &str = "nullable";
/// Statuses of an operation outside 2xx.
pub const ERRORS: &str = "errors";

/// Schema keywords that limit the allowed values.
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

pub fn operation(operation: &Value) -> Attributes {
    let mut attributes = deprecated(flag(operation, "deprecated"));
    if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
        attributes.insert("operationId", id.to_owned());
    }
    let (mut replies, mut errors) = (Vec::new(), Vec::new());
    for (status, response) in entries(operation.get("responses")) {
        if status.starts_with('2') {
            let mut reply = status.to_owned();
            for (media, body) in entries(response.get("content")) {
                reply = format!("{reply} {media} {}", part(body.get("schema")));
            }
            replies.push(reply);
        } else {
            errors.push(status);
        }
    }
    attributes.insert("replies", replies.join(", "));
    attributes.insert(ERRORS, errors.join(", "));
    attributes
}

pub fn parameter(parameter: &Value) -> Attributes {
    let mut attributes = parameter.get("schema").map(schema).unwrap_or_default();
    mark(&mut attributes, DEPRECATED, flag(parameter, "deprecated"));
    mark(&mut attributes, REQUIRED, flag(parameter, "required"));
    if let Some(explode) = parameter.get("explode").and_then(Value::as_bool) {
        attributes.insert("list", if explode { "repeated" } else { "joined" }.to_owned());
    }
    attributes
}

pub fn body(body: &Value) -> Attributes {
    let bodies: Vec<String> =
        entries(body.get("content")).map(|(media, body)| format!("{media} {}", part(body.get("schema")))).collect();
    let mut attributes = Attributes::from([("type", bodies.join(", "))]);
    mark(&mut attributes, REQUIRED, flag(body, "required"));
    attributes
}

pub fn property(owner: &Value, name: &str, property: &Value) -> Attributes {
    let mut attributes = schema(property);
    let required = owner.get("required").and_then(Value::as_array);
    mark(&mut attributes, REQUIRED, required.is_some_and(|names| names.iter().any(|required| required == name)));
    attributes
}

/// Whether a definition has no properties of its own or of others.
pub fn is_alias(schema: &Value) -> bool {
    !schema.get("allOf").is_some_and(Value::is_array) && entries(schema.get("properties")).next().is_none()
}

/// Returns the attributes of a definition. For an alias these are only its type and its deprecation;
/// the others are at the property `<alias>`.
pub fn definition(definition: &Value) -> Attributes {
    let stated = definition.get("type").and_then(Value::as_str);
    if is_alias(definition) {
        let mut attributes = deprecated(flag(definition, "deprecated"));
        attributes.insert("type", stated.unwrap_or("anything").to_owned());
        return attributes;
    }
    let mut attributes = schema(definition);
    attributes.insert("type", stated.unwrap_or("object").to_owned());
    if let Some(values) = definition.get("additionalProperties").filter(|values| values.is_object()) {
        attributes.insert("values", part(Some(values)));
    }
    attributes
}

pub fn schema(schema: &Value) -> Attributes {
    let mut attributes = deprecated(flag(schema, "deprecated"));
    mark(&mut attributes, NULLABLE, flag(schema, "nullable"));
    attributes.insert("type", kind(Some(schema)));
    if let Some(open) = schema.get("additionalProperties").and_then(Value::as_bool) {
        attributes.insert("values", if open { "anything" } else { "none" }.to_owned());
    }
    if let Some(default) = schema.get("default") {
        attributes.insert("default", default.to_string());
    }
    let limits = limits(schema);
    if !limits.is_empty() {
        attributes.insert("limits", limits.join(", "));
    }
    attributes
}

/// Lists the limits of a schema, and those of its items or values.
fn limits(schema: &Value) -> Vec<String> {
    let own = LIMITS.iter().filter_map(|key| schema.get(key).map(|value| format!("{key} {value}")));
    let inner = [("items", "items"), ("additionalProperties", "values")].into_iter().flat_map(|(key, name)| {
        schema.get(key).map(limits).unwrap_or_default().into_iter().map(move |limit| format!("{name}: {limit}"))
    });
    own.chain(inner).collect()
}

/// Returns the name of the definition that a `$ref` points to.
pub fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Describes the type of an item, value, body or reply, and says whether it is nullable.
fn part(schema: Option<&Value>) -> String {
    let nullable = schema.is_some_and(|schema| flag(schema, "nullable"));
    format!("{}{}", if nullable { "nullable " } else { "" }, kind(schema))
}

/// Describes a type in a few words.
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
        (Some(items), _) => format!(" of {}", part(Some(items))),
        (None, Some(values)) if values.is_object() => format!(" of {}", part(Some(values))),
        _ => String::new(),
    };
    format!("{name}{format}{inner}")
}

pub fn field(message: &DescriptorProto, field: &FieldDescriptorProto) -> Attributes {
    let mut attributes = deprecated(field.options.as_ref().is_some_and(FieldOptions::deprecated));
    attributes.insert("number", field.number().to_string());
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
    attributes.insert("type", name);
    let oneof = usize::try_from(field.oneof_index.unwrap_or(-1)).ok().and_then(|index| message.oneof_decl.get(index));
    if let Some(oneof) = oneof.filter(|_| !field.proto3_optional()) {
        attributes.insert("oneof", oneof.name().to_owned());
    }
    attributes
}

fn proto_type(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum | Type::Group => {
            field.type_name().trim_start_matches('.').trim_start_matches("weaviate.v1.").to_owned()
        }
        scalar => scalar.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    }
}

pub fn enum_value(value: &EnumValueDescriptorProto) -> Attributes {
    let mut attributes = deprecated(value.options.as_ref().is_some_and(EnumValueOptions::deprecated));
    attributes.insert("number", value.number().to_string());
    attributes
}

pub fn rpc(method: &MethodDescriptorProto) -> Attributes {
    let mut attributes = deprecated(method.options.as_ref().is_some_and(MethodOptions::deprecated));
    let side = |stream: bool, name: &str| {
        format!("{}{}", if stream { "stream " } else { "" }, name.trim_start_matches(".weaviate.v1."))
    };
    attributes.insert("takes", side(method.client_streaming(), method.input_type()));
    attributes.insert("returns", side(method.server_streaming(), method.output_type()));
    attributes
}

/// Returns the attributes of an item that can only be deprecated.
pub fn deprecated(deprecated: bool) -> Attributes {
    let mut attributes = Attributes::new();
    mark(&mut attributes, DEPRECATED, deprecated);
    attributes
}

fn mark(attributes: &mut Attributes, name: &'static str, holds: bool) {
    if holds {
        attributes.insert(name, String::new());
    }
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}
