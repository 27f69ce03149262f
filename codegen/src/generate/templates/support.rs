//! REST client of the generated methods, and their helper functions.
//!
//! A [`Client`] is cheap to create, so the caller creates one per call. Its [`RestHooks`] add
//! headers, set the deadline and send the request. It never builds an HTTP client.

use std::fmt::{self, Display};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{Error, ResponseValue};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Request, RequestBuilder, Response, StatusCode};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Future returned by [`RestHooks::execute`].
pub type Exchange<'a> = Pin<Box<dyn Future<Output = reqwest::Result<Response>> + Send + 'a>>;

/// Hooks around the exchange of every operation. `operation` is the name of the client method.
pub trait RestHooks: Send + Sync {
    /// Completes the request (headers, timeout) before it is sent.
    ///
    /// # Errors
    ///
    /// An error refuses the request: nothing is sent, and the method returns [`Error::Custom`] with
    /// its text.
    fn before(&self, request: &mut Request, operation: &'static str) -> Result<(), String>;

    /// Sends the request once.
    fn execute<'a>(&'a self, http: &'a reqwest::Client, request: Request, operation: &'static str) -> Exchange<'a> {
        let _ = operation;
        Box::pin(http.execute(request))
    }
}

/// REST client with one method per operation of the contract.
#[derive(Clone)]
pub struct Client {
    pub(crate) baseurl: Arc<str>,
    pub(crate) client: reqwest::Client,
    hooks: Arc<dyn RestHooks>,
}

impl Client {
    /// Creates a client. `base_url` is the URL up to `/v1`, without a trailing slash.
    pub fn new(base_url: impl Into<Arc<str>>, http: reqwest::Client, hooks: Arc<dyn RestHooks>) -> Self {
        Self { baseurl: base_url.into(), client: http, hooks }
    }

    /// Builds and sends a request, and reads the JSON body of its success.
    pub(crate) fn json<T: DeserializeOwned + 'static>(
        &self,
        successes: &'static [u16],
        operation: &'static str,
        request: impl FnOnce() -> Result<RequestBuilder, Error<()>>,
    ) -> Reply<T> {
        let request = request().map(|request| request.header(ACCEPT, HeaderValue::from_static("application/json")));
        read_json(self.clone().send(successes, operation, request))
    }

    /// Builds and sends a request whose success has no body.
    pub(crate) fn empty(
        &self,
        successes: &'static [u16],
        operation: &'static str,
        request: impl FnOnce() -> Result<RequestBuilder, Error<()>>,
    ) -> Reply<()> {
        read_empty(self.clone().send(successes, operation, request()))
    }

    /// Sends a request, with the hooks around it. Any status but those of a success is an error.
    async fn send(
        self,
        successes: &'static [u16],
        operation: &'static str,
        request: Result<RequestBuilder, Error<()>>,
    ) -> Result<Response, Error<()>> {
        let mut request = request?.build()?;
        self.hooks.before(&mut request, operation).map_err(Error::Custom)?;
        let response = self.hooks.execute(&self.client, request, operation).await?;
        let success = successes.contains(&response.status().as_u16());
        if success { Ok(response) } else { Err(Error::UnexpectedResponse(response)) }
    }
}

/// Reply of an operation. The request is complete, and is sent when the future is polled.
pub type Reply<T> = Pin<Box<dyn Future<Output = Result<ResponseValue<T>, Error<()>>> + Send>>;

/// JSON text inside a body. It is written as it is, and kept unread, however deeply it is nested.
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub struct EncodedJson(pub Box<RawValue>);

impl EncodedJson {
    /// Checks that a text is JSON.
    ///
    /// # Errors
    ///
    /// Fails for any other text.
    pub fn new(json: String) -> serde_json::Result<Self> {
        RawValue::from_string(json).map(Self)
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.get()
    }
}

impl fmt::Debug for EncodedJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq for EncodedJson {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("baseurl", &self.baseurl).finish_non_exhaustive()
    }
}

