//! The protocol of an attempt: dispatch to its client, and fallback to another where it cannot be reached.

mod probe;
pub(super) mod switch;

use std::time::Duration;

use bytes::Bytes;
use prost::Message;
use tokio::time::Instant;

use self::switch::may_go_elsewhere;
use super::grpc::GrpcClient;
use super::grpc::web::GrpcWebClient;
use super::node::{Node, Reach as _};
use super::run::Attempt;
use super::{Transport, version_check};
use crate::error::{Error, ErrorKind, Result, Verdict};
use crate::options::{ConnectionInfo, NodeInfo, Protocol};
use crate::values::server::Feature;

/// A method of the gRPC service, by its path.
#[derive(Clone, Copy)]
pub(crate) struct Method(&'static str);

impl Method {
    pub(crate) const SEARCH: Self = Self("/weaviate.v1.Weaviate/Search");
    pub(crate) const BATCH_OBJECTS: Self = Self("/weaviate.v1.Weaviate/BatchObjects");
    pub(crate) const BATCH_DELETE: Self = Self("/weaviate.v1.Weaviate/BatchDelete");
    pub(crate) const BATCH_REFERENCES: Self = Self("/weaviate.v1.Weaviate/BatchReferences");
    pub(crate) const TENANTS_GET: Self = Self("/weaviate.v1.Weaviate/TenantsGet");
}

/// Makes one attempt by the protocol that was chosen for it. If that cannot be reached, finds out which one can, and makes
/// the attempt by that one unless the first may have had an effect.
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
    // Another node may well speak it.
    if another_node || !switch.may_change(wanted, protocol, &error) {
        return Err(error);
    }
    let left = || second.timeout.saturating_sub(start.elapsed());
    match transport.find_protocol(start, left()).await {
        Some(other) if other != protocol && may_go_elsewhere(&error) => {
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
            Protocol::Rest => Err(self.not_over_rest()),
            Protocol::Grpc | Protocol::Auto => {
                native(node)?.unary(path, attempt, message, self.max_message_size()).await
            }
        }
    }

    fn grpc_web<'n>(&self, node: &'n Node) -> GrpcWebClient<'n> {
        GrpcWebClient { rest: &node.rest, max_message_size: self.max_message_size() }
    }

    /// Refuses gRPC-Web where the server is known not to have it.
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

    /// Of all calls, searches alone have no form in REST that this client speaks.
    fn not_over_rest(&self) -> Error {
        let way_out = match &self.first().grpc {
            Some(grpc) => format!("make gRPC at {} reachable", grpc.endpoint),
            None => "give the client the gRPC address".to_owned(),
        };
        Error::new(
            Verdict::not_sent(ErrorKind::Unsupported),
            format!(
                "searches over plain REST are not supported: {way_out}, or use a server with gRPC-Web (1.38.3, 1.39.0)"
            ),
        )
    }
}

fn native(node: &Node) -> Result<&GrpcClient> {
    node.grpc.as_ref().ok_or_else(|| {
        Error::validation("protocol", "this client has no gRPC address: add it with ClientBuilder::grpc")
    })
}

/// The time for which another protocol than the best is used before the best one is probed again.
const SECOND_BEST_FOR: Duration = Duration::from_secs(30);
