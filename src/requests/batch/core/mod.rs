//! State of a batch: its lanes, what is in flight, and what is known of the rest. Without I/O, and
//! with the time as an argument.

mod ending;
mod places;
mod sending;
mod settling;

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use self::places::Places;
use super::any_lane::{AnyLane, Items, MessageBounds, Queued, Reason};
use super::cargo::{Cargo, Payload, ReferenceCargo};
use super::lane::{Admission, Lane, Pending};
use super::ledger::Ledgers;
use super::pace::Pace;
use super::post::Post;
use super::reference_ends::ReferenceEnds;
use super::settlement::{FailureSummary, ItemRetries};
use crate::error::Error;
use crate::values::batch::{BatchFailure, BatchProgress, ItemCounts};
use crate::values::collection_name::CollectionName;

/// Settings of a batch that its state needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct CoreSettings {
    pub(super) linger: Duration,
    pub(super) max_queued: Queued,
    pub(super) retries: ItemRetries,
    pub(super) keep_failures: usize,
    pub(super) refuse_duplicates: bool,
    pub(super) stop_on_first_error: bool,
}

/// What becomes of a batch.
#[derive(Clone, Debug)]
enum Phase {
    Open,
    /// Takes nothing more, and carries out what it has.
    Finishing,
    /// Sends nothing more, for this reason.
    Stopped(Arc<Error>),
}

pub(super) struct Core<T: Send + 'static> {
    settings: CoreSettings,
    pace: Pace,
    lanes: Vec<LaneEntry<T>>,
    places: Places,
    /// Senders of lanes that the watch of the server does not know. Only a dynamic batch has a watch.
    new_posts: Vec<Arc<dyn Post>>,
    /// Lanes with something queued, in the order in which they are asked.
    active: VecDeque<usize>,
    ends: ReferenceEnds<T>,
    phase: Phase,
    objects: ItemCounts,
    references: ItemCounts,
    messages: u64,
    retries: u64,
    took: Duration,
    queued: Queued,
    in_flight: HashMap<u64, SentMessage>,
    next_ticket: u64,
    /// Number of flushes so far. Items of earlier epochs are sent without delay.
    epoch: u64,
    /// Undecided items by epoch.
    undecided: BTreeMap<u64, u64>,
    pressure: bool,
    /// Whether an item found no room since the last answer.
    was_full: bool,
    pause: Pause,
    failures: Vec<BatchFailure<T>>,
    summary: FailureSummary,
}

struct LaneEntry<T> {
    lane: Box<dyn AnyLane<T>>,
    place: usize,
    queued: Queued,
    is_active: bool,
}

/// Pause of the whole batch after messages that failed.
#[derive(Debug, Default)]
struct Pause {
    until: Option<Instant>,
    began: Option<Instant>,
    /// Pauses since the last success.
    number: u32,
}

/// A message in flight.
struct SentMessage {
    lane: usize,
    items: Items,
    facts: MessageFacts,
}

/// Facts of a message, for its event.
#[derive(Clone, Debug)]
pub(super) struct MessageFacts {
    pub(super) collection: CollectionName,
    pub(super) is_objects: bool,
    pub(super) count: usize,
    pub(super) bytes: usize,
    pub(super) repeated: usize,
    pub(super) reason: Reason,
    pub(super) sent: Instant,
}

/// What the driver has to do next.
pub(super) enum NextStep {
    Send(Outgoing),
    /// Nothing before this time, unless something happens.
    Wait(Option<Instant>),
}

/// A message to be sent. Its items stay with the state.
pub(super) struct Outgoing {
    pub(super) ticket: u64,
    pub(super) payload: Payload,
    pub(super) post: Arc<dyn Post>,
}

/// Result of adding an item.
pub(super) enum Admitted<C: Cargo> {
    /// `is_news`: the driver has to look.
    Taken {
        is_news: bool,
    },
    /// To be tried again once something has been sent.
    NoRoom(Pending<C>),
    Refused(Pending<C>, Error),
    /// The batch takes no more.
    Ended(Pending<C>),
}

