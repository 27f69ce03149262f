//! Answers: what they decide, and what they say of the pace.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Core, MessageFacts, Pause, Phase, SentMessage, Settled};
use crate::Uuid;
use crate::error::{Error, Verdict};
use crate::requests::batch::any_lane::HowToSettle;
use crate::requests::batch::cargo::{Cargo, ReferenceCargo};
use crate::requests::batch::lane::Pending;
use crate::requests::batch::pace::Fared;
use crate::requests::batch::post::MessageOutcome;
use crate::requests::batch::reference_ends::Released;
use crate::requests::batch::settlement::Settlement;
use crate::values::batch::BatchFailure;

impl<T: Send + 'static> Core<T> {
    /// Takes the answer to a message. Returns its facts.
    pub(in crate::requests::batch) fn answered(
        &mut self,
        ticket: u64,
        answer: MessageOutcome,
        took: Duration,
        now: Instant,
    ) -> Option<(MessageFacts, Settled<T>)> {
        let message = self.in_flight.remove(&ticket)?;
        let facts = message.facts.clone();
        self.messages += 1;
        self.took = self.took.saturating_add(took);
        let slow_down = answer.slows_down(facts.count).cloned();
        self.pause(slow_down.as_deref(), facts.sent, now);
        let fared = Fared {
            collection: &facts.collection,
            count: facts.count,
            latency: now.saturating_duration_since(facts.sent),
            slow_down: slow_down.is_some(),
            is_saturated: std::mem::take(&mut self.was_full) || self.queued.count >= facts.count,
        };
        self.pace.answered(&fared, now);
        let mut settled = self.settle(message, answer, now);
        if let Phase::Stopped(error) = &self.phase {
            // What is to be sent again is not.
            let error = Arc::clone(error);
            settled.append(self.give_up(&error));
        }
        Some((facts, settled))
    }

    pub(super) fn settle(&mut self, message: SentMessage, answer: MessageOutcome, now: Instant) -> Settled<T> {
        let SentMessage { lane: index, items, facts } = message;
        self.counts(facts.is_objects).in_flight -= facts.count as u64;
        let how = HowToSettle { retries: self.settings.retries, now };
        let mut out = Settlement::new(!self.ends.is_empty());
        let entry = &mut self.lanes[index];
        let ledgers = &mut self.places.get_mut(entry.place).ledgers;
        entry.lane.settle(items, facts.bytes, answer, &how, ledgers, &mut out);
        self.conclude(index, out)
    }

    /// Pauses the batch after a message that failed, longer each time.
    pub(super) fn pause(&mut self, error: Option<&Error>, sent: Instant, now: Instant) {
        let Some(error) = error else {
            self.pause = Pause::default();
            return;
        };
        // Messages that were in flight together fail together.
        if self.pause.began.is_some_and(|began| sent < began) {
            return;
        }
        self.pause.number = self.pause.number.saturating_add(1);
        let pause = self.settings.retries.pause(self.pause.number, error.retry_after());
        self.pause.began = Some(now);
        self.pause.until = Some(now + pause);
    }

    /// Counts what a lane has decided, and releases references that waited for it.
    pub(super) fn conclude(&mut self, index: usize, out: Settlement<T>) -> Settled<T> {
        let is_objects = self.lanes[index].lane.carries_objects();
        self.counted(index);
        let mut settled = Settled::default();
        let place = self.lanes[index].place;
        let ended = self.count(is_objects, out, &mut settled);
        for (id, error) in ended {
            for released in self.ends.ended((place, id), error.as_ref()) {
                self.release(released, &mut settled);
            }
        }
        if self.settings.stop_on_first_error
            && matches!(self.phase, Phase::Open | Phase::Finishing)
            && let Some(error) = self.summary.first.clone()
        {
            settled.append(self.stop(stopped_by(&error)));
        }
        settled
    }

    /// Adds a settlement to the counts and the report. Returns the ids that it has decided.
    pub(super) fn count(
        &mut self,
        is_objects: bool,
        out: Settlement<T>,
        settled: &mut Settled<T>,
    ) -> Vec<(Uuid, Option<Arc<Error>>)> {
        let counts = self.counts(is_objects);
        counts.stored += out.stored;
        counts.failed += out.summary.failed;
        counts.unknown += out.summary.unknown;
        self.retries += out.repeated;
        for (epoch, count) in out.epochs {
            if let Some(undecided) = self.undecided.get_mut(&epoch) {
                *undecided = undecided.saturating_sub(count);
                if *undecided == 0 {
                    self.undecided.remove(&epoch);
                }
            }
        }
        self.summary.merge(out.summary);
        settled.garbage.extend(out.garbage);
        for (lane, key) in out.woken {
            self.lanes[lane].lane.wake(&key);
            self.counted(lane);
        }
        for failure in out.failures {
            self.keep(failure, settled);
        }
        out.ended.unwrap_or_default()
    }

    /// Queues a reference whose ends are decided, or ends it if one of them is not stored.
    pub(super) fn release(&mut self, released: Released<T>, settled: &mut Settled<T>) {
        let Released { pending, lane, error } = released;
        self.queued.count -= 1;
        self.queued.bytes -= pending.len;
        self.references.queued -= 1;
        let Some(error) = error else {
            if let Some((references, ledgers)) = self.typed::<ReferenceCargo<T>>(lane) {
                references.send_later(pending, ledgers, lane);
            }
            self.counted(lane);
            return;
        };
        let message = format!("not sent, because the object at one of its ends is not stored: {error}");
        let verdict = Verdict { transient: error.is_retryable(), ..Verdict::not_sent(error.kind()) };
        self.fail_reference(pending, lane, Error::new(verdict, message).with_source(error), settled);
    }

    pub(super) fn fail_reference(
        &mut self,
        pending: Pending<ReferenceCargo<T>>,
        lane: usize,
        error: Error,
        settled: &mut Settled<T>,
    ) {
        let mut out = Settlement::new(false);
        if let Some((references, _)) = self.typed::<ReferenceCargo<T>>(lane) {
            references.refuse(pending, error, &mut out);
        }
        self.count(false, out, settled);
    }

    /// Counts an item as failed that was never queued, unless the batch takes no more.
    pub(in crate::requests::batch) fn fail<C: Cargo>(
        &mut self,
        lane: usize,
        pending: Pending<C>,
        error: Error,
    ) -> Result<Settled<T>, Pending<C>> {
        if !matches!(self.phase, Phase::Open) {
            return Err(pending);
        }
        let mut out = Settlement::new(false);
        if let Some((typed, _)) = self.typed::<C>(lane) {
            typed.refuse(pending, error, &mut out);
        }
        Ok(self.conclude(lane, out))
    }

    /// Gives a failure to the report that the handle of its item had, and that was not read.
    pub(in crate::requests::batch) fn give_back(&mut self, failure: BatchFailure<T>) -> Settled<T> {
        let mut settled = Settled::default();
        self.keep(failure, &mut settled);
        settled
    }

    fn keep(&mut self, failure: BatchFailure<T>, settled: &mut Settled<T>) {
        if self.failures.len() < self.settings.keep_failures {
            self.failures.push(failure);
        } else {
            settled.further.push(failure);
        }
    }
}

fn stopped_by(error: &Arc<Error>) -> Error {
    let verdict = Verdict { transient: error.is_retryable(), ..Verdict::not_sent(error.kind()) };
    let message = format!("not sent, because the batch stops on the first error: {error}");
    Error::new(verdict, message).with_source(Arc::clone(error))
}
