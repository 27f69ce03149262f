//! The client behind the generated methods and what they call.
//!
//! A [`Client`] is cheap to make: one per call carries that call's [`RestHooks`], which add headers, set the deadline
//! and send. It never builds an HTTP client of its own.

use std::fmt::{self, Display};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};
use serde::Serialize;

/// What [`RestHooks::execute`] returns.
pub type Exchange<'a> = Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send + 'a>>;

/// What happens around the exchange of every operation. `operation` is the name of the client's method.
pub trait RestHooks: Send + Sync {
    /// Completes the request (headers, timeout) before it is sent. An error refuses it: nothing is sent, and the
    /// method returns [`Error::Custom`] with this text.
    fn before(&self, request: &mut reqwest::Request, operation: &'static str) -> Result<(), String>;

    /// Sends the request once.
    fn execute<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
        operation: &'static str,
    ) -> Exchange<'a> {
        let _ = operation;
        Box::pin(http.execute(request))
    }
}

/// The hooks of one client.
#[derive(Clone)]
pub struct Inner {
    hooks: Arc<dyn RestHooks>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inner")
    }
}

/// One method per operation of the contract.
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) baseurl: Arc<str>,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: Inner,
}

impl Client {
    /// `base_url` is everything before `/v1`, without a slash at its end.
    pub fn new(base_url: impl Into<Arc<str>>, http: reqwest::Client, hooks: Arc<dyn RestHooks>) -> Self {
        Self { baseurl: base_url.into(), client: http, inner: Inner { hooks } }
    }
}

impl ClientInfo<Inner> for Client {
    fn api_version() -> &'static str {
        ""
    }

    fn baseurl(&self) -> &str {
        &self.baseurl
    }

    fn client(&self) -> &reqwest::Client {
        &self.client
    }

    fn inner(&self) -> &Inner {
        &self.inner
    }
}

impl ClientHooks<Inner> for Client {
    async fn pre<E>(&self, request: &mut reqwest::Request, info: &OperationInfo) -> Result<(), Error<E>> {
        self.inner.hooks.before(request, info.operation_id).map_err(Error::Custom)
    }

    async fn exec(&self, request: reqwest::Request, info: &OperationInfo) -> reqwest::Result<reqwest::Response> {
        self.inner.hooks.execute(&self.client, request, info.operation_id).await
    }
}

/// One segment of the path. Empty, `.` and `..` would name another route once the url is resolved, and so would a
/// backslash, which url parsers take for a slash.
pub(crate) fn segment(name: &str, value: impl Display) -> Result<String, Error<()>> {
    let value = value.to_string();
    if matches!(value.as_str(), "" | "." | "..") {
        return Err(Error::InvalidRequest(format!("{name} must not be empty, `.` or `..`, got {value:?}")));
    }
    Ok(progenitor_client::encode_path(&value).replace('\\', "%5C"))
}

/// A list parameter as the server reads it: one value, split at commas.
pub(crate) fn joined(name: &str, values: Option<&[String]>) -> Result<Option<String>, Error<()>> {
    let Some(values) = values else { return Ok(None) };
    match values.iter().find(|value| value.is_empty() || value.contains(',')) {
        Some(value) => {
            Err(Error::InvalidRequest(format!("{name} must not hold empty values or commas, got {value:?}")))
        }
        None => Ok((!values.is_empty()).then(|| values.join(","))),
    }
}

/// Adds the body if there is one.
pub(crate) fn optional_body<T: Serialize>(
    request: reqwest::RequestBuilder,
    body: Option<&T>,
) -> reqwest::RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
}
