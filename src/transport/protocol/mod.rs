//! Protocol dispatch of an attempt, and the fallback to another protocol if one is unreachable.

mod probe;
pub(super) mod switch;

use std::time::Duration;

use bytes::Bytes;
use prost::Message;
use tokio::time::Instant;

use self::switch::had_no_effect;
use super::grpc::GrpcClient;
use super::grpc::web::GrpcWebClient;
use super::node::{HasEndpoints as _, Node};
use super::run::Attempt;
use super::{Transport, version_check};
use crate::error::{Error, ErrorKind, Result, Verdict};
use crate::options::{ConnectionInfo, NodeInfo, Protocol};
use crate::values::server::Feature;

/// Path of a method of the gRPC service.
#[derive(Clone, Copy)]
pub(crate) struct Method(&'static str);

impl Method {
    pub(crate) const AGGREGATE: Self = Self("/weaviate.v1.Weaviate/Aggregate");
    pub(crate) const SEARCH: Self = Self("/weaviate.v1.Weaviate/Search");
    pub(crate) const BATCH_OBJECTS: Self = Self("/weaviate.v1.Weaviate/BatchObjects");
    pub(crate) const BATCH_DELETE: Self = Self("/weaviate.v1.Weaviate/BatchDelete");
    pub(crate) const BATCH_REFERENCES: Self = Self("/weaviate.v1.Weaviate/BatchReferences");
    pub(crate) const TENANTS_GET: Self = Self("/weaviate.v1.Weaviate/TenantsGet");
}

/// Makes an attempt over its protocol. If that is unreachable, finds one that works and repeats the
/// attempt there, unless the first may have had an effect.
pub(super) async fn with_fallback<'t, T, F>(
    transport: &'t Transport,
    wanted: Protocol,
    attempt: Attempt<'t>,
    over: &impl Fn(Attempt<'t>) -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let switch = &transport.inner.switch;
    let start = Instant::now();
    let (protocol, node, another_node) = (attempt.protocol, attempt.node, attempt.another_node);
    let second = attempt.clone();
    let error = match over(attempt).await {
        Ok(reply) => {
            switch.confirm(protocol);
            return Ok(reply);
        }
        Err(error) => error.at(&node.place(protocol)),
    };
    // Another node may support the protocol.
    if another_node || !switch.may_change(wanted, protocol, &error) {
        return Err(error);
    }
    let left = || second.timeout.saturating_sub(start.elapsed());
    match transport.find_protocol(start, left()).await {
        Some(other) if other != protocol && had_no_effect(&error) => {
            let timeout = left();
            over(Attempt { protocol: other, timeout, ..second }).await.map_err(|error| error.at(&node.place(other)))
        }
        _ => Err(error),
    }
}

impl Transport {
    /// Sends an encoded message to a method of the gRPC service, by the protocol of the attempt.
    pub(crate) async fn unary<R: Message + Default + 'static>(
        &self,
        attempt: Attempt<'_>,
        Method(path): Method,
        message: Bytes,
    ) -> Result<R> {
        let node = attempt.node;
        match attempt.protocol {
            Protocol::GrpcWeb => self.grpc_web(node).unary(path, attempt, message).await,
            Protocol::Rest => Err(self.search_needs_grpc()),
            Protocol::Grpc | Protocol::Auto => {
                grpc_client(node)?.unary(path, attempt, message, self.max_message_size()).await
            }
        }
    }

    fn grpc_web<'n>(&self, node: &'n Node) -> GrpcWebClient<'n> {
        GrpcWebClient { rest: &node.rest, max_message_size: self.max_message_size() }
    }

    /// Refuses gRPC-Web if the server is known to lack it.
    pub(super) fn refuse_missing_grpc_web(&self, wanted: Protocol) -> Result<()> {
        match self.server_version() {
            Some(server) if self.protocol(wanted) == Protocol::GrpcWeb => {
                version_check::feature(server, Feature::GrpcWeb)
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn connection_info(&self) -> ConnectionInfo {
        let decision = self.inner.switch.decision();
        let nodes: Vec<NodeInfo> = self
            .inner
            .nodes
            .with_health()
            .map(|(node, in_turn)| NodeInfo {
                rest: node.rest.endpoint.to_string(),
                grpc: node.grpc.as_ref().map(|grpc| grpc.endpoint.to_string()),
                in_turn,
            })
            .collect();
        ConnectionInfo {
            nodes,
            protocol: self.inner.switch.wanted,
            active: decision.protocol,
            confirmed: decision.confirmed,
        }
    }

    /// Refuses a search over REST. Only searches have no REST form in this client.
    fn search_needs_grpc(&self) -> Error {
        let message = format!("searches need gRPC or gRPC-Web: {}", self.needs_grpc());
        Error::new(Verdict::not_sent(ErrorKind::Unsupported), message)
    }

    /// Returns what makes searches possible.
    fn needs_grpc(&self) -> String {
        let remedy = match &self.first().grpc {
            Some(grpc) => format!("make gRPC at {} reachable", grpc.endpoint),
            None => "set the gRPC address with ClientBuilder::grpc".to_owned(),
        };
        format!("{remedy}, or use a server with gRPC-Web (1.38.3 or 1.39.0)")
    }
}

fn grpc_client(node: &Node) -> Result<&GrpcClient> {
    node.grpc
        .as_ref()
        .ok_or_else(|| Error::validation("protocol", "the client has no gRPC address: set it with ClientBuilder::grpc"))
}

/// Time before native gRPC is probed again while another protocol is in use.
const GRPC_PROBE_INTERVAL: Duration = Duration::from_secs(30);
