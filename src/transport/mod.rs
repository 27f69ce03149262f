//! The transport: carries calls to a server over REST, gRPC and gRPC-Web.
//!
//! A call enters by [`Transport::rest`] or [`Transport::exchange`], the run loop ([`run`]) picks node, protocol and token
//! for each attempt, and a client of the protocol ([`rest_client`], [`grpc`]) sends the bytes.

mod causes;
mod connection;
mod default_headers;
mod diagnose;
mod grpc;
mod limits;
mod node;
#[cfg(any(feature = "embedded", all(test, feature = "oidc")))]
mod plain_http;
mod protocol;
mod rest_client;
mod run;
mod version;
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
use weaviate_generated::rest::{self, ResponseValue};

use self::connection::proxy::ProxyRules;
#[cfg(feature = "tls")]
use self::connection::tls::Tls;
use self::default_headers::DefaultHeaders;
use self::node::{ConnectionSettings, Node};
#[cfg(any(feature = "embedded", all(test, feature = "oidc")))]
pub(crate) use self::plain_http::web_client;
pub(crate) use self::protocol::Method;
use self::protocol::switch::Switch;
pub(crate) use self::rest_client::unless_missing;
pub(crate) use self::run::Attempt;
use self::run::Runner;
use self::run::budget::Budget;
pub(crate) use self::run::nodes::MOST as MOST_NODES;
use self::run::nodes::Nodes;
use self::run::timer::DeadlineTimer;
pub(crate) use self::version::CONTRACT;
use self::version::Server;
use crate::auth::{Auth, Credential};
use crate::call::{Call, Idempotency};
use crate::error::{Error, Result};
use crate::options::headers::Headers;
use crate::options::{Endpoint, Propagation, Protocol, Proxies, RetryPolicy, Timeouts};
use crate::values::server::ServerVersion;
use crate::values::warning::{WarningCode, WarningSettings, Warnings};

/// The name under which the server counts its clients.
const CLIENT: HeaderValue = HeaderValue::from_static(concat!("weaviate-client-rust/", env!("CARGO_PKG_VERSION")));

/// All protocols of one server or cluster. Cheap to clone: clones share connections.
#[derive(Clone)]
pub(crate) struct Transport {
    inner: Arc<Inner>,
}

