//! The recorded exchanges as they lie in `tests/golden/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::marks::Mark;
use super::{messages, send_rest};

/// `tests/golden/` of the repository.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden")
}

/// One line of `index.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    /// The kind of server the scenario was recorded from.
    pub(crate) instance: String,
    pub(crate) steps: usize,
}

/// The scenarios by name.
pub(crate) fn index() -> BTreeMap<String, Entry> {
    let text = std::fs::read_to_string(folder().join("index.json")).expect("index.json is readable");
    serde_json::from_str(&text).expect("index.json has the expected form")
}

#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

impl Scenario {
    pub(crate) fn load(name: &str) -> Self {
        let text = std::fs::read_to_string(folder().join(format!("{name}.jsonl"))).expect("a recording is readable");
        let parse = |(i, line)| {
            let mut step: Step =
                serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}.jsonl, line {}: {e}", i + 1));
            step.keep_raw_body(line);
            step.decode_reply().unwrap_or_else(|e| panic!("{name}.jsonl, line {}: {e}", i + 1));
            step
        };
        Self { name: name.to_owned(), steps: text.lines().enumerate().map(parse).collect() }
    }
}

/// One exchange: a request and the reply that the real server gave.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Step {
    #[serde(rename = "step")]
    pub(crate) name: String,
    pub(crate) why: String,
    #[serde(flatten)]
    pub(crate) request: Request,
    pub(crate) reply: Value,
    /// What the recorder read in a protobuf reply.
    #[serde(skip)]
    pub(crate) recorded_body: Value,
    pub(crate) volatile: Vec<Mark>,
    pub(crate) unordered: Vec<String>,
    #[serde(default)]
    pub(crate) approx: Vec<String>,
    #[serde(default)]
    pub(crate) bind: Vec<Bind>,
    #[serde(default)]
    pub(crate) poll: Option<Poll>,
}

/// A line of a recording, read for the request's text alone.
#[derive(Deserialize)]
struct RawStep<'a> {
    #[serde(borrow)]
    rest: Option<RawRest<'a>>,
}

#[derive(Deserialize)]
struct RawRest<'a> {
    #[serde(borrow)]
    body: Option<&'a RawValue>,
}

impl Step {
    fn keep_raw_body(&mut self, line: &str) {
        let Request::Rest(rest) = &mut self.request else { return };
        let raw: RawStep<'_> = serde_json::from_str(line).expect("the line was read before");
        rest.body_raw = raw.rest.and_then(|r| r.body).map(|body| body.get().to_owned());
    }

    /// Reads the recorded protobuf anew, so that both sides of a comparison come out of the same decoder.
    fn decode_reply(&mut self) -> Result<(), String> {
        match &self.request {
            Request::Rest(rest) => {
                if let (Some(rpc), Some(bytes)) =
                    (rest.path.strip_prefix(send_rest::GRPC_WEB), bytes_at(&self.reply, "body_b64"))
                {
                    let headers = self.reply["headers"].as_object().cloned().unwrap_or_default();
                    self.reply["decoded"] = send_rest::decode_web(rpc, &headers, &bytes)?;
                }
            }
            Request::Grpc(grpc) => {
                let Some(method) = messages::method(&grpc.rpc) else { return Ok(()) };
                if let Some(bytes) = bytes_at(&self.reply, "body_b64") {
                    self.recorded_body = self.reply["body"].take();
                    self.reply["body"] = messages::to_json(method.output(), &bytes)?;
                }
                for message in self.reply.get_mut("messages").and_then(Value::as_array_mut).into_iter().flatten() {
                    if let Some(bytes) = bytes_at(message, "message_b64") {
                        message["message"] = messages::to_json(method.output(), &bytes)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The byte string that a member holds as base64.
fn bytes_at(value: &Value, member: &str) -> Option<Vec<u8>> {
    Some(messages::from_base64(value.get(member)?.as_str()?))
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Request {
    Rest(RestRequest),
    Grpc(GrpcRequest),
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RestRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) query: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) body: Option<Value>,
    /// The same as it stands in the file: a number may say more than a double holds.
    #[serde(skip)]
    pub(crate) body_raw: Option<String>,
    #[serde(default)]
    pub(crate) body_text: Option<String>,
    #[serde(default)]
    pub(crate) body_b64: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct GrpcRequest {
    /// `Search`, or the whole path for a service other than Weaviate's.
    pub(crate) rpc: String,
    #[serde(default)]
    pub(crate) metadata: BTreeMap<String, String>,
    /// The request as JSON, for whoever reads a report.
    #[serde(default)]
    pub(crate) request: Option<Value>,
    #[serde(default)]
    pub(crate) request_b64: Option<String>,
    /// The client's side of a `BatchStream`.
    #[serde(default)]
    pub(crate) sent: Option<Vec<Sent>>,
}

/// One act of the client in a stream, done once so many replies have come.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    pub(crate) message_b64: Option<String>,
    #[serde(default)]
    pub(crate) half_close: bool,
    /// The client gives the stream up.
    #[serde(default)]
    pub(crate) cancel: bool,
    /// The server is told to stop.
    #[serde(default)]
    pub(crate) server_sigterm: bool,
    pub(crate) after_replies: usize,
}

/// A value of the request that an earlier reply brought.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Bind {
    pub(crate) value: String,
    pub(crate) step: String,
    pub(crate) pointer: String,
}

/// The request is repeated until the value at `pointer` is one of `until`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Poll {
    pub(crate) pointer: String,
    pub(crate) until: Vec<Value>,
}
