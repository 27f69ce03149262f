//! Messages of many levels, which the server refuses before it decodes them.

use std::time::Duration;

use prost::encoding::{WireType, encode_key, encode_varint};
use serde_json::{Value, json};
use tonic::transport::{Channel, Endpoint};
use weaviate_emulator::Emulator;

use crate::http;
use crate::replay::messages;
use crate::replay::scenario::GrpcRequest;
use crate::replay::send_grpc;

/// With a space that does not break.
const TOO_DEEP: &str = "grpc: error unmarshalling request: proto:\u{a0}exceeded maximum recursion depth";

/// A message with one field, which holds these bytes.
fn field(tag: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_key(tag, WireType::LengthDelimited, &mut bytes);
    encode_varint(content.len() as u64, &mut bytes);
    [bytes, content.to_vec()].concat()
}

/// The bytes within so many levels of these fields, the innermost first.
fn nested(levels: usize, tags: &[u32], innermost: Vec<u8>) -> Vec<u8> {
    (0..levels).fold(innermost, |inner, _| tags.iter().fold(inner, |inner, tag| field(*tag, &inner)))
}

/// A batch of one object with these properties.
fn object_of(properties: &[u8]) -> Vec<u8> {
    let id = b"c0ffee00-0000-4000-8000-000000000001";
    field(1, &[field(1, id), field(3, properties), field(4, b"A")].concat())
}

