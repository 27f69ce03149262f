//! Protobuf messages without their generated types: the recordings and their marks speak of replies as JSON.

use std::path::Path;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor, SerializeOptions};
use serde_json::Value;

/// The standard health service, which is not part of Weaviate's contract.
const HEALTH: &str = r#"
    syntax = "proto3";
    package grpc.health.v1;
    message HealthCheckRequest { string service = 1; }
    message HealthCheckResponse {
        enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
        ServingStatus status = 1;
    }
    service Health { rpc Check(HealthCheckRequest) returns (HealthCheckResponse); }
"#;

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/proto");
    let files = protox::compile(["weaviate/v1/weaviate.proto"], [root]).expect("specs/proto compiles");
    let mut pool = DescriptorPool::from_file_descriptor_set(files).expect("the contract is consistent");
    let health = protox::file::File::from_source("grpc/health/v1/health.proto", HEALTH).expect("valid source");
    pool.add_file_descriptor_proto(health.file_descriptor_proto().clone()).expect("a package of its own");
    pool
});

/// `Search` or `grpc.health.v1.Health/Check` as the path of a call.
pub(crate) fn path_of(rpc: &str) -> String {
    if rpc.contains('/') { format!("/{rpc}") } else { format!("/weaviate.v1.Weaviate/{rpc}") }
}

/// The method behind the path of a call; `None` for those that no server knows.
pub(crate) fn method(rpc: &str) -> Option<MethodDescriptor> {
    let path = path_of(rpc);
    let (service, name) = path.trim_start_matches('/').split_once('/')?;
    POOL.get_service_by_name(service)?.methods().find(|m| m.name() == name)
}

/// The message's JSON form as the recordings have it: original field names, defaults left out.
pub(crate) fn to_json(kind: MessageDescriptor, bytes: &[u8]) -> Result<Value, String> {
    let message = DynamicMessage::decode(kind, bytes).map_err(|e| format!("does not decode: {e}"))?;
    // Through text, so that a float has the digits of a float and not those of the double next to it.
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    message
        .serialize_with_options(&mut serializer, &SerializeOptions::new().use_proto_field_name(true))
        .map_err(|e| e.to_string())?;
    serde_json::from_slice(&text).map_err(|e| e.to_string())
}

/// The message with every string and byte string replaced, field by field.
pub(crate) fn rewrite(
    kind: MessageDescriptor,
    bytes: &[u8],
    text: &dyn Fn(&str, &str) -> String,
    raw: &dyn Fn(&[u8]) -> Option<Vec<u8>>,
) -> Result<Vec<u8>, String> {
    let mut message = DynamicMessage::decode(kind, bytes).map_err(|e| format!("does not decode: {e}"))?;
    rewrite_message(&mut message, text, raw);
    Ok(message.encode_to_vec())
}

type Text<'a> = &'a dyn Fn(&str, &str) -> String;
type Raw<'a> = &'a dyn Fn(&[u8]) -> Option<Vec<u8>>;

fn rewrite_message(message: &mut DynamicMessage, text: Text<'_>, raw: Raw<'_>) {
    for (field, value) in message.fields_mut() {
        rewrite_value(field.name(), value, text, raw);
    }
}

fn rewrite_value(field: &str, value: &mut prost_reflect::Value, text: Text<'_>, raw: Raw<'_>) {
    use prost_reflect::{MapKey, Value as V};
    match value {
        V::String(s) => *s = text(field, s),
        V::Bytes(b) => {
            if let Some(new) = raw(b) {
                *b = new.into();
            }
        }
        V::Message(m) => rewrite_message(m, text, raw),
        V::List(list) => list.iter_mut().for_each(|v| rewrite_value(field, v, text, raw)),
        V::Map(map) => {
            *map = std::mem::take(map)
                .into_iter()
                .map(|(key, mut value)| {
                    rewrite_value(field, &mut value, text, raw);
                    let key = if let MapKey::String(s) = key { MapKey::String(text(field, &s)) } else { key };
                    (key, value)
                })
                .collect();
        }
        V::Bool(_) | V::I32(_) | V::I64(_) | V::U32(_) | V::U64(_) | V::F32(_) | V::F64(_) | V::EnumNumber(_) => {}
    }
}

pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("the recordings hold valid base64")
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
