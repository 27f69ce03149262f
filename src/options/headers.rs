//! Headers that the caller adds to what is sent, for a client, a collection or a single call.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{Error, Result};

/// What the client or the protocol sets itself, and where it is told otherwise.
const TAKEN: &[(&str, &str)] = &[
    ("authorization", "use api_key, bearer or token_provider"),
    ("x-weaviate-client", "it tells the server which client this is; use client_integration"),
    ("x-weaviate-client-integration", "use client_integration"),
    ("host", "it follows from the address"),
    ("connection", "the connection is the client's"),
    ("content-type", "it follows from the protocol"),
    ("content-length", "it follows from the body"),
    ("content-encoding", "it follows from the body"),
    ("transfer-encoding", "it follows from the body"),
    ("accept-encoding", "the client says what it can read"),
    ("te", "it is part of the protocol"),
    ("upgrade", "the connection is the client's"),
    ("proxy-authorization", "put user and password into the address of the proxy"),
];

/// Headers as they were given. A wrong one is an error of the call that would have sent it. Values are secrets until known
/// otherwise: they are in no output.
#[derive(Clone, Default)]
pub(crate) struct Headers {
    map: Option<Arc<HeaderMap>>,
    /// The first that cannot be sent.
    fault: Option<Arc<(String, &'static str)>>,
}

impl Headers {
    /// In place of any earlier one of this name.
    pub(crate) fn insert(&mut self, name: &str, value: &str) {
        match header(name, value) {
            Ok((name, value)) => {
                let map = Arc::make_mut(self.map.get_or_insert_default());
                map.insert(name, value);
            }
            Err(why) => {
                self.fault.get_or_insert_with(|| Arc::new((shown(name), why)));
            }
        }
    }

    /// Those of `inner` in place of one's own.
    pub(crate) fn extend(&mut self, inner: &Self) {
        if self.fault.is_none() {
            self.fault.clone_from(&inner.fault);
        }
        match (&mut self.map, &inner.map) {
            (_, None) => {}
            (None, Some(_)) => self.map.clone_from(&inner.map),
            (Some(own), Some(inner)) => replace(Arc::make_mut(own), inner),
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self.fault.as_deref() {
            Some((name, why)) => Err(Error::validation("header", format!("{name:?} cannot be sent: {why}"))),
            None => Ok(()),
        }
    }

    /// `None` if there are none, which is the usual case.
    pub(crate) fn map(&self) -> Option<&HeaderMap> {
        self.map.as_deref()
    }
}

/// Puts each header of `inner` in place of those of the same name.
pub(crate) fn replace(map: &mut HeaderMap, inner: &HeaderMap) {
    for (name, value) in inner {
        map.insert(name.clone(), value.clone());
    }
}

/// The beginning of a header's name, for messages. A name may be a secret that went to the wrong place.
pub(crate) fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(30).collect()
}

/// A header that REST and gRPC can both carry, or the reason why there is none.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = HeaderName::try_from(name).map_err(|_| "the name holds characters that no header name may have")?;
    if let Some((_, why)) = TAKEN.iter().find(|(taken, _)| name == *taken) {
        return Err(why);
    }
    if name.as_str().starts_with("grpc-") || name.as_str().starts_with("connect-") {
        return Err("the name belongs to the protocol");
    }
    if name.as_str().ends_with("-bin") {
        return Err("gRPC keeps names that end in -bin for binary values");
    }
    let mut value = HeaderValue::try_from(value)
        .ok()
        .filter(|value| value.to_str().is_ok())
        .ok_or("the value holds characters that no header can carry, a line break perhaps")?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// The names, and no value.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.map.iter().flat_map(|map| map.keys())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::default();
        for (name, value) in pairs {
            headers.insert(name, value);
        }
        headers
    }

    #[test]
    fn the_innermost_wins() {
        let mut all = headers(&[("X-OpenAI-Api-Key", "outer"), ("x-a", "1")]);
        all.extend(&headers(&[("x-openai-api-key", "inner"), ("x-b", "2")]));
        all.extend(&Headers::default());
        let map = all.map().unwrap();
        let value = |name: &str| map.get(name).and_then(|value| value.to_str().ok());
        assert_eq!((value("x-openai-api-key"), value("x-a"), value("x-b")), (Some("inner"), Some("1"), Some("2")));
        assert!(Headers::default().map().is_none());
    }

    #[test]
    fn what_cannot_be_sent_is_named_and_no_value_is_shown() {
        for (name, value, word) in [
            ("Authorization", "Bearer hunter2", "api_key"),
            ("X-Weaviate-Client", "hunter2", "client_integration"),
            ("a b", "hunter2", "name"),
            ("x-key-bin", "hunter2", "-bin"),
            ("grpc-timeout", "hunter2", "protocol"),
            ("x-key", "hunter2\r\nx-other: 1", "line break"),
            ("x-key", "hunter2\u{e9}", "characters"),
        ] {
            let headers = headers(&[("x-fine", "hunter2"), (name, value)]);
            let error = headers.check().unwrap_err();
            assert_eq!(error.field(), Some("header"));
            assert!(error.to_string().contains(word), "{error}");
            assert!(!format!("{error:?} {headers:?}").contains("hunter2"), "{error:?}");
            let mut outer = Headers::default();
            outer.extend(&headers);
            assert!(outer.check().is_err());
        }
        let fine = headers(&[("x-openai-api-key", "hunter2"), ("traceparent", "00-1-2-01")]);
        assert!(fine.check().is_ok());
        assert!(fine.map().unwrap().values().all(HeaderValue::is_sensitive));
        assert_eq!(format!("{fine:?}"), r#"["x-openai-api-key", "traceparent"]"#);
    }
}
