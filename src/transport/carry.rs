//! Searches and imports by whichever protocol gets through.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use prost::Message;
use tokio::time::{Instant, timeout};
use weaviate_generated::grpc::{BatchDeleteReply, BatchObjectsReply};
use weaviate_generated::rest;

use super::call::{Call, Idempotency};
use super::grpc::Grpc;
use super::grpc_web::GrpcWeb;
use super::node::Node;
use super::run::Attempt;
use super::switch::{is_unreachable, may_go_elsewhere};
use super::{Transport, gate, rest_batch, rest_delete};
use crate::error::{Error, ErrorKind, Result, Verdict};
use crate::headers::Headers;
use crate::{ConnectionInfo, Feature, NodeInfo, Protocol, WarningCode};

/// How long another protocol than the best is gone by before it is asked whether the best one is back.
const SECOND_BEST_FOR: Duration = Duration::from_secs(30);

/// A method of the gRPC service, by its path.
#[derive(Clone, Copy)]
pub(super) struct Method(&'static str);

impl Method {
    pub(super) const SEARCH: Self = Self("/weaviate.v1.Weaviate/Search");
    pub(super) const BATCH_OBJECTS: Self = Self("/weaviate.v1.Weaviate/BatchObjects");
    pub(super) const BATCH_DELETE: Self = Self("/weaviate.v1.Weaviate/BatchDelete");
    pub(super) const BATCH_REFERENCES: Self = Self("/weaviate.v1.Weaviate/BatchReferences");
    pub(super) const TENANTS_GET: Self = Self("/weaviate.v1.Weaviate/TenantsGet");
}

impl Transport {
    /// Sends an encoded message to a method of the gRPC service. What REST knows, too, is told in REST before it comes here:
    /// searches alone are left.
    pub(super) async fn message_over<R: Message + Default + 'static>(
        &self,
        Method(path): Method,
        protocol: Protocol,
        attempt: Attempt,
        message: Bytes,
    ) -> Result<R> {
        let node = self.node(attempt.node);
        match protocol {
            Protocol::GrpcWeb => self.grpc_web(node).unary(path, attempt, message).await,
            Protocol::Rest => Err(self.not_over_rest()),
            Protocol::Grpc | Protocol::Auto => {
                native(node)?.unary(path, attempt, message, self.max_message_size()).await
            }
        }
    }

    /// The same of an import, which REST knows, too.
    pub(super) async fn batch_objects_over(
        &self,
        protocol: Protocol,
        attempt: Attempt,
        request: Bytes,
    ) -> Result<BatchObjectsReply> {
        if protocol == Protocol::Rest {
            let http = &self.node(attempt.node).http;
            return rest_batch::send(http, &self.inner.warnings, attempt, request).await;
        }
        self.message_over(Method::BATCH_OBJECTS, protocol, attempt, request).await
    }

    /// The same of a deletion by filter, which REST knows, too.
    pub(super) async fn batch_delete_over(
        &self,
        protocol: Protocol,
        attempt: Attempt,
        request: Bytes,
    ) -> Result<BatchDeleteReply> {
        if protocol == Protocol::Rest {
            // What REST has to ask for first makes a large future, which every layer above would carry with it.
            return Box::pin(rest_delete::send(&self.node(attempt.node).http, attempt, request)).await;
        }
        self.message_over(Method::BATCH_DELETE, protocol, attempt, request).await
    }

    /// Runs a call over the protocol of the hour. If that cannot be reached, finds out which one can, and goes by that one
    /// from then on.
    pub(super) async fn carry<T, F>(&self, call: &Call, over: impl Fn(Protocol, Attempt) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let wanted = call.options.protocol;
        let protocol = self.inner.switch.protocol(wanted);
        if protocol == Protocol::GrpcWeb
            && let Some(server) = self.server_version()
        {
            gate::check_feature(server, Feature::GrpcWeb)
                .map_err(|error| error.in_operation(call.operation, call.collection.as_deref()))?;
        }
        self.look_for_a_better_protocol(wanted);
        let over = &over;
        let try_once = move |attempt: Attempt| async move {
            let start = Instant::now();
            let protocol = self.inner.switch.protocol(wanted);
            let node = self.node(attempt.node);
            let error = match over(protocol, attempt.clone()).await {
                Ok(reply) => {
                    self.inner.switch.confirm(protocol);
                    return Ok(reply);
                }
                Err(error) => error.at(&node.place(protocol)),
            };
            // Another node may well speak it.
            if attempt.another_node || !self.inner.switch.may_change(wanted, protocol, &error) {
                return Err(error);
            }
            let left = || attempt.timeout.saturating_sub(start.elapsed());
            match self.find_protocol(start, left()).await {
                Some(other) if other != protocol && may_go_elsewhere(&error) => {
                    let timeout = left();
                    let mut attempt = attempt;
                    attempt.timeout = timeout;
                    over(other, attempt).await.map_err(|error| error.at(&node.place(other)))
                }
                _ => Err(error),
            }
        };
        self.run(call, |node| node.endpoint(protocol), try_once).await
    }

    /// Once in a while, and beside the calls, since none of them has to wait for it.
    fn look_for_a_better_protocol(&self, wanted: Protocol) {
        let switch = &self.inner.switch;
        if wanted != Protocol::Auto || !switch.is_second_best(SECOND_BEST_FOR) {
            return;
        }
        let own = self.clone();
        tokio::spawn(async move {
            // Whoever decides just now decides about this, too.
            let Ok(_only_one_asks) = own.inner.switch.deciding.try_lock() else { return };
            if own.inner.switch.is_second_best(SECOND_BEST_FOR) {
                let current = own.inner.switch.decision().protocol;
                let found = own.probe(Protocol::Grpc, own.inner.timeouts.init).await;
                own.inner.switch.decide(if found.is_ok() { Protocol::Grpc } else { current }, true);
            }
        });
    }

    /// Checks the protocol that was chosen, or chooses one, within the time that is left for the init checks.
    pub(crate) async fn settle_protocol(&self, within: Duration) -> Result<()> {
        let wanted = self.inner.switch.wanted;
        let first = self.inner.switch.decision().protocol;
        if first == Protocol::Rest {
            self.inner.switch.decide(first, true);
            return Ok(());
        }
        // Where there is another way, time is left for it.
        let start = Instant::now();
        let has_more = wanted == Protocol::Auto;
        let error = match self.probe(first, if has_more { within / 2 } else { within }).await {
            Ok(()) => {
                self.inner.switch.decide(first, true);
                return Ok(());
            }
            Err(error) => error,
        };
        let out_of_reach = is_unreachable(first, &error) || error.kind() == ErrorKind::Timeout;
        if !has_more || !out_of_reach {
            return Err(error);
        }
        let left = within.saturating_sub(start.elapsed());
        let found = if first == Protocol::Grpc {
            self.probe_web(left.mul_f32(0.9)).await
        } else {
            (error.kind() == ErrorKind::Unsupported).then_some(Protocol::Rest)
        };
        let Some(found) = found else { return Err(error) };
        self.adopt(found, &error);
        Ok(())
    }

    /// The protocol that gets through, `None` if there is none. Asks the server, unless somebody did so since `start`.
    async fn find_protocol(&self, start: Instant, within: Duration) -> Option<Protocol> {
        let switch = &self.inner.switch;
        let begun = Instant::now();
        let _only_one_asks = timeout(within, switch.deciding.lock()).await.ok()?;
        if switch.decision().at.is_some_and(|at| at > start) {
            return Some(switch.decision().protocol);
        }
        let left = || within.saturating_sub(begun.elapsed());
        let mut why = None;
        if self.first().grpc.is_some() {
            match self.probe(Protocol::Grpc, left() / 3).await {
                Ok(()) => {
                    switch.decide(Protocol::Grpc, true);
                    return Some(Protocol::Grpc);
                }
                Err(error) => why = Some(error),
            }
        }
        let found = self.probe_web(left() / 2).await;
        match (found, why) {
            (Some(found), Some(why)) => self.adopt(found, &why),
            (Some(found), None) => switch.decide(found, true),
            // What is not there now may be back soon: the others need not ask again at once.
            (None, _) => switch.decide(switch.decision().protocol, false),
        }
        found
    }

    /// What the port of REST has to offer. Whoever answers that there is no gRPC-Web can be spoken to in REST.
    async fn probe_web(&self, within: Duration) -> Option<Protocol> {
        if self.server_version().is_some() && !self.supports(Feature::GrpcWeb).await.unwrap_or(true) {
            return Some(Protocol::Rest);
        }
        match self.probe(Protocol::GrpcWeb, within).await {
            Ok(()) => Some(Protocol::GrpcWeb),
            Err(error) if error.kind() == ErrorKind::Unsupported => Some(Protocol::Rest),
            // It knows the path and refuses the caller: that is for the call itself to hear.
            Err(error) if error.is_access_denied() => Some(Protocol::GrpcWeb),
            Err(_) => None,
        }
    }

    /// Asks for health, once, of any node that can be reached.
    pub(crate) async fn probe(&self, protocol: Protocol, within: Duration) -> Result<()> {
        let operation = if protocol == Protocol::GrpcWeb { "gRPC-Web health" } else { "gRPC health" };
        let call = Call::new(operation, Idempotency::Read).timeout(within).once();
        let ask = |attempt: Attempt| async move {
            let node = self.node(attempt.node);
            self.health(node, protocol, attempt).await.map_err(|error| error.at(&node.place(protocol)))
        };
        self.run(&call, |node| node.endpoint(protocol), ask).await
    }

    async fn health(&self, node: &Node, protocol: Protocol, attempt: Attempt) -> Result<()> {
        match protocol {
            Protocol::GrpcWeb => self.grpc_web(node).health(attempt).await,
            _ => native(node)?.health(attempt, self.max_message_size()).await,
        }
    }

    /// Looks after a node that is passed over, if one is due for it: beside the calls, which do not wait for it.
    pub(super) fn look_after_nodes(&self) {
        let Some(number) = self.inner.nodes.due() else { return };
        let own = self.clone();
        tokio::spawn(async move {
            let within = own.inner.timeouts.init;
            let answers = timeout(within, own.answers(number, within)).await.unwrap_or(false);
            own.inner.nodes.probed(number, answers, fastrand::f64());
            tracing::debug!(node = %own.node(number).http.endpoint, answers, "looked after a node that was passed over");
        });
    }

    /// Whether a node takes requests, by the protocol that they go by.
    async fn answers(&self, number: usize, within: Duration) -> bool {
        let node = self.node(number);
        let protocol = self.inner.switch.decision().protocol;
        let Ok(authorization) = self.inner.credential.authorize().await else { return false };
        let attempt = Attempt {
            node: number,
            another_node: false,
            timeout: within,
            authorization: authorization.map(|sent| sent.header),
            outgoing: self.inner.outgoing.current(),
            own: Headers::default(),
        };
        let ready = |rest: rest::Client| async move { rest.weaviate_wellknown_readiness().await };
        node.http.attempt(attempt.clone(), ready).await.is_ok()
            && (protocol == Protocol::Rest || self.health(node, protocol, attempt).await.is_ok())
    }

    /// Goes by another protocol than the best one from now on, and says why.
    fn adopt(&self, protocol: Protocol, why: &Error) {
        self.inner.switch.decide(protocol, true);
        self.inner.warnings.warn(WarningCode::ProtocolFallback, || {
            format!("searches and imports go over {protocol} at {}: {why}", self.first().http.endpoint)
        });
    }

    pub(crate) fn connection_info(&self) -> ConnectionInfo {
        let decision = self.inner.switch.decision();
        let nodes: Vec<NodeInfo> = self
            .inner
            .nodes
            .with_health()
            .map(|(node, in_turn)| NodeInfo {
                rest: node.http.endpoint.to_string(),
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

    fn grpc_web<'c>(&self, node: &'c Node) -> GrpcWeb<'c> {
        GrpcWeb { http: &node.http, max_message_size: self.max_message_size() }
    }

    fn not_over_rest(&self) -> Error {
        let way_out = match &self.first().grpc {
            Some(grpc) => format!("let gRPC at {} be reachable", grpc.endpoint),
            None => "give the client the address of gRPC".to_owned(),
        };
        Error::new(
            Verdict::not_sent(ErrorKind::Unsupported),
            format!(
                "searches do not go over plain REST yet: {way_out}, or use a server with gRPC-Web (1.38.3, 1.39.0)"
            ),
        )
    }
}

fn native(node: &Node) -> Result<&Grpc> {
    node.grpc
        .as_ref()
        .ok_or_else(|| Error::validation("protocol", "this client knows no address of gRPC: add it with grpc"))
}