/// Messages of a method with so many levels in the field that can hold them.
fn deep_messages(levels: usize) -> [(&'static str, Vec<u8>); 5] {
    let filter = nested(levels, &[3], Vec::new());
    // A reference to a reference, and so on.
    let target = nested(levels, &[2, 2], field(1, b"name"));
    let object = nested(levels, &[6, 1], Vec::new());
    let value = nested(levels, &[2, 1, 5], Vec::new());
    [
        ("Search", [field(1, b"A"), field(40, &filter)].concat()),
        ("Search", [field(1, b"A"), field(40, &field(20, &target))].concat()),
        ("BatchDelete", [field(1, b"A"), field(2, &filter)].concat()),
        ("BatchObjects", object_of(&field(8, &object))),
        ("BatchObjects", object_of(&field(1, &field(1, &field(2, &value))))),
    ]
}

#[tokio::test]
async fn messages_beyond_the_depth_of_the_server_are_refused_in_its_words() {
    let emulator = Emulator::start().await.unwrap();
    let channel = Endpoint::from_shared(emulator.grpc_url()).unwrap().connect_lazy();
    for (rpc, message) in deep_messages(12_000) {
        let reply = send(&channel, rpc, &message).await;
        assert_eq!((&reply["code"], &reply["message"]), (&"INTERNAL".into(), &Value::from(TOO_DEEP)), "{rpc}");

        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        let framed = [&[0], length.as_slice(), &message].concat();
        let url = format!("{}/v1/grpc-web/weaviate.v1.Weaviate/{rpc}", emulator.rest_url());
        let reply = http().post(url).header("content-type", "application/grpc-web+proto").body(framed);
        let reply = reply.send().await.unwrap();
        assert_eq!(reply.headers()["grpc-status"], "13", "{rpc}");
    }
    // It has not fallen over.
    assert_eq!(http().get(format!("{}/v1/schema", emulator.rest_url())).send().await.unwrap().status(), 200);
}

/// The reply to a message sent as it is.
async fn send(channel: &Channel, rpc: &str, message: &[u8]) -> Value {
    let request = GrpcRequest {
        rpc: rpc.to_owned(),
        metadata: std::collections::BTreeMap::new(),
        request: None,
        request_b64: Some(messages::to_base64(message)),
        sent: None,
    };
    send_grpc::send(channel, &request, Duration::from_secs(60)).await.unwrap()
}

#[tokio::test]
async fn filters_are_evaluated_as_deep_as_the_server_does() {
    /// The operators that hold others, as the field that comes before them.
    const OPERATORS: [(&str, [u8; 2]); 3] = [("and", [8, 7]), ("or", [8, 8]), ("not", [8, 15])];
    let emulator = Emulator::builder().nested_filtering(true).start().await.unwrap();
    let url = format!("{}/v1", emulator.rest_url());
    let name = json!({"name": "name", "dataType": ["text"]});
    let book = json!({"name": "book", "dataType": ["object"], "nestedProperties": [name]});
    for (path, body) in [
        ("schema", json!({"class": "A", "properties": [name, book]})),
        ("objects", json!({"class": "A", "properties": {"name": "x", "book": {"name": "x"}}})),
    ] {
        let request = http().post(format!("{url}/{path}")).header("content-type", "application/json");
        assert_eq!(request.body(body.to_string()).send().await.unwrap().status(), 200);
    }
    let channel = Endpoint::from_shared(emulator.grpc_url()).unwrap().connect_lazy();
    let leaves =
        [&b"name"[..], b"book.name"].map(|path| [&[8, 1][..], &field(20, &field(1, path)), &field(4, b"x")].concat());
    for (leaf, (word, operator)) in leaves.iter().flat_map(|leaf| OPERATORS.map(|operator| (leaf, operator))) {
        // An even number of levels, so that nothing is left of `not`. The last is the deepest that the server takes.
        for levels in [2, 100, 1000, 9996] {
            let filter = (0..levels).fold(leaf.clone(), |inner, _| [&operator[..], &field(3, &inner)].concat());
            let search = [field(1, b"A"), field(40, &filter), vec![0xf0, 4, 1]].concat();
            let reply = send(&channel, "Search", &search).await;
            let found = reply["body"]["results"].as_array().map(Vec::len);
            assert_eq!((&reply["code"], found), (&"OK".into(), Some(1)), "{word} {levels}: {}", reply["message"]);
            let delete = [field(1, b"A"), field(2, &filter), vec![32, 1]].concat();
            let reply = send(&channel, "BatchDelete", &delete).await;
            assert_eq!((&reply["code"], &reply["body"]["matches"]), (&"OK".into(), &"1".into()), "{word} {levels}");
        }
    }
}

#[tokio::test]
async fn a_fault_within_many_operators_names_the_position_at_each_level() {
    let emulator = Emulator::start().await.unwrap();
    let url = format!("{}/v1/schema", emulator.rest_url());
    let class = json!({"class": "A", "properties": [{"name": "isbn", "dataType": ["uuid"]}]});
    let request = http().post(&url).header("content-type", "application/json").body(class.to_string());
    assert_eq!(request.send().await.unwrap().status(), 200);
    let channel = Endpoint::from_shared(emulator.grpc_url()).unwrap().connect_lazy();
    // `Like`, which a uuid does not have.
    let leaf = [&[8, 10][..], &field(20, &field(1, b"isbn")), &field(4, b"x")].concat();
    for levels in [1, 2, 100, 9996] {
        let filter = (0..levels).fold(leaf.clone(), |inner, _| [&[8, 7][..], &field(3, &inner)].concat());
        let positions = "child operand at position 0: ".repeat(levels);
        let fault = format!("{positions}operator \"Like\" cannot be used on uuid/uuid[] props");
        for (rpc, filters, front) in [("Search", 40, ""), ("BatchDelete", 2, "batch delete params: ")] {
            let message = [field(1, b"A"), field(filters, &filter)].concat();
            let reply = send(&channel, rpc, &message).await;
            assert_ne!(reply["code"], "OK", "{rpc} {levels}");
            // A longer text does not fit the header that it comes in.
            if levels <= 100 {
                assert_eq!(reply["message"], format!("{front}{fault}"), "{rpc} {levels}");
            }
        }
    }
    // It has not fallen over.
    assert_eq!(http().get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn objects_within_each_other_are_stored_or_refused() {
    let emulator = Emulator::start().await.unwrap();
    let channel = Endpoint::from_shared(emulator.grpc_url()).unwrap().connect_lazy();
    let innermost = field(1, &field(1, &[field(1, b"name"), field(2, &field(3, b"x"))].concat()));
    for (levels, expected) in [(1, "OK"), (100, "OK"), (119, "OK"), (120, "INTERNAL"), (4990, "INTERNAL")] {
        let named = |inner: &[u8]| [field(1, inner), field(2, b"o")].concat();
        let object = (1..levels).fold(named(&innermost), |inner, _| named(&field(6, &inner)));
        let reply = send(&channel, "BatchObjects", &object_of(&field(8, &object))).await;
        assert_eq!((&reply["code"], &reply["body"]["errors"]), (&expected.into(), &Value::Null), "{levels}");
    }
    let url = format!("{}/v1/objects?class=A", emulator.rest_url());
    let list = http().get(url).send().await.unwrap().text().await.unwrap();
    assert_eq!(list.matches("\"o\":").count(), 119);
}

#[tokio::test]
async fn queries_of_many_levels_are_refused() {
    let emulator = Emulator::start().await.unwrap();
    let send = async |path: &str, body: Value| {
        let request = http().post(format!("{}/v1/{path}", emulator.rest_url()));
        let request = request.header("content-type", "application/json").body(body.to_string());
        request.send().await.unwrap().text().await.unwrap()
    };
    send("schema", json!({"class": "A"})).await;
    let levels = 100_000;
    for query in ["{a".repeat(levels) + &"}".repeat(levels), lists(levels), fields(levels)] {
        let reply = send("graphql", json!({"query": query})).await;
        assert!(reply.contains("\"errors\""), "{}", reply.get(..200).unwrap_or(&reply));
    }
}

fn lists(levels: usize) -> String {
    format!("{{ Get {{ A(where: {}1{}) {{ a }} }} }}", "[".repeat(levels), "]".repeat(levels))
}

fn fields(levels: usize) -> String {
    format!("{{ Get {{ A(where: {}1{}) {{ a }} }} }}", "{a: ".repeat(levels), "}".repeat(levels))
}
