//! Body of an unsuccessful REST reply. The server has five formats, and proxies have their own.

use serde_json::{Map, Value};

/// Content of an error body. Parsing never fails.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// The server's text, unchanged; the whole body if it is not JSON.
    pub(crate) message: Option<String>,
    /// Value of `errorCode`: `USAGE_LIMIT_EXCEEDED` or `CONFIG_NOT_ALLOWED`.
    pub(crate) error_code: Option<String>,
    /// Whether the body is `{"code", "message"}`, which the server's router writes, not a handler.
    pub(crate) has_numeric_code: bool,
}

/// Limit for a body that is not JSON, in characters. More would hide the status.
const MAX_CHARS: usize = 500;

impl ErrorBody {
    /// Parses a body. The content type is ignored: the authentication layer labels JSON as
    /// plain text.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        if let Ok(json) = serde_json::from_slice::<Map<String, Value>>(bytes) {
            let text = |name| json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
            return Self {
                message: text("message").or_else(|| join_messages(json.get("error")?)),
                error_code: text("errorCode"),
                has_numeric_code: json.get("code").is_some_and(Value::is_number),
            };
        }
        if let Ok(text) = serde_json::from_slice::<String>(bytes) {
            return Self { message: Some(text).filter(|text| !text.is_empty()), ..Self::default() };
        }
        Self { message: plain_text(&String::from_utf8_lossy(bytes)), ..Self::default() }
    }
}

/// Joins the messages of `error`, a list or sometimes one string.
fn join_messages(error: &Value) -> Option<String> {
    let texts: Vec<&str> = match error {
        Value::String(text) => vec![text],
        Value::Array(items) => items
            .iter()
            .filter_map(|item| item.as_str().or_else(|| item.get("message").and_then(Value::as_str)))
            .collect(),
        _ => Vec::new(),
    };
    Some(texts.join("; ")).filter(|text| !text.is_empty())
}

fn plain_text(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text == "null" {
        return None;
    }
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => text.get(..end).map(|start| format!("{start}…")),
        None => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> Option<String> {
        ErrorBody::parse(body.as_bytes()).message
    }

    #[test]
    fn every_shape_yields_its_text() {
        for (body, expected) in [
            (r#"{"error":[{"message":"query cannot be empty"}]}"#, Some("query cannot be empty")),
            (r#"{"error":[{"message":"one"},{"message":"two"}]}"#, Some("one; two")),
            (r#"{"error":"MCP server is not enabled."}"#, Some("MCP server is not enabled.")),
            (r#"{"error":null}"#, None),
            (r#"{"code":401,"message":"unauthorized: invalid api key"}"#, Some("unauthorized: invalid api key")),
            (
                r#"{"errorCode":"USAGE_LIMIT_EXCEEDED","limit":"objects","message":"objects count limit","value":4}"#,
                Some("objects count limit"),
            ),
            (
                r#"{"errorCode":"CONFIG_NOT_ALLOWED","allowed":null,"message":"","error":[{"message":"not here"}]}"#,
                Some("not here"),
            ),
            (r#""operation x has not yet been implemented""#, Some("operation x has not yet been implemented")),
            ("", None),
            ("null", None),
            ("  \n", None),
            ("{}", None),
            (r#"{"message":5,"error":{"a":1},"code":"x","errorCode":[]}"#, None),
            ("[]", Some("[]")),
            (r#"{"error":[{"mess"#, Some(r#"{"error":[{"mess"#)),
            ("<html><body>502 Bad Gateway</body></html>", Some("<html><body>502 Bad Gateway</body></html>")),
        ] {
            assert_eq!(message(body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn binary_and_long_bodies_are_shortened() {
        assert_eq!(ErrorBody::parse(&[0xff, 0xfe]).message.as_deref(), Some("\u{fffd}\u{fffd}"));
        assert_eq!(message(&"é".repeat(2_000)).unwrap().chars().count(), MAX_CHARS + 1);
    }

    #[test]
    fn numeric_and_named_codes_are_distinguished() {
        let body = ErrorBody::parse(br#"{"code":404,"message":"path /v1/nope was not found"}"#);
        assert!(body.has_numeric_code);
        let body = ErrorBody::parse(br#"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"x"}"#);
        assert_eq!((body.error_code.as_deref(), body.has_numeric_code), (Some("USAGE_LIMIT_EXCEEDED"), false));
    }
}
