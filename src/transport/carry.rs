//! Searches and imports by whichever protocol gets through.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, timeout};
use weaviate_generated::grpc::{BatchObjectsReply, SearchReply, SearchRequest};

use super::call::{Call, Idempotency};
use super::grpc::Grpc;
use super::grpc_web::GrpcWeb;
use super::run::{Attempt, Policy};
use super::switch::{is_unreachable, may_go_elsewhere};
use super::{Transport, rest_batch};
use crate::connect::Endpoint;
use crate::error::{Error, ErrorKind, Result, Verdict};
use crate::{ConnectionInfo, Feature, Protocol, WarningCode};

impl Transport {
    pub(super) async fn search_over(
        &self,
        protocol: Protocol,
        attempt: Attempt,
        request: SearchRequest,
    ) -> Result<SearchReply> {
        match protocol {
            Protocol::GrpcWeb => self.grpc_web().search(attempt, request).await,
            Protocol::Rest => Err(self.not_over_rest()),
            Protocol::Grpc | Protocol::Auto => self.grpc()?.search(attempt, request, self.max_message_size()).await,
        }
    }

    pub(super) async fn batch_objects_over(
        &self,
        protocol: Protocol,
        attempt: Attempt,
        request: Bytes,
    ) -> Result<BatchObjectsReply> {
        match protocol {
            Protocol::GrpcWeb => self.grpc_web().batch_objects(attempt, request).await,
            Protocol::Rest => rest_batch::send(&self.inner.http, &self.inner.warnings, attempt, request).await,
            Protocol::Grpc | Protocol::Auto => {
                self.grpc()?.batch_objects(attempt, request, self.max_message_size()).await
            }
        }
    }

    /// Runs a call over the protocol of the hour. If that cannot be reached, finds out which one can, and goes by that one
    /// from then on.
    pub(super) async fn carry<T, F>(&self, call: &Call, over: impl Fn(Protocol, Attempt) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let protocol = self.inner.switch.protocol(call.protocol);
        let endpoint = self.endpoint(protocol);
        if protocol == Protocol::GrpcWeb && self.server_version().is_some() {
            self.require_feature(call, Feature::GrpcWeb).await?;
        }
        let over = &over;
        self.run(self.inner.policy, call, endpoint, self.within(call), move |attempt| async move {
            let start = Instant::now();
            let protocol = self.inner.switch.protocol(call.protocol);
            let error = match over(protocol, attempt.clone()).await {
                Ok(reply) => {
                    self.inner.switch.confirm(protocol);
                    return Ok(reply);
                }
                Err(error) => error.at(&self.place(protocol)),
            };
            if !self.inner.switch.may_change(call.protocol, protocol, &error) {
                return Err(error);
            }
            let left = || attempt.timeout.saturating_sub(start.elapsed());
            match self.find_protocol(start, left()).await {
                Some(other) if other != protocol && may_go_elsewhere(&error) => {
                    let timeout = left();
                    let mut attempt = attempt;
                    attempt.timeout = timeout;
                    over(other, attempt).await.map_err(|error| error.at(&self.place(other)))
                }
                _ => Err(error),
            }
        })
        .await
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
        if self.inner.grpc.is_some() {
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

    /// Asks for health, once.
    pub(crate) async fn probe(&self, protocol: Protocol, within: Duration) -> Result<()> {
        let operation = if protocol == Protocol::GrpcWeb { "gRPC-Web health" } else { "gRPC health" };
        let endpoint = self.endpoint(protocol);
        let call = Call::new(operation, Idempotency::Read).timeout(within);
        let max = self.max_message_size();
        let ask = |attempt| async move {
            match protocol {
                Protocol::GrpcWeb => self.grpc_web().health(attempt).await,
                _ => self.grpc()?.health(attempt, max).await,
            }
            .map_err(|error| error.at(&self.place(protocol)))
        };
        self.run(Policy::ONCE, &call, endpoint, within, ask).await
    }

    /// Goes by another protocol than the best one from now on, and says why.
    fn adopt(&self, protocol: Protocol, why: &Error) {
        self.inner.switch.decide(protocol, true);
        self.inner.warnings.warn(WarningCode::ProtocolFallback, || {
            format!("searches and imports go over {protocol} at {}: {why}", self.inner.http.endpoint)
        });
    }

    pub(crate) fn connection_info(&self) -> ConnectionInfo {
        let decision = self.inner.switch.decision();
        ConnectionInfo {
            rest: self.inner.http.endpoint.to_string(),
            grpc: self.inner.grpc.as_ref().map(|grpc| grpc.endpoint.to_string()),
            protocol: self.inner.switch.wanted,
            active: decision.protocol,
            confirmed: decision.confirmed,
        }
    }

    fn endpoint(&self, protocol: Protocol) -> &Endpoint {
        match (&self.inner.grpc, protocol) {
            (Some(grpc), Protocol::Grpc | Protocol::Auto) => &grpc.endpoint,
            _ => &self.inner.http.endpoint,
        }
    }

    /// Where a protocol is spoken, for messages.
    pub(super) fn place(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::GrpcWeb => format!("{protocol} at {}", self.inner.http.endpoint),
            other => self.endpoint(other).named(),
        }
    }

    fn grpc(&self) -> Result<&Grpc> {
        self.inner
            .grpc
            .as_ref()
            .ok_or_else(|| Error::validation("protocol", "this client knows no address of gRPC: add it with grpc"))
    }

    fn grpc_web(&self) -> GrpcWeb<'_> {
        GrpcWeb { http: &self.inner.http, max_message_size: self.max_message_size() }
    }

    fn not_over_rest(&self) -> Error {
        let way_out = match &self.inner.grpc {
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
