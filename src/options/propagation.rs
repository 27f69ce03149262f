//! The hook that adds headers to each attempt, such as the context of the current span.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

use super::headers::{header, shown};

/// The hook of [`ClientBuilder::propagate`](crate::connect::ClientBuilder::propagate).
#[derive(Clone)]
pub(crate) struct Propagation(Arc<Hook>);

/// A function that passes headers, as name and value, to the function that it receives.
type Hook = dyn Fn(&mut dyn FnMut(&str, &str)) + Send + Sync;

impl Propagation {
    pub(crate) fn new(hook: impl Fn(&mut dyn FnMut(&str, &str)) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    /// Adds the headers of the hook, which replace those of the same name. A header that cannot be
    /// sent is left out, since a call should not fail for its trace.
    pub(crate) fn inject(&self, headers: &mut HeaderMap) {
        (self.0)(&mut |name, value| match header(name, value) {
            // The error is a map with too many headers.
            Ok((name, value)) => drop(headers.try_insert(name, value)),
            Err(why) => tracing::debug!(header = shown(name), why, "a propagated header is not sent"),
        });
    }
}

impl fmt::Debug for Propagation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Propagation")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn headers_that_cannot_be_sent_are_left_out() {
        let hook = Propagation::new(|set| {
            set("traceparent", "00-1-2-01");
            set("Authorization", "Bearer stolen");
            set("grpc-timeout", "1S");
            set("content-type", "text/plain");
            set("x-trace-bin", "AAE=");
            set("tracestate", "a=1\r\nx-other: 2");
            set("no name", "x");
        });
        let mut headers = HeaderMap::from_iter([
            (http::header::AUTHORIZATION, HeaderValue::from_static("Bearer kept")),
            (http::HeaderName::from_static("traceparent"), HeaderValue::from_static("earlier")),
        ]);
        hook.inject(&mut headers);
        assert_eq!(headers.len(), 2, "{:?}", headers.keys());
        assert_eq!(
            (&headers["traceparent"], &headers["authorization"]),
            (&HeaderValue::from_static("00-1-2-01"), &HeaderValue::from_static("Bearer kept"))
        );
    }
}
