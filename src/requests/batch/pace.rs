//! Pace of a batch: how large the next message is, how many are in flight, and when it may be sent.

use std::time::Duration;

use tokio::time::Instant;

use super::dynamic_pace::DynamicPace;
use super::rate_pace::RatePace;
use crate::values::batch::BatchMode;
use crate::values::collection_name::CollectionName;

/// The state of a mode.
#[derive(Debug)]
pub(super) enum Pace {
    Fixed { size: usize, concurrency: usize },
    Dynamic(DynamicPace),
    Rate(RatePace),
}

/// Number of items and tokens of a message. Bytes are limited by the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MessageSize {
    pub(super) count: usize,
    pub(super) tokens: u64,
}

/// More references in a message gain nothing: the server adds them one by one.
const MAX_REFERENCES: usize = 1_000;

/// How a message fared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fared<'m> {
    pub(super) collection: &'m CollectionName,
    pub(super) count: usize,
    pub(super) latency: Duration,
    /// The server, or a provider behind it, wants less.
    pub(super) slow_down: bool,
    /// Another message was ready when this one was answered.
    pub(super) is_saturated: bool,
}

impl Pace {
    pub(super) fn new(mode: &BatchMode, now: Instant) -> Self {
        match mode {
            BatchMode::Auto | BatchMode::Dynamic => Self::Dynamic(DynamicPace::new()),
            BatchMode::Fixed { size, concurrency } => Self::Fixed { size: *size, concurrency: *concurrency },
            BatchMode::RateLimited(limit) => Self::Rate(RatePace::new(limit, now)),
        }
    }

    /// Returns how many messages may be in flight.
    pub(super) fn concurrency(&self) -> usize {
        match self {
            Self::Fixed { concurrency, .. } => *concurrency,
            Self::Dynamic(dynamic) => dynamic.concurrency(),
            Self::Rate(rate) => rate.concurrency(),
        }
    }

    /// Returns the size of the next message to a collection.
    pub(super) fn size(&self, collection: &CollectionName) -> MessageSize {
        match self {
            Self::Fixed { size, .. } => MessageSize { count: *size, tokens: u64::MAX },
            Self::Dynamic(dynamic) => MessageSize { count: dynamic.size(collection), tokens: u64::MAX },
            Self::Rate(rate) => rate.size(),
        }
    }

    /// Returns the size of the next message of references. They cost a model provider nothing.
    pub(super) fn references(&self) -> MessageSize {
        let count = if let Self::Fixed { size, .. } = self { *size } else { MAX_REFERENCES };
        MessageSize { count, tokens: u64::MAX }
    }

    /// Returns when the next message may be sent, if not at once.
    pub(super) fn not_before(&self) -> Option<Instant> {
        match self {
            Self::Rate(rate) => Some(rate.not_before()),
            Self::Fixed { .. } | Self::Dynamic(_) => None,
        }
    }

    pub(super) fn sent(&mut self, now: Instant, objects: usize, tokens: u64) {
        if let Self::Rate(rate) = self {
            rate.sent(now, objects, tokens);
        }
    }

    pub(super) fn answered(&mut self, fared: &Fared<'_>, now: Instant) {
        if let Self::Dynamic(dynamic) = self {
            dynamic.answered(fared, now);
        }
    }

    pub(super) fn dynamic(&mut self) -> Option<&mut DynamicPace> {
        match self {
            Self::Dynamic(dynamic) => Some(dynamic),
            Self::Fixed { .. } | Self::Rate(_) => None,
        }
    }
}
