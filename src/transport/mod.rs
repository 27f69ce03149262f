//! What carries messages to a server and back. Beside `wire`, the only module that names generated code.

mod budget;
mod call;
mod carry;
mod channel;
mod codec;
mod compat;
mod connector;
mod diagnose;
mod gate;
mod grpc;
mod grpc_web;
#[cfg(feature = "tls")]
mod handshake;
mod http;
mod listing;
mod node;
mod nodes;
mod objects;
mod outgoing;
mod pace;
mod pool;
mod proxy;
mod references;
mod rest_batch;
mod rest_delete;
mod retry;
mod run;
mod schema;
mod switch;
mod tenants;
#[cfg(feature = "tls")]
mod tls;
mod trace;
mod unary;
#[cfg(any(feature = "embedded", all(test, feature = "oidc")))]
mod web;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use prost::Message as _;
use tokio::time::Instant;
use weaviate_generated::grpc::{BatchDeleteReply, BatchDeleteRequest, BatchObjectsReply, SearchRequest};
use weaviate_generated::rest::{self, ResponseValue, types};

use self::budget::Budget;
pub(crate) use self::call::{Call, CallOptions, Idempotency, call_options};
use self::carry::Method;
pub(crate) use self::listing::Listed;
use self::node::{Node, Wiring};
pub(crate) use self::nodes::MOST as MOST_NODES;
use self::nodes::Nodes;
pub(crate) use self::objects::{Place, may_be_our_own};
use self::outgoing::Outgoing;
use self::proxy::Proxying;
use self::run::{Attempt, Runner};
use self::switch::Switch;
#[cfg(any(feature = "embedded", all(test, feature = "oidc")))]
pub(crate) use self::web::web_client;
use crate::auth::{Auth, Credential};
use crate::connect::{Endpoint, Proxies, Timeouts};
use crate::error::{Error, ErrorKind, Outcome, Result, Verdict};
use crate::headers::Headers;
use crate::warning::{WarningSettings, Warnings};
use crate::wire::found::SearchReply;
use crate::{Feature, Meta, Protocol, RetryPolicy, ServerVersion, WarningCode};

/// The name under which the server counts its clients.
const CLIENT: HeaderValue = HeaderValue::from_static(concat!("weaviate-client-rust/", env!("CARGO_PKG_VERSION")));

/// What a server takes that does not say how much it takes.
const MAX_MESSAGE_SIZE: usize = 104_858_000;

/// The release whose contract this crate was made of.
pub(crate) const CONTRACT: ServerVersion = {
    let weaviate_generated::availability::Version(major, minor, patch) = weaviate_generated::CONTRACT;
    ServerVersion::new(major as u32, minor as u32, patch as u32)
};

/// Both protocols of one server. Cheap to clone, connections are shared.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    nodes: Nodes<Node>,
    switch: Switch,
    warnings: Warnings,
    timeouts: Timeouts,
    policy: RetryPolicy,
    budget: Budget,
    credential: Credential,
    outgoing: Outgoing,
    pace: pace::Pace,
    proxying: Proxying,
    server: OnceLock<Server>,
    /// Lives as long as anything that can reach it.
    #[cfg(feature = "embedded")]
    embedded: OnceLock<crate::Embedded>,
}

/// What the server told of itself.
#[derive(Debug)]
struct Server {
    version: Option<ServerVersion>,
    max_message_size: Option<usize>,
}

/// What a builder has put together.
pub(crate) struct Settings {
    /// The addresses of REST and gRPC of each node: one or more.
    pub(crate) first: (Endpoint, Option<Endpoint>),
    pub(crate) others: Vec<(Endpoint, Option<Endpoint>)>,
    /// Tells the embedding service of Weaviate Cloud who asks.
    pub(crate) cluster_url: Option<HeaderValue>,
    /// Who builds upon this client.
    pub(crate) integration: Option<HeaderValue>,
    pub(crate) headers: Headers,
    pub(crate) integrations: Headers,
    pub(crate) protocol: Protocol,
    pub(crate) auth: Auth,
    pub(crate) timeouts: Timeouts,
    pub(crate) policy: RetryPolicy,
    pub(crate) connections: usize,
    pub(crate) proxies: Proxies,
    pub(crate) gzip: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls: crate::connect::Tls,
    pub(crate) warnings: WarningSettings,
}

