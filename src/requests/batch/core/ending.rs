//! Flush and end of a batch.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Core, Phase, Settled};
use crate::error::{Error, ErrorKind, Verdict};
use crate::requests::batch::post::MessageOutcome;
use crate::requests::batch::reference_ends::Released;
use crate::requests::batch::settlement::Settlement;

impl<T: Send + 'static> Core<T> {
    /// Returns the epoch after all items so far, which are sent without delay from now on.
    pub(in crate::requests::batch) fn flush(&mut self) -> u64 {
        self.epoch += 1;
        self.epoch
    }

    /// Returns whether all items before an epoch are decided.
    pub(in crate::requests::batch) fn is_flushed(&self, epoch: u64) -> bool {
        self.undecided.keys().next().is_none_or(|oldest| *oldest >= epoch)
    }

    /// Takes no more items, and sends what is queued without delay.
    pub(in crate::requests::batch) fn finish(&mut self) {
        if matches!(self.phase, Phase::Open) {
            self.phase = Phase::Finishing;
        }
    }

    /// Sends nothing more. Queued items fail with this reason.
    pub(in crate::requests::batch) fn stop(&mut self, reason: Error) -> Settled<T> {
        let reason = Arc::new(reason);
        self.phase = Phase::Stopped(Arc::clone(&reason));
        self.give_up(&reason)
    }

    /// Ends the batch without the answers to what is in flight, whose fate is unknown.
    pub(in crate::requests::batch) fn abandon(&mut self, reason: &'static str, now: Instant) -> Settled<T> {
        let mut settled = self.stop(Error::configuration(reason));
        for message in std::mem::take(&mut self.in_flight).into_values() {
            let error = Error::new(Verdict::unknown(ErrorKind::Configuration), reason);
            let error = Arc::new(self.lanes[message.lane].lane.post().named(error));
            let answer = MessageOutcome::Failed { error, again: false };
            settled.append(self.settle(message, answer, now));
        }
        settled
    }

    pub(super) fn give_up(&mut self, reason: &Arc<Error>) -> Settled<T> {
        let mut settled = Settled::default();
        self.active.clear();
        for index in 0..self.lanes.len() {
            let entry = &mut self.lanes[index];
            entry.is_active = true;
            if entry.queued.count == 0 {
                continue;
            }
            let mut out = Settlement::new(false);
            let ledgers = &mut self.places.get_mut(entry.place).ledgers;
            entry.lane.give_up(reason, ledgers, &mut out);
            let is_objects = entry.lane.carries_objects();
            self.counted(index);
            self.count(is_objects, out, &mut settled);
        }
        for Released { pending, lane, .. } in self.ends.drain() {
            self.queued.count -= 1;
            self.queued.bytes -= pending.len;
            self.references.queued -= 1;
            let error =
                Error::new(Verdict::not_sent(reason.kind()), reason.to_string()).with_source(Arc::clone(reason));
            self.fail_reference(pending, lane, error, &mut settled);
        }
        settled
    }

    /// Returns whether the driver has nothing more to do.
    pub(in crate::requests::batch) fn is_over(&self) -> bool {
        let nothing_left = self.in_flight.is_empty() && self.queued.count == 0;
        match self.phase {
            Phase::Open => false,
            Phase::Finishing => nothing_left,
            Phase::Stopped(_) => self.in_flight.is_empty(),
        }
    }

    pub(in crate::requests::batch) fn is_stopped(&self) -> bool {
        matches!(self.phase, Phase::Stopped(_))
    }

    /// Returns whether the batch takes no more items.
    pub(in crate::requests::batch) fn is_closed(&self) -> bool {
        !matches!(self.phase, Phase::Open)
    }

    /// Returns an error with the reason why the batch has stopped.
    pub(in crate::requests::batch) fn stop_reason(&self) -> Option<Error> {
        let Phase::Stopped(reason) = &self.phase else { return None };
        let verdict = Verdict { transient: reason.is_retryable(), ..Verdict::not_sent(reason.kind()) };
        Some(Error::new(verdict, "the batch has stopped").with_source(Arc::clone(reason)).in_operation("batch", None))
    }
}
