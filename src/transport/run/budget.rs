//! How many retries all calls of a client may make together, so that a server in trouble is not given several times its
//! load.

use std::sync::atomic::{AtomicU32, Ordering};

/// What retries cost, in fifths of one, so that a call that needs none can earn a fraction.
const RETRY: u32 = 5;
const RETRY_AFTER_TIMEOUT: u32 = 10;
const EARNED: u32 = 1;

#[derive(Debug)]
pub(crate) struct Budget {
    left: AtomicU32,
    full: u32,
}

/// What one retry took. Given back if it helped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent(u32);

impl Budget {
    pub(crate) fn new(retries: u32) -> Self {
        let full = retries.saturating_mul(RETRY);
        Self { left: AtomicU32::new(full), full }
    }

    /// Pays for a retry, if there is enough.
    pub(crate) fn spend(&self, after_timeout: bool) -> Option<Spent> {
        let price = if after_timeout { RETRY_AFTER_TIMEOUT } else { RETRY };
        let paid = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(price));
        paid.ok().map(|_| Spent(price))
    }

    /// A call succeeded; the last retry, if it took one, cost this.
    pub(crate) fn earn(&self, spent: Spent) {
        let gained = spent.0.max(EARNED);
        // Most calls find it full: then there is nothing to write, and nothing for other cores to fetch.
        if self.left.load(Ordering::Relaxed) < self.full {
            let add = |left: u32| Some(left.saturating_add(gained).min(self.full));
            let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_are_paid_for_and_success_pays_back() {
        let budget = Budget::new(3);
        let first = budget.spend(false).unwrap();
        assert!(budget.spend(true).is_some());
        assert_eq!(budget.spend(false), None);
        budget.earn(first);
        assert!(budget.spend(false).is_some());
        assert_eq!(budget.spend(false), None);
        for _ in 0..5 {
            budget.earn(Spent::default());
        }
        assert!(budget.spend(false).is_some());
        for _ in 0..100 {
            budget.earn(Spent::default());
        }
        assert!((0..3).all(|_| budget.spend(false).is_some()) && budget.spend(false).is_none());
        assert_eq!(Budget::new(0).spend(false), None);
    }
}
