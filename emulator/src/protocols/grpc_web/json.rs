//! Protobuf's JSON form of the messages, by the descriptors of the contract.

use std::sync::LazyLock;

use bytes::Bytes;
use prost::Message as _;
use prost_reflect::{
    DescriptorError, DescriptorPool, DynamicMessage, Kind, MethodDescriptor, ReflectMessage as _, SerializeOptions,
    Value,
};
use serde_json::Value as Json;
use tonic::Status;

/// The compiled `specs/proto`; a test holds it to them.
const CONTRACT: &[u8] = include_bytes!("contract.binpb");

static POOL: LazyLock<Result<DescriptorPool, DescriptorError>> = LazyLock::new(|| {
    let mut pool = DescriptorPool::decode(CONTRACT)?;
    pool.decode_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)?;
    Ok(pool)
});

/// A method by its service and name, such as `weaviate.v1.Weaviate/Search`.
pub(crate) fn find_method(rpc: &str) -> Option<MethodDescriptor> {
    let (service, name) = rpc.split_once('/')?;
    let service = POOL.as_ref().ok()?.get_service_by_name(service)?;
    service.methods().find(|method| method.name() == name)
}

fn method(rpc: &str) -> Result<MethodDescriptor, Status> {
    if let Err(fault) = POOL.as_ref() {
        return Err(faulty(fault));
    }
    find_method(rpc).ok_or_else(|| Status::internal(format!("{rpc} is not in the contract")))
}

/// A request as the message it stands for.
pub(super) fn decode(rpc: &str, json: &[u8]) -> Result<Bytes, Status> {
    let method = method(rpc)?;
    let mut reader = serde_json::Deserializer::from_slice(json);
    let message = DynamicMessage::deserialize(method.input(), &mut reader)
        .and_then(|message| reader.end().map(|()| message))
        .map_err(|fault| Status::unknown(fault.to_string()))?;
    Ok(message.encode_to_vec().into())
}

/// A reply with all its members, also those that say nothing.
pub(super) fn encode(rpc: &str, message: &[u8]) -> Result<Bytes, Status> {
    let message = DynamicMessage::decode(method(rpc)?.output(), message).map_err(|fault| faulty(&fault))?;
    // Through text, so that a float has the digits of a float and not those of the double next to it.
    let mut text = Vec::new();
    let options = SerializeOptions::new().skip_default_fields(false);
    message
        .serialize_with_options(&mut serde_json::Serializer::new(&mut text), &options)
        .map_err(|fault| faulty(&fault))?;
    let mut json: Json = serde_json::from_slice(&text).map_err(|fault| faulty(&fault))?;
    name_absent_messages(&mut json, &message);
    Ok(json.to_string().into())
}

fn faulty(fault: &dyn std::error::Error) -> Status {
    Status::internal(fault.to_string())
}

/// Writes null for the messages that are not there, as the server does and the library does not.
fn name_absent_messages(json: &mut Json, message: &DynamicMessage) {
    let Json::Object(members) = json else { return };
    let kind = message.descriptor();
    // The JSON form of these has members of its own.
    if kind.package_name() == "google.protobuf" {
        return;
    }
    for field in kind.fields().filter(|field| matches!(field.kind(), Kind::Message(_))) {
        let member = members.get_mut(field.json_name());
        match (message.get_field(&field).as_ref(), member) {
            (Value::List(list), Some(Json::Array(items))) => {
                for (item, value) in items.iter_mut().zip(list) {
                    value.as_message().into_iter().for_each(|message| name_absent_messages(item, message));
                }
            }
            (Value::Map(map), Some(Json::Object(entries))) => {
                for (key, value) in map {
                    let entry = key.as_str().and_then(|key| entries.get_mut(key));
                    entry.zip(value.as_message()).into_iter().for_each(|(entry, it)| name_absent_messages(entry, it));
                }
            }
            (Value::Message(inner), Some(member)) if message.has_field(&field) => name_absent_messages(member, inner),
            (Value::Message(_), None) if field.containing_oneof().is_none() => {
                members.insert(field.json_name().to_owned(), Json::Null);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_by_name_and_back() {
        let rpc = "weaviate.v1.Weaviate/Search";
        let json = br#"{"collection": "C", "limit": 2, "nearVector": {"vectors": [{"vectorBytes": "AAA="}]}}"#;
        let message = decode(rpc, json).unwrap();
        let read = weaviate_generated::grpc::SearchRequest::decode(message).unwrap();
        assert_eq!((read.collection.as_str(), read.limit), ("C", 2));
        assert_eq!(read.near_vector.unwrap().vectors[0].vector_bytes.as_ref(), [0, 0]);
        for broken in [&b""[..], b"[]", b"{", b"{} {}", b"{\"limit\": -1}", b"{\"nothing\": 1}"] {
            assert_eq!(decode(rpc, broken).unwrap_err().code(), tonic::Code::Unknown);
        }
    }

    #[test]
    fn the_health_check_has_a_json_form_too() {
        let json = encode("grpc.health.v1.Health/Check", &[8, 1]).unwrap();
        assert_eq!(json, "{\"status\":\"SERVING\"}");
    }

    #[test]
    fn absent_members_are_written() {
        let json = encode("weaviate.v1.Weaviate/Search", &[0x12, 2, 0x0a, 0]).unwrap();
        let json: Json = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["results"][0]["metadata"], Json::Null);
        assert_eq!(json["results"][0]["properties"]["refPropsRequested"], false);
        assert_eq!(json["results"][0]["properties"].get("nonRefProps"), Some(&Json::Null));
        assert_eq!(json.get("generativeGroupedResults"), None);
    }
}
