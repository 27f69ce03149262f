//! HTTP requests to the server and its issuer, and the errors of their transport.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderValue, StatusCode, header};

use crate::auth::token_error::TokenError;

/// Timeout of one exchange. A token may need several.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Limit of a reply, in bytes. Documents and tokens have a few kilobytes.
const MAX_BODY: usize = 256 * 1024;

/// HTTP client that knows which of its requests was the last. Clones share that.
#[derive(Clone)]
pub(super) struct Web {
    client: reqwest::Client,
    place: Arc<Mutex<String>>,
}

/// A reply with its body, up to the limit.
pub(super) struct WebReply {
    pub(super) status: StatusCode,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) body: Vec<u8>,
}

impl WebReply {
    /// Returns whether the same request may succeed later: the issuer limits the rate, waited too
    /// long, or failed.
    pub(super) fn is_transient(&self) -> bool {
        let status = self.status;
        let refused = status.is_client_error() && !matches!(status.as_u16(), 408 | 429);
        !status.is_success() && !status.is_redirection() && !refused
    }
}

impl Web {
    pub(super) fn new(client: reqwest::Client) -> Self {
        Self { client, place: Arc::default() }
    }

    /// Returns what was asked last, such as `the issuer at https://login.example.com`.
    pub(super) fn place(&self) -> String {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a request to `place`. Errors name it.
    pub(super) async fn send(&self, place: &str, mut request: reqwest::Request) -> Result<WebReply, TokenError> {
        place.clone_into(&mut self.place.lock().unwrap_or_else(PoisonError::into_inner));
        *request.timeout_mut() = Some(TIMEOUT);
        let exchange = async {
            let mut reply = self.client.execute(request).await?;
            let mut body = Vec::new();
            while body.len() < MAX_BODY
                && let Some(chunk) = reply.chunk().await?
            {
                body.extend(chunk.iter().take(MAX_BODY - body.len()));
            }
            let content_type = reply.headers().get(header::CONTENT_TYPE).cloned();
            Ok(WebReply { status: reply.status(), content_type, body })
        };
        exchange.await.map_err(|error| connection_error(place, error))
    }
}

fn connection_error(place: &str, error: reqwest::Error) -> TokenError {
    let error = error.without_url();
    if error.is_timeout() {
        return TokenError::timed_out(format!("{place} did not answer in time")).with_source(error);
    }
    let why = if error.is_connect() { "cannot be reached" } else { "closed the connection" };
    TokenError::unavailable(format!("{place} {why}")).with_source(error)
}
