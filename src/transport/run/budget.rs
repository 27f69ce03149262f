//! Retry budget of a client: a token bucket shared by all calls, so that retries do not multiply
//! the load of a failing server.

use std::sync::atomic::{AtomicU32, Ordering};

/// Prices of retries and the deposit of a success, in fifths of a retry. A success without a retry
/// deposits a fraction.
const RETRY: u32 = 5;
const RETRY_AFTER_TIMEOUT: u32 = 10;
const DEPOSIT: u32 = 1;

#[derive(Debug)]
pub(crate) struct Budget {
    left: AtomicU32,
    full: u32,
}

/// Tokens taken by a retry, returned if it succeeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tokens(u32);

impl Budget {
    pub(crate) fn new(retries: u32) -> Self {
        let full = retries.saturating_mul(RETRY);
        Self { left: AtomicU32::new(full), full }
    }

    /// Returns whether the budget allows no retries at all.
    pub(crate) fn is_disabled(&self) -> bool {
        self.full == 0
    }

    /// Withdraws the tokens of a retry; `None` if the bucket has too few.
    pub(crate) fn withdraw(&self, after_timeout: bool) -> Option<Tokens> {
        let price = if after_timeout { RETRY_AFTER_TIMEOUT } else { RETRY };
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(price));
        taken.ok().map(|_| Tokens(price))
    }

    /// Deposits tokens after a success: those of its last retry, or the minimum.
    pub(crate) fn deposit(&self, tokens: Tokens) {
        let amount = tokens.0.max(DEPOSIT);
        // The bucket is full for most calls. Then a write would only cost other cores a cache miss.
        if self.left.load(Ordering::Relaxed) < self.full {
            let add = |left: u32| Some(left.saturating_add(amount).min(self.full));
            let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_withdraw_tokens_and_successes_deposit_them() {
        let budget = Budget::new(3);
        let first = budget.withdraw(false).unwrap();
        assert!(budget.withdraw(true).is_some());
        assert_eq!(budget.withdraw(false), None);
        budget.deposit(first);
        assert!(budget.withdraw(false).is_some());
        assert_eq!(budget.withdraw(false), None);
        for _ in 0..5 {
            budget.deposit(Tokens::default());
        }
        assert!(budget.withdraw(false).is_some());
        for _ in 0..100 {
            budget.deposit(Tokens::default());
        }
        assert!((0..3).all(|_| budget.withdraw(false).is_some()) && budget.withdraw(false).is_none());
        assert_eq!(Budget::new(0).withdraw(false), None);
    }
}
