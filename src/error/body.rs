//! Body of an unsuccessful REST reply. The server has five formats, and proxies have their own.

use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value};

/// Content of an error body. Parsing never fails.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// The server's text, unchanged; the whole body if it is not JSON.
    pub(crate) message: Option<String>,
    /// Value of `errorCode`: `USAGE_LIMIT_EXCEEDED` or `CONFIG_NOT_ALLOWED`.
    pub(crate) error_code: Option<String>,
    /// Who wrote the body, as far as its format tells.
    pub(crate) author: Author,
}

/// The author of an error body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Author {
    /// A handler of the server: no body, or a list of errors.
    #[default]
    Handler,
    /// The server's router: `{"code", "message"}`.
    Router,
    /// Another service, such as a proxy.
    Other,
}

/// Limit for a body that is not JSON, in characters. More would hide the status.
const MAX_CHARS: usize = 500;

impl ErrorBody {
    /// Parses a body. JSON is read whatever the content type says: the authentication layer labels
    /// it as plain text.
    pub(crate) fn parse(headers: &HeaderMap, bytes: &[u8]) -> Self {
        if let Ok(json) = serde_json::from_slice::<Map<String, Value>>(bytes) {
            let text = |name| json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
            let errors = json.get("error");
            let author = match errors {
                _ if json.get("code").is_some_and(Value::is_number) => Author::Router,
                Some(Value::Array(_) | Value::Null) => Author::Handler,
                _ => Author::Other,
            };
            let known = text("message").or_else(|| errors.and_then(join_messages));
            // Without a text, the whole body says more than nothing.
            let whole =
                || if json.values().all(Value::is_null) { None } else { plain_text(&String::from_utf8_lossy(bytes)) };
            return Self { message: known.or_else(whole), error_code: text("errorCode"), author };
        }
        // The server answers with a text alone where it has yet to implement an operation.
        if let Ok(text) = serde_json::from_slice::<String>(bytes) {
            return Self { message: Some(text).filter(|text| !text.is_empty()), ..Self::default() };
        }
        let text = plain_text(&String::from_utf8_lossy(bytes));
        let is_empty = text.is_none() && announces_nothing(headers);
        // A long or broken reply ends within its list of errors.
        let author = if is_empty || bytes.starts_with(b"{\"error\":[{") { Author::Handler } else { Author::Other };
        Self { message: text, error_code: None, author }
    }
}

/// Returns whether the headers fit a reply of the server without a body. The reply to HEAD has the
/// headers of a body, and not the body.
fn announces_nothing(headers: &HeaderMap) -> bool {
    let is_json = |kind: &HeaderValue| kind.as_bytes().starts_with(b"application/json");
    headers.get(header::CONTENT_TYPE).is_none_or(is_json)
        && headers.get(header::CONTENT_LENGTH).is_none_or(|length| length == "0")
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
        ErrorBody::parse(&HeaderMap::new(), body.as_bytes()).message
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
            (r#"{"detail":"over quota"}"#, Some(r#"{"detail":"over quota"}"#)),
            (r#"{"message":5,"code":"x"}"#, Some(r#"{"message":5,"code":"x"}"#)),
            ("[]", Some("[]")),
            (r#"{"error":[{"mess"#, Some(r#"{"error":[{"mess"#)),
            ("<html><body>502 Bad Gateway</body></html>", Some("<html><body>502 Bad Gateway</body></html>")),
        ] {
            assert_eq!(message(body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn binary_and_long_bodies_are_shortened() {
        assert_eq!(ErrorBody::parse(&HeaderMap::new(), &[0xff, 0xfe]).message.as_deref(), Some("\u{fffd}\u{fffd}"));
        assert_eq!(message(&"é".repeat(2_000)).unwrap().chars().count(), MAX_CHARS + 1);
    }

    #[test]
    fn the_format_tells_the_author() {
        let (json, html) = (Some("application/json"), Some("text/html"));
        for (content_type, body, author) in [
            (None, "", Author::Handler),
            (json, "", Author::Handler),
            (json, r#"{"error":[{"message":"export not found"}]}"#, Author::Handler),
            (json, r#"{"code":404,"message":"path /v1/nope was not found"}"#, Author::Router),
            (html, "", Author::Other),
            (html, "<html></html>", Author::Other),
            (None, "404 page not found", Author::Other),
            (json, r#"{"message":"no Route matched with those values"}"#, Author::Other),
            (json, r#"{"error":"not found"}"#, Author::Other),
            (json, r#"{"detail":"Not Found"}"#, Author::Other),
            (json, "[]", Author::Other),
        ] {
            let mut headers = HeaderMap::new();
            headers.extend(content_type.map(|kind| (header::CONTENT_TYPE, HeaderValue::from_static(kind))));
            assert_eq!(ErrorBody::parse(&headers, body.as_bytes()).author, author, "{content_type:?} {body}");
        }
        let reply_to_head = HeaderMap::from_iter([(header::CONTENT_LENGTH, HeaderValue::from_static("9"))]);
        assert_eq!(ErrorBody::parse(&reply_to_head, b"").author, Author::Other);
        let limit = ErrorBody::parse(&HeaderMap::new(), br#"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"x"}"#);
        assert_eq!(limit.error_code.as_deref(), Some("USAGE_LIMIT_EXCEEDED"));
    }
}