struct Inner {
    nodes: Nodes<Node>,
    switch: Switch,
    warnings: Warnings,
    timeouts: Timeouts,
    policy: RetryPolicy,
    budget: Budget,
    credential: Credential,
    headers: DefaultHeaders,
    propagation: Option<Propagation>,
    timer: DeadlineTimer,
    proxy_rules: ProxyRules,
    server: OnceLock<Server>,
    /// An embedded server, which runs as long as anything that can reach it.
    #[cfg(feature = "embedded")]
    owned: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// The configuration that a builder has put together.
pub(crate) struct TransportConfig {
    /// The REST and gRPC addresses of each node: one or more.
    pub(crate) first: (Endpoint, Option<Endpoint>),
    pub(crate) others: Vec<(Endpoint, Option<Endpoint>)>,
    /// Tells the embedding service of Weaviate Cloud which cluster asks.
    pub(crate) cluster_url: Option<HeaderValue>,
    /// Name and version of the library that builds upon this client.
    pub(crate) integration: Option<HeaderValue>,
    pub(crate) headers: Headers,
    pub(crate) integrations: Headers,
    pub(crate) propagation: Option<Propagation>,
    pub(crate) protocol: Protocol,
    pub(crate) auth: Auth,
    pub(crate) timeouts: Timeouts,
    pub(crate) policy: RetryPolicy,
    pub(crate) connections: usize,
    pub(crate) proxies: Proxies,
    pub(crate) gzip: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls: crate::options::Tls,
    pub(crate) warnings: WarningSettings,
}

impl Transport {
    /// Does no I/O, but needs a tokio runtime: the gRPC channels keep tasks there.
    pub(crate) fn new(config: TransportConfig) -> Result<Self> {
        check_runtime()?;
        let mut headers = HeaderMap::new();
        headers.extend(config.headers.map().cloned().unwrap_or_default());
        headers.insert("x-weaviate-client", CLIENT);
        for (name, value) in
            [("x-weaviate-cluster-url", config.cluster_url), ("x-weaviate-client-integration", config.integration)]
        {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        let settings = ConnectionSettings {
            timeouts: config.timeouts,
            proxy_rules: ProxyRules::new(&config.proxies)?,
            connections: config.connections,
            gzip: config.gzip,
            #[cfg(feature = "tls")]
            tls: Tls::new(&config.tls)?,
        };
        let node = |(rest, grpc)| Node::new(rest, grpc, &settings);
        let first = node(config.first)?;
        let others = config.others.into_iter().map(node).collect::<Result<Vec<_>>>()?;
        let credential = config.auth.credential(
            #[cfg(feature = "oidc")]
            crate::auth::Site { web: first.rest.web(), base: first.rest.endpoint.base().to_owned() },
        )?;
        Ok(Self {
            inner: Arc::new(Inner {
                switch: Switch::new(config.protocol, first.grpc.is_some()),
                nodes: Nodes::new(first, others),
                warnings: Warnings::new(config.warnings),
                timeouts: config.timeouts,
                budget: Budget::new(config.policy.budget),
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

    /// Sends a call that REST alone carries.
    pub(crate) async fn rest<T, F>(&self, call: &Call, operation: impl Fn(rest::Client) -> F) -> Result<T>
    where
        F: Future<Output = Result<ResponseValue<T>, rest::Error<()>>>,
    {
        // Generated operations make large futures, which every layer above would carry along.
        self.run(call, || Protocol::Rest, |attempt| Box::pin(attempt.rest(&operation))).await
    }

    /// Sends a call that every protocol carries, each in its own words: `over` makes one attempt. If the protocol of the
    /// attempt cannot be reached, another one is looked for and used from then on.
    pub(crate) async fn exchange<'t, T, F>(&'t self, call: &Call, over: impl Fn(Attempt<'t>) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let wanted = call.options.protocol;
        self.refuse_missing_grpc_web(wanted).map_err(|error| call.failed(error))?;
        self.look_for_a_better_protocol(wanted);
        let over = &over;
        self.run(
            call,
            || self.inner.switch.protocol(wanted),
            |attempt| protocol::with_fallback(self, wanted, attempt, over),
        )
        .await
    }

    /// Sends a call that is a message to a method of the gRPC service, over gRPC or gRPC-Web. `rows` counts the objects of
    /// the reply.
    pub(crate) async fn message<R: Message + Default + 'static>(
        &self,
        call: &Call,
        method: Method,
        message: Bytes,
        rows: impl Fn(&R) -> usize,
    ) -> Result<R> {
        let rows = &rows;
        self.exchange(call, |attempt| {
            let sent = self.unary(attempt, method, message.clone());
            async move { sent.await.inspect(|reply| call.set_rows(rows(reply))) }
        })
        .await
    }

    /// The run loop with all that the calls of a client share.
    async fn run<'t, T, F>(
        &'t self,
        call: &Call,
        protocol: impl Fn() -> Protocol,
        attempt: impl FnMut(Attempt<'t>) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        check_runtime().map_err(|error| call.failed(error))?;
        self.look_after_nodes();
        self.inner.timer.call();
        let inner = &*self.inner;
        let runner = Runner {
            policy: call.options.retry.unwrap_or(inner.policy),
            budget: &inner.budget,
            credential: &inner.credential,
            nodes: &inner.nodes,
            headers: &inner.headers,
            propagation: inner.propagation.as_ref(),
            random: fastrand::f64,
        };
        runner.run(call, self.deadline_of(call), protocol, attempt).await
    }

    /// The deadline that the client gives such a call.
    pub(crate) fn deadline_of(&self, call: &Call) -> Duration {
        match call.idempotency {
            Idempotency::Read => self.inner.timeouts.query,
            Idempotency::Idempotent | Idempotency::Never => self.inner.timeouts.insert,
        }
    }

    /// Runs several exchanges that are one operation to the caller, with one deadline for all.
    pub(crate) async fn with_one_deadline<T>(&self, exchanges: impl Future<Output = Result<T>>) -> Result<T> {
        let within = self.inner.timeouts.insert;
        // Boxed, because the futures of many exchanges add up.
        let result = tokio::time::timeout(within, Box::pin(exchanges)).await;
        result.unwrap_or_else(|_| Err(Error::timeout(within).at(&self.place())))
    }

    /// The node whose address stands for the cluster where one address has to.
    fn first(&self) -> &Node {
        self.inner.nodes.get(0)
    }

    /// The REST address, for messages.
    pub(crate) fn place(&self) -> String {
        self.first().rest.endpoint.named()
    }

    /// The deadline of each check before the first call.
    pub(crate) fn init_timeout(&self) -> Duration {
        self.inner.timeouts.init
    }

    /// Replaces the keys of model providers.
    pub(crate) fn set_integrations(&self, integrations: &Headers) {
        self.inner.headers.set_integrations(integrations);
    }

    /// Ties the lifetime of an embedded server to that of the transport.
    #[cfg(feature = "embedded")]
    pub(crate) fn own(&self, server: impl Any + Send + Sync) {
        // A transport is made for one server and is given it once.
        let _ = self.inner.owned.set(Box::new(server));
    }

    /// The value that was given to [`own`](Self::own).
    #[cfg(feature = "embedded")]
    pub(crate) fn owned<T: Any>(&self) -> Option<&T> {
        self.inner.owned.get()?.downcast_ref()
    }

    /// The protocol that a call of this option takes at the moment.
    pub(crate) fn protocol(&self, wanted: Protocol) -> Protocol {
        self.inner.switch.protocol(wanted)
    }

    /// The version of the server, once it was asked.
    pub(crate) fn server_version(&self) -> Option<&ServerVersion> {
        self.inner.server.get().and_then(|server| server.version.as_ref())
    }

    pub(crate) fn warn(&self, code: WarningCode, message: impl FnOnce() -> String) {
        self.inner.warnings.warn(code, message);
    }
}

/// Timers and connections need a runtime; without one, tokio would panic.
fn check_runtime() -> Result<()> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Ok(());
    }
    Err(Error::configuration(
        "there is no tokio runtime here: await it within `#[tokio::main]`, or within `Runtime::block_on`",
    ))
}

/// One line: which nodes, and by which protocol.
impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let nodes: Vec<_> = self.inner.nodes.all().map(|node| node.rest.endpoint.to_string()).collect();
        write!(f, "{} over {}", nodes.join(", "), self.inner.switch.decision().protocol)
    }
}
