//! Watches an attempt that gets no answer, and ends it if the cluster has lost its leader
//! meanwhile.
//!
//! A follower passes on to the leader what needs one. If the leader dies, such a request hangs
//! without limit, also after the election: on a follower until another request finds the new leader,
//! on the node that became the leader for good. An attempt that is merely slow must not be cut: a
//! vectorizer or a generative model may take all the time that the caller allows. So the node is
//! asked for something that needs the leader.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::confirm::{Confirmations, Oracle};
use crate::call::{Call, Idempotency};
use crate::error::{Error, ErrorKind, Outcome, Verdict};

/// Time without an answer after which an attempt is watched: as a rule, and soon after trouble with
/// the leader, when the next attempt may hang as well and has less time.
const WATCH_AFTER: Duration = Duration::from_secs(2);
const WATCH_AFTER_TROUBLE: Duration = Duration::from_millis(500);

/// Time in which trouble is recent. An election takes less.
const RECENT: Duration = Duration::from_secs(20);

/// Deadline of a question to the leader, and the pause after its answer. A busy server may need
/// seconds for an answer; an election takes longer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_secs(1);

/// Time for which the leader of a single node has to answer again before an attempt ends. What a
/// server that starts was sent before it had a leader goes on then. In a cluster it hangs.
const GRACE_OF_ONE_NODE: Duration = Duration::from_secs(5);

/// Time after trouble with the leader in which new requests still hang: until the followers have
/// noticed.
const AFTERMATH: Duration = Duration::from_secs(5);

/// The last trouble with the leader, shared by the calls of a client.
#[derive(Debug, Default)]
pub(crate) struct LeaderTrouble(Mutex<Option<Instant>>);

impl LeaderTrouble {
    /// Records the error of an attempt. A node that cannot be reached may have been the leader.
    pub(super) fn record(&self, error: &Error) {
        if (error.kind(), error.outcome()) == (ErrorKind::Connection, Outcome::NotSent) {
            self.now();
        }
    }

    fn now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Returns the time without an answer after which an attempt is watched.
    pub(super) fn watch_after(&self) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|trouble| trouble.elapsed() < RECENT) { WATCH_AFTER_TROUBLE } else { WATCH_AFTER }
    }

    /// Returns whether a request of this time may hang although the leader answered at `answered`.
    fn may_hang(&self, sent: Instant, answered: Instant) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|trouble| trouble <= answered && sent < trouble + AFTERMATH)
    }
}

/// Waits until the leader answers again after trouble, and returns the error of an attempt that was
/// sent before. The node has found the leader then, so that the next attempt belongs there: on
/// another node it might hang as this one did. Pending as long as there is no trouble, and for a
/// call that may not be repeated: that may still succeed.
pub(super) async fn leader_changed(
    confirmations: &Confirmations,
    trouble: &LeaderTrouble,
    oracle: &dyn Oracle,
    call: &Call,
    node: usize,
    is_only_node: bool,
    sent: Instant,
) -> Error {
    let grace = if is_only_node { GRACE_OF_ONE_NODE } else { Duration::ZERO };
    let mut answers_since = None;
    loop {
        match confirmations.leader_answers(oracle, call, node, ANSWERS_WITHIN).await {
            Ok(answered) if call.idempotency != Idempotency::Never && trouble.may_hang(sent, answered) => {
                if answers_since.get_or_insert(answered).elapsed() >= grace {
                    break;
                }
            }
            Ok(_) => {}
            Err(why) => {
                tracing::debug!(why, "the leader does not answer");
                trouble.now();
                answers_since = None;
            }
        }
        sleep(PAUSE).await;
    }
    let waited = sent.elapsed();
    let message = format!("no reply within {waited:.1?}, and the cluster has lost its leader meanwhile");
    Error::new(Verdict::unknown(ErrorKind::Unavailable).transient(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_attempt_is_watched_sooner_after_trouble() {
        let trouble = LeaderTrouble::default();
        assert_eq!(trouble.watch_after(), WATCH_AFTER);
        trouble.record(&Error::new(Verdict::refused(ErrorKind::Validation), ""));
        assert_eq!(trouble.watch_after(), WATCH_AFTER, "a refused call tells nothing");
        trouble.record(&Error::new(Verdict::not_sent(ErrorKind::Connection), ""));
        assert_eq!(trouble.watch_after(), WATCH_AFTER_TROUBLE);
        tokio::time::advance(RECENT).await;
        assert_eq!(trouble.watch_after(), WATCH_AFTER);
    }
}
