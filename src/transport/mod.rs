//! The transport: sends calls to a server over REST, gRPC and gRPC-Web.
//!
//! A call enters through [`Transport::rest`] or [`Transport::exchange`]. The run loop ([`run`])
//! picks node, protocol and token for each attempt. A client of the protocol ([`rest_client`],
//! [`grpc`]) sends the bytes.

mod causes;
mod connection;
mod default_headers;
mod diagnose;
mod grpc;
mod inquiry;
mod limits;
mod node;
#[cfg(any(feature = "embedded", all(test, feature = "oidc")))]
mod plain_http;
mod protocol;
mod rest_client;
mod rest_reply;
mod run;
mod server_facts;
pub(crate) mod version_check;

#[cfg(test)]
mod tests;

#[cfg(feature = "embedded")]
use std::any::Any;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use prost::Message;
use weaviate_generated::rest;

use self::connection::proxy::ProxyRules;
#[cfg(feature = "tls")]
use self::connection::tls::ConnectionTls;
use self::default_headers::DefaultHeaders;
#[cfg(weaviate_in_memory)]
pub use self::grpc::in_memory;
use self::node::{ConnectionSettings, Node};
#[cfg(any(feature = "embedded", all(test, feature = "oidc")))]
pub(crate) use self::plain_http::web_client;
pub(crate) use self::protocol::Method;
use self::protocol::switch::Switch;
pub(crate) use self::rest_client::none_if_missing;
use self::rest_reply::RestReply;
pub(crate) use self::run::Attempt;
use self::run::Runner;
use self::run::attempts::{Attempts, Replying};
use self::run::budget::Budget;
use self::run::confirm::Confirmations;
use self::run::in_flight::InFlight;
pub(crate) use self::run::nodes::MAX_NODES;
use self::run::nodes::Nodes;
use self::run::timer::DeadlineTimer;
use self::run::watch::LeaderTrouble;
pub(crate) use self::server_facts::CONTRACT;
use self::server_facts::ServerFacts;
use crate::auth::{AccessToken, Auth, Credential, TOKEN_WAIT};
use crate::call::{Call, Idempotency};
use crate::error::{Error, Result, check_runtime};
use crate::options::headers::Headers;
use crate::options::{Endpoint, Propagation, Protocol, Proxies, RetryPolicy, Timeouts};
use crate::values::server::ServerVersion;
use crate::values::warning::{WarningCode, WarningSettings, Warnings};

/// Value of `x-weaviate-client`, by which the server counts its clients.
const CLIENT_ID: HeaderValue = HeaderValue::from_static(concat!("weaviate-client-rust/", env!("CARGO_PKG_VERSION")));

/// The protocols of one server or cluster. Clones are cheap and share connections.
#[derive(Clone)]
pub(crate) struct Transport {
    inner: Arc<Inner>,
}

