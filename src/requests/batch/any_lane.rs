//! A lane without the type of its items, as the state of a batch sees it.

use std::any::{Any, TypeId};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::cargo::Payload;
use super::ledger::{ItemKey, Ledgers};
use super::post::{MessageOutcome, Post};
use super::settlement::{ItemRetries, Settlement};
use crate::Error;

/// The parts of a lane that do not depend on the type of its items.
pub(super) trait AnyLane<T>: Any + Send {
    fn as_any(&mut self) -> &mut dyn Any;
    fn post(&self) -> &Arc<dyn Post>;
    /// Whether it carries objects, not references.
    fn carries_objects(&self) -> bool;
    fn queued(&self) -> Queued;
    /// Bytes of the open message.
    fn open_bytes(&self) -> usize;
    /// The type of its cargo.
    fn cargo(&self) -> TypeId;
    /// Queues the next item with a key, whose turn it is.
    fn wake(&mut self, key: &ItemKey);
    /// Fills the open message with what is to be sent again. Returns why it should be sent now.
    fn reason(&mut self, wanted: &SendTerms, ledgers: &mut Ledgers, out: &mut Settlement<T>) -> Option<Reason>;
    /// Returns when [`reason`](Self::reason) may have another answer.
    fn due(&self, wanted: &SendTerms) -> Option<Instant>;
    fn seal(&mut self, now: Instant) -> SealedMessage;
    /// Takes the items of a message back and decides about each. `bytes` is the size of the message.
    fn settle(
        &mut self,
        items: Items,
        bytes: usize,
        answer: MessageOutcome,
        how: &HowToSettle,
        ledgers: &mut Ledgers,
        out: &mut Settlement<T>,
    );
    /// Gives up all queued items.
    fn give_up(&mut self, error: &Arc<Error>, ledgers: &mut Ledgers, out: &mut Settlement<T>);
}

/// The items of a message, typed by the lane alone.
pub(super) type Items = Box<dyn Any + Send>;

/// A message to be sent.
pub(super) struct SealedMessage {
    pub(super) payload: Payload,
    pub(super) items: Items,
    pub(super) count: usize,
    pub(super) tokens: u64,
    /// Number of items that were sent before.
    pub(super) repeated: usize,
}

/// Bounds of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct MessageBounds {
    pub(super) count: usize,
    pub(super) bytes: usize,
    pub(super) tokens: u64,
}

/// Why a message is sent. The names are a part of the documented events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Full,
    Flush,
    Linger,
    /// Other lanes need the room.
    Pressure,
    Retry,
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Flush => "flush",
            Self::Linger => "linger",
            Self::Pressure => "pressure",
            Self::Retry => "retry",
        }
    }
}

/// What the batch wants at this moment, for the decision of a lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct SendTerms {
    pub(super) now: Instant,
    pub(super) bounds: MessageBounds,
    pub(super) linger: Duration,
    /// Items of epochs before this one are flushed.
    pub(super) flushed: u64,
}

/// What is accepted and not in flight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Queued {
    pub(super) count: usize,
    pub(super) bytes: usize,
}

/// Circumstances of a settlement.
#[derive(Clone, Copy, Debug)]
pub(super) struct HowToSettle {
    pub(super) retries: ItemRetries,
    pub(super) now: Instant,
}
