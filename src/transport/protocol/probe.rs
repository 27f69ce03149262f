//! Health probes of protocols and nodes.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::switch::is_unreachable;
use super::{GRPC_PROBE_INTERVAL, grpc_client};
use crate::call::{Call, Idempotency};
use crate::error::{Error, ErrorKind, Result};
use crate::options::Protocol;
use crate::options::headers::Headers;
use crate::transport::Transport;
use crate::transport::run::Attempt;
use crate::transport::run::attempts::Replying;
use crate::values::server::Feature;
use crate::values::warning::WarningCode;

impl Transport {
    /// Probes native gRPC from time to time, in a task of its own: calls do not wait for it.
    pub(in crate::transport) fn probe_grpc_again(&self, wanted: Protocol) {
        let switch = &self.inner.switch;
        if wanted != Protocol::Auto || !switch.is_stale_fallback(GRPC_PROBE_INTERVAL) {
            return;
        }
        let own = self.clone();
        tokio::spawn(async move {
            // A running decision covers this, too.
            let Ok(_only_one_probes) = own.inner.switch.deciding.try_lock() else { return };
            if own.inner.switch.is_stale_fallback(GRPC_PROBE_INTERVAL) {
                let current = own.inner.switch.decision().protocol;
                let found = own.probe(Protocol::Grpc, own.inner.timeouts.init).await;
                own.inner.switch.decide(if found.is_ok() { Protocol::Grpc } else { current }, true);
            }
        });
    }

    /// Confirms or chooses the protocol, within the rest of the init checks.
    pub(crate) async fn settle_protocol(&self, within: Duration) -> Result<()> {
        let wanted = self.inner.switch.wanted;
        let first = self.inner.switch.decision().protocol;
        if first == Protocol::Rest {
            self.inner.switch.decide(first, true);
            return Ok(());
        }
        // If there is an alternative, half of the time is reserved for it.
        let start = Instant::now();
        let has_alternative = wanted == Protocol::Auto;
        let error = match self.probe(first, if has_alternative { within / 2 } else { within }).await {
            Ok(()) => {
                self.inner.switch.decide(first, true);
                return Ok(());
            }
            Err(error) => error,
        };
        let out_of_reach = is_unreachable(first, &error) || error.kind() == ErrorKind::Timeout;
        if !has_alternative || !out_of_reach {
            return Err(error);
        }
        let left = within.saturating_sub(start.elapsed());
        let found = if first == Protocol::Grpc {
            self.probe_rest_port(left.mul_f32(0.9)).await
        } else {
            (error.kind() == ErrorKind::Unsupported).then_some(Protocol::Rest)
        };
        let Some(found) = found else { return Err(error) };
        self.fall_back_to(found, &error);
        Ok(())
    }

    /// Returns the protocol that works, or `None`. Probes, unless another call did so since
    /// `start`.
    pub(super) async fn find_protocol(&self, start: Instant, within: Duration) -> Option<Protocol> {
        let switch = &self.inner.switch;
        let begun = Instant::now();
        let _only_one_probes = timeout(within, switch.deciding.lock()).await.ok()?;
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
        let found = self.probe_rest_port(left() / 2).await;
        match (found, why) {
            (Some(found), Some(why)) => self.fall_back_to(found, &why),
            (Some(found), None) => switch.decide(found, true),
            // Remembers the failed probes, so that other calls do not repeat them at once.
            (None, _) => switch.decide(switch.decision().protocol, false),
        }
        found
    }

    /// Returns the best protocol of the REST port. A server without gRPC-Web still has REST.
    async fn probe_rest_port(&self, within: Duration) -> Option<Protocol> {
        if self.lacks(Feature::GrpcWeb) {
            return Some(Protocol::Rest);
        }
        match self.probe(Protocol::GrpcWeb, within).await {
            Ok(()) => Some(Protocol::GrpcWeb),
            Err(error) if error.kind() == ErrorKind::Unsupported => Some(Protocol::Rest),
            // The server has gRPC-Web and refuses the caller. The call itself reports that.
            Err(error) if error.is_access_denied() => Some(Protocol::GrpcWeb),
            Err(_) => None,
        }
    }

    /// Checks the health of any reachable node, without retries.
    pub(crate) async fn probe(&self, protocol: Protocol, within: Duration) -> Result<()> {
        let operation = if protocol == Protocol::GrpcWeb { "gRPC-Web health" } else { "gRPC health" };
        let call = Call::new(operation, Idempotency::Read).timeout(within).not_retried().about_server();
        let mut attempts = Replying::new(|attempt| self.health(attempt));
        self.run(&call, protocol, &mut attempts).await?;
        attempts.reply()
    }

    async fn health(&self, attempt: Attempt<'_>) -> Result<()> {
        let node = attempt.node;
        match attempt.protocol {
            Protocol::GrpcWeb => self.grpc_web(node).health(attempt).await,
            _ => grpc_client(node)?.health(attempt, self.max_message_size()).await,
        }
    }

    /// Probes an ejected node if one is due, in a task of its own: calls do not wait for it.
    pub(in crate::transport) fn probe_ejected_nodes(&self) {
        let Some(number) = self.inner.nodes.claim_probe() else { return };
        let own = self.clone();
        tokio::spawn(async move {
            let within = own.inner.timeouts.init;
            let answers = timeout(within, own.is_node_ready(number, within)).await.unwrap_or(false);
            own.inner.nodes.record_probe(number, answers, fastrand::f64());
            let node = &own.inner.nodes.get(number).rest.endpoint;
            tracing::debug!(%node, answers, "probed an ejected node");
        });
    }

    /// Returns whether a node is ready, over the active protocol.
    async fn is_node_ready(&self, number: usize, within: Duration) -> bool {
        let protocol = self.inner.switch.decision().protocol;
        let Ok(attempt) = self.attempt_at(number, protocol, Headers::default(), within).await else { return false };
        let ready = attempt.clone().rest(|rest| rest.weaviate_wellknown_readiness());
        ready.await.is_ok() && (protocol == Protocol::Rest || self.health(attempt).await.is_ok())
    }

    /// Uses another protocol than native gRPC from now on, and warns.
    fn fall_back_to(&self, protocol: Protocol, why: &Error) {
        self.inner.switch.decide(protocol, true);
        self.warn(WarningCode::ProtocolFallback, || {
            let place = &self.first().rest.endpoint;
            let (lost, remedy) = if protocol == Protocol::Rest {
                (
                    format!("searches are not available, and imports use REST at {place}, which takes more memory"),
                    self.needs_grpc(),
                )
            } else {
                (
                    format!("searches and imports use {protocol} at {place}"),
                    "choose the protocol with ClientBuilder::protocol".to_owned(),
                )
            };
            format!(
                "gRPC is unreachable ({why}); {lost}. To change that, {remedy}. Silence this with \
                 suppress_warning(WarningCode::ProtocolFallback)"
            )
        });
    }
}
