//! gRPC part of the inventory.

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet};

use super::{Entry, Kind};

/// Details of messages and enums.
const MESSAGE: &str = "message";
const ENUM: &str = "enum";

/// Returns the names of the deprecated messages and enums.
pub fn deprecated_types(descriptors: &FileDescriptorSet) -> Vec<String> {
    let types = entries(descriptors).into_iter().filter(|entry| [MESSAGE, ENUM].contains(&&*entry.detail));
    types.filter(|entry| entry.deprecated).map(|entry| entry.name).collect()
}

/// Lists RPCs, messages, fields and enum values. Excludes the well-known types of Google.
pub fn entries(descriptors: &FileDescriptorSet) -> Vec<Entry> {
    let mut out = Vec::new();
    for file in descriptors.file.iter().filter(|file| !file.name().starts_with("google/")) {
        for service in &file.service {
            for method in &service.method {
                let name = format!("{}.rpc {}", service.name(), method.name());
                let stream = |on: bool| if on { "stream of " } else { "" };
                let detail = format!(
                    "{}{} → {}{}",
                    stream(method.client_streaming()),
                    short(method.input_type()),
                    stream(method.server_streaming()),
                    short(method.output_type())
                );
                let marked = method.options.as_ref().is_some_and(prost_types::MethodOptions::deprecated);
                out.push(Entry::new(Kind::Proto, &[service.name(), &name], &name, detail).deprecated(marked));
            }
        }
        file.message_type.iter().for_each(|inner| message("", inner, &mut out));
        file.enum_type.iter().for_each(|inner| values("", inner, &mut out));
    }
    out
}

fn message(scope: &str, message_type: &DescriptorProto, out: &mut Vec<Entry>) {
    if is_map_entry(message_type) {
        return;
    }
    let name = format!("{scope}{}", message_type.name());
    let marked = message_type.options.as_ref().is_some_and(prost_types::MessageOptions::deprecated);
    out.push(Entry::new(Kind::Proto, &[&name], &name, MESSAGE).deprecated(marked));
    for field in &message_type.field {
        let label = format!("{name}.{}", field.name());
        let marked = field.options.as_ref().is_some_and(prost_types::FieldOptions::deprecated);
        let detail = format!("{} = {}", field_kind(message_type, field), field.number());
        out.push(Entry::new(Kind::Proto, &[&label], &label, detail).deprecated(marked));
    }
    let scope = format!("{name}.");
    message_type.nested_type.iter().for_each(|inner| message(&scope, inner, out));
    message_type.enum_type.iter().for_each(|inner| values(&scope, inner, out));
}

fn values(scope: &str, enum_type: &EnumDescriptorProto, out: &mut Vec<Entry>) {
    let name = format!("{scope}{}", enum_type.name());
    let marked = enum_type.options.as_ref().is_some_and(prost_types::EnumOptions::deprecated);
    out.push(Entry::new(Kind::Proto, &[&name], &name, ENUM).deprecated(marked));
    for value in &enum_type.value {
        let label = format!("{name}.{}", value.name());
        let marked = value.options.as_ref().is_some_and(prost_types::EnumValueOptions::deprecated);
        out.push(Entry::new(Kind::Proto, &[&label], &label, format!("= {}", value.number())).deprecated(marked));
    }
}

/// Whether protoc synthesized the message for a map field.
pub fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
}

fn field_kind(message: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let entry = message
        .nested_type
        .iter()
        .find(|nested| is_map_entry(nested) && field.type_name().rsplit('.').next() == Some(nested.name()));
    if let Some([key, value]) = entry.map(|entry| entry.field.as_slice()) {
        return format!("map of {} to {}", scalar(key), scalar(value));
    }
    let kind = scalar(field);
    if field.label() == Label::Repeated {
        return format!("list of {kind}");
    }
    if field.proto3_optional() {
        return format!("optional {kind}");
    }
    match field.oneof_index.and_then(|index| message.oneof_decl.get(usize::try_from(index).ok()?)) {
        Some(oneof) => format!("{kind}, one of {}", oneof.name()),
        None => kind,
    }
}

fn scalar(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum => short(field.type_name()),
        other => other.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    }
}

/// `.weaviate.v1.Filters.Operator` → `Filters.Operator`.
fn short(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    let start = parts.iter().position(|part| part.starts_with(char::is_uppercase)).unwrap_or(parts.len() - 1);
    parts.get(start..).unwrap_or_default().join(".")
}
