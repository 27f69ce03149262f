//! REST: the generated operations over one reqwest client, and the one decoder of replies that are no success.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, header};
use weaviate_generated::rest::{self, ResponseValue, RestHooks};

use super::connection::connector::TCP_KEEPALIVE;
use super::connection::proxy;
use super::node::ConnectionSettings;
use super::run::Attempt;
use crate::error::{Error, ErrorBody, ErrorKind, Result, Verdict};
use crate::options::Endpoint;
use crate::options::headers::replace;

/// No text of an error is longer; what sends more is not Weaviate.
const MAX_ERROR_BODY: usize = 64 * 1024;

pub(crate) struct RestClient {
    pub(crate) endpoint: Endpoint,
    base: Arc<str>,
    client: reqwest::Client,
    /// The proxy on the way, for messages.
    proxy: Option<String>,
    pub(crate) gzip: bool,
}

impl RestClient {
    pub(crate) fn new(endpoint: Endpoint, settings: &ConnectionSettings) -> Result<Self> {
        let proxy = settings.proxy_rules.of_rest_endpoint(&endpoint);
        // Without TLS, reqwest connects to nothing whose scheme is not http.
        if cfg!(not(feature = "tls")) && proxy.as_ref().is_some_and(|proxy| proxy.scheme() != "http") {
            let why = "REST goes through a SOCKS proxy only with the feature `tls`: use one that begins with http://";
            return Err(Error::configuration(why));
        }
        let builder = reqwest::Client::builder()
            .connect_timeout(settings.timeouts.connect)
            .tcp_keepalive(TCP_KEEPALIVE)
            // A credential follows no redirect, and every attempt is the run loop's.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .proxy(settings.proxy_rules.rest());
        #[cfg(target_os = "linux")]
        let builder = builder.tcp_user_timeout(super::connection::connector::TCP_USER_TIMEOUT);
        #[cfg(feature = "gzip")]
        let builder = builder.gzip(settings.gzip);
        #[cfg(feature = "tls")]
        let builder = if settings.proxy_rules.rest_by_tls() {
            builder
                .tls_backend_preconfigured(settings.tls.rest_and_proxy())
                .connector_layer(super::connection::handshake::Counted)
        } else {
            builder.tls_backend_preconfigured(settings.tls.rest())
        };
        let client = builder
            .build()
            .map_err(|error| Error::configuration("the HTTP client cannot be set up").with_source(error))?;
        Ok(Self {
            base: endpoint.base().into(),
            proxy: proxy.as_ref().map(proxy::shown),
            endpoint,
            client,
            gzip: settings.gzip,
        })
    }

    /// The connections, for what else there is to ask on the way to the server.
    #[cfg(feature = "oidc")]
    pub(crate) fn web(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Sends one generated operation.
    async fn send<T, F>(&self, attempt: Attempt<'_>, operation: impl FnOnce(rest::Client) -> F) -> Result<T>
    where
        F: Future<Output = Result<ResponseValue<T>, rest::Error<()>>>,
    {
        let timeout = attempt.timeout;
        let hooks = Arc::new(Hooks { headers: attempt.headers(), timeout });
        let client = rest::Client::new(Arc::clone(&self.base), self.client.clone(), hooks);
        match operation(client).await {
            Ok(reply) => Ok(reply.into_inner()),
            Err(error) => Err(self.failure(error, timeout).await),
        }
    }

    /// Whether anybody answers, and when that is by their clock. Nobody has to be known for it.
    pub(crate) async fn date(&self, timeout: Duration) -> Result<Option<SystemTime>> {
        let request = self.client.get(format!("{}/v1/.well-known/live", self.base)).timeout(timeout);
        let reply = request.send().await.map_err(|error| self.lost(error, timeout))?;
        let date = reply.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(|date| httpdate::parse_http_date(date).ok()))
    }

    /// One exchange with a body that is encoded already. `path` begins with `/v1`. Any status is a reply.
    pub(crate) async fn post(
        &self,
        path: &str,
        headers: HeaderMap,
        body: Bytes,
        attempt: Attempt<'_>,
    ) -> Result<reqwest::Response> {
        let timeout = attempt.timeout;
        let mut all = attempt.headers();
        replace(&mut all, &headers);
        let request = self.client.post(format!("{}{path}", self.base)).headers(all).timeout(timeout).body(body);
        request.send().await.map_err(|error| self.lost(error, timeout))
    }

    async fn failure(&self, error: rest::Error<()>, timeout: Duration) -> Error {
        match error {
            rest::Error::InvalidRequest(why) => Error::validation("request", why),
            rest::Error::Custom(why) => Error::configuration(why),
            rest::Error::CommunicationError(error)
            | rest::Error::InvalidUpgrade(error)
            | rest::Error::ResponseBodyError(error) => self.lost(error, timeout),
            rest::Error::InvalidResponsePayload(body, error) => {
                let body = ErrorBody::parse(&body).message.unwrap_or_default();
                Error::decode(format!("what answers at {} does not speak Weaviate's REST", self.endpoint))
                    .with_server_message(body)
                    .with_source(error)
            }
            rest::Error::ErrorResponse(reply) => {
                let status = reply.status().as_u16();
                Error::new(Verdict::of_http(status, &ErrorBody::default()), "").with_http_status(status)
            }
            rest::Error::UnexpectedResponse(reply) => refusal(reply).await.at(&format!("REST at {}", self.place())),
        }
    }

    /// Where this leads, and through which proxy.
    fn place(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("{} through the proxy {proxy}", self.endpoint),
            None => self.endpoint.to_string(),
        }
    }

