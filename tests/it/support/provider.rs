//! A stand-in for model providers, which a real server calls in place of Ollama, Jina AI, Anthropic, Mistral and Cohere. The
//! emulator needs none.

use std::convert::Infallible;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};

use super::Bed;
use super::tcp::Serving;

/// Where the collections of a test find their provider.
pub(crate) struct Provider {
    url: String,
    /// Dropping it stops it. None at an emulator, which makes the same vectors itself.
    _server: Option<Serving>,
}

impl Provider {
    pub(crate) async fn of(bed: &Bed) -> Self {
        if !bed.is_live() {
            return Self { url: "http://127.0.0.1:11434".to_owned(), _server: None };
        }
        let server = Serving::start(|stream, _, _| async {
            let service = hyper::service::service_fn(answer);
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        let server = server.await;
        Self { url: server.url(), _server: Some(server) }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path().to_owned();
    let body = request.into_body().collect().await.map_or_else(|_| Bytes::new(), http_body_util::Collected::to_bytes);
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if path.ends_with("/messages") || path.ends_with("/completions") || path.ends_with("/chat") {
        return Ok(written(&path, &body));
    }
    let inputs = match &body["input"] {
        Value::Array(inputs) => inputs.clone(),
        one => vec![one.clone()],
    };
    let vectors = inputs.iter().map(|input| letters(&text_of(input)));
    let reply = if path == "/api/embed" {
        json!({ "model": body["model"], "embeddings": vectors.collect::<Vec<_>>() })
    } else {
        let data = vectors.enumerate().map(|(index, embedding)| json!({ "index": index, "embedding": embedding }));
        json!({ "model": body["model"], "data": data.collect::<Vec<_>>(), "usage": { "total_tokens": 1 } })
    };
    let reply = Response::builder().header("content-type", "application/json").body(Full::from(reply.to_string()));
    Ok(reply.expect("the reply is valid"))
}

/// The text of a language model: it repeats the prompt, and counts its words.
fn written(path: &str, body: &Value) -> Response<Full<Bytes>> {
    let content = &body["messages"][0]["content"];
    let block = |block: &Value| block["text"].as_str().unwrap_or("<image>").to_owned();
    let blocks = || content.as_array().into_iter().flatten().map(block).collect::<Vec<_>>().join(" ");
    let prompt = content.as_str().map_or_else(blocks, str::to_owned);
    let read = prompt.split_whitespace().count();
    let text = format!("model {} says: {prompt}", body["model"].as_str().unwrap_or_default());
    let (status, reply) = if prompt.contains("provoke error") {
        let error = json!({ "type": "rate_limit_error", "message": "Rate limit reached" });
        (429, json!({ "type": "error", "error": error }))
    } else if path.ends_with("/messages") {
        let usage = json!({ "input_tokens": read, "output_tokens": 7 });
        (200, json!({ "type": "message", "content": [{ "type": "text", "text": text }], "usage": usage }))
    } else if path.ends_with("/completions") {
        let usage = json!({ "prompt_tokens": read, "completion_tokens": 7, "total_tokens": read + 7 });
        (200, json!({ "choices": [{ "message": { "role": "assistant", "content": text } }], "usage": usage }))
    } else {
        let billed = json!({ "input_tokens": read, "output_tokens": 7 });
        let usage = json!({ "billed_units": billed, "tokens": { "input_tokens": read + 3, "output_tokens": 9 } });
        (200, json!({ "message": { "content": [{ "type": "text", "text": text }] }, "usage": usage }))
    };
    let reply = Response::builder().status(status).header("content-type", "application/json").body(reply.to_string());
    reply.expect("the reply is valid").map(Full::from)
}

/// A text, or the text that an image encodes.
fn text_of(input: &Value) -> String {
    if let Some(text) = input.as_str().or_else(|| input["text"].as_str()) {
        return text.to_owned();
    }
    let bytes = BASE64_STANDARD.decode(input["image"].as_str().unwrap_or_default()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Numbers of letters among a–f, g–m, n–r and s–z: the rule of the recordings, and of the emulator.
fn letters(text: &str) -> [u32; 4] {
    let mut counts = [0; 4];
    for letter in text.chars() {
        match letter.to_ascii_lowercase() {
            'a'..='f' => counts[0] += 1,
            'g'..='m' => counts[1] += 1,
            'n'..='r' => counts[2] += 1,
            's'..='z' => counts[3] += 1,
            _ => {}
        }
    }
    counts
}
