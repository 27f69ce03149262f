//! One request to the emulator and its reply, both as JSON: over REST, or as a message of gRPC in Connect's form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use weaviate_emulator::Emulator;

use crate::http;

/// An emulator with the defaults.
pub(crate) async fn emulator() -> Emulator {
    Emulator::start().await.expect("the emulator starts")
}

/// `path` is what follows `/v1/`. A null as body is none, and a body that is not JSON is a null.
pub(crate) async fn rest(emulator: &Emulator, method: &str, path: &str, body: &Value) -> (u16, Value) {
    rest_as(emulator, None, method, path, body).await
}

/// The same with an API key.
pub(crate) async fn rest_as(
    emulator: &Emulator,
    key: Option<&str>,
    method: &str,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = http().request(method, format!("{}/v1/{path}", emulator.rest_url()));
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    if !body.is_null() {
        request = request.header("content-type", "application/json").body(body.to_string());
    }
    let reply = request.send().await.unwrap();
    let status = reply.status().as_u16();
    (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default())
}

/// The reply of a call; the error is the message of its status.
pub(crate) async fn grpc(emulator: &Emulator, call: &str, message: &Value) -> Result<Value, String> {
    let url = format!("{}/v1/grpc-web/weaviate.v1.Weaviate/{call}", emulator.rest_url());
    let request = http().post(url).header("content-type", "application/json").header("connect-protocol-version", "1");
    let reply = request.body(message.to_string()).send().await.unwrap();
    let fits = reply.status().is_success();
    let body: Value = serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap();
    if fits { Ok(body) } else { Err(body["message"].as_str().unwrap_or_default().to_owned()) }
}

/// The text of REST's errors.
pub(crate) fn message(body: &Value) -> &str {
    body["error"][0]["message"].as_str().or_else(|| body["message"].as_str()).unwrap_or_default()
}

/// Creates a collection.
pub(crate) async fn create(emulator: &Emulator, class: &Value) {
    let (status, body) = rest(emulator, "POST", "schema", class).await;
    assert_eq!(status, 200, "{body}");
}

/// A number as a uuid.
pub(crate) fn id(number: u16) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// The number of a hit, whose id is made by [`id`].
pub(crate) fn number(hit: &Value) -> u16 {
    hit["metadata"]["id"].as_str().and_then(|id| id[24..].parse().ok()).expect("a hit with an id of ours")
}

/// The bytes of a vector, as JSON has them.
pub(crate) fn bytes(vector: &[f32]) -> String {
    STANDARD.encode(vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>())
}

/// The bytes of a multi-vector, as JSON has them: the length of its rows, then all numbers.
pub(crate) fn row_bytes(rows: &[&[f32]]) -> String {
    let length = u16::try_from(rows.first().map_or(0, |row| row.len())).unwrap().to_le_bytes();
    let numbers = rows.iter().flat_map(|row| row.iter()).flat_map(|number| number.to_le_bytes());
    STANDARD.encode(length.into_iter().chain(numbers).collect::<Vec<_>>())
}
