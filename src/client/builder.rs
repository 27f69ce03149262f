mod addresses;
mod concurrency;
mod credentials;
mod warning_setters;

use std::num::NonZero;
use std::time::Duration;
use std::{fmt, iter, thread};

use http::HeaderValue;

use super::{cloud, init_checks};
use crate::auth::Auth;
#[cfg(feature = "tls")]
use crate::options::Tls;
use crate::options::headers::Headers;
use crate::options::{Integrations, NodeAddress, Propagation, Protocol, Proxies, RetryPolicy, Timeouts};
use crate::transport::{Transport, TransportConfig};
use crate::values::warning::WarningSettings;
use crate::{Client, Error, Result};

/// Builder of a [`Client`]: addresses, credentials, timeouts, retries, proxies, TLS.
///
/// Made by [`Client::local`], [`Client::cloud`], [`Client::custom`] and [`Client::from_env`].
/// Values are checked by [`connect`](Self::connect) and [`connect_lazy`](Self::connect_lazy), not
/// by the setters.
///
/// ```no_run
/// use weaviate::Client;
///
/// # async fn example() -> weaviate::Result<()> {
/// let client = Client::custom("https://weaviate.example.com")
///     .grpc("https://grpc.weaviate.example.com")
///     .api_key("secret")
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing happens before `connect` or `connect_lazy`"]
pub struct ClientBuilder {
    rest: Rest,
    grpc: Option<String>,
    port: Option<u16>,
    grpc_port: Option<u16>,
    others: Vec<NodeAddress>,
    auth: Auth,
    timeouts: Timeouts,
    retry: RetryPolicy,
    protocol: Protocol,
    connections: Option<usize>,
    max_in_flight: Option<usize>,
    proxies: Proxies,
    gzip: bool,
    #[cfg(feature = "tls")]
    tls: Tls,
    headers: Headers,
    integrations: Integrations,
    integration: Option<String>,
    propagation: Option<Propagation>,
    init_checks: bool,
    start: Option<Duration>,
    warnings: WarningSettings,
}

#[derive(Clone)]
enum Rest {
    Url(String),
    /// The host of a Weaviate Cloud cluster, or a URL that has it.
    Cloud(String),
}

impl ClientBuilder {
    pub(crate) fn local() -> Self {
        Self::custom("http://localhost:8080").grpc("http://localhost:50051")
    }

    pub(crate) fn cloud(cluster: impl Into<String>) -> Self {
        Self::at(Rest::Cloud(cluster.into()))
    }

    pub(crate) fn custom(rest: impl Into<String>) -> Self {
        Self::at(Rest::Url(rest.into()))
    }

    fn at(rest: Rest) -> Self {
        Self {
            rest,
            grpc: None,
            port: None,
            grpc_port: None,
            others: Vec::new(),
            auth: Auth::default(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            protocol: Protocol::Auto,
            connections: None,
            max_in_flight: None,
            proxies: Proxies::from_env(),
            gzip: false,
            #[cfg(feature = "tls")]
            tls: Tls::default(),
            headers: Headers::default(),
            integrations: Integrations::default(),
            integration: None,
            propagation: None,
            init_checks: true,
            start: None,
            warnings: WarningSettings::default(),
        }
    }

    /// Sets the deadlines of calls. Default: [`Timeouts::default`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::Client;
    /// use weaviate::connect::Timeouts;
    ///
    /// let builder = Client::local().timeouts(Timeouts::default().query(Duration::from_secs(5)));
    /// ```
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets the retry policy. Default: [`RetryPolicy::default`].
    ///
    /// ```
    /// use weaviate::Client;
    /// use weaviate::connect::RetryPolicy;
    ///
    /// let builder = Client::local().retry(RetryPolicy::default().max_attempts(3));
    /// ```
    #[doc(alias = "backoff")]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the proxies. Default: those of the environment, see [`Proxies`].
    ///
    /// ```
    /// use weaviate::Client;
    /// use weaviate::connect::Proxies;
    ///
    /// let builder = Client::local().proxies(Proxies::none());
    /// ```
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Sets trusted certificate authorities, client certificate and hostname verification, see
    /// [`Tls`].
    ///
    /// ```
    /// use weaviate::Client;
    /// use weaviate::connect::Tls;
    ///
    /// # fn example(company_ca: Vec<u8>) {
    /// let builder = Client::custom("https://weaviate.internal").tls(Tls::new().ca_pem(company_ca));
    /// # }
    /// ```
    #[doc(alias = "ssl")]
    #[doc(alias = "certificate")]
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// Enables gzip compression of gRPC and gRPC-Web messages, in both directions. Default: off.
    ///
    /// Compression saves bytes on slow networks and costs CPU time on both sides. Vectors hardly
    /// shrink. The server does not compress REST replies.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::local().gzip(true);
    /// ```
    #[doc(alias = "compression")]
    #[cfg(feature = "gzip")]
    pub fn gzip(mut self, gzip: bool) -> Self {
        self.gzip = gzip;
        self
    }

    /// Adds a header to every call, over REST and gRPC.
    ///
    /// A collection or a call may replace it with one of the same name. Its value never appears in
    /// logs or errors. For keys of model providers, use [`integrations`](Self::integrations).
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::local().header("x-tenant-routing", "eu");
    /// ```
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.headers.insert(name.as_ref(), value.as_ref());
        self
    }

