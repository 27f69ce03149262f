//! Scripts: requests in plain text, one a line.
//!
//! | line | meaning |
//! | --- | --- |
//! | `# text` | why the following requests are there |
//! | `GET /v1/path?query {…}` | a REST request, with or without a JSON body; `'…'` in its place is sent as it is |
//! | `Search {…}` | a call of this method over gRPC, its message as JSON |
//! | `graphql {…}` | a GraphQL query |
//! | `as key` | the API key of the following requests |
//! | `bind $word /body/…` | in later requests, `$word` stands for this part of the next reply |
//! | `settle Class` | waits until the vectors of the collection are indexed |
//! | `\| volatile /body/…` | leaves this part of the next reply out of the comparison |
//! | `\| volatile /body/… text` | the same for what the regular expression `text` matches |
//! | `\| unordered /body/…` | the order of this list in the next reply means nothing |
//!
//! In a message, `{"floats": […]}` stands for the bytes of these numbers.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::Message as _;
use prost_reflect::DynamicMessage;
use serde_json::{Value, json};

use crate::replay::marks::Mark;
use crate::replay::messages;
use crate::replay::scenario::{Bind, GrpcRequest, Poll, Request, RestRequest, Scenario, Step};

/// What no two servers agree on.
const VOLATILE: [&str; 7] = [
    "/body/**/_creationTimeUnix",
    "/body/**/creationTimeUnix",
    "/body/**/lastUpdateTimeUnix",
    "/body/**/creation_time_unix",
    "/body/**/last_update_time_unix",
    "/body/took",
    "/body/**/_lastUpdateTimeUnix",
];

/// Parts of texts that no two servers agree on: times, shards, and the addresses of Go's values.
const VOLATILE_TEXTS: [&str; 4] = [
    "\\b[a-z][a-z0-9]*_[A-Za-z0-9]{12}\\b",
    "auto-schema feature on .*",
    "shard[^A-Za-z0-9]{1,4}[A-Za-z0-9]{12}\\b",
    "0x[0-9a-f]{6,}",
];

/// Numbers that may differ in their last digits.
const APPROXIMATE: [&str; 4] = ["/body/**/distance", "/body/**/score", "/body/**/certainty", "/body/**/explainScore"];

/// Reads a script. The error names the line.
pub(super) fn parse(name: &str, text: &str) -> Result<Scenario, String> {
    let mut reader = Reader::default();
    let mut steps = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let step = reader.line(line.trim()).map_err(|fault| format!("{name}, line {}: {fault}", index + 1))?;
        steps.extend(step.map(|(request, poll)| reader.step(format!("line {}", index + 1), request, poll)));
    }
    Ok(Scenario { name: name.to_owned(), steps })
}