/// Encodes one segment of the path.
///
/// Refuses an empty segment, `.` and `..`, because URL normalization would change the route.
/// Escapes the backslash, which URL parsers treat as a slash.
pub(crate) fn segment(name: &str, value: impl Display) -> Result<String, Error<()>> {
    let value = value.to_string();
    if matches!(value.as_str(), "" | "." | "..") {
        return Err(Error::InvalidRequest(format!("{name} must not be empty, `.` or `..`, got {value:?}")));
    }
    Ok(progenitor_client::encode_path(&value).replace('\\', "%5C"))
}

/// Joins a list parameter with commas, which is the only form that the server reads.
pub(crate) fn joined(name: &str, values: Option<&[String]>) -> Result<Option<String>, Error<()>> {
    let Some(values) = values else { return Ok(None) };
    match values.iter().find(|value| value.is_empty() || value.contains(',')) {
        Some(value) => {
            Err(Error::InvalidRequest(format!("{name} must not contain empty values or commas, got {value:?}")))
        }
        None => Ok((!values.is_empty()).then(|| values.join(","))),
    }
}

/// Adds the JSON body, if any.
pub(crate) fn optional_body<T: Serialize>(
    request: reqwest::RequestBuilder,
    body: Option<&T>,
) -> reqwest::RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}

/// Limit of a JSON reply, in bytes. An endless body would fill the memory until the deadline.
const MAX_REPLY: usize = 512 << 20;

/// Reads a success with a JSON body.
fn read_json<T: DeserializeOwned + 'static>(
    sent: impl Future<Output = Result<Response, Error<()>>> + Send + 'static,
) -> Reply<T> {
    Box::pin(async move {
        let (status, headers, body) = json_body(sent.await?).await?;
        match serde_json::from_slice(&body) {
            Ok(value) => Ok(ResponseValue::new(value, status, headers)),
            Err(error) => Err(Error::InvalidResponsePayload(body.into(), error)),
        }
    })
}

/// Reads the body of a success.
///
/// Refuses a body of another content type: a proxy may answer with a page of its own.
async fn json_body(mut response: Response) -> Result<(StatusCode, HeaderMap, Vec<u8>), Error<()>> {
    if is_json(response.headers()) == Some(false) {
        return Err(unexpected(response, "the content type is not JSON").await);
    }
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::ResponseBodyError)? {
        if body.len().saturating_add(chunk.len()) > MAX_REPLY {
            let text = format!("the reply exceeds {MAX_REPLY} bytes");
            return Err(Error::InvalidResponsePayload(chunk, serde_json::Error::custom(text)));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, headers, body))
}

/// Reads a success without a body. Refuses one with a body: the server has none to write.
fn read_empty(sent: impl Future<Output = Result<Response, Error<()>>> + Send + 'static) -> Reply<()> {
    Box::pin(async move {
        let mut response = sent.await?;
        if is_json(response.headers()) == Some(false) {
            return Err(unexpected(response, "the content type is not JSON").await);
        }
        match response.chunk().await.map_err(Error::ResponseBodyError)? {
            Some(body) if !body.is_empty() => {
                Err(Error::InvalidResponsePayload(body, serde_json::Error::custom("the operation returns no body")))
            }
            _ => Ok(ResponseValue::empty(response)),
        }
    })
}

/// Returns whether the content type is JSON; `None` without one.
fn is_json(headers: &HeaderMap) -> Option<bool> {
    let kind = headers.get(CONTENT_TYPE)?.as_bytes();
    Some(kind.get(..16).is_some_and(|kind| kind.eq_ignore_ascii_case(b"application/json")))
}

async fn unexpected(mut response: Response, why: &str) -> Error<()> {
    match response.chunk().await {
        Ok(start) => Error::InvalidResponsePayload(start.unwrap_or_default(), serde_json::Error::custom(why)),
        Err(error) => Error::ResponseBodyError(error),
    }
}
