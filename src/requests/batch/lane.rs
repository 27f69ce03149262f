//! Lane: the items of one kind for one collection, tenant and consistency level.
//!
//! An item is encoded when it is added, into the open message. Its bytes go with the message. The
//! item stays until its fate is known, and is encoded again if it is sent again.

use std::any::{Any, TypeId};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::any_lane::{AnyLane, HowToSettle, Items, MessageBounds, Queued, Reason, SealedMessage, SendTerms};
use super::cargo::Cargo;
use super::ledger::{AfterEnd, ItemKey, Ledgers};
use super::post::{MessageOutcome, Post, Refused};
use super::settlement::{Fate, Reporting, Settlement};
use crate::error::{Outcome, Verdict};
use crate::requests::data::import_message::Doubt;
use crate::values::batch::BatchFailure;
use crate::{Error, ErrorKind, Uuid};

/// Receiver of the fate of one item.
pub(super) type Receipt<C> = oneshot::Sender<Result<Uuid, BatchFailure<<C as Cargo>::Properties>>>;

/// An item that is accepted and not decided.
pub(super) struct Pending<C: Cargo> {
    pub(super) item: C::Item,
    /// Bytes in a message.
    pub(super) len: usize,
    pub(super) tokens: u64,
    /// Number of times it was sent.
    pub(super) sent: u32,
    pub(super) first_sent: Option<Instant>,
    /// An earlier attempt may have stored it.
    pub(super) may_be_stored: bool,
    /// The client made its id.
    pub(super) own_id: bool,
    /// Number of flushes before it was accepted.
    pub(super) epoch: u64,
    pub(super) not_before: Option<Instant>,
    /// It has waited for another one with its key, and waits for nothing more.
    pub(super) has_waited: bool,
    pub(super) receipt: Option<Receipt<C>>,
}

/// The epoch of an item that is not accepted.
const NO_EPOCH: u64 = u64::MAX;

/// Result of offering an item to a lane.
pub(super) enum Admission<C: Cargo> {
    /// `is_news`: the open message is the first one, or it is full now.
    Taken { is_news: bool },
    /// The open message has no room.
    Full(Pending<C>),
    /// Another item with its key is not decided yet.
    InFlight(Pending<C>),
}

pub(super) struct Lane<C: Cargo, T> {
    post: Arc<dyn Post>,
    encoder: C::Encoder,
    message: C::Message,
    open: Vec<Pending<C>>,
    open_bytes: usize,
    open_tokens: u64,
    opened: Option<Instant>,
    /// The next item does not fit into the open message.
    is_full: bool,
    /// To be encoded into an open message, such as what is sent again.
    again: VecDeque<Pending<C>>,
    /// Not earlier than this is anything in `again` to be sent.
    again_at: Option<Instant>,
    /// Bytes of what is not in the open message.
    later_bytes: usize,
    /// Items that wait for another one with their key, of this lane or of another.
    waiting: HashMap<C::Key, VecDeque<Pending<C>>>,
    waiting_count: usize,
    /// Bytes of a message that a gateway takes, once it has refused one.
    max_bytes: Option<usize>,
    /// The last message was full. Only then is memory reserved for the next: a batch may have many
    /// lanes with an object each.
    fills_messages: bool,
    reporting: Reporting<C, T>,
}

impl<C: Cargo> Pending<C> {
    pub(super) fn new(item: C::Item, len: usize) -> Self {
        Self {
            item,
            len,
            tokens: 0,
            sent: 0,
            first_sent: None,
            may_be_stored: false,
            own_id: false,
            epoch: NO_EPOCH,
            not_before: None,
            has_waited: false,
            receipt: None,
        }
    }
}

