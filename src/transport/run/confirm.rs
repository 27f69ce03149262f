//! Confirms that something is missing, before a call reports it.
//!
//! A server that has just started answers "could not find class" for collections that it has not
//! loaded yet, and 404 for their objects. A node of a cluster does so for a collection of whose
//! creation it has not learned, also when it is ready. The leader's word is final for a collection:
//! `GET /v1/schema/{collection}` asks it. A 404 for an object is final if the node was ready, and
//! knew the collection, before the request was sent.
//!
//! The questions cost a request only after such an answer, and calls that fail together share them.

use std::collections::HashMap;
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::call::Call;
use crate::error::{Error, ErrorKind, Verdict, missing_collection};
use crate::options::headers::Headers;

/// Deadline of a question. A node without a leader does not answer; the call is retried then.
const DEADLINE: Duration = Duration::from_secs(5);

/// Time for which an answer holds for other calls. Less than a server needs to restart.
const FRESH: Duration = Duration::from_millis(500);

/// Limit of remembered questions. Beyond it, all that are not being asked are dropped.
const MAX_REMEMBERED: usize = 256;

/// A question to one node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    /// Whether the node takes requests.
    IsReady,
    /// Whether the node itself knows the collection.
    NodeKnows(String),
    /// Whether the leader of the cluster knows the collection.
    LeaderKnows(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    /// The node cannot tell yet, for this reason.
    Later(String),
    /// The node will not tell: no permission, or a gateway that lets no such request through.
    Untold,
    /// No server is there, but a gateway that answers 404 to everything.
    Gateway,
}

impl Answer {
    /// Returns the answer that the result of a request is.
    pub(crate) fn of<T>(result: Result<T, Error>) -> Self {
        use ErrorKind::{Connection, NotFound, RateLimited, Timeout, Unavailable};
        match result {
            Ok(_) => Self::Yes,
            Err(error) => match (error.kind(), error.http_status()) {
                (NotFound, _) => Self::No,
                (Connection, None) | (Timeout | Unavailable | RateLimited, _) | (_, Some(500 | 502..=504)) => {
                    Self::Later(error.to_string())
                }
                _ => Self::Untold,
            },
        }
    }
}

/// The nodes that can be asked.
pub(crate) trait Oracle: Send + Sync {
    /// Asks a node, with the headers of the call that wants to know.
    fn ask<'a>(
        &'a self,
        node: usize,
        question: &'a Question,
        headers: &'a Headers,
        within: Duration,
    ) -> Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;
}

/// A thing that an error says is missing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Claim {
    /// A collection.
    Collection(String),
    /// An object of this collection, or the collection.
    Object(String),
    /// Whatever the call is about, by a 404 without a body.
    Anything,
}

impl Claim {
    fn of(call: &Call, error: &Error) -> Option<Self> {
        if error.kind() != ErrorKind::NotFound {
            return None;
        }
        let own = || call.collection.as_ref().map(|name| name.as_str().to_owned());
        match error.server_message() {
            Some(text) => match missing_collection(text)? {
                "" => own().map(Self::Collection),
                name => Some(Self::Collection(name.to_owned())),
            },
            None if error.http_status() != Some(404) => None,
            None if call.about_object => own().map(Self::Object),
            None => Some(Self::Anything),
        }
    }
}

/// The result of a confirmation.
#[derive(Debug)]
pub(crate) enum Confirmed {
    /// The error of the attempt, or the one that it turned out to be.
    Error(Error),
    /// The node is able to tell, but may not have been when the request came: it is sent again.
    SendAgain,
}

/// An attempt that failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FailedAttempt<'a> {
    pub(crate) node: usize,
    /// The address for messages.
    pub(crate) place: &'a str,
    pub(crate) sent: Instant,
    /// Time until the deadline of the call.
    pub(crate) left: Duration,
    /// Whether it was sent again after a confirmation.
    pub(crate) again: bool,
}

/// Latest answers of the nodes, shared by the calls of a client.
#[derive(Debug, Default)]
pub(crate) struct Confirmations {
    slots: Mutex<HashMap<(usize, Claim), Arc<Slot>>>,
}

/// The last answer to a question. The lock is held while it is being asked.
type Slot = tokio::sync::Mutex<Option<Answered>>;

#[derive(Clone, Debug)]
struct Answered {
    asked: Instant,
    at: Instant,
    answer: Answer,
}

impl Confirmations {
    /// Decides about an error that says something is missing; returns all others as they are.
    pub(crate) async fn confirm(
        &self,
        oracle: &dyn Oracle,
        call: &Call,
        attempt: FailedAttempt<'_>,
        error: Error,
    ) -> Confirmed {
        let Some(claim) = Claim::of(call, &error) else { return Confirmed::Error(error) };
        if call.about_server {
            return Confirmed::Error(Error::of_gateway(404, attempt.place));
        }
        let is_object = matches!(claim, Claim::Object(_));
        let slot = self.slot(attempt.node, &claim);
        if is_object && (attempt.again || was_able(&slot, attempt.sent)) {
            return Confirmed::Error(error);
        }
        let (_, answer) = self.answer(oracle, &slot, &claim, attempt, &call.options.headers).await;
        tracing::debug!(?claim, ?answer, "asked whether it is missing");
        match answer {
            Answer::Yes if is_object => Confirmed::SendAgain,
            Answer::Yes if claim == Claim::Anything => Confirmed::Error(error),
            Answer::Gateway => Confirmed::Error(Error::of_gateway(404, attempt.place)),
            Answer::Yes => {
                Confirmed::Error(later(&error, attempt.place, "the collection exists and is not loaded yet"))
            }
            Answer::Later(why) => Confirmed::Error(later(&error, attempt.place, &why)),
            Answer::No | Answer::Untold => Confirmed::Error(error),
        }
    }

