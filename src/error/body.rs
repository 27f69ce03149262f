//! The body of an unsuccessful REST reply. The server writes five shapes, proxies write what they like.

use serde_json::{Map, Value};

/// What can be known of such a body, whatever it is: this never fails.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// The server's text, word for word; the body itself where it is not JSON.
    pub(crate) message: Option<String>,
    /// `USAGE_LIMIT_EXCEEDED` or `CONFIG_NOT_ALLOWED`.
    pub(crate) error_code: Option<String>,
    /// The router of the server, not a handler, wrote it: `{"code", "message"}`.
    pub(crate) has_numeric_code: bool,
}

/// More of a body that is not ours to interpret only hides the status.
const MAX_TEXT: usize = 500;

impl ErrorBody {
    /// The content type is not asked: the authentication layer labels JSON as plain text.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        if let Ok(json) = serde_json::from_slice::<Map<String, Value>>(bytes) {
            let text = |name| json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
            return Self {
                message: text("message").or_else(|| joined(json.get("error")?)),
                error_code: text("errorCode"),
                has_numeric_code: json.get("code").is_some_and(Value::is_number),
            };
        }
        if let Ok(text) = serde_json::from_slice::<String>(bytes) {
            return Self { message: Some(text).filter(|text| !text.is_empty()), ..Self::default() };
        }
        Self { message: plain(&String::from_utf8_lossy(bytes)), ..Self::default() }
    }
}

/// `error` is a list of messages, or now and then one string.
fn joined(error: &Value) -> Option<String> {
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

fn plain(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text == "null" {
        return None;
    }
    match text.char_indices().nth(MAX_TEXT) {
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
    fn what_is_not_text_does_not_panic_and_is_cut() {
        assert_eq!(ErrorBody::parse(&[0xff, 0xfe]).message.as_deref(), Some("\u{fffd}\u{fffd}"));
        assert_eq!(message(&"é".repeat(2_000)).unwrap().chars().count(), MAX_TEXT + 1);
    }

    #[test]
    fn codes_are_told_apart() {
        let body = ErrorBody::parse(br#"{"code":404,"message":"path /v1/nope was not found"}"#);
        assert!(body.has_numeric_code);
        let body = ErrorBody::parse(br#"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"x"}"#);
        assert_eq!((body.error_code.as_deref(), body.has_numeric_code), (Some("USAGE_LIMIT_EXCEEDED"), false));
    }
}
