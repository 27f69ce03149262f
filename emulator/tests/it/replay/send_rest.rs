//! Sends a recorded REST request and brings the reply into the recordings' form.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Map, Value, json};

use super::messages;
use super::scenario::RestRequest;

/// The headers that the recordings keep.
const HEADERS: [&str; 4] = ["content-type", "grpc-status", "grpc-message", "mcp-session-id"];

/// Where gRPC-Web and Connect calls go.
pub(crate) const GRPC_WEB: &str = "/v1/grpc-web/";

pub(crate) async fn send(http: &reqwest::Client, base: &str, request: &RestRequest) -> Result<Value, String> {
    let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(|e| e.to_string())?;
    let mut url: reqwest::Url = format!("{base}{}", request.path).parse().map_err(|e| format!("not a URL: {e}"))?;
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&request.query);
    }
    let mut call = http.request(method, url);
    for (name, value) in &request.headers {
        call = call.header(name, value);
    }
    let text = request.body_raw.as_ref().or(request.body_text.as_ref());
    if text.is_some() && !request.headers.contains_key("content-type") {
        call = call.header(CONTENT_TYPE, "application/json");
    }
    if let Some(text) = text {
        call = call.body(text.clone());
    } else if let Some(base64) = &request.body_b64 {
        call = call.body(messages::from_base64(base64));
    }
    let reply = call.send().await.map_err(|e| format!("no reply: {e:?}"))?;
    let status = reply.status().as_u16();
    let headers = kept_headers(reply.headers());
    let bytes = reply.bytes().await.map_err(|e| format!("the reply breaks off: {e:?}"))?;
    if let Some(rpc) = request.path.strip_prefix(GRPC_WEB) {
        let decoded = decode_web(rpc, &headers, &bytes)?;
        return Ok(
            json!({ "status": status, "headers": headers, "body_b64": messages::to_base64(&bytes), "decoded": decoded }),
        );
    }
    Ok(json!({ "status": status, "headers": headers, "body": body_of(&bytes) }))
}

fn kept_headers(headers: &HeaderMap) -> Map<String, Value> {
    HEADERS
        .iter()
        .filter_map(|name| {
            let value = headers.get(*name)?;
            Some(((*name).to_owned(), String::from_utf8_lossy(value.as_bytes()).into()))
        })
        .collect()
}

/// JSON where it is JSON, else text; nothing is null.
fn body_of(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned().into())
}

/// What a gRPC-Web or Connect reply says, by its content type.
pub(crate) fn decode_web(rpc: &str, headers: &Map<String, Value>, bytes: &[u8]) -> Result<Value, String> {
    let kind = headers.get("content-type").and_then(Value::as_str).unwrap_or_default();
    let message = |bytes: &[u8]| {
        let method = messages::method(rpc).ok_or("a reply to a method that does not exist")?;
        messages::to_json(method.output(), bytes)
    };
    if kind.starts_with("application/grpc-web") {
        let mut decoded = json!({ "frames": frames(bytes, message)? });
        for name in ["grpc-status", "grpc-message"] {
            if let Some(value) = headers.get(name) {
                decoded[name] = value.clone();
            }
        }
        return Ok(decoded);
    }
    Ok(match kind {
        "application/proto" => json!({ "message": message(bytes)? }),
        "application/json" => json!({ "json": body_of(bytes) }),
        _ => json!({ "text": String::from_utf8_lossy(bytes) }),
    })
}

/// The frames of a gRPC-Web body: a flag, the length, and a message or (flag 0x80) the trailers.
fn frames(mut bytes: &[u8], message: impl Fn(&[u8]) -> Result<Value, String>) -> Result<Vec<Value>, String> {
    let mut frames = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<5>() {
        let [flag, length @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|e| e.to_string())?;
        let (frame, rest) = rest.split_at_checked(length).ok_or("a frame breaks off")?;
        frames.push(if flag & 0x80 == 0 {
            json!({ "message": message(frame)? })
        } else {
            json!({ "trailer": String::from_utf8_lossy(frame) })
        });
        bytes = rest;
    }
    if bytes.is_empty() { Ok(frames) } else { Err("bytes behind the last frame".to_owned()) }
}
