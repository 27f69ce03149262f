//! REST client: generated operations over one reqwest client, and the decoder of unsuccessful
//! replies.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, header};
use weaviate_generated::availability;
use weaviate_generated::rest::{self, RestHooks};

use super::causes::{known_cause, not_http1};
use super::connection::connector::TCP_KEEPALIVE;
use super::connection::proxy;
use super::node::ConnectionSettings;
use super::rest_reply::RestReply;
use super::run::Attempt;
use super::version_check;
use crate::error::{Author, Error, ErrorBody, ErrorKind, Result, Verdict};
use crate::options::Endpoint;
use crate::options::headers::replace;
use crate::values::warning::{WarningCode, Warnings};

/// Limit of an error body, in bytes. It quotes what the caller wrote.
const MAX_ERROR_BODY: usize = 1 << 20;

pub(crate) struct RestClient {
    pub(crate) endpoint: Endpoint,
    base: Arc<str>,
    client: reqwest::Client,
    /// Address of the proxy, for messages.
    proxy: Option<String>,
    pub(crate) gzip: bool,
    warnings: Arc<Warnings>,
}

impl RestClient {
    pub(crate) fn new(endpoint: Endpoint, settings: &ConnectionSettings) -> Result<Self> {
        let proxy = settings.proxy_rules.of_rest_endpoint(&endpoint);
        // Without TLS, reqwest supports `http` proxies only.
        if cfg!(not(feature = "tls")) && proxy.as_ref().is_some_and(|proxy| proxy.scheme() != "http") {
            let why = "a SOCKS or TLS proxy for REST needs the crate feature `tls`: enable it, or use an http:// proxy";
            return Err(Error::configuration(why));
        }
        let builder = reqwest::Client::builder()
            .connect_timeout(settings.timeouts.connect)
            .tcp_keepalive(TCP_KEEPALIVE)
            // Credentials are not sent to redirect targets, and the run loop makes all retries.
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
                .connector_layer(super::connection::handshake::HandshakeLayer)
        } else {
            builder.tls_backend_preconfigured(settings.tls.rest())
        };
        let client = builder
            .build()
            .map_err(|error| Error::configuration("could not build the HTTP client").with_source(error))?;
        Ok(Self {
            base: endpoint.base().into(),
            proxy: proxy.as_ref().map(proxy::without_credentials),
            endpoint,
            client,
            gzip: settings.gzip,
            warnings: Arc::clone(&settings.warnings),
        })
    }

    /// Returns the HTTP client, for requests to the identity provider.
    #[cfg(feature = "oidc")]
    pub(crate) fn web(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Returns a client for one attempt, and its hooks.
    fn client_of(&self, attempt: Attempt<'_>) -> (rest::Client, Arc<Hooks>) {
        let timeout = attempt.timeout;
        let (headers, warnings) = (attempt.headers(), Arc::clone(&self.warnings));
        let hooks = Arc::new(Hooks { headers, timeout, warnings, status: AtomicU16::new(0) });
        (rest::Client::new(Arc::clone(&self.base), self.client.clone(), Arc::clone(&hooks) as _), hooks)
    }

    async fn received<T: RestReply>(&self, reply: rest::Reply<T>, hooks: Arc<Hooks>) -> Result<T> {
        match reply.await {
            Ok(reply) if reply.is_complete() => Ok(reply.into_inner()),
            result => Err(self.failed(result.err(), &hooks).await),
        }
    }

    /// Converts the error of an operation. Without one, the reply is incomplete.
    async fn failed(&self, error: Option<rest::Error<()>>, hooks: &Hooks) -> Error {
        let error = match error {
            Some(error) => self.failure(error, hooks.timeout).await,
            None => self.not_weaviate(),
        };
        let status = hooks.status.load(Ordering::Relaxed);
        if status == 0 { error } else { error.with_http_status(status) }
    }

    /// A success that Weaviate would not write.
    fn not_weaviate(&self) -> Error {
        Error::decode(format!("the reply of {} is not Weaviate's REST API; check host and port", self.endpoint))
    }

    /// Asks whether the server is live, without authentication, and returns the time of its `Date`
    /// header.
    pub(crate) async fn date(&self, timeout: Duration) -> Result<Option<SystemTime>> {
        let request = self.client.get(format!("{}/v1/.well-known/live", self.base)).timeout(timeout);
        let reply = request.send().await.map_err(|error| self.connection_error(error, timeout))?;
        let date = reply.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(|date| httpdate::parse_http_date(date).ok()))
    }

    /// Sends an encoded body. `path` begins with `/v1`. Replies of any status are returned.
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
        request.send().await.map_err(|error| self.connection_error(error, timeout))
    }

    async fn failure(&self, error: rest::Error<()>, timeout: Duration) -> Error {
        match error {
            rest::Error::InvalidRequest(why) => Error::validation("request", why),
            rest::Error::Custom(why) => Error::configuration(why),
            rest::Error::CommunicationError(error)
            | rest::Error::InvalidUpgrade(error)
            | rest::Error::ResponseBodyError(error) => self.connection_error(error, timeout),
            rest::Error::InvalidResponsePayload(body, error) => {
                let body = ErrorBody::parse(&HeaderMap::new(), &body).message.unwrap_or_default();
                self.not_weaviate().with_server_message(body).with_source(error)
            }
            rest::Error::ErrorResponse(reply) => {
                error_of_status(reply.status().as_u16(), reply.headers(), &[], &self.named())
            }
            rest::Error::UnexpectedResponse(reply) => self.error_of_reply(reply).await,
        }
    }

    /// Converts a reply of any status and body to an error.
    async fn error_of_reply(&self, reply: reqwest::Response) -> Error {
        let status = reply.status().as_u16();
        let headers = reply.headers().clone();
        error_of_status(status, &headers, &read_error_body(reply).await, &self.named())
    }

    fn named(&self) -> String {
        format!("REST at {}", self.place())
    }

    /// Returns the address, and the proxy in use.
    fn place(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("{} through the proxy {proxy}", self.endpoint),
            None => self.endpoint.to_string(),
        }
    }

    /// Returns whether a request failed at the proxy or before it.
    pub(crate) fn failed_at_proxy(&self, error: &(dyn StdError + 'static)) -> bool {
        // Without a tunnel, the proxy is the only peer.
        self.proxy.is_some() && (!self.endpoint.is_https() || proxy::tunnel_error(error).is_some())
    }

    /// Explains an error, where the cause is known.
    fn explain(&self, error: &(dyn StdError + 'static)) -> Option<String> {
        match &self.proxy {
            Some(proxy) if self.failed_at_proxy(error) => proxy::explain_proxy_error(proxy, error),
            #[cfg(feature = "tls")]
            _ => super::connection::tls::explain_tls_error(error, super::connection::tls::Peer::Server),
            #[cfg(not(feature = "tls"))]
            _ => None,
        }
    }

    pub(crate) fn connection_error(&self, error: reqwest::Error, timeout: Duration) -> Error {
        let error = error.without_url();
        let place = self.place();
        let (verdict, message) = if error.is_builder() {
            (Verdict::not_sent(ErrorKind::Configuration), format!("could not build a request for {}", self.endpoint))
        } else if error.is_connect() {
            (Verdict::not_sent(ErrorKind::Connection).transient(), format!("could not connect to REST at {place}"))
        } else if error.is_timeout() {
            return Error::timeout(timeout);
        } else {
            let message = format!("lost the connection to REST at {place}");
            (Verdict::unknown(ErrorKind::Connection).transient(), message)
        };
        let known = || known_cause(&error).map(str::to_owned);
        let not_http = || {
            const HINT: &str = "the reply is not HTTP/1.1; is it the port of gRPC or of another service?";
            not_http1(&error).then(|| HINT.to_owned())
        };
        let message = match self.explain(&error).or_else(known).or_else(not_http) {
            Some(why) => format!("{message}: {why}"),
            None => message,
        };
        Error::new(verdict, message).with_source(error)
    }
}

impl Attempt<'_> {
    /// Makes the attempt over REST with a generated operation.
    pub(crate) fn rest<T: RestReply>(
        self,
        operation: impl FnOnce(&rest::Client) -> rest::Reply<T>,
    ) -> impl Future<Output = Result<T>> + Send {
        let rest = &self.node.rest;
        let (client, hooks) = rest.client_of(self);
        rest.received(operation(&client), hooks)
    }
}