/// What the lines so far say of the next request.
#[derive(Default)]
struct Reader {
    why: String,
    key: Option<String>,
    volatile: Vec<Mark>,
    unordered: Vec<String>,
    /// Words and where their values are.
    bound: Vec<(String, String)>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<Option<(Request, Option<Poll>)>, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            "" => {}
            "#" => rest.clone_into(&mut self.why),
            "|" => self.mark(rest)?,
            "as" => self.key = (!rest.is_empty()).then(|| rest.to_owned()),
            "bind" => {
                let (word, pointer) = rest.split_once(' ').ok_or("a word needs a pointer")?;
                self.bound.push((word.to_owned(), pointer.trim().to_owned()));
            }
            "settle" => return Ok(Some(self.settle(rest))),
            "graphql" => {
                let body = json!({"query": rest}).to_string();
                return Ok(Some((self.rest("POST", "/v1/graphql", Some(body)), None)));
            }
            "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" => {
                let (path, body) = rest.split_once(' ').map_or((rest, None), |(path, body)| (path, Some(body.trim())));
                let raw =
                    |body: &str| body.strip_prefix('\'').and_then(|body| body.strip_suffix('\'')).map(str::to_owned);
                let body = match body {
                    None => None,
                    Some(body) => Some(match raw(body) {
                        Some(raw) => raw,
                        None => serde_json::from_str::<Value>(body)
                            .map(|_| body.to_owned())
                            .map_err(|fault| fault.to_string())?,
                    }),
                };
                return Ok(Some((self.rest(word, path, body), None)));
            }
            rpc => return Ok(Some((self.grpc(rpc, rest)?, None))),
        }
        Ok(None)
    }

    fn mark(&mut self, text: &str) -> Result<(), String> {
        let (kind, rest) = text.split_once(' ').ok_or("a mark needs a pointer")?;
        let (pointer, regex) = rest.split_once(' ').map_or((rest, None), |(pointer, regex)| (pointer, Some(regex)));
        let pointer = pointer.to_owned();
        match (kind, regex) {
            ("volatile", None) => self.volatile.push(Mark::Pointer(pointer)),
            ("volatile", Some(regex)) => self.volatile.push(Mark::Regex { pointer, regex: regex.trim().to_owned() }),
            ("unordered", None) => self.unordered.push(pointer),
            _ => return Err(format!("`{text}` is not a mark")),
        }
        Ok(())
    }

    fn rest(&self, method: &str, path: &str, body: Option<String>) -> Request {
        let headers = self.key.iter().map(|key| ("authorization".to_owned(), format!("Bearer {key}"))).collect();
        Request::Rest(RestRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: BTreeMap::new(),
            headers,
            body: body.as_deref().and_then(|body| serde_json::from_str(body).ok()),
            body_raw: None,
            body_text: body,
            body_b64: None,
        })
    }

    fn grpc(&self, rpc: &str, message: &str) -> Result<Request, String> {
        let method =
            messages::method(rpc).ok_or_else(|| format!("`{rpc}` is neither a method nor a word of scripts"))?;
        let message = if message.is_empty() { "{}" } else { message };
        let given: Value = serde_json::from_str(message).map_err(|fault| fault.to_string())?;
        let encoded =
            DynamicMessage::deserialize(method.input(), in_bytes(given.clone())?).map_err(|fault| fault.to_string())?;
        Ok(Request::Grpc(GrpcRequest {
            rpc: rpc.to_owned(),
            metadata: self.key.iter().map(|key| ("authorization".to_owned(), format!("Bearer {key}"))).collect(),
            request: Some(given),
            request_b64: Some(messages::to_base64(&encoded.encode_to_vec())),
            sent: None,
        }))
    }

    /// Vectors may be indexed some time after they are stored.
    fn settle(&mut self, class: &str) -> (Request, Option<Poll>) {
        self.volatile.push(Mark::Pointer("/body".to_owned()));
        let pointer = "/body/nodes/0/shards/0/vectorQueueLength".to_owned();
        let poll = Poll { pointer, until: vec![json!(0)] };
        (self.rest("GET", &format!("/v1/nodes/{class}?output=verbose"), None), Some(poll))
    }

    fn step(&mut self, name: String, request: Request, poll: Option<Poll>) -> Step {
        let mut volatile = std::mem::take(&mut self.volatile);
        let bound = std::mem::take(&mut self.bound);
        volatile.extend(bound.iter().map(|(_, pointer)| Mark::Pointer(pointer.clone())));
        let bind = |(value, pointer)| Bind { value, step: name.clone(), pointer };
        let bind = bound.into_iter().map(bind).collect();
        volatile.extend(VOLATILE.map(|pointer| Mark::Pointer(pointer.to_owned())));
        volatile.extend(VOLATILE_TEXTS.map(|regex| Mark::Regex { pointer: "/**".to_owned(), regex: regex.to_owned() }));
        Step {
            name,
            why: self.why.clone(),
            request,
            reply: json!({"status": 200}),
            recorded_body: Value::Null,
            volatile,
            unordered: std::mem::take(&mut self.unordered),
            approx: APPROXIMATE.map(str::to_owned).to_vec(),
            bind,
            poll,
        }
    }
}

/// Puts bytes, in the base64 that JSON has for them, in the place of `floats`.
fn in_bytes(value: Value) -> Result<Value, String> {
    Ok(match value {
        Value::Array(items) => Value::Array(items.into_iter().map(in_bytes).collect::<Result<_, _>>()?),
        Value::Object(members) if members.len() == 1 && members.contains_key("floats") => {
            let numbers = members["floats"].as_array().ok_or("`floats` is a list")?;
            #[expect(clippy::cast_possible_truncation, reason = "vectors are made of singles")]
            let singles = numbers.iter().map(|number| number.as_f64().map(|number| number as f32));
            let singles: Vec<f32> = singles.collect::<Option<_>>().ok_or("`floats` holds numbers")?;
            STANDARD.encode(singles.into_iter().flat_map(f32::to_le_bytes).collect::<Vec<u8>>()).into()
        }
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, member)| Ok((key, in_bytes(member)?)));
            Value::Object(members.collect::<Result<_, String>>()?)
        }
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_request() {
        let text =
            "# why\nas key\n| unordered /body\nPOST /v1/objects {\"class\": \"A\"}\n\nSearch {\"collection\": \"A\"}\n";
        let steps = parse("test", text).unwrap().steps;
        assert_eq!(steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), ["line 4", "line 6"]);
        assert_eq!((steps[0].why.as_str(), steps[0].unordered.len(), steps[1].unordered.len()), ("why", 1, 0));
        let Request::Rest(rest) = &steps[0].request else { panic!("a REST request") };
        assert_eq!((rest.path.as_str(), rest.headers["authorization"].as_str()), ("/v1/objects", "Bearer key"));
        let Request::Grpc(grpc) = &steps[1].request else { panic!("a gRPC request") };
        assert_eq!(grpc.request_b64.as_deref(), Some("CgFB"));
    }

    #[test]
    fn a_fault_names_its_line() {
        for (text, expected) in [
            ("\nPOST /v1/objects {", "test, line 2: EOF"),
            ("Seek {}", "test, line 1: `Seek` is neither a method"),
            ("Search {\"colection\": \"A\"}", "test, line 1: "),
            ("| odd /body", "test, line 1: `odd /body` is not a mark"),
        ] {
            let fault = parse("test", text).unwrap_err();
            assert!(fault.starts_with(expected), "{fault}");
        }
    }

    #[test]
    fn floats_become_bytes() {
        assert_eq!(in_bytes(json!({"v": {"floats": [1, 0]}})).unwrap(), json!({"v": "AACAPwAAAAA="}));
        assert!(in_bytes(json!({"floats": ["1"]})).is_err());
    }
}