impl<C: Cargo, T: Send + 'static> Lane<C, T> {
    pub(super) fn new(post: Arc<dyn Post>, encoder: C::Encoder, reporting: Reporting<C, T>) -> Self {
        Self {
            post,
            encoder,
            message: C::Message::default(),
            open: Vec::new(),
            open_bytes: 0,
            open_tokens: 0,
            opened: None,
            is_full: false,
            again: VecDeque::new(),
            again_at: None,
            later_bytes: 0,
            waiting: HashMap::new(),
            waiting_count: 0,
            max_bytes: None,
            fills_messages: false,
            reporting,
        }
    }

    /// Takes an item that `encoder` has encoded last, if there is room.
    pub(super) fn admit(
        &mut self,
        pending: Pending<C>,
        encoder: &C::Encoder,
        bounds: MessageBounds,
        ledgers: &mut Ledgers,
        now: Instant,
    ) -> Admission<C> {
        let key = C::key(&pending.item);
        let ledger = C::ledger(ledgers);
        if ledger.contains(&key) {
            return Admission::InFlight(pending);
        }
        if !self.has_room(pending.len, bounds) {
            self.is_full = true;
            return Admission::Full(pending);
        }
        let is_first = self.open.is_empty();
        if is_first && self.fills_messages {
            C::reserve(&mut self.message, pending.len, bounds);
        }
        C::append(encoder, &pending.item, &mut self.message);
        ledger.insert(key);
        self.push(pending, now);
        Admission::Taken { is_news: is_first || !self.has_room(0, bounds) }
    }

    /// Lets an item wait for the one with its key. `lane` is this lane.
    pub(super) fn wait(&mut self, pending: Pending<C>, ledgers: &mut Ledgers, lane: usize) {
        let key = C::key(&pending.item);
        C::ledger(ledgers).wait(key.clone(), lane);
        self.waiting_count += 1;
        self.later_bytes += pending.len;
        self.waiting.entry(key).or_default().push_back(pending);
    }

    /// Queues an item that is not encoded. `lane` is this lane.
    pub(super) fn send_later(&mut self, pending: Pending<C>, ledgers: &mut Ledgers, lane: usize) {
        let key = C::key(&pending.item);
        if C::ledger(ledgers).contains(&key) {
            self.wait(pending, ledgers, lane);
        } else {
            C::ledger(ledgers).insert(key);
            self.put_again(pending);
        }
    }

    fn put_again(&mut self, pending: Pending<C>) {
        self.again_at = None;
        self.later_bytes += pending.len;
        self.again.push_back(pending);
    }

    fn push(&mut self, pending: Pending<C>, now: Instant) {
        self.opened.get_or_insert(now);
        self.open_bytes += pending.len;
        self.open_tokens = self.open_tokens.saturating_add(pending.tokens);
        self.open.push(pending);
    }

    fn has_room(&self, len: usize, bounds: MessageBounds) -> bool {
        let bytes = self.max_bytes.map_or(bounds.bytes, |max| max.min(bounds.bytes));
        self.open.is_empty()
            || !self.is_full
                && self.open.len() < bounds.count
                && self.open_bytes.saturating_add(len) <= bytes
                && self.open_tokens < bounds.tokens
    }

    /// Encodes what is to be sent again into the open message.
    fn refill(&mut self, wanted: &SendTerms, ledgers: &mut Ledgers, out: &mut Settlement<T>) {
        if self.again_at.is_some_and(|at| at > wanted.now) {
            return;
        }
        self.again_at = None;
        for _ in 0..self.again.len() {
            let Some(front) = self.again.front() else { break };
            if let Some(at) = front.not_before.filter(|at| *at > wanted.now) {
                self.again_at = Some(self.again_at.map_or(at, |earliest| earliest.min(at)));
                self.again.rotate_left(1);
                continue;
            }
            if !self.has_room(front.len, wanted.bounds) {
                self.is_full = true;
                self.again_at = Some(wanted.now);
                break;
            }
            // It stays in the queue while code of the caller runs. Its length is checked already.
            let encoded = C::encode(&mut self.encoder, &front.item, usize::MAX);
            let Some(mut pending) = self.again.pop_front() else { break };
            self.later_bytes = self.later_bytes.saturating_sub(pending.len);
            match encoded {
                Ok(len) => {
                    C::append(&self.encoder, &pending.item, &mut self.message);
                    pending.len = len;
                    pending.not_before = None;
                    self.push(pending, wanted.now);
                }
                Err(error) => {
                    let error = Arc::new(self.post.named(error));
                    let error = if pending.may_be_stored { unknown(&error) } else { error };
                    self.fail(pending, error, ledgers, out);
                }
            }
        }
    }

    /// Ends the turn of an item with its key.
    fn end_turn(item: &C::Item, fate: &Fate, ledgers: &mut Ledgers, out: &mut Settlement<T>) {
        let key = C::key(item);
        match C::ledger(ledgers).end(&key, fate) {
            AfterEnd::Lane(lane) => out.woken.push((lane, C::item_key(key))),
            AfterEnd::Over(error) => out.ended(C::stored_id(item), error),
        }
    }

    fn fail(&mut self, pending: Pending<C>, error: Arc<Error>, ledgers: &mut Ledgers, out: &mut Settlement<T>) {
        let fate = Fate::Failed(error);
        Self::end_turn(&pending.item, &fate, ledgers, out);
        if let Fate::Failed(error) = fate {
            out.fail::<C>(pending, error, self.post.target(), &self.reporting);
        }
    }

    /// Counts items as stored. They are dropped later: that may run code of the caller.
    fn store(mut items: Vec<Pending<C>>, ledgers: &mut Ledgers, out: &mut Settlement<T>) {
        for pending in &mut items {
            Self::end_turn(&pending.item, &Fate::Stored, ledgers, out);
            out.store(pending);
        }
        out.garbage.push(Box::new(items));
    }

    /// Ends an item that was never queued.
    pub(super) fn refuse(&mut self, pending: Pending<C>, error: Error, out: &mut Settlement<T>) {
        let error = Arc::new(self.post.named(error));
        out.fail::<C>(pending, error, self.post.target(), &self.reporting);
    }

    /// Queues an item that has failed, if it may be sent again, or ends it.
    fn repeat_or_fail(
        &mut self,
        mut pending: Pending<C>,
        error: Arc<Error>,
        repetition: Repetition<'_>,
        ledgers: &mut Ledgers,
        out: &mut Settlement<T>,
    ) {
        let Repetition { again, pause, how } = repetition;
        let is_unknown = error.outcome() == Outcome::Unknown;
        let may_repeat = again && (C::REPEATABLE || !is_unknown) && how.retries.allow(&pending, how.now);
        pending.may_be_stored |= is_unknown;
        if !may_repeat {
            let error = if pending.may_be_stored { with_unknown_outcome(error) } else { error };
            return self.fail(pending, error, ledgers, out);
        }
        pending.not_before = pause.map(|pause| how.now + pause);
        out.repeated += 1;
        self.put_again(pending);
    }

    fn settle_reply(
        &mut self,
        items: Vec<Pending<C>>,
        mut refused: Vec<Refused>,
        how: &HowToSettle,
        ledgers: &mut Ledgers,
        out: &mut Settlement<T>,
    ) {
        if let Some(doubt) = refused.iter().find_map(|refused| Doubt::of(&refused.error)) {
            let named: HashSet<usize> = refused.iter().map(|refused| refused.position).collect();
            let others = C::doubted(doubt, items.iter().map(|pending| &pending.item), &named, self.post.layout());
            refused.extend(others.into_iter().map(|(position, error)| Refused {
                position,
                error: Arc::new(self.post.named(error)),
                again: false,
            }));
        }
        if refused.is_empty() {
            return Self::store(items, ledgers, out);
        }
        // The first of two errors for one item counts.
        let mut refused: HashMap<usize, Refused> =
            refused.into_iter().rev().map(|refused| (refused.position, refused)).collect();
        let mut stored = Vec::with_capacity(items.len());
        for (position, pending) in items.into_iter().enumerate() {
            let Some(Refused { error, again, .. }) = refused.remove(&position) else {
                stored.push(pending);
                continue;
            };
            let pause = Some(how.retries.pause(pending.sent, error.retry_after()));
            self.repeat_or_fail(pending, error, Repetition { again, pause, how }, ledgers, out);
        }
        Self::store(stored, ledgers, out);
    }
}

