//! One request, read the way the server reads it: parameters, then the body, each with its own way to say what is wrong.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::access::auth::Caller;
use crate::engine::go::Origin;
use crate::engine::providers::ProviderKeys;
use crate::engine::store::{Sender, WriteFaults, parse_uuid};

use super::reply::Reply;
use super::shape::Shape;

/// A request whose path has been matched.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) caller: Caller,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The faults that a test wants.
    pub(super) faults: WriteFaults,
}

impl Call {
    /// The sender of a write.
    pub(super) fn sender<'c>(&'c self, keys: &'c ProviderKeys) -> Sender<'c> {
        Sender { origin: Origin::Rest, keys, faults: &self.faults }
    }

    /// The keys for model providers in the headers.
    pub(super) fn provider_keys(&self) -> ProviderKeys {
        let given = self.headers.iter().filter(|(_, value)| !value.is_empty());
        ProviderKeys::of(given.map(|(name, _)| name.as_str()))
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A whole number of the query.
    pub(super) fn int(&self, name: &str) -> Result<Option<i64>, Reply> {
        let Some(text) = self.parameter(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        text.parse()
            .map(Some)
            .map_err(|_| Reply::code(601, format!("{name} in query must be of type int64: \"{text}\"")))
    }

    /// The body as a JSON object of the given shape.
    pub(super) fn object(&self, shape: &Shape) -> Result<Json, Reply> {
        let json = self.json(shape.parameter)?;
        shape.read(json).map_err(|fault| Reply::unparsable(shape.parameter, &fault))
    }

    /// The body as a list of JSON objects of the given shape; `list` is its Go type.
    pub(super) fn objects(&self, shape: &Shape, list: &str) -> Result<Vec<Json>, Reply> {
        let json = self.json(shape.parameter)?;
        shape.read_all(list, json).map_err(|fault| Reply::unparsable(shape.parameter, &fault))
    }

    /// The body as a list of texts.
    pub(super) fn texts(&self, parameter: &'static str) -> Result<Vec<String>, Reply> {
        let fault = |found: &Json, go_type: &str| {
            let text = format!("json: cannot unmarshal {} into Go value of type {go_type}", json_name(found));
            Reply::unparsable(parameter, &text)
        };
        let text = |item: Json| match item {
            Json::String(text) => Ok(text),
            Json::Null => Ok(String::new()),
            other => Err(fault(&other, "string")),
        };
        match self.json(parameter)? {
            Json::Array(items) => items.into_iter().map(text).collect(),
            Json::Null => Ok(Vec::new()),
            other => Err(fault(&other, "[]string")),
        }
    }

    pub(super) fn json(&self, parameter: &str) -> Result<Json, Reply> {
        if self.body.is_empty() {
            return Err(Reply::code(602, format!("{parameter} in body is required")));
        }
        serde_json::from_slice(&self.body)
            .map_err(|fault| Reply::unparsable(parameter, &syntax_fault(&self.body, &fault)))
    }
}

/// An id in the path.
pub(super) fn path_uuid(name: &str, text: &str) -> Result<Uuid, Reply> {
    parse_uuid(text).map_err(|_| Reply::code(601, format!("{name} in path must be of type uuid: \"{text}\"")))
}

/// Go's words for broken JSON.
fn syntax_fault(body: &[u8], fault: &serde_json::Error) -> String {
    if fault.is_eof() {
        return "unexpected EOF".to_owned();
    }
    let line = body.split(|byte| *byte == b'\n').nth(fault.line().saturating_sub(1)).unwrap_or_default();
    let rest = String::from_utf8_lossy(line.get(fault.column().saturating_sub(1)..).unwrap_or_default()).into_owned();
    match rest.chars().next() {
        Some(letter) => format!("invalid character '{letter}' looking for beginning of value"),
        None => "unexpected EOF".to_owned(),
    }
}

pub(super) fn json_name(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "bool",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

/// Refuses a text that is not one of a list, as the contract's enums do.
pub(super) fn check_enum(place: &str, value: &Json, allowed: &[&str]) -> Result<(), Reply> {
    match value.as_str() {
        Some(text) if !text.is_empty() && !allowed.contains(&text) => {
            Err(Reply::code(606, format!("{place} should be one of [{}]", allowed.join(" "))))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bodies::{CLASS, OBJECT};
    use super::*;

    fn fault(body: &'static str, shape: &Shape) -> String {
        let caller = Caller::Anonymous;
        let body = Bytes::from_static(body.as_bytes());
        let faults = WriteFaults::default();
        let call = Call { caller, query: Vec::new(), headers: HeaderMap::new(), body, faults };
        format!("{:?}", call.object(shape).unwrap_err())
    }

    #[test]
    fn speaks_go_about_bodies() {
        assert!(fault("", &CLASS).contains("objectClass in body is required"));
        assert!(fault("{\"class\":", &CLASS).contains("unexpected EOF"));
        assert!(
            fault("{\"class\": 17}", &CLASS)
                .contains("cannot unmarshal number into Go struct field Class.class of type string")
        );
        assert!(fault("[]", &OBJECT).contains("cannot unmarshal array into Go value of type models.Object"));
        assert!(fault("{\"vector\": \"abc\"}", &OBJECT).contains("Object.vector of type models.C11yVector"));
        assert!(fault("{\"vector\": [\"a\"]}", &OBJECT).contains("Object.vector of type float32"));
    }
}
