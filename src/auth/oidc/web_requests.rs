//! HTTP requests to the server and its issuer, and the errors of their transport.

use std::time::Duration;

use http::{HeaderValue, StatusCode, header};

use crate::auth::token_error::TokenError;

/// Timeout of one exchange. A token may need several.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Limit of a reply, in bytes. Documents and tokens have a few kilobytes.
const MAX_BODY: usize = 256 * 1024;

/// HTTP client for both.
#[derive(Clone)]
pub(super) struct Web {
    client: reqwest::Client,
}

/// A reply with its body, up to the limit.
pub(super) struct WebReply {
    pub(super) status: StatusCode,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) body: Vec<u8>,
}

impl Web {
    pub(super) fn new(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Sends a request to `place`. Errors name it.
    pub(super) async fn send(&self, place: &str, mut request: reqwest::Request) -> Result<WebReply, TokenError> {
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