impl fmt::Debug for RestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RestClient").field(&self.endpoint).finish()
    }
}

/// Adds headers and timeout of an attempt to a generated request, and keeps the status of the
/// reply.
struct Hooks {
    headers: HeaderMap,
    timeout: Duration,
    warnings: Arc<Warnings>,
    /// 0 without a reply.
    status: AtomicU16,
}

impl RestHooks for Hooks {
    fn before(&self, request: &mut reqwest::Request, operation: &'static str) -> Result<(), String> {
        if let Some(deprecated) = availability::deprecated_operation(operation) {
            self.warnings.warn(WarningCode::Deprecated, || version_check::deprecation_text(deprecated, None));
        }
        request.headers_mut().extend(self.headers.clone());
        *request.timeout_mut() = Some(self.timeout);
        Ok(())
    }

    fn execute<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
        _operation: &'static str,
    ) -> rest::Exchange<'a> {
        Box::pin(async move {
            let reply = http.execute(request).await?;
            self.status.store(reply.status().as_u16(), Ordering::Relaxed);
            Ok(reply)
        })
    }
}

/// Converts status, headers and body of a reply to an error. `place` names protocol and address.
pub(crate) fn error_of_status(status: u16, headers: &HeaderMap, body: &[u8], place: &str) -> Error {
    let body = ErrorBody::parse(headers, body);
    let verdict = Verdict::of_http(status, &body);
    if body.author == Author::Other && verdict == Verdict::refused(ErrorKind::Connection) {
        return Error::of_gateway(status, place).with_server_message(body.message.unwrap_or_default());
    }
    let message = match headers.get(header::LOCATION).and_then(|target| target.to_str().ok()) {
        Some(target) if (300..400).contains(&status) => {
            let target = without_secrets(target);
            format!(
                "answered with a redirect to {target}; credentials are not sent to redirect targets: use that address"
            )
        }
        _ if status == 407 => "the proxy requires a user and a password: put them into its address".to_owned(),
        _ => String::new(),
    };
    let text = body.message.unwrap_or_default();
    Error::new(verdict, message)
        .with_http_status(status)
        .with_server_message(text)
        .with_retry_after(retry_after(headers))
        .at(place)
}

/// Returns the target of a redirect without user and query, which may be secrets.
fn without_secrets(target: &str) -> String {
    let target = target.split(['?', '#']).next().unwrap_or_default();
    match target.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => target.to_owned(),
    }
}

/// Parses `Retry-After`: seconds, or a date.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let when = httpdate::parse_http_date(text).ok()?;
    Some(when.duration_since(SystemTime::now()).unwrap_or_default())
}

/// Reads the body up to the limit. A connection that breaks off does not hide the status.
pub(crate) async fn read_error_body(mut reply: reqwest::Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < MAX_ERROR_BODY {
        let Ok(Some(chunk)) = reply.chunk().await else { break };
        let room = MAX_ERROR_BODY - body.len();
        body.extend(chunk.iter().take(room));
    }
    body
}

/// Converts a 404 without a body to `None`: the server's handlers send that for a missing object.
pub(crate) fn none_if_missing<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() && error.server_message().is_none() => Ok(None),
        Err(error) => Err(error),
    }
}