struct Inner {
    nodes: Nodes<Node>,
    switch: Switch,
    warnings: Arc<Warnings>,
    timeouts: Timeouts,
    policy: RetryPolicy,
    budget: Budget,
    in_flight: InFlight,
    confirmations: Confirmations,
    trouble: LeaderTrouble,
    credential: Credential,
    headers: DefaultHeaders,
    propagation: Option<Propagation>,
    timer: DeadlineTimer,
    proxy_rules: ProxyRules,
    server: OnceLock<ServerFacts>,
    /// An embedded server. It runs until the last clone of the transport is dropped.
    #[cfg(feature = "embedded")]
    owned: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// Settings of a transport, as a builder collects them.
pub(crate) struct TransportConfig {
    /// REST and gRPC address of the first node.
    pub(crate) first: (Endpoint, Option<Endpoint>),
    pub(crate) others: Vec<(Endpoint, Option<Endpoint>)>,
    /// Value of `x-weaviate-cluster-url`, from which the embedding service of Weaviate Cloud knows
    /// the cluster.
    pub(crate) cluster_url: Option<HeaderValue>,
    /// Name and version of the library that uses this client.
    pub(crate) integration: Option<HeaderValue>,
    pub(crate) headers: Headers,
    pub(crate) integrations: Headers,
    pub(crate) propagation: Option<Propagation>,
    pub(crate) protocol: Protocol,
    pub(crate) auth: Auth,
    pub(crate) timeouts: Timeouts,
    pub(crate) policy: RetryPolicy,
    pub(crate) connections: usize,
    /// Limit of requests in flight.
    pub(crate) max_in_flight: Option<usize>,
    pub(crate) proxies: Proxies,
    pub(crate) gzip: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls: crate::options::Tls,
    pub(crate) warnings: WarningSettings,
}

impl Transport {
    /// Creates a transport without I/O.
    ///
    /// # Errors
    ///
    /// Fails outside of a tokio runtime, which the gRPC channels need for their tasks.
    pub(crate) fn new(config: TransportConfig) -> Result<Self> {
        check_runtime()?;
        let mut headers = HeaderMap::new();
        headers.extend(config.headers.map().cloned().unwrap_or_default());
        headers.insert("x-weaviate-client", CLIENT_ID);
        for (name, value) in
            [("x-weaviate-cluster-url", config.cluster_url), ("x-weaviate-client-integration", config.integration)]
        {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        let warnings = Arc::new(Warnings::new(config.warnings));
        let settings = ConnectionSettings {
            timeouts: config.timeouts,
            proxy_rules: ProxyRules::new(&config.proxies)?,
            connections: config.connections,
            gzip: config.gzip,
            warnings: Arc::clone(&warnings),
            #[cfg(feature = "tls")]
            tls: ConnectionTls::new(&config.tls)?,
        };
        let node = |(rest, grpc)| Node::new(rest, grpc, &settings);
        let first = node(config.first)?;
        let others = config.others.into_iter().map(node).collect::<Result<Vec<_>>>()?;
        let credential = config.auth.credential(
            &warnings,
            #[cfg(feature = "oidc")]
            crate::auth::Site { web: first.rest.web(), base: first.rest.endpoint.base().to_owned() },
        )?;
        Ok(Self {
            inner: Arc::new(Inner {
                switch: Switch::new(config.protocol, first.grpc.is_some()),
                nodes: Nodes::new(first, others),
                warnings,
                timeouts: config.timeouts,
                budget: Budget::new(config.policy.budget),
                in_flight: InFlight::new(config.max_in_flight),
                confirmations: Confirmations::default(),
                trouble: LeaderTrouble::default(),
                policy: config.policy,
                credential,
                headers: DefaultHeaders::new(headers, &config.integrations),
                propagation: config.propagation,
                timer: DeadlineTimer::default(),
                proxy_rules: settings.proxy_rules,
                server: OnceLock::new(),
                #[cfg(feature = "embedded")]
                owned: OnceLock::new(),
            }),
        })
    }

    /// Sends a call of an operation that exists in REST only.
    pub(crate) async fn rest<T: RestReply>(
        &self,
        call: &Call,
        operation: impl Fn(&rest::Client) -> rest::Reply<T> + Sync,
    ) -> Result<T> {
        let mut attempts = Replying::new(|attempt: Attempt<'_>| attempt.rest(&operation));
        // Boxed: the future of the run loop is large, and each caller would embed it.
        Box::pin(self.run(call, Protocol::Rest, &mut attempts)).await?;
        attempts.reply()
    }

    /// Sends a call over the active protocol. `over` makes one attempt.
    ///
    /// If the protocol of the attempt is unreachable, searches for another and uses that from then
    /// on.
    pub(crate) async fn exchange<'t, T, F>(&'t self, call: &Call, over: impl Fn(Attempt<'t>) -> F + Sync) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        let wanted = call.options.protocol;
        self.refuse_missing_grpc_web(wanted).map_err(|error| call.failed(error))?;
        self.probe_grpc_again(wanted);
        let over = &over;
        let mut attempts = Replying::new(|attempt| protocol::with_fallback(self, wanted, attempt, over));
        self.run(call, wanted, &mut attempts).await?;
        attempts.reply()
    }

    /// Sends a message to a method of the gRPC service, over gRPC or gRPC-Web. `rows` counts the
    /// objects of the reply.
    pub(crate) async fn message<R: Message + Default + 'static>(
        &self,
        call: &Call,
        method: Method,
        message: Bytes,
        rows: impl Fn(&R) -> usize + Sync,
    ) -> Result<R> {
        let rows = &rows;
        self.exchange(call, |attempt| {
            let sent = self.unary(attempt, method, message.clone());
            async move { sent.await.inspect(|reply| call.set_rows(rows(reply))) }
        })
        .await
    }

    /// Runs the run loop with the state that all calls share, over a protocol; `Auto` is the active
    /// one at each attempt.
    async fn run<'t>(&'t self, call: &Call, wanted: Protocol, attempts: &mut dyn Attempts<'t, Node>) -> Result<()> {
        check_runtime().and_then(|()| self.refuse_old_server(call)).map_err(|error| call.failed(error))?;
        self.probe_ejected_nodes();
        self.inner.timer.call();
        let inner = &*self.inner;
        let runner = Runner {
            policy: call.options.retry.unwrap_or(inner.policy),
            budget: &inner.budget,
            in_flight: &inner.in_flight,
            credential: &inner.credential,
            nodes: &inner.nodes,
            headers: &inner.headers,
            propagation: inner.propagation.as_ref(),
            confirmations: &inner.confirmations,
            trouble: &inner.trouble,
            oracle: self,
            random: fastrand::f64,
        };
        let protocol = || inner.switch.protocol(wanted);
        runner.run(call, self.deadline_of(call), &protocol, attempts).await
    }

