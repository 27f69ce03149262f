use std::num::NonZero;
use std::sync::Arc;
use std::{fmt, iter, thread};

use http::HeaderValue;

use super::{cloud, init_checks};
use crate::auth::{AccessToken, Auth, TokenProvider};
#[cfg(feature = "tls")]
use crate::options::Tls;
use crate::options::headers::Headers;
use crate::options::{Endpoint, Integrations, NodeAddress, Propagation, Protocol, Proxies, RetryPolicy, Timeouts};
use crate::transport::{MAX_NODES, Transport, TransportConfig};
use crate::values::warning::WarningSettings;
use crate::values::warning::{Warning, WarningCode};
use crate::{Client, Error, Result};

/// Says where a server is and how to speak to it. Made by [`Client::local`], [`Client::cloud`], [`Client::custom`] and
/// [`Client::from_env`].
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
    proxies: Proxies,
    gzip: bool,
    #[cfg(feature = "tls")]
    tls: Tls,
    headers: Headers,
    integrations: Integrations,
    integration: Option<String>,
    propagation: Option<Propagation>,
    init_checks: bool,
    warnings: WarningSettings,
}

#[derive(Clone)]
enum Rest {
    Url(String),
    /// A host of Weaviate Cloud, perhaps as part of a URL.
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
            proxies: Proxies::from_env(),
            gzip: false,
            #[cfg(feature = "tls")]
            tls: Tls::default(),
            headers: Headers::default(),
            integrations: Integrations::default(),
            integration: None,
            propagation: None,
            init_checks: true,
            warnings: WarningSettings::default(),
        }
    }

    /// The address of gRPC: scheme, host and port, such as `http://localhost:50051`.
    pub fn grpc(mut self, url: impl Into<String>) -> Self {
        self.grpc = Some(url.into());
        self
    }

    /// Another port for REST than the address has.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Another port for gRPC than the address has.
    pub fn grpc_port(mut self, port: u16) -> Self {
        self.grpc_port = Some(port);
        self
    }

    /// The other nodes of the cluster, 63 at most: calls go to all of them in turn, the first one included. A node that does
    /// not answer is passed over until it does, so that no load balancer is needed. Either all nodes have an address of
    /// gRPC or none.
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::custom("http://10.0.0.1:8080")
    ///     .grpc("http://10.0.0.1:50051")
    ///     .endpoints([("http://10.0.0.2:8080", "http://10.0.0.2:50051"), ("http://10.0.0.3:8080", "http://10.0.0.3:50051")])
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn endpoints<N: Into<NodeAddress>>(mut self, nodes: impl IntoIterator<Item = N>) -> Self {
        self.others.extend(nodes.into_iter().map(Into::into));
        self
    }

    /// Authenticates every call with an API key.
    ///
    /// A key is not sent over plain http to another machine, see
    /// [`allow_plaintext_credentials`](Self::allow_plaintext_credentials). A server without authentication refuses
    /// calls that carry one.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.auth.api_key(key.into().into());
        self
    }

    /// Authenticates every call with a token that someone else obtained, such as `"eyJhbGci…"` or an [`AccessToken`] that
    /// knows when it ends. Calls fail once it has ended, unless a refresh token came with it (`refresh_token`, with the
    /// feature `oidc`). For tokens that come from elsewhere again and again, see [`token_provider`](Self::token_provider).
    pub fn bearer(mut self, token: impl Into<AccessToken>) -> Self {
        self.auth.bearer(token.into());
        self
    }

    /// The refresh token that came with [`bearer`](Self::bearer): gets the next access token from the issuer that the
    /// server names, ahead of the end of the last one. If the issuer sends another refresh token along, that one is next.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::auth::AccessToken;
    /// use weaviate::Client;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::custom("https://weaviate.example.com")
    ///     .grpc("https://grpc.weaviate.example.com")
    ///     .bearer(AccessToken::new("eyJhbGci…").expires_in(Duration::from_secs(300)))
    ///     .refresh_token("8xLOxBtZp8")
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "oidc")]
    pub fn refresh_token(mut self, token: impl Into<String>) -> Self {
        self.auth.refresh_token(token.into().into());
        self
    }

    /// Authenticates as a service: the issuer that the server names exchanges this secret, together with the client id
    /// that the server names, for tokens. Azure's is asked for the scope `<client id>/.default`, unless there is a
    /// [`scope`](Self::scope).
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::custom("https://weaviate.example.com")
    ///     .grpc("https://grpc.weaviate.example.com")
    ///     .client_credentials("secret")
    ///     .scope("weaviate")
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "oidc")]
    pub fn client_credentials(mut self, secret: impl Into<String>) -> Self {
        self.auth.client_credentials(secret.into().into());
        self
    }

    /// Authenticates as a user: the issuer that the server names exchanges name and password for tokens, if it knows the
    /// grant type `password`. Azure does not.
    #[cfg(feature = "oidc")]
    pub fn password(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.auth.password(user.into(), password.into().into());
        self
    }

    /// A scope to ask the issuer for with [`client_credentials`](Self::client_credentials) or
    /// [`password`](Self::password), beside those that the server names. Several: call it again.
    #[cfg(feature = "oidc")]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.auth.scope(scope.into());
        self
    }

    /// Authenticates every call with tokens that the provider hands out.
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.auth.provider(provider);
        self
    }

    /// Lets a credential travel over plain http to another machine, the server or an issuer of tokens, where anyone on the
    /// way can read it. For networks that are private or encrypted beneath.
    pub fn allow_plaintext_credentials(mut self, allow: bool) -> Self {
        self.auth.allow_plaintext(allow);
        self
    }

    /// How long calls may take.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// What is done when an attempt fails in a way that another may not: [`RetryPolicy::default`] unless said otherwise.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many connections for gRPC may be open to each node, 1 or more. The first carries everything until a hundred calls
    /// are under way on it. As many as there are cores unless said otherwise.
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = Some(connections);
        self
    }

    /// Which proxies lie on the way: those of the environment unless said otherwise.
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// Whom to trust over https, and what to show: see [`Tls`].
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// Whether messages of gRPC and gRPC-Web are compressed, both ways. It saves bytes on slow lines and costs time on both
    /// sides; vectors hardly shrink. The server does not compress what goes over REST.
    #[cfg(feature = "gzip")]
    pub fn gzip(mut self, gzip: bool) -> Self {
        self.gzip = gzip;
        self
    }

    /// A header that goes with every call, by REST and by gRPC. A collection or a call may have another of the same name.
    /// Its value is in no output of this crate. For keys of model providers, there is [`integrations`](Self::integrations).
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        self.headers.insert(name.as_ref(), value.as_ref());
        self
    }

    /// Keys and addresses of the model providers that the server asks.
    pub fn integrations(mut self, integrations: Integrations) -> Self {
        self.integrations = integrations;
        self
    }

    /// Tells the server what builds upon this client, as `name/version`: `my-framework/1.2`. At most 128 characters.
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
    /// first.
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

    /// How searches and imports travel. [`Protocol::Auto`] unless said otherwise: native gRPC if it has an address and can be
    /// reached, else gRPC-Web, else REST.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// Lets [`connect`](Self::connect) ask the server nothing, as [`connect_lazy`](Self::connect_lazy) does: for a server that
    /// is not up yet, or whose answer is not worth waiting for.
    pub fn skip_init_checks(mut self) -> Self {
        self.init_checks = false;
        self
    }

    /// Hands every [`Warning`] to this function, beside the event of `tracing`. It is called on whatever task notices, so it
    /// should not take long.
    ///
    /// ```
    /// use std::sync::mpsc;
    /// use weaviate::Client;
    ///
    /// let (sender, warnings) = mpsc::channel();
    /// let builder = Client::local().on_warning(move |warning| drop(sender.send(warning.clone())));
    /// ```
    pub fn on_warning(mut self, listener: impl Fn(&Warning) + Send + Sync + 'static) -> Self {
        self.warnings.listener = Some(Arc::new(listener));
        self
    }

    /// Never utters this warning.
    pub fn suppress_warning(mut self, code: WarningCode) -> Self {
        self.warnings.suppressed.insert(code);
        self
    }

    /// Utters no warnings at all.
    pub fn suppress_warnings(mut self) -> Self {
        self.warnings.suppressed.extend(WarningCode::ALL);
        self
    }

    /// Makes the client and checks, within [`Timeouts::init`], that the server answers and is new enough
    /// ([`ServerVersion::MINIMUM`](crate::server::ServerVersion::MINIMUM)), and by which [`Protocol`] it can be reached: one question
    /// about the server, and one for its health to each protocol tried.
    ///
    /// A key that may not ask for the version is no error as long as gRPC answers: then a warning says that requests are not
    /// held against the version.
    ///
    /// # Errors
    ///
    /// They name protocol, host and port. [`Connection`](crate::ErrorKind::Connection): nobody there, or nobody who speaks the
    /// protocol; [`Timeout`](crate::ErrorKind::Timeout): no answer;
    /// [`Authentication`](crate::ErrorKind::Authentication) and [`Permission`](crate::ErrorKind::Permission): refused;
    /// [`Unsupported`](crate::ErrorKind::Unsupported): too old a server. [`Client::diagnose`] looks closer.
    pub async fn connect(self) -> Result<Client> {
        let (init, checked) = (self.timeouts.init, self.init_checks);
        let transport = self.transport()?;
        if checked {
            init_checks::check(&transport, init).await?;
        }
        Ok(Client::new(transport))
    }

    /// Makes the client without any I/O: connections open with the first call. Must be called within a tokio runtime.
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
                "the gRPC address is missing: add it with grpc, such as http://localhost:50051, or choose Protocol::Auto",
            ));
        }
        self.headers.check()?;
        self.integrations.headers().check()?;
        self.retry.check()?;
        if self.connections == Some(0) {
            return Err(Error::configuration("connections must be 1 or more"));
        }
        let cores = || thread::available_parallelism().map_or(1, NonZero::get);
        Transport::new(TransportConfig {
            cluster_url: cloud::cluster_url(&first.0),
            integration: self.integration.as_deref().map(integration).transpose()?,
            first,
            others,
            headers: self.headers,
            integrations: self.integrations.headers().clone(),
            propagation: self.propagation,
            protocol: self.protocol,
            auth: self.auth,
            timeouts: self.timeouts,
            policy: self.retry,
            connections: self.connections.unwrap_or_else(cores),
            proxies: self.proxies,
            gzip: self.gzip,
            #[cfg(feature = "tls")]
            tls: self.tls,
            warnings: self.warnings,
        })
    }

    fn endpoints_of_first(&self) -> Result<Addresses> {
        let (rest, derived) = match &self.rest {
            Rest::Url(url) => (url.clone(), None),
            Rest::Cloud(cluster) => {
                let (rest, grpc) = cloud::addresses(&cloud::host(cluster)?);
                (rest, Some(grpc))
            }
        };
        let (rest, grpc) = addresses(&rest, self.grpc.as_deref().or(derived.as_deref()))?;
        let at = |endpoint: Endpoint, port: Option<u16>| port.map_or(endpoint.clone(), |port| endpoint.with_port(port));
        Ok((at(rest, self.port), grpc.map(|grpc| at(grpc, self.grpc_port))))
    }

    fn nodes(&self) -> Result<(Addresses, Vec<Addresses>)> {
        let first = self.endpoints_of_first()?;
        if self.others.len() >= MAX_NODES {
            return Err(Error::configuration(format!(
                "a client has at most {MAX_NODES} endpoints, the first included"
            )));
        }
        let mut others: Vec<Addresses> = Vec::with_capacity(self.others.len());
        for node in &self.others {
            let addresses = addresses(&node.rest, node.grpc.as_deref())?;
            if addresses.1.is_some() != first.1.is_some() {
                return Err(Error::configuration(format!(
                    "endpoints: either all nodes have an address of gRPC or none, and {} differs from the first",
                    addresses.0
                )));
            }
            if addresses.0 == first.0 || others.iter().any(|(rest, _)| *rest == addresses.0) {
                return Err(Error::configuration(format!("endpoints: {} is there twice", addresses.0)));
            }
            others.push(addresses);
        }
        Ok((first, others))
    }
}

/// Of REST and of gRPC.
type Addresses = (Endpoint, Option<Endpoint>);

fn addresses(rest: &str, grpc: Option<&str>) -> Result<Addresses> {
    Ok((Endpoint::parse("REST", rest)?, grpc.map(Endpoint::parse_grpc).transpose()?))
}

fn integration(text: &str) -> Result<HeaderValue> {
    let fits = text.contains('/') && text.len() <= 128 && !text.contains(char::is_whitespace);
    HeaderValue::try_from(text).ok().filter(|_| fits).ok_or_else(|| {
        Error::configuration("client_integration must be name/version, of at most 128 characters and without spaces")
    })
}

/// An address is shown only once it is known to hold no password.
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
