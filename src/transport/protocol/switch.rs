//! The active protocol of a client, and what is known about it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind, Outcome};
use crate::options::Protocol;

#[derive(Debug)]
pub(crate) struct Switch {
    pub(crate) wanted: Protocol,
    has_grpc: bool,
    state: Mutex<Decision>,
    /// Held while one call probes. The others wait for its result.
    pub(crate) deciding: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision {
    /// Never `Auto`.
    pub(crate) protocol: Protocol,
    /// Time of the decision; `None` for the protocol that is only tried first.
    pub(crate) at: Option<Instant>,
    pub(crate) confirmed: bool,
}

impl Switch {
    pub(crate) fn new(wanted: Protocol, has_grpc: bool) -> Self {
        let protocol = match wanted {
            Protocol::Auto if has_grpc => Protocol::Grpc,
            Protocol::Auto => Protocol::GrpcWeb,
            chosen => chosen,
        };
        let state = Mutex::new(Decision { protocol, at: None, confirmed: false });
        Self { wanted, has_grpc, state, deciding: tokio::sync::Mutex::new(()) }
    }

    pub(crate) fn decision(&self) -> Decision {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the protocol of a call: its own option, else the decided one.
    pub(crate) fn protocol(&self, of_call: Protocol) -> Protocol {
        match of_call {
            Protocol::Auto => self.decision().protocol,
            chosen => chosen,
        }
    }

    pub(crate) fn decide(&self, protocol: Protocol, confirmed: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = Decision { protocol, at: Some(Instant::now()), confirmed };
    }

    /// Records that the server answered over this protocol.
    pub(crate) fn confirm(&self, protocol: Protocol) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.confirmed |= state.protocol == protocol;
    }

    /// Returns whether a fallback has been in use instead of native gRPC for at least `after`.
    pub(crate) fn is_stale_fallback(&self, after: Duration) -> bool {
        let Decision { protocol, at, .. } = self.decision();
        let old = at.is_some_and(|at| at.elapsed() >= after);
        self.wanted == Protocol::Auto && self.has_grpc && protocol != Protocol::Grpc && old
    }

    /// Returns whether the error justifies a search for another protocol.
    pub(crate) fn may_change(&self, of_call: Protocol, used: Protocol, error: &Error) -> bool {
        self.wanted == Protocol::Auto && of_call == Protocol::Auto && is_unreachable(used, error)
    }
}

/// Returns whether the error means that the protocol is unreachable, not that the server refused
/// the request.
pub(crate) fn is_unreachable(protocol: Protocol, error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connection => true,
        ErrorKind::Unsupported => protocol == Protocol::GrpcWeb && error.http_status() == Some(404),
        _ => false,
    }
}

/// Returns whether the request had no effect, so that it can be sent over another protocol.
pub(crate) fn had_no_effect(error: &Error) -> bool {
    error.outcome() != Outcome::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Verdict;

    #[test]
    fn auto_starts_with_the_best_available_protocol() {
        for (wanted, has_grpc, expected) in [
            (Protocol::Auto, true, Protocol::Grpc),
            (Protocol::Auto, false, Protocol::GrpcWeb),
            (Protocol::Rest, true, Protocol::Rest),
        ] {
            let switch = Switch::new(wanted, has_grpc);
            assert_eq!(switch.decision().protocol, expected);
            assert!(!switch.decision().confirmed && switch.decision().at.is_none());
            assert_eq!(switch.protocol(Protocol::Auto), expected);
            assert_eq!(switch.protocol(Protocol::GrpcWeb), Protocol::GrpcWeb);
        }
    }

    #[test]
    fn only_auto_falls_back_and_only_from_an_unreachable_protocol() {
        let lost = Error::new(Verdict::not_sent(ErrorKind::Connection), "");
        let missing = Error::new(Verdict::refused(ErrorKind::Unsupported), "").with_http_status(404);
        let refused = Error::new(Verdict::refused(ErrorKind::Validation), "");
        let auto = Switch::new(Protocol::Auto, true);
        assert!(auto.may_change(Protocol::Auto, Protocol::Grpc, &lost));
        assert!(auto.may_change(Protocol::Auto, Protocol::GrpcWeb, &missing));
        assert!(!auto.may_change(Protocol::Auto, Protocol::Grpc, &missing));
        assert!(!auto.may_change(Protocol::Auto, Protocol::Grpc, &refused));
        assert!(!auto.may_change(Protocol::Grpc, Protocol::Grpc, &lost));
        assert!(!Switch::new(Protocol::Grpc, true).may_change(Protocol::Auto, Protocol::Grpc, &lost));
    }

    #[tokio::test(start_paused = true)]
    async fn grpc_is_probed_again_after_a_while() {
        let minute = Duration::from_secs(60);
        let auto = Switch::new(Protocol::Auto, true);
        assert!(!auto.is_stale_fallback(Duration::ZERO), "nothing is decided yet");
        auto.decide(Protocol::GrpcWeb, true);
        assert!(!auto.is_stale_fallback(minute));
        tokio::time::advance(minute).await;
        assert!(auto.is_stale_fallback(minute));
        auto.decide(Protocol::Grpc, true);
        tokio::time::advance(minute).await;
        assert!(!auto.is_stale_fallback(minute));
        let web_only = Switch::new(Protocol::Auto, false);
        web_only.decide(Protocol::GrpcWeb, true);
        assert!(!web_only.is_stale_fallback(Duration::ZERO));
    }
}