    /// Returns the token that the next call would send, `None` without a credential. May wait for
    /// the identity provider.
    pub(crate) async fn access_token(&self) -> Result<Option<AccessToken>> {
        let call = Call::new("access token", Idempotency::Read);
        let authorized = async {
            check_runtime()?;
            let patience = self.deadline_of(&call).min(TOKEN_WAIT);
            Ok(self.inner.credential.authorize(patience).await?.map(|authorization| authorization.token()))
        };
        authorized.await.map_err(|error: Error| call.failed(error))
    }

    /// Returns the default deadline of a call.
    pub(crate) fn deadline_of(&self, call: &Call) -> Duration {
        match call.idempotency {
            Idempotency::Read => self.inner.timeouts.query,
            Idempotency::Idempotent | Idempotency::Never => self.inner.timeouts.insert,
        }
    }

    /// Runs several exchanges of one operation under one deadline.
    ///
    /// Boxes them before there is a future of its own, which would keep room for what it was given.
    pub(crate) fn with_one_deadline<'f, T>(
        &'f self,
        exchanges: impl Future<Output = Result<T>> + Send + 'f,
    ) -> impl Future<Output = Result<T>> + Send + 'f {
        let exchanges = Box::pin(exchanges);
        async move {
            check_runtime()?;
            let within = self.inner.timeouts.insert;
            let result = tokio::time::timeout(within, exchanges).await;
            result.unwrap_or_else(|_| Err(Error::timeout(within).at(&self.place())))
        }
    }

    /// Returns the node whose address names the cluster in messages.
    fn first(&self) -> &Node {
        self.inner.nodes.get(0)
    }

    /// Returns the REST address for messages.
    pub(crate) fn place(&self) -> String {
        self.first().rest.endpoint.named()
    }

    /// Returns the deadline of each init check.
    pub(crate) fn init_timeout(&self) -> Duration {
        self.inner.timeouts.init
    }

    /// Replaces the keys of model providers.
    pub(crate) fn set_integrations(&self, integrations: &Headers) {
        self.inner.headers.set_integrations(integrations);
    }

    /// Keeps an embedded server alive as long as the transport.
    #[cfg(feature = "embedded")]
    pub(crate) fn own(&self, server: impl Any + Send + Sync) {
        let _ = self.inner.owned.set(Box::new(server));
    }

    /// Returns the value given to [`own`](Self::own).
    #[cfg(feature = "embedded")]
    pub(crate) fn owned<T: Any>(&self) -> Option<&T> {
        self.inner.owned.get()?.downcast_ref()
    }

    /// Returns whether another transport is a clone of this one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Returns the retry policy of the client, unless it is the default.
    pub(crate) fn own_retry_policy(&self) -> Option<RetryPolicy> {
        Some(self.inner.policy).filter(|policy| *policy != RetryPolicy::default())
    }

    /// Returns the protocol that a call with this option uses now.
    pub(crate) fn protocol(&self, wanted: Protocol) -> Protocol {
        self.inner.switch.protocol(wanted)
    }

    /// Returns the version of the server, if it is known already.
    pub(crate) fn server_version(&self) -> Option<&ServerVersion> {
        self.inner.server.get().and_then(|server| server.version.as_ref())
    }

    pub(crate) fn warn(&self, code: WarningCode, message: impl FnOnce() -> String) {
        self.inner.warnings.warn(code, message);
    }
}

/// Prints nodes and protocol on one line.
impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let nodes: Vec<_> = self.inner.nodes.all().map(|node| node.rest.endpoint.to_string()).collect();
        write!(f, "{} over {}", nodes.join(", "), self.inner.switch.decision().protocol)
    }
}