/// How an item is treated that was not stored.
#[derive(Clone, Copy)]
struct Repetition<'r> {
    again: bool,
    /// Pause of the item. The whole batch pauses if a message has failed.
    pause: Option<Duration>,
    how: &'r HowToSettle,
}

/// An earlier attempt may have stored what this one could not. A mistake was refused then, too.
fn with_unknown_outcome(error: Arc<Error>) -> Arc<Error> {
    if error.kind() == ErrorKind::Validation || error.outcome() == Outcome::Unknown { error } else { unknown(&error) }
}

fn unknown(error: &Arc<Error>) -> Arc<Error> {
    let message = format!("an earlier attempt may have stored it; the last one failed: {error}");
    Arc::new(Error::new(Verdict::unknown(error.kind()), message).with_source(Arc::clone(error)))
}

impl<C: Cargo, T: Send + 'static> AnyLane<T> for Lane<C, T> {
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn post(&self) -> &Arc<dyn Post> {
        &self.post
    }

    fn carries_objects(&self) -> bool {
        C::REPEATABLE
    }

    fn queued(&self) -> Queued {
        let count = self.open.len() + self.again.len() + self.waiting_count;
        Queued { count, bytes: self.open_bytes + self.later_bytes }
    }

    fn open_bytes(&self) -> usize {
        self.open_bytes
    }

    fn cargo(&self) -> TypeId {
        TypeId::of::<C>()
    }

    fn wake(&mut self, key: &ItemKey) {
        let Some(key) = C::own_key(key) else { return };
        let Some(next) = self.waiting.get_mut(&key).and_then(VecDeque::pop_front) else { return };
        if self.waiting.get(&key).is_some_and(VecDeque::is_empty) {
            self.waiting.remove(&key);
        }
        self.waiting_count -= 1;
        self.later_bytes = self.later_bytes.saturating_sub(next.len);
        self.put_again(Pending { has_waited: true, ..next });
    }

    fn reason(&mut self, wanted: &SendTerms, ledgers: &mut Ledgers, out: &mut Settlement<T>) -> Option<Reason> {
        self.refill(wanted, ledgers, out);
        if self.open.is_empty() {
            return None;
        }
        if self.is_full || !self.has_room(0, wanted.bounds) {
            return Some(Reason::Full);
        }
        if self.open.iter().any(|pending| pending.epoch < wanted.flushed) {
            return Some(Reason::Flush);
        }
        // What was sent before has waited already, and so has what comes after another with its key.
        if self.open.iter().any(|pending| pending.sent > 0 || pending.has_waited) {
            return Some(Reason::Retry);
        }
        self.opened.is_some_and(|opened| opened + wanted.linger <= wanted.now).then_some(Reason::Linger)
    }

    fn due(&self, wanted: &SendTerms) -> Option<Instant> {
        let again = if self.again.is_empty() { None } else { self.again_at.or(Some(wanted.now)) };
        let lingers = self.opened.filter(|_| !self.open.is_empty()).map(|opened| opened + wanted.linger);
        [again, lingers].into_iter().flatten().min()
    }

    fn seal(&mut self, now: Instant) -> SealedMessage {
        let mut open = std::mem::take(&mut self.open);
        let mut repeated = 0;
        for pending in &mut open {
            repeated += usize::from(pending.sent > 0);
            pending.sent = pending.sent.saturating_add(1);
            pending.first_sent.get_or_insert(now);
        }
        self.opened = None;
        self.fills_messages = self.is_full;
        self.is_full = false;
        self.open_bytes = 0;
        let count = open.len();
        SealedMessage {
            payload: C::seal(&self.encoder, std::mem::take(&mut self.message), count),
            count,
            tokens: std::mem::take(&mut self.open_tokens),
            repeated,
            items: Box::new(open),
        }
    }

    fn settle(
        &mut self,
        items: Items,
        bytes: usize,
        answer: MessageOutcome,
        how: &HowToSettle,
        ledgers: &mut Ledgers,
        out: &mut Settlement<T>,
    ) {
        let Ok(items) = items.downcast::<Vec<Pending<C>>>() else { return };
        let (error, again) = match answer {
            MessageOutcome::Reply(refused) => return self.settle_reply(*items, refused, how, ledgers, out),
            // A gateway before the server takes less than the server.
            MessageOutcome::TooLarge(_) if items.len() > 1 => {
                self.max_bytes = Some(bytes / 2);
                return items.into_iter().for_each(|pending| self.put_again(pending));
            }
            MessageOutcome::TooLarge(error) => (error, false),
            MessageOutcome::Failed { error, again } => (error, again),
        };
        for pending in *items {
            self.repeat_or_fail(pending, Arc::clone(&error), Repetition { again, pause: None, how }, ledgers, out);
        }
    }

    fn give_up(&mut self, error: &Arc<Error>, ledgers: &mut Ledgers, out: &mut Settlement<T>) {
        let waiting = std::mem::take(&mut self.waiting).into_values().flatten();
        let queued: Vec<_> = self.open.drain(..).chain(self.again.drain(..)).chain(waiting).collect();
        self.waiting_count = 0;
        self.message = C::Message::default();
        (self.open_bytes, self.later_bytes, self.open_tokens, self.opened) = (0, 0, 0, None);
        for pending in queued {
            let error = if pending.may_be_stored { unknown(error) } else { Arc::clone(error) };
            self.fail(pending, error, ledgers, out);
        }
    }
}