    /// Adds keys and addresses of the model providers that the server calls, see [`Integrations`].
    ///
    /// Several calls add up. Of two values for one header, the later one counts.
    ///
    /// ```
    /// use weaviate::Client;
    /// use weaviate::connect::Integrations;
    ///
    /// let builder = Client::local().integrations(Integrations::new().openai_api_key("sk-…"));
    /// ```
    #[doc(alias = "api_keys")]
    #[expect(clippy::needless_pass_by_value, reason = "keys are seldom used for more than one client")]
    pub fn integrations(mut self, integrations: Integrations) -> Self {
        self.integrations.extend(&integrations);
        self
    }

    /// Names the library that builds on this client, as `name/version`, for the server's
    /// statistics.
    ///
    /// At most 128 bytes, without spaces.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::local().client_integration("my-framework/1.2");
    /// ```
    pub fn client_integration(mut self, name_and_version: impl Into<String>) -> Self {
        self.integration = Some(name_and_version.into());
        self
    }

    /// Sets a hook that adds headers to every attempt of a call, such as `traceparent` for distributed tracing.
    ///
    /// The hook runs within the span of the attempt, and hands each header to the function that it is given. A header
    /// replaces that of the same name set by [`header`](Self::header); a header of the call or of the collection replaces
    /// it in turn. Headers that belong to the client or the protocol, such as `authorization`, are left out, and so are
    /// those that cannot be sent: an event of the level `DEBUG` names them. Default: no hook. A second hook replaces the
    /// first. A panic of the hook is one of the call.
    ///
    /// For OpenTelemetry, the adapter uses the versions of `opentelemetry` and `tracing-opentelemetry` that the
    /// application has. `examples/opentelemetry.rs` is a whole program.
    ///
    /// ```
    /// use opentelemetry::propagation::Injector;
    /// use tracing_opentelemetry::OpenTelemetrySpanExt as _;
    /// use weaviate::Client;
    ///
    /// struct Headers<'h>(&'h mut dyn FnMut(&str, &str));
    ///
    /// impl Injector for Headers<'_> {
    ///     fn set(&mut self, name: &str, value: String) {
    ///         (self.0)(name, &value);
    ///     }
    /// }
    ///
    /// let builder = Client::local().propagate(|set| {
    ///     let context = tracing::Span::current().context();
    ///     opentelemetry::global::get_text_map_propagator(|propagator| {
    ///         propagator.inject_context(&context, &mut Headers(set));
    ///     });
    /// });
    /// ```
    #[doc(alias = "traceparent")]
    #[doc(alias = "opentelemetry")]
    pub fn propagate(mut self, hook: impl Fn(&mut dyn FnMut(&str, &str)) + Send + Sync + 'static) -> Self {
        self.propagation = Some(Propagation::new(hook));
        self
    }

    /// Sets the protocol of searches and imports. Default: [`Protocol::Auto`], which is native gRPC
    /// where it can be reached, else gRPC-Web, else REST.
    ///
    /// ```
    /// use weaviate::Client;
    /// use weaviate::connect::Protocol;
    ///
    /// let builder = Client::local().protocol(Protocol::GrpcWeb);
    /// ```
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// Skips the checks of [`connect`](Self::connect), which then does no I/O, like
    /// [`connect_lazy`](Self::connect_lazy).
    ///
    /// For a server that is not up yet, and for programs that cannot wait. The server's version is
    /// then unknown until [`Client::meta`] or a request that depends on it asks for it. Until then,
    /// requests are sent without compatibility checks. As soon as the version is known, a server that
    /// is too old is refused.
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::local().skip_init_checks().connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_init_checks(mut self) -> Self {
        self.init_checks = false;
        self
    }

    /// Lets [`connect`](Self::connect) wait until the server takes requests, for at most `timeout`.
    /// Default: no wait.
    ///
    /// For a program that starts together with its server. The server is asked every 50 ms at first,
    /// every second later. `connect` goes on while the connection is refused, while there is no
    /// answer, and while a gateway before the server answers 404, 429, 500, 502, 503 or 504. It fails
    /// at once with what waiting cannot change, such as a wrong API key. The checks follow as soon as
    /// the server is ready.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::local().wait_for_start(Duration::from_secs(60)).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "wait_until_ready")]
    pub fn wait_for_start(mut self, timeout: Duration) -> Self {
        self.start = Some(timeout);
        self
    }

