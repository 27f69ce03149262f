//! Every recorded gRPC message goes through its generated type without loss.

use std::fmt::Write as _;

use prost::Message;
use serde_json::Value;
use weaviate_generated::grpc;

use super::steps;
use crate::replay::messages;
use crate::replay::scenario::{GrpcRequest, Request, Step};

#[test]
fn every_grpc_reply_decodes_into_the_generated_messages() {
    let mut count = 0;
    let mut faults = String::new();
    for (name, step) in steps() {
        let Request::Grpc(request) = &step.request else { continue };
        for (kind, bytes, recorded) in grpc_messages(request, &step) {
            count += 1;
            if let Err(fault) = check_message(&request.rpc, kind, &bytes, recorded) {
                let _ = writeln!(faults, "{name}/{}: {fault}", step.name);
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
    assert!(count > 1500, "requests and replies were checked: {count}");
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Reply,
}

/// The protobuf messages of a step with the JSON that was recorded of the replies.
fn grpc_messages<'a>(request: &'a GrpcRequest, step: &'a Step) -> Vec<(Side, Vec<u8>, Option<&'a Value>)> {
    let bytes = |text: &str| messages::from_base64(text);
    let mut found = Vec::new();
    // A request that was refused may have been broken on purpose.
    if step.reply["code"] == "OK" {
        let sent = request.sent.iter().flatten().filter_map(|act| act.message_b64.as_deref());
        found.extend(sent.chain(request.request_b64.as_deref()).map(|text| (Side::Request, bytes(text), None)));
    }
    if let Some(text) = step.reply["body_b64"].as_str() {
        found.push((Side::Reply, bytes(text), Some(&step.recorded_body)));
    }
    for message in step.reply.get("messages").and_then(Value::as_array).into_iter().flatten() {
        if let Some(text) = message["message_b64"].as_str() {
            found.push((Side::Reply, bytes(text), None));
        }
    }
    found
}

/// Through the generated type and back, nothing is lost.
fn check_message(rpc: &str, side: Side, bytes: &[u8], recorded: Option<&Value>) -> Result<(), String> {
    let again = match (rpc, side) {
        ("Search", Side::Request) => through::<grpc::SearchRequest>(bytes),
        ("Search", Side::Reply) => through::<grpc::SearchReply>(bytes),
        ("Aggregate", Side::Request) => through::<grpc::AggregateRequest>(bytes),
        ("Aggregate", Side::Reply) => through::<grpc::AggregateReply>(bytes),
        ("BatchObjects", Side::Request) => through::<grpc::BatchObjectsRequest>(bytes),
        ("BatchObjects", Side::Reply) => through::<grpc::BatchObjectsReply>(bytes),
        ("BatchReferences", Side::Request) => through::<grpc::BatchReferencesRequest>(bytes),
        ("BatchReferences", Side::Reply) => through::<grpc::BatchReferencesReply>(bytes),
        ("BatchDelete", Side::Request) => through::<grpc::BatchDeleteRequest>(bytes),
        ("BatchDelete", Side::Reply) => through::<grpc::BatchDeleteReply>(bytes),
        ("TenantsGet", Side::Request) => through::<grpc::TenantsGetRequest>(bytes),
        ("TenantsGet", Side::Reply) => through::<grpc::TenantsGetReply>(bytes),
        ("BatchStream", Side::Request) => through::<grpc::BatchStreamRequest>(bytes),
        ("BatchStream", Side::Reply) => through::<grpc::BatchStreamReply>(bytes),
        ("grpc.health.v1.Health/Check", Side::Request) => through::<grpc::WeaviateHealthCheckRequest>(bytes),
        ("grpc.health.v1.Health/Check", Side::Reply) => through::<grpc::WeaviateHealthCheckResponse>(bytes),
        _ => Err(format!("no generated message is known for {rpc}")),
    }?;
    let method = messages::method(rpc).ok_or_else(|| format!("{rpc} is not in the contract"))?;
    let kind = if side == Side::Request { method.input() } else { method.output() };
    let expected = messages::to_json(kind.clone(), bytes)?;
    if messages::to_json(kind, &again)? != expected {
        return Err("decoding and encoding changes the message".to_owned());
    }
    match recorded {
        Some(recorded) if !same_but_for_float_digits(recorded, &expected) => {
            Err(format!("the recorded JSON {recorded} is not that of the recorded bytes {expected}"))
        }
        _ => Ok(()),
    }
}

fn through<T: Message + Default>(bytes: &[u8]) -> Result<Vec<u8>, String> {
    Ok(T::decode(bytes).map_err(|e| e.to_string())?.encode_to_vec())
}

/// Recorders write a float with more or fewer digits.
fn same_but_for_float_digits(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same_but_for_float_digits(v, w)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(v, w)| same_but_for_float_digits(v, w))
        }
        (Value::Number(x), Value::Number(y)) => match (x.as_f64(), y.as_f64()) {
            (Some(x), Some(y)) => (x - y).abs() <= 1e-6 * x.abs().max(y.abs()),
            _ => false,
        },
        _ => a == b,
    }
}
