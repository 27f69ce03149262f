//! Decisions about the items of a message, and the rule for sending one again.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::any_lane::Items;
use super::cargo::Cargo;
use super::lane::Pending;
use super::ledger::ItemKey;
use crate::Uuid;
use crate::error::{Error, Outcome};
use crate::options::RetryPolicy;
use crate::values::batch::{BatchFailure, Reread};
use crate::values::target::Target;

/// The end of an item.
pub(super) enum Fate {
    Stored,
    /// The outcome of the error tells failed from unknown.
    Failed(Arc<Error>),
}

/// Collects the decisions about items, for the counts and the report.
pub(super) struct Settlement<T> {
    pub(super) stored: u64,
    pub(super) summary: FailureSummary,
    /// Items that are queued again.
    pub(super) repeated: u64,
    /// Epochs of the items that are decided, to be counted by flushes.
    pub(super) epochs: Vec<(u64, u64)>,
    /// Failures that no handle of an item has taken.
    pub(super) failures: Vec<BatchFailure<T>>,
    /// Items that are decided, to be dropped outside of the lock.
    pub(super) garbage: Vec<Items>,
    /// Lanes whose turn it is with a key.
    pub(super) woken: Vec<(usize, ItemKey)>,
    /// Ids of decided objects, and whether each failed. Collected only while references wait.
    pub(super) ended: Option<Vec<(Uuid, Option<Arc<Error>>)>>,
}

impl<T> Settlement<T> {
    /// `references_wait`: collect the ids that are decided.
    pub(super) fn new(references_wait: bool) -> Self {
        Self {
            stored: 0,
            summary: FailureSummary::default(),
            repeated: 0,
            epochs: Vec::new(),
            failures: Vec::new(),
            garbage: Vec::new(),
            woken: Vec::new(),
            ended: references_wait.then(Vec::new),
        }
    }

    /// Notes the end of an object: `error` if it is not stored.
    pub(super) fn ended(&mut self, id: Option<Uuid>, error: Option<Arc<Error>>) {
        if let (Some(ended), Some(id)) = (&mut self.ended, id) {
            ended.push((id, error));
        }
    }

    fn count_epoch(&mut self, of: u64) {
        match self.epochs.last_mut() {
            Some((epoch, count)) if *epoch == of => *count += 1,
            _ => self.epochs.push((of, 1)),
        }
    }

    /// Counts a stored item, and tells its handle.
    pub(super) fn store<C: Cargo>(&mut self, pending: &mut Pending<C>) {
        self.count_epoch(pending.epoch);
        self.stored += 1;
        if let Some(receipt) = pending.receipt.take() {
            // The handle may be gone.
            let _ = receipt.send(Ok(C::stored_id(&pending.item).unwrap_or_default()));
        }
    }

    /// Counts an item that is not stored, and gives it to its handle or to the report.
    pub(super) fn fail<C: Cargo>(
        &mut self,
        pending: Pending<C>,
        error: Arc<Error>,
        target: &Target,
        report: &Reporting<C, T>,
    ) {
        self.count_epoch(pending.epoch);
        self.summary.add(&error);
        let failure = BatchFailure {
            item: C::into_item(pending.item),
            target: target.clone(),
            error,
            own_id: pending.own_id,
            reread: Arc::clone(&report.typed),
        };
        let failure = match pending.receipt {
            // A handle that is gone gives the failure back.
            Some(receipt) => receipt.send(Err(failure)).err().and_then(Result::err),
            None => Some(failure),
        };
        self.failures.extend(failure.map(|failure| report.erased(failure)));
    }
}

/// What is known of all failures, kept or not.
#[derive(Clone, Debug, Default)]
pub(super) struct FailureSummary {
    pub(super) failed: u64,
    pub(super) unknown: u64,
    pub(super) first: Option<Arc<Error>>,
    /// Some failure may have been sent.
    pub(super) any_sent: bool,
    /// Some failure is permanent.
    pub(super) any_permanent: bool,
}

impl FailureSummary {
    fn add(&mut self, error: &Arc<Error>) {
        if error.outcome() == Outcome::Unknown {
            self.unknown += 1;
        } else {
            self.failed += 1;
        }
        self.any_sent |= error.outcome() != Outcome::NotSent;
        self.any_permanent |= !error.is_retryable();
        self.first.get_or_insert_with(|| Arc::clone(error));
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.failed += other.failed;
        self.unknown += other.unknown;
        self.any_sent |= other.any_sent;
        self.any_permanent |= other.any_permanent;
        self.first = self.first.take().or(other.first);
    }
}

/// How failures of a lane become those of the report.
pub(super) struct Reporting<C: Cargo, T> {
    pub(super) typed: Arc<dyn Reread<C::Properties>>,
    pub(super) reread: Arc<dyn Reread<T>>,
    pub(super) erase: fn(C::Properties) -> T,
}

impl<C: Cargo, T> Clone for Reporting<C, T> {
    fn clone(&self) -> Self {
        Self { typed: Arc::clone(&self.typed), reread: Arc::clone(&self.reread), erase: self.erase }
    }
}

impl<C: Cargo, T> Reporting<C, T> {
    pub(super) fn erased(&self, failure: BatchFailure<C::Properties>) -> BatchFailure<T> {
        let BatchFailure { item, target, error, own_id, .. } = failure;
        BatchFailure { item: item.map_properties(self.erase), target, error, own_id, reread: Arc::clone(&self.reread) }
    }
}

/// When an item is sent again.
#[derive(Clone, Copy, Debug)]
pub(super) struct ItemRetries {
    pub(super) policy: RetryPolicy,
    /// Between 0 and 1.
    pub(super) random: fn() -> f64,
}

impl ItemRetries {
    /// Returns whether an item may be sent once more.
    pub(super) fn allow<C: Cargo>(&self, pending: &Pending<C>, now: Instant) -> bool {
        let elapsed = pending.first_sent.map_or(Duration::ZERO, |first| now.saturating_duration_since(first));
        pending.sent < self.policy.max_attempts && self.policy.max_elapsed.is_none_or(|limit| elapsed < limit)
    }

    /// Returns the pause before another attempt: half of a bound that doubles, and a random share of
    /// the other half. What failed together is not sent again together, and never at once.
    pub(super) fn pause(&self, attempts: u32, retry_after: Option<Duration>) -> Duration {
        let doubled = self.policy.backoff.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
        let bound = doubled.min(self.policy.max_backoff).min(LONGEST_PAUSE);
        let pause = bound / 2 + (bound / 2).mul_f64((self.random)().clamp(0.0, 1.0));
        // A gateway decides about minutes, not about hours.
        retry_after.map_or(pause, |after| after.clamp(pause, pause + MAX_RETRY_AFTER))
    }
}

/// Longer pauses do not help, and could overflow the clock.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Limit of what `Retry-After` adds to the pause.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);