    /// Makes the client and checks the server: reachability, version, protocol.
    ///
    /// The server has to be [`ServerVersion::MINIMUM`](crate::server::ServerVersion::MINIMUM) or
    /// newer. One request reads its version, and one health check goes to each [`Protocol`] that is
    /// tried. All of that takes at most [`Timeouts::init`], 2 s by default. For a server that may
    /// still be starting, use [`wait_for_start`](Self::wait_for_start).
    ///
    /// A credential that the server does not know is an error, over every protocol. One without the
    /// permission to read the version (403) is accepted, since it may be allowed to search. A warning
    /// then says that requests are sent without compatibility checks.
    ///
    /// With [`Protocol::Auto`], a server that has neither gRPC nor gRPC-Web is accepted, since
    /// collections and objects can be managed over REST. A
    /// [`ProtocolFallback`](crate::connect::WarningCode::ProtocolFallback) warning then says that
    /// searches are not available. [`Protocol::Grpc`] makes that an error.
    ///
    /// # Errors
    ///
    /// Messages name protocol, host and port. [`Client::diagnose`] checks each layer.
    ///
    /// - [`Configuration`](crate::ErrorKind::Configuration): an address or an option is not usable.
    /// - [`Connection`](crate::ErrorKind::Connection): refused, name not found, or not the expected
    ///   protocol.
    /// - [`Timeout`](crate::ErrorKind::Timeout): no answer in time, or not ready in the time of
    ///   [`wait_for_start`](Self::wait_for_start).
    /// - [`Authentication`](crate::ErrorKind::Authentication): the server does not know the
    ///   credential, or needs one.
    /// - [`Unsupported`](crate::ErrorKind::Unsupported): the server is too old.
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::local().connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(self) -> Result<Client> {
        let (init, checked, start) = (self.timeouts.init, self.init_checks, self.start);
        let transport = self.transport()?;
        // Boxed: rare, and part of the future of every program.
        match start {
            Some(within) => Box::pin(init_checks::check_after_start(&transport, within, checked)).await?,
            None if checked => Box::pin(init_checks::check(&transport, init)).await?,
            None => {}
        }
        Ok(Client::new(transport))
    }

    /// Makes the client without I/O. Connections open with the first call.
    ///
    /// For a program that starts before its server, together with [`Client::wait_until_ready`]. The
    /// server's version is unknown at first, as with [`skip_init_checks`](Self::skip_init_checks).
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) or
    /// [`Validation`](crate::ErrorKind::Validation): an option is not usable, or there is no tokio
    /// runtime.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::Client;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::local().connect_lazy()?;
    /// client.wait_until_ready(Duration::from_secs(60)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_lazy(self) -> Result<Client> {
        Ok(Client::new(self.transport()?))
    }

    fn transport(self) -> Result<Transport> {
        let (first, others) = self.nodes()?;
        for (rest, grpc) in iter::once(&first).chain(&others) {
            self.auth.check_endpoint(rest)?;
            grpc.as_ref().map_or(Ok(()), |grpc| self.auth.check_endpoint(grpc))?;
        }
        if first.1.is_none() && self.protocol == Protocol::Grpc {
            return Err(Error::configuration(
                "the gRPC address is missing, and Protocol::Grpc needs one: set it with grpc, such as http://localhost:50051, \
                 or choose Protocol::Auto",
            ));
        }
        self.headers.check()?;
        self.integrations.headers().check()?;
        self.retry.check()?;
        self.check_concurrency()?;
        let cores = || thread::available_parallelism().map_or(1, NonZero::get);
        Transport::new(TransportConfig {
            cluster_url: cloud::cluster_url(&first.0),
            integration: self.integration.as_deref().map(integration).transpose()?,
            first,
            others,
            headers: self.headers,
            integrations: self.integrations.headers().clone(),
            protocol: self.protocol,
            auth: self.auth,
            timeouts: self.timeouts,
            policy: self.retry,
            connections: self.connections.unwrap_or_else(cores),
            max_in_flight: self.max_in_flight,
            proxies: self.proxies,
            gzip: self.gzip,
            #[cfg(feature = "tls")]
            tls: self.tls,
            propagation: self.propagation,
            warnings: self.warnings,
        })
    }
}

fn integration(text: &str) -> Result<HeaderValue> {
    let fits = text.contains('/') && text.len() <= 128 && !text.contains(char::is_whitespace);
    HeaderValue::try_from(text).ok().filter(|_| fits).ok_or_else(|| {
        Error::configuration("client_integration must be name/version, without spaces and with at most 128 bytes")
    })
}

/// Shows addresses only if they parse, since others may contain a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("ClientBuilder");
        match self.nodes() {
            Ok(((rest, grpc), others)) => {
                out.field("rest", &rest).field("grpc", &grpc);
                if !others.is_empty() {
                    out.field("others", &others);
                }
            }
            Err(error) => {
                out.field("error", &error);
            }
        }
        out.field("auth", &self.auth);
        out.field("protocol", &self.protocol).field("init_checks", &self.init_checks);
        out.field("retry", &self.retry).field("proxies", &self.proxies);
        out.field("headers", &self.headers).field("integrations", &self.integrations);
        #[cfg(feature = "tls")]
        out.field("tls", &self.tls);
        out.field("timeouts", &self.timeouts).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
