//! Choice of the next message.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Core, MessageFacts, NextStep, Outgoing, Phase, SentMessage, Settled};
use crate::requests::batch::any_lane::{Reason, SealedMessage, SendTerms};
use crate::requests::batch::settlement::Settlement;
use crate::values::batch::ItemCounts;

impl<T: Send + 'static> Core<T> {
    /// Returns the next message that may be sent.
    pub(in crate::requests::batch) fn next(&mut self, now: Instant) -> (NextStep, Settled<T>) {
        let mut settled = Settled::default();
        if matches!(self.phase, Phase::Stopped(_)) || self.in_flight.len() >= self.pace.concurrency() {
            return (NextStep::Wait(None), settled);
        }
        let blocked = self.pause.until.max(self.pace.not_before()).filter(|at| *at > now);
        if blocked.is_some() {
            return (NextStep::Wait(blocked), settled);
        }
        let mut earliest: Option<Instant> = None;
        for _ in 0..self.active.len() {
            let Some(index) = self.active.pop_front() else { break };
            let wanted = self.wanted(index, now);
            let mut out = Settlement::new(!self.ends.is_empty());
            let entry = &mut self.lanes[index];
            let ledgers = &mut self.places.get_mut(entry.place).ledgers;
            let reason = entry.lane.reason(&wanted, ledgers, &mut out);
            settled.append(self.conclude(index, out));
            if matches!(self.phase, Phase::Stopped(_)) {
                return (NextStep::Wait(None), settled);
            }
            if let Some(reason) = reason {
                return (self.seal(index, reason, now), settled);
            }
            let entry = &mut self.lanes[index];
            entry.is_active = entry.queued.count > 0;
            if entry.is_active {
                let due = entry.lane.due(&wanted);
                earliest = [earliest, due].into_iter().flatten().min();
                self.active.push_back(index);
            }
        }
        if self.pressure
            && let Some(index) = self.largest()
        {
            self.active.retain(|other| *other != index);
            return (self.seal(index, Reason::Pressure, now), settled);
        }
        (NextStep::Wait(earliest), settled)
    }

    pub(super) fn wanted(&self, index: usize, now: Instant) -> SendTerms {
        let flushed = if matches!(self.phase, Phase::Open) { self.epoch } else { u64::MAX };
        SendTerms { now, bounds: self.bounds(index), linger: self.settings.linger, flushed }
    }

    /// Returns the lane with the largest open message.
    pub(super) fn largest(&self) -> Option<usize> {
        let open = self.active.iter().map(|index| (self.lanes[*index].lane.open_bytes(), *index));
        open.filter(|(bytes, _)| *bytes > 0).max().map(|(_, index)| index)
    }

    pub(super) fn seal(&mut self, index: usize, reason: Reason, now: Instant) -> NextStep {
        let entry = &mut self.lanes[index];
        let SealedMessage { payload, items, count, tokens, repeated } = entry.lane.seal(now);
        let post = Arc::clone(entry.lane.post());
        let is_objects = entry.lane.carries_objects();
        entry.is_active = false;
        self.counted(index);
        self.pressure = self.pressure && !self.has_room(0);
        self.counts(is_objects).in_flight += count as u64;
        self.pace.sent(now, if is_objects { count } else { 0 }, tokens);
        let collection = post.target().collection.clone();
        let facts = MessageFacts { collection, is_objects, count, bytes: payload.len(), repeated, reason, sent: now };
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.in_flight.insert(ticket, SentMessage { lane: index, items, facts });
        NextStep::Send(Outgoing { ticket, payload, post })
    }

    pub(super) fn counts(&mut self, objects: bool) -> &mut ItemCounts {
        if objects { &mut self.objects } else { &mut self.references }
    }
}
