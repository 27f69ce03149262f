//! Vectors of a shard that wait to be indexed, where that happens later.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::time::Instant;

/// The vectors that wait. They get fewer as time passes.
#[derive(Debug)]
pub(crate) struct VectorQueue {
    backlog: f64,
    since: Instant,
    /// Number of times that the queue is still shown as empty.
    unseen: AtomicU32,
}

/// State of an index, as the server shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Indexing {
    pub(crate) is_ready: bool,
    pub(crate) waiting: u64,
}

impl Indexing {
    pub(crate) const READY: Self = Self { is_ready: true, waiting: 0 };

    pub(crate) fn name(self) -> &'static str {
        if self.is_ready { "READY" } else { "INDEXING" }
    }
}

impl VectorQueue {
    pub(super) fn new() -> Self {
        Self { backlog: 0.0, since: Instant::now(), unseen: AtomicU32::new(0) }
    }

    /// Adds vectors, which are indexed at so many a second. An empty queue goes on being shown as empty for `unseen` looks.
    pub(super) fn push(&mut self, vectors: u32, rate: u32, unseen: u32, now: Instant) {
        let left = self.left(rate, now);
        if left <= 0.0 {
            self.unseen = AtomicU32::new(unseen);
        }
        (self.backlog, self.since) = (left + f64::from(vectors), now);
    }

    /// Looks at the queue.
    pub(crate) fn look(&self, rate: Option<u32>) -> Indexing {
        let unseen = self.unseen.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |looks| looks.checked_sub(1));
        if unseen.is_ok() { Indexing::READY } else { self.shown(rate, Instant::now()) }
    }

    /// Looks at the queue without being noticed.
    pub(crate) fn peek(&self, rate: Option<u32>) -> Indexing {
        let unseen = self.unseen.load(Ordering::SeqCst) > 0;
        if unseen { Indexing::READY } else { self.shown(rate, Instant::now()) }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of vectors, and not negative"
    )]
    fn shown(&self, rate: Option<u32>, now: Instant) -> Indexing {
        let waiting = rate.map_or(0, |rate| self.left(rate, now).ceil() as u64);
        Indexing { is_ready: waiting == 0, waiting }
    }

    fn left(&self, rate: u32, now: Instant) -> f64 {
        let gone = now.saturating_duration_since(self.since).as_secs_f64() * f64::from(rate);
        (self.backlog - gone).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_gets_shorter_as_time_passes() {
        let mut queue = VectorQueue::new();
        let start = Instant::now();
        queue.push(100, 10, 0, start);
        let at = |queue: &VectorQueue, seconds| queue.shown(Some(10), start + Duration::from_secs(seconds));
        assert_eq!(at(&queue, 0), Indexing { is_ready: false, waiting: 100 });
        assert_eq!(at(&queue, 9).waiting, 10);
        assert_eq!(at(&queue, 10), Indexing::READY);
        queue.push(10, 10, 0, start + Duration::from_secs(9));
        assert_eq!(at(&queue, 10).waiting, 10);
    }

    #[test]
    fn it_looks_empty_at_first() {
        let mut queue = VectorQueue::new();
        queue.push(1000, 1, 2, Instant::now());
        assert_eq!(queue.peek(Some(1)), Indexing::READY);
        assert_eq!((queue.look(Some(1)), queue.look(Some(1))), (Indexing::READY, Indexing::READY));
        assert!(!queue.look(Some(1)).is_ready && !queue.peek(Some(1)).is_ready);
        // Only an empty queue begins that way.
        queue.push(1, 1, 2, Instant::now());
        assert!(!queue.look(Some(1)).is_ready);
    }
}