/// What a settlement has for the world outside of the state.
pub(super) struct Settled<T> {
    /// Failures that the report does not keep.
    pub(super) further: Vec<BatchFailure<T>>,
    /// To be dropped, which may run code of the caller.
    pub(super) garbage: Vec<Items>,
}

impl<T> Default for Settled<T> {
    fn default() -> Self {
        Self { further: Vec::new(), garbage: Vec::new() }
    }
}

impl<T> Settled<T> {
    fn append(&mut self, mut other: Self) {
        self.further.append(&mut other.further);
        self.garbage.append(&mut other.garbage);
    }
}

impl<T: Send + 'static> Core<T> {
    pub(super) fn new(settings: CoreSettings, pace: Pace) -> Self {
        Self {
            settings,
            pace,
            lanes: Vec::new(),
            places: Places::default(),
            new_posts: Vec::new(),
            active: VecDeque::new(),
            ends: ReferenceEnds::default(),
            phase: Phase::Open,
            objects: ItemCounts::default(),
            references: ItemCounts::default(),
            messages: 0,
            retries: 0,
            took: Duration::ZERO,
            queued: Queued::default(),
            in_flight: HashMap::new(),
            next_ticket: 0,
            epoch: 0,
            undecided: BTreeMap::new(),
            pressure: false,
            was_full: false,
            pause: Pause::default(),
            failures: Vec::new(),
            summary: FailureSummary::default(),
        }
    }

    /// Returns the lane of a place, which `make` creates if there is none, and whether it is new.
    /// Handles with other headers or options, or of another client, have a lane of their own.
    pub(super) fn lane<C: Cargo>(&mut self, post: &Arc<dyn Post>, make: impl FnOnce() -> Lane<C, T>) -> (usize, bool) {
        let place = self.places.of(post.target());
        let is_same = |index: &&usize| {
            let lane = &self.lanes[**index].lane;
            lane.cargo() == TypeId::of::<C>() && lane.post().is_same(&**post)
        };
        if let Some(index) = self.places.get(place).lanes.iter().find(is_same) {
            return (*index, false);
        }
        let index = self.lanes.len();
        if self.is_dynamic() {
            self.new_posts.push(Arc::clone(post));
        }
        self.places.get_mut(place).lanes.push(index);
        self.lanes.push(LaneEntry { lane: Box::new(make()), place, queued: Queued::default(), is_active: false });
        (index, true)
    }

    /// Returns whether the server is watched.
    pub(super) fn is_dynamic(&mut self) -> bool {
        self.pace.dynamic().is_some()
    }

    /// Takes the senders of the lanes that are new since the last time.
    pub(super) fn take_new_posts(&mut self) -> Vec<Arc<dyn Post>> {
        std::mem::take(&mut self.new_posts)
    }

    /// Returns a sender while messages are in flight.
    pub(super) fn busy_post(&self) -> Option<Arc<dyn Post>> {
        let message = self.in_flight.values().next()?;
        Some(Arc::clone(self.lanes[message.lane].lane.post()))
    }

    pub(super) fn set_vectorizer(&mut self, collection: &CollectionName, makes_vectors: bool) {
        if let Some(dynamic) = self.pace.dynamic() {
            dynamic.set_vectorizer(collection, makes_vectors);
        }
    }

    pub(super) fn set_queue(&mut self, time: Duration) {
        if let Some(dynamic) = self.pace.dynamic() {
            dynamic.set_queue(time);
        }
    }

    /// Returns a lane by the type of its cargo, and the ledgers of its place.
    fn typed<C: Cargo>(&mut self, index: usize) -> Option<(&mut Lane<C, T>, &mut Ledgers)> {
        let entry = self.lanes.get_mut(index)?;
        let ledgers = &mut self.places.get_mut(entry.place).ledgers;
        Some((entry.lane.as_any().downcast_mut()?, ledgers))
    }

    /// Adds an item that `encoder` has encoded last.
    pub(super) fn admit<C: Cargo>(
        &mut self,
        index: usize,
        mut pending: Pending<C>,
        encoder: &C::Encoder,
        now: Instant,
    ) -> Admitted<C> {
        if !matches!(self.phase, Phase::Open) {
            return Admitted::Ended(pending);
        }
        if !self.has_room(pending.len) {
            self.pressure = true;
            self.was_full = true;
            return Admitted::NoRoom(pending);
        }
        let epoch = self.epoch;
        pending.epoch = epoch;
        let bounds = self.bounds(index);
        let refuse_duplicates = self.settings.refuse_duplicates;
        let Some((lane, ledgers)) = self.typed::<C>(index) else { return Admitted::Ended(pending) };
        let is_news = match lane.admit(pending, encoder, bounds, ledgers, now) {
            Admission::Taken { is_news } => is_news,
            Admission::Full(pending) => {
                self.was_full = true;
                return Admitted::NoRoom(pending);
            }
            Admission::InFlight(pending) if refuse_duplicates => return Admitted::Refused(pending, duplicate()),
            Admission::InFlight(pending) => {
                lane.wait(pending, ledgers, index);
                false
            }
        };
        *self.undecided.entry(epoch).or_default() += 1;
        self.counted(index);
        Admitted::Taken { is_news }
    }

    /// Adds a reference, which waits for the objects at both of its ends.
    pub(super) fn admit_reference(
        &mut self,
        index: usize,
        mut pending: Pending<ReferenceCargo<T>>,
        now: Instant,
    ) -> Admitted<ReferenceCargo<T>> {
        let ends = self.places.undecided_ends(self.lanes[index].place, &pending.item);
        if ends.is_empty() || !matches!(self.phase, Phase::Open) || !self.has_room(pending.len) {
            return self.admit(index, pending, &(), now);
        }
        pending.epoch = self.epoch;
        *self.undecided.entry(self.epoch).or_default() += 1;
        self.references.queued += 1;
        self.queued.count += 1;
        self.queued.bytes += pending.len;
        self.ends.hold(pending, index, ends);
        // Its ends have to be sent before it.
        Admitted::Taken { is_news: true }
    }

    fn has_room(&self, len: usize) -> bool {
        let Queued { count, bytes } = self.settings.max_queued;
        self.queued.count == 0 || self.queued.count < count && self.queued.bytes.saturating_add(len) <= bytes
    }

    fn bounds(&self, index: usize) -> MessageBounds {
        let lane = &self.lanes[index].lane;
        let post = lane.post();
        let size =
            if lane.carries_objects() { self.pace.size(&post.target().collection) } else { self.pace.references() };
        MessageBounds { count: size.count, bytes: post.limits().enough, tokens: size.tokens }
    }

    /// Updates the counts after the queue of a lane has changed.
    fn counted(&mut self, index: usize) {
        let entry = &mut self.lanes[index];
        let queued = entry.lane.queued();
        let before = std::mem::replace(&mut entry.queued, queued);
        self.queued.count = self.queued.count + queued.count - before.count;
        self.queued.bytes = self.queued.bytes + queued.bytes - before.bytes;
        let counts = if entry.lane.carries_objects() { &mut self.objects } else { &mut self.references };
        counts.queued = counts.queued + queued.count as u64 - before.count as u64;
        if queued.count > 0 && !entry.is_active {
            entry.is_active = true;
            self.active.push_back(index);
        }
    }

    pub(super) fn progress(&self) -> BatchProgress {
        BatchProgress {
            objects: self.objects,
            references: self.references,
            messages: self.messages,
            retries: self.retries,
            took: self.took,
        }
    }

    /// Returns the kept failures, once, and what is known of all.
    pub(super) fn take_failures(&mut self) -> (Vec<BatchFailure<T>>, FailureSummary) {
        (std::mem::take(&mut self.failures), self.summary.clone())
    }

    pub(super) fn queue_depth(&self) -> usize {
        self.queued.count
    }
}

fn duplicate() -> Error {
    Error::validation(
        "id",
        "is that of an object in this batch that is not stored yet; wait for it, or omit `refuse_duplicates`",
    )
}
