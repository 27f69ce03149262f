//! Which protocol carries the messages, and the memory of what was found out about it.

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
    /// Held while somebody finds out; the others wait for the result instead of asking, too.
    pub(crate) deciding: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision {
    /// Never `Auto`.
    pub(crate) protocol: Protocol,
    /// When it was found out; `None` while it is only what will be tried first.
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

    /// The one that a call goes by: what it asks for itself, else what was decided.
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

    /// Remembers that the server answered by this protocol.
    pub(crate) fn confirm(&self, protocol: Protocol) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.confirmed |= state.protocol == protocol;
    }

    /// Whether native gRPC was not to be had when it was last looked for, and that is so long ago.
    pub(crate) fn is_second_best(&self, after: Duration) -> bool {
        let Decision { protocol, at, .. } = self.decision();
        let old = at.is_some_and(|at| at.elapsed() >= after);
        self.wanted == Protocol::Auto && self.has_grpc && protocol != Protocol::Grpc && old
    }

    /// Whether it is worth asking if another protocol gets through.
    pub(crate) fn may_change(&self, of_call: Protocol, used: Protocol, error: &Error) -> bool {
        self.wanted == Protocol::Auto && of_call == Protocol::Auto && is_unreachable(used, error)
    }
}

/// The protocol is not to be had, as opposed to: it works, and the answer is no.
pub(crate) fn is_unreachable(protocol: Protocol, error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connection => true,
        ErrorKind::Unsupported => protocol == Protocol::GrpcWeb && error.http_status() == Some(404),
        _ => false,
    }
}

/// Nothing came of the request, so it can go another way at once without happening twice.
pub(crate) fn may_go_elsewhere(error: &Error) -> bool {
    error.outcome() != Outcome::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Verdict;

    #[test]
    fn auto_starts_with_the_best_there_may_be() {
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
    fn only_auto_changes_and_only_when_the_protocol_is_out_of_reach() {
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
    async fn the_best_one_is_looked_for_again_after_a_while() {
        let minute = Duration::from_secs(60);
        let auto = Switch::new(Protocol::Auto, true);
        assert!(!auto.is_second_best(Duration::ZERO), "nothing is decided yet");
        auto.decide(Protocol::GrpcWeb, true);
        assert!(!auto.is_second_best(minute));
        tokio::time::advance(minute).await;
        assert!(auto.is_second_best(minute));
        auto.decide(Protocol::Grpc, true);
        tokio::time::advance(minute).await;
        assert!(!auto.is_second_best(minute));
        let web_alone = Switch::new(Protocol::Auto, false);
        web_alone.decide(Protocol::GrpcWeb, true);
        assert!(!web_alone.is_second_best(Duration::ZERO));
    }
}