    /// Returns when the leader was asked through this node, if it answers, or why it does not.
    pub(super) async fn leader_answers(
        &self,
        oracle: &dyn Oracle,
        call: &Call,
        node: usize,
        within: Duration,
    ) -> Result<Instant, String> {
        // Any name does: a collection that does not exist is the leader's answer, too.
        let name = call.collection.as_ref().map_or("Leader", |name| name.as_str());
        let claim = Claim::Collection(name.to_owned());
        let slot = self.slot(node, &claim);
        let attempt = FailedAttempt { node, place: "", sent: Instant::now(), left: within, again: false };
        match self.answer(oracle, &slot, &claim, attempt, &call.options.headers).await {
            (_, Answer::Later(why)) => Err(why),
            (asked, Answer::Yes | Answer::No | Answer::Untold | Answer::Gateway) => Ok(asked),
        }
    }

    /// Returns an answer, and when it was asked for: after the request was sent, or shortly before if
    /// a collection exists.
    async fn answer(
        &self,
        oracle: &dyn Oracle,
        slot: &Slot,
        claim: &Claim,
        attempt: FailedAttempt<'_>,
        headers: &Headers,
    ) -> (Instant, Answer) {
        let within = attempt.left.min(DEADLINE);
        let asked = async {
            let mut last = slot.lock().await;
            if let Some(Answered { asked, at, answer }) = &*last {
                let exists = matches!((claim, answer), (Claim::Collection(_) | Claim::Anything, Answer::Yes));
                if *asked >= attempt.sent || (exists && at.elapsed() < FRESH) {
                    return (*asked, answer.clone());
                }
            }
            let asked = Instant::now();
            let answer = ask(oracle, attempt.node, claim, headers, within).await;
            *last = Some(Answered { asked, at: Instant::now(), answer: answer.clone() });
            (asked, answer)
        };
        let late = |_| (attempt.sent, Answer::Later(format!("no reply within {within:?}")));
        timeout(within, asked).await.unwrap_or_else(late)
    }

    fn slot(&self, node: usize, claim: &Claim) -> Arc<Slot> {
        // A panic cannot leave a change half done.
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MAX_REMEMBERED {
            slots.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        Arc::clone(slots.entry((node, claim.clone())).or_default())
    }
}

/// Returns whether the node was able to tell right before a request was sent.
fn was_able(slot: &Slot, sent: Instant) -> bool {
    let Ok(last) = slot.try_lock() else { return false };
    let is_recent = |at: Instant| at <= sent && sent.duration_since(at) < FRESH;
    last.as_ref().is_some_and(|last| last.answer == Answer::Yes && is_recent(last.at))
}

/// Asks what decides about a claim. `Yes`: the collection exists, or the node knows its objects.
async fn ask(oracle: &dyn Oracle, node: usize, claim: &Claim, headers: &Headers, within: Duration) -> Answer {
    use Question::{IsReady, LeaderKnows, NodeKnows};
    let ask = async |question: Question| oracle.ask(node, &question, headers, within).await;
    match claim {
        Claim::Collection(name) => match ask(LeaderKnows(name.clone())).await {
            Answer::Untold => match ask(IsReady).await {
                Answer::Later(why) => Answer::Later(why),
                _ => Answer::Untold,
            },
            answer => answer,
        },
        Claim::Object(name) => match ask(IsReady).await {
            Answer::Yes => match ask(NodeKnows(name.clone())).await {
                Answer::No => match ask(LeaderKnows(name.clone())).await {
                    Answer::Yes => Answer::Later("the node does not know the collection yet".to_owned()),
                    answer => answer,
                },
                Answer::Untold => Answer::Yes,
                answer => answer,
            },
            Answer::No => Answer::Gateway,
            answer => answer,
        },
        Claim::Anything => match ask(IsReady).await {
            Answer::No => Answer::Gateway,
            answer => answer,
        },
    }
}

/// Returns the error of a node that cannot tell yet, in place of one that says something is missing.
fn later(error: &Error, place: &str, why: &str) -> Error {
    let verdict = Verdict { kind: ErrorKind::Unavailable, outcome: error.outcome(), transient: true };
    let message = match error.http_status() {
        Some(status) => format!("{place} answered HTTP {status}, which proves nothing yet: {why}"),
        None => format!("{place}: {why}"),
    };
    let mut later = Error::new(verdict, message);
    if let Some(code) = error.grpc_code() {
        later = later.with_grpc_code(code);
    }
    if let Some(status) = error.http_status() {
        later = later.with_http_status(status);
    }
    match error.server_message() {
        Some(text) => later.with_server_message(text),
        None => later,
    }
}

#[cfg(test)]
pub(super) mod tests;