impl Transport {
    /// Does no I/O, and yet needs a tokio runtime: the gRPC channels keep tasks there.
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(Error::configuration("a client is made within a tokio runtime, and there is none here"));
        }
        let mut headers = HeaderMap::new();
        headers.extend(settings.headers.map().cloned().unwrap_or_default());
        headers.insert("x-weaviate-client", CLIENT);
        for (name, value) in
            [("x-weaviate-cluster-url", settings.cluster_url), ("x-weaviate-client-integration", settings.integration)]
        {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        let wiring = Wiring {
            timeouts: settings.timeouts,
            proxying: Proxying::new(&settings.proxies)?,
            connections: settings.connections,
            gzip: settings.gzip,
            #[cfg(feature = "tls")]
            tls: tls::Tls::new(&settings.tls)?,
        };
        let node = |(rest, grpc)| Node::new(rest, grpc, &wiring);
        let first = node(settings.first)?;
        let others = settings.others.into_iter().map(node).collect::<Result<Vec<_>>>()?;
        let credential = settings.auth.credential(
            #[cfg(feature = "oidc")]
            crate::auth::Site { web: first.http.web(), base: first.http.endpoint.base().to_owned() },
        )?;
        Ok(Self {
            inner: Arc::new(Inner {
                switch: Switch::new(settings.protocol, first.grpc.is_some()),
                nodes: Nodes::new(first, others),
                warnings: Warnings::new(settings.warnings),
                timeouts: settings.timeouts,
                budget: Budget::new(settings.policy.budget),
                policy: settings.policy,
                credential,
                outgoing: Outgoing::new(headers, &settings.integrations),
                pace: pace::Pace::default(),
                proxying: wiring.proxying,
                server: OnceLock::new(),
                #[cfg(feature = "embedded")]
                embedded: OnceLock::new(),
            }),
        })
    }

    /// Several exchanges that are one operation to the caller, who has one deadline for them.
    pub(crate) async fn as_one<T>(
        &self,
        operation: &'static str,
        collection: &str,
        exchanges: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let within = self.inner.timeouts.insert;
        // Boxed, because the futures of many exchanges add up.
        let result = tokio::time::timeout(within, Box::pin(exchanges)).await;
        result.unwrap_or_else(|_| {
            let late = Error::timeout(within).at(&self.first().http.endpoint.named());
            Err(late.in_operation(operation, Some(collection)))
        })
    }

    fn node(&self, number: usize) -> &Node {
        self.inner.nodes.get(number)
    }

    /// The node that speaks for the others where one address has to stand for all.
    fn first(&self) -> &Node {
        self.inner.nodes.get(0)
    }

    /// Keys of model providers, in place of those before.
    pub(crate) fn set_integrations(&self, integrations: &Headers) {
        self.inner.outgoing.set_integrations(integrations);
    }

    /// Hands over the server that this one speaks to, for the rest of its days.
    #[cfg(feature = "embedded")]
    pub(crate) fn own(&self, server: crate::Embedded) {
        // A transport is made for one server and is given it once.
        let _ = self.inner.embedded.set(server);
    }

    /// The server that lives and dies with the client, if it is one of that kind.
    #[cfg(feature = "embedded")]
    pub(crate) fn embedded(&self) -> Option<&crate::Embedded> {
        self.inner.embedded.get()
    }

    /// The largest message that goes either way, in bytes.
    pub(crate) fn max_message_size(&self) -> usize {
        self.inner.server.get().and_then(|server| server.max_message_size).unwrap_or(MAX_MESSAGE_SIZE)
    }

    /// The size that a message of an import is not made larger than, unless a single object is. A larger one costs no less per
    /// object, and an import of any length fits into little memory; JSON takes many times that of the message that it tells.
    pub(crate) fn batch_size(&self, protocol: Protocol) -> usize {
        let enough = if self.inner.switch.protocol(protocol) == Protocol::Rest { 1 << 20 } else { 4 << 20 };
        enough.min(room(self.max_message_size()))
    }

    /// The largest message of an import.
    pub(crate) fn max_batch_size(&self) -> usize {
        room(self.max_message_size())
    }

    /// Known once [`meta`](Self::meta) was asked.
    pub(crate) fn server_version(&self) -> Option<&ServerVersion> {
        self.inner.server.get().and_then(|server| server.version.as_ref())
    }

    /// The message is encoded once, however often it is sent. It has dozens of fields: nothing that waits holds it, since
    /// every layer of a future is moved whole.
    pub(crate) fn search(
        &self,
        mut call: Call,
        request: SearchRequest,
    ) -> impl Future<Output = Result<SearchReply>> + Send + '_ {
        let request = Encoded::new(request);
        async move {
            let message = self.checked(&mut call, request).await?;
            self.carry(&call, |protocol, attempt| self.message_over(Method::SEARCH, protocol, attempt, message.clone()))
                .await
        }
    }

    /// What is sent of a search, or why it is not.
    async fn checked(&self, call: &mut Call, request: Encoded) -> Result<Bytes> {
        let message = match request {
            Encoded::Message(message) => message,
            Encoded::Gated(request) => Box::pin(self.held_against_version(call, request)).await?,
        };
        check_size(call, message.len(), self.max_message_size())?;
        Ok(message)
    }

    /// In the words of the server's version, or refused.
    async fn held_against_version(&self, call: &mut Call, mut request: Box<SearchRequest>) -> Result<Bytes> {
        if let Some(server) = self.version_that_matters(call).await {
            compat::adapt(&mut request, server);
            gate::check(server, &*request)
                .map_err(|error| error.in_operation(call.operation, call.collection.as_deref()))?;
        }
        Ok(request.encode_to_vec().into())
    }

    /// `request` is an encoded `BatchObjectsRequest`.
    pub(crate) async fn batch_objects(&self, call: Call, request: impl Into<Bytes>) -> Result<BatchObjectsReply> {
        let request = request.into();
        let max = self.max_message_size();
        check_size(&call, request.len(), max)?;
        self.carry(&call, |protocol, attempt| self.batch_objects_over(protocol, attempt, request.clone())).await
    }

    /// A filter that the server would misread must not delete anything.
    pub(crate) async fn batch_delete(&self, mut call: Call, request: &BatchDeleteRequest) -> Result<BatchDeleteReply> {
        if gate::is_gated(request)
            && let Some(server) = self.version_that_matters(&mut call).await
        {
            gate::check(server, request)
                .map_err(|error| error.in_operation(call.operation, call.collection.as_deref()))?;
        }
        let message = Bytes::from(request.encode_to_vec());
        check_size(&call, message.len(), self.max_message_size())?;
        self.carry(&call, |protocol, attempt| self.batch_delete_over(protocol, attempt, message.clone())).await
    }

    /// Refuses what needs a feature that the server does not have.
    pub(crate) async fn require_feature(&self, call: &mut Call, feature: Feature) -> Result<()> {
        let Some(server) = self.version_that_matters(call).await else { return Ok(()) };
        gate::check_feature(server, feature)
            .map_err(|error| error.in_operation(call.operation, call.collection.as_deref()))
    }

    /// Whether the server has a feature.
    pub(crate) async fn supports(&self, feature: Feature) -> Result<bool> {
        if self.server_version().is_none() {
            self.meta(None).await?;
        }
        match self.server_version() {
            Some(server) => Ok(gate::check_feature(server, feature).is_ok()),
            None => Err(Error::unsupported("the server does not tell its version")),
        }
    }

    /// The version of the server, asked for once, by the first call for which it matters and out of the time that it has.
    /// Where nobody may ask, the call goes out unchecked, with a warning.
    async fn version_that_matters(&self, call: &mut Call) -> Option<&ServerVersion> {
        if self.inner.server.get().is_none() {
            let within = call.options.timeout.unwrap_or_else(|| self.within(call));
            let start = Instant::now();
            if let Err(error) = self.meta(Some(self.inner.timeouts.init.min(within / 2))).await {
                // Without a token, nobody was asked.
                if error.is_access_denied() && error.outcome() == Outcome::Refused {
                    self.version_stays_unknown();
                }
                self.warn(WarningCode::VersionUnknown, || {
                    format!("the server's version is not known, so what is asked is not held against it: {error}")
                });
            }
            call.options.timeout = Some(within.saturating_sub(start.elapsed()));
        }
        self.server_version()
    }

    /// Asks the server what it is, and remembers the answer.
    pub(crate) async fn meta(&self, timeout: Option<Duration>) -> Result<Meta> {
        let mut call = Call::new("meta", Idempotency::Read);
        if let Some(timeout) = timeout {
            // Part of something else, which has no time for more.
            call = call.timeout(timeout).once();
        }
        let reply = self.rest(&call, |rest| async move { rest.meta_get().await }).await?;
        let meta = Meta::from(reply);
        // The first answer stays: the server behind an address does not change its limits while it runs.
        let server = Server { version: meta.server_version().cloned(), max_message_size: meta.grpc_max_message_size() };
        if self.inner.server.set(server).is_ok() {
            self.compare_with_contract(&meta);
        }
        Ok(meta)
    }

    /// Remembers that there is no use in asking for the version.
    pub(crate) fn version_stays_unknown(&self) {
        let _ = self.inner.server.set(Server { version: None, max_message_size: None });
    }

    pub(crate) fn warn(&self, code: WarningCode, message: impl FnOnce() -> String) {
        self.inner.warnings.warn(code, message);
    }

    fn compare_with_contract(&self, meta: &Meta) {
        let Some(server) = meta.server_version() else {
            let version = meta.version();
            return self.warn(WarningCode::VersionUnknown, || {
                format!(
                    "the server calls its version {version:?}, which says nothing: what is asked is not held against it"
                )
            });
        };
        let minor = |version: &ServerVersion| (version.major(), version.minor());
        match minor(server).cmp(&minor(&CONTRACT)) {
            Ordering::Equal => {}
            Ordering::Less => self.warn(WarningCode::ServerOlder, || {
                format!("the server is {server}, this client was made for {CONTRACT}: consider updating the server")
            }),
            Ordering::Greater => self.warn(WarningCode::ServerNewer, || {
                format!(
                    "the server is {server}, this client was made for {CONTRACT}: what is new there has no name here, \
                     so consider updating the crate `weaviate`"
                )
            }),
        }
    }

    pub(crate) async fn is_live(&self) -> Result<bool> {
        let call = Call::new("is live", Idempotency::Read).once().open();
        yes_or_no(self.rest(&call, |rest| async move { rest.weaviate_wellknown_liveness().await }).await)
    }

    pub(crate) async fn is_ready(&self) -> Result<bool> {
        let call = Call::new("is ready", Idempotency::Read).once().open();
        yes_or_no(self.rest(&call, |rest| async move { rest.weaviate_wellknown_readiness().await }).await)
    }

    pub(crate) async fn create_class(&self, name: &str, class: &types::Class) -> Result<types::Class> {
        let call = Call::new("create collection", Idempotency::Never).collection(name);
        self.rest(&call, |rest| async move { rest.schema_objects_create(class).await }).await
    }

    pub(crate) async fn delete_class(&self, name: &str) -> Result<()> {
        let call = Call::new("delete collection", Idempotency::Idempotent).collection(name);
        self.rest(&call, |rest| async move { rest.schema_objects_delete(name).await }).await
    }

    async fn rest<T, F>(&self, call: &Call, operation: impl Fn(rest::Client) -> F) -> Result<T>
    where
        F: Future<Output = Result<ResponseValue<T>, rest::Error<()>>>,
    {
        // Generated operations make large futures, which every layer above would carry with it.
        let attempt = |attempt: Attempt| Box::pin(self.node(attempt.node).http.attempt(attempt, &operation));
        self.run(call, |node| &node.http.endpoint, attempt).await
    }

    /// The run loop with all that the calls of a client have in common.
    async fn run<T, F>(
        &self,
        call: &Call,
        endpoint: impl Fn(&Node) -> &Endpoint,
        attempt: impl FnMut(Attempt) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        self.look_after_nodes();
        self.inner.pace.call();
        let inner = &*self.inner;
        let runner = Runner {
            policy: call.options.retry.unwrap_or(inner.policy),
            budget: &inner.budget,
            credential: &inner.credential,
            nodes: &inner.nodes,
            outgoing: &inner.outgoing,
            random: fastrand::f64,
        };
        runner.run(call, self.within(call), endpoint, attempt).await
    }

    /// What the client allows such a call.
    pub(crate) fn within(&self, call: &Call) -> Duration {
        match call.idempotency {
            Idempotency::Read => self.inner.timeouts.query,
            Idempotency::Idempotent | Idempotency::Never => self.inner.timeouts.insert,
        }
    }
}

/// A search on its way, as little of it as has to wait.
enum Encoded {
    Message(Bytes),
    /// It matters which version the server has.
    Gated(Box<SearchRequest>),
}

impl Encoded {
    fn new(request: SearchRequest) -> Self {
        if gate::is_gated(&request) {
            return Self::Gated(Box::new(request));
        }
        Self::Message(request.encode_to_vec().into())
    }
}

/// A little of a message is kept free for what stands around its content.
fn room(max_message_size: usize) -> usize {
    max_message_size - max_message_size / 64
}

fn check_size(call: &Call, size: usize, max: usize) -> Result<()> {
    if size <= max {
        return Ok(());
    }
    let message = format!("the request has {size} bytes, the server takes {max}: send less at once");
    let error = Error::new(Verdict::not_sent(ErrorKind::LimitExceeded), message);
    Err(error.in_operation(call.operation, call.collection.as_deref()))
}

/// A probe answers 503 for no; no answer at all is an error.
fn yes_or_no(result: Result<()>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.http_status() == Some(503) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The handler's own 404 has no body. One with a text comes from elsewhere and proves nothing.
fn unless_missing<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.http_status() == Some(404) && error.server_message().is_none() => Ok(None),
        Err(error) => Err(error),
    }
}
