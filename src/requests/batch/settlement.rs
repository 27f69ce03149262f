//! Decisions about the items of a message, and the rule for sending one again.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::cargo::Cargo;
use super::lane::Pending;
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
    pub(super) failed: u64,
    pub(super) unknown: u64,
    /// Items that are queued again.
    pub(super) repeated: u64,
    /// Epochs of the items that are decided, to be counted by flushes.
    pub(super) epochs: Vec<(u64, u64)>,
    /// Failures that no handle of an item has taken.
    pub(super) failures: Vec<BatchFailure<T>>,
    pub(super) first_error: Option<Arc<Error>>,
    /// Ids of decided objects, and whether each failed. Collected only while references wait.
    pub(super) ended: Option<Vec<(Uuid, Option<Arc<Error>>)>>,
}

impl<T> Settlement<T> {
    /// `references_wait`: collect the ids that are decided.
    pub(super) fn new(references_wait: bool) -> Self {
        Self {
            stored: 0,
            failed: 0,
            unknown: 0,
            repeated: 0,
            epochs: Vec::new(),
            failures: Vec::new(),
            first_error: None,
            ended: references_wait.then(Vec::new),
        }
    }

    /// Notes the end of an id that no other item has.
    pub(super) fn ended(&mut self, id: Uuid, fate: &Fate) {
        let Some(ended) = &mut self.ended else { return };
        let error = match fate {
            Fate::Failed(error) if error.outcome() != Outcome::Unknown => Some(Arc::clone(error)),
            Fate::Stored | Fate::Failed(_) => None,
        };
        ended.push((id, error));
    }

    /// Counts an item, and gives its fate to its handle or to the report.
    pub(super) fn decide<C: Cargo>(
        &mut self,
        pending: Pending<C>,
        fate: Fate,
        target: &Target,
        report: &Reporting<C, T>,
    ) {
        match self.epochs.last_mut() {
            Some((epoch, count)) if *epoch == pending.epoch => *count += 1,
            _ => self.epochs.push((pending.epoch, 1)),
        }
        let error = match fate {
            Fate::Stored => {
                self.stored += 1;
                if let Some(receipt) = pending.receipt {
                    // The handle may be gone.
                    let _ = receipt.send(Ok(C::stored_id(&pending.item).unwrap_or_default()));
                }
                return;
            }
            Fate::Failed(error) => error,
        };
        let count = if error.outcome() == Outcome::Unknown { &mut self.unknown } else { &mut self.failed };
        *count += 1;
        self.first_error.get_or_insert_with(|| Arc::clone(&error));
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

/// How failures of a lane become those of the report.
pub(super) struct Reporting<C: Cargo, T> {
    pub(super) typed: Arc<dyn Reread<C::Properties>>,
    pub(super) reread: Arc<dyn Reread<T>>,
    pub(super) erase: fn(C::Properties) -> T,
}

impl<C: Cargo, T> Reporting<C, T> {
    fn erased(&self, failure: BatchFailure<C::Properties>) -> BatchFailure<T> {
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
        let bound = doubled.min(self.policy.max_backoff);
        let pause = bound / 2 + (bound / 2).mul_f64((self.random)().clamp(0.0, 1.0));
        // A gateway decides about minutes, not about hours.
        retry_after.map_or(pause, |after| after.clamp(pause, pause + MAX_RETRY_AFTER))
    }
}

/// Limit of what `Retry-After` adds to the pause.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);