    /// Whether something failed on this side of the proxy, or at it.
    pub(crate) fn is_the_proxys(&self, error: &(dyn StdError + 'static)) -> bool {
        // Without a tunnel, the proxy is all that this client speaks to.
        self.proxy.is_some() && (!self.endpoint.is_https() || proxy::tunnel(error).is_some())
    }

    /// What went wrong, where that can be told.
    fn trouble(&self, error: &(dyn StdError + 'static)) -> Option<String> {
        match &self.proxy {
            Some(proxy) if self.is_the_proxys(error) => proxy::trouble(proxy, error),
            #[cfg(feature = "tls")]
            _ => super::connection::tls::trouble(error, super::connection::tls::Peer::Server),
            #[cfg(not(feature = "tls"))]
            _ => None,
        }
    }

    pub(crate) fn lost(&self, error: reqwest::Error, timeout: Duration) -> Error {
        let error = error.without_url();
        let place = self.place();
        let (verdict, message) = if error.is_builder() {
            (Verdict::not_sent(ErrorKind::Configuration), format!("no request can be made for {}", self.endpoint))
        } else if error.is_connect() {
            (Verdict::not_sent(ErrorKind::Connection).transient(), format!("no connection to REST at {place}"))
        } else if error.is_timeout() {
            return Error::timeout(timeout);
        } else {
            let message = format!("the connection to REST at {place} broke");
            (Verdict::unknown(ErrorKind::Connection).transient(), message)
        };
        let message = match self.trouble(&error) {
            Some(why) => format!("{message}: {why}"),
            None => message,
        };
        Error::new(verdict, message).with_source(error)
    }
}

impl Attempt<'_> {
    /// Makes the attempt over REST, by one generated operation.
    pub(crate) async fn rest<T, F>(self, operation: impl FnOnce(rest::Client) -> F) -> Result<T>
    where
        F: Future<Output = Result<ResponseValue<T>, rest::Error<()>>>,
    {
        self.node.rest.send(self, operation).await
    }
}

impl fmt::Debug for RestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RestClient").field(&self.endpoint).finish()
    }
}

/// What one attempt adds to the generated request.
struct Hooks {
    headers: HeaderMap,
    timeout: Duration,
}

impl RestHooks for Hooks {
    fn before(&self, request: &mut reqwest::Request, _operation: &'static str) -> Result<(), String> {
        request.headers_mut().extend(self.headers.clone());
        *request.timeout_mut() = Some(self.timeout);
        Ok(())
    }
}

/// Makes an error of a reply of any status and any body.
async fn refusal(reply: reqwest::Response) -> Error {
    let status = reply.status().as_u16();
    let headers = reply.headers().clone();
    refusal_of(status, &headers, &beginning(reply).await)
}

/// The same of what is left of such a reply.
pub(crate) fn refusal_of(status: u16, headers: &HeaderMap, body: &[u8]) -> Error {
    let body = ErrorBody::parse(body);
    let message = match headers.get(header::LOCATION).and_then(|target| target.to_str().ok()) {
        Some(target) if (300..400).contains(&status) => {
            // Whatever a query holds is not for logs.
            let target = target.split(['?', '#']).next().unwrap_or_default();
            format!("the server redirects to {target}: use that address")
        }
        _ if status == 407 => "the proxy wants a user and a password: put them into its address".to_owned(),
        _ => String::new(),
    };
    let verdict = Verdict::of_http(status, &body);
    let text = body.message.unwrap_or_default();
    let pause = retry_after(headers);
    Error::new(verdict, message).with_http_status(status).with_server_message(text).with_retry_after(pause)
}

/// How long to wait before the next attempt: so many seconds, or until a point in time.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let when = httpdate::parse_http_date(text).ok()?;
    Some(when.duration_since(SystemTime::now()).unwrap_or_default())
}

/// As much of the body as an error can be; a body that breaks off hides no status.
pub(crate) async fn beginning(mut reply: reqwest::Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < MAX_ERROR_BODY {
        let Ok(Some(chunk)) = reply.chunk().await else { break };
        let room = MAX_ERROR_BODY - body.len();
        body.extend(chunk.iter().take(room));
    }
    body
}

/// Turns the 404 of a handler of the server, which has no body, into `None`. A 404 with a text comes from elsewhere and
/// proves nothing.
pub(crate) fn unless_missing<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.http_status() == Some(404) && error.server_message().is_none() => Ok(None),
        Err(error) => Err(error),
    }
}
