//! Headers that the program sets for a client, a collection or a single call.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{Error, Result};

/// Headers that the client or the protocol sets, and what to do instead.
const RESERVED: &[(&str, &str)] = &[
    ("authorization", "use api_key, bearer or token_provider"),
    ("x-weaviate-client", "it identifies this client to the server; use client_integration"),
    ("x-weaviate-client-integration", "use client_integration"),
    ("host", "it follows from the address"),
    ("connection", "the client manages its connections"),
    ("content-type", "it follows from the protocol"),
    ("content-length", "it follows from the body"),
    ("content-encoding", "it follows from the body"),
    ("transfer-encoding", "it follows from the body"),
    ("accept-encoding", "it follows from the encodings that the client can read"),
    ("te", "it is part of the protocol"),
    ("upgrade", "the client manages its connections"),
    ("expect", "the client sends the body with the request"),
    ("proxy-authorization", "put user and password into the address of the proxy"),
];

/// Headers that were set. One that cannot be sent fails the calls that would send it. Values may be
/// secrets, so no output contains them.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Headers {
    map: Option<Arc<HeaderMap>>,
    /// Name and reason of the first header that cannot be sent.
    fault: Option<Arc<(String, &'static str)>>,
}

impl Headers {
    /// Sets a header, replacing one of the same name.
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

    /// Adds the headers of `inner`, which replace those of the same name.
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
            Some((name, why)) => Err(Error::validation("header", format!("{name:?} cannot be set: {why}"))),
            None => Ok(()),
        }
    }

    /// The headers, `None` if there are none.
    pub(crate) fn map(&self) -> Option<&HeaderMap> {
        self.map.as_deref()
    }
}

/// Adds the headers of `inner`, which replace those of the same name.
pub(crate) fn replace(map: &mut HeaderMap, inner: &HeaderMap) {
    for (name, value) in inner {
        map.insert(name.clone(), value.clone());
    }
}

/// The beginning of a header's name, for messages. Arguments may be swapped, so the name may be a
/// secret.
pub(crate) fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(30).collect()
}

/// Checks that REST and gRPC can both send a header, or returns the reason why not.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = HeaderName::try_from(name).map_err(|_| "the name has characters that are not valid in a header name")?;
    if let Some((_, why)) = RESERVED.iter().find(|(taken, _)| name == *taken) {
        return Err(why);
    }
    if name.as_str().starts_with("grpc-") || name.as_str().starts_with("connect-") {
        return Err("names that start with grpc- or connect- belong to the protocol");
    }
    if name.as_str().ends_with("-bin") {
        return Err("gRPC reserves names that end with -bin for binary values");
    }
    if value.trim().is_empty() {
        return Err("the value is empty; omit the header instead");
    }
    let mut value = HeaderValue::try_from(value)
        .ok()
        .filter(|value| value.to_str().is_ok())
        .ok_or("the value has characters that are not valid in a header, such as a line break")?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Shows the names without the values.
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
    fn a_header_that_cannot_be_sent_is_named_without_its_value() {
        for (name, value, word) in [
            ("Authorization", "Bearer hunter2", "api_key"),
            ("X-Weaviate-Client", "hunter2", "client_integration"),
            ("a b", "hunter2", "name"),
            ("x-key-bin", "hunter2", "-bin"),
            ("grpc-timeout", "hunter2", "protocol"),
            ("x-key", "hunter2\r\nx-other: 1", "line break"),
            ("x-key", "", "empty"),
            ("x-key", " ", "empty"),
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
