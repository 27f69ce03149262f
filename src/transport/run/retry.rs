//! The retry decision after a failed attempt, with backoff and full jitter.

use std::time::Duration;

use super::budget::{Budget, Tokens};
use crate::call::Idempotency;
use crate::error::{Error, ErrorKind, Outcome};
use crate::options::RetryPolicy;

/// Limit of what `Retry-After` adds to the client's own backoff.
const MAX_EXTRA_PAUSE: Duration = Duration::from_secs(30);

/// State of a call after a failed attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallProgress {
    /// Attempts so far, 1 or more.
    pub(crate) attempts: u32,
    /// Attempts that are not retries: no connection to a node while there was another, or a
    /// repetition with a new token.
    pub(crate) uncounted: u32,
    pub(crate) elapsed: Duration,
    /// Time until the deadline of the call.
    pub(crate) left: Duration,
    /// Whether there is a node this call was not sent to.
    pub(crate) another_node: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    GiveUp,
    /// Gives up although a retry would be right: the retry budget is empty.
    NoBudget,
    /// Goes to another node at once. Nothing was sent, so this is not a retry.
    AnotherNode,
    /// Retries after a pause.
    Retry(Duration, Tokens),
}

/// Decides whether and when a call is retried. `random` is between 0 and 1.
pub(crate) fn next(
    policy: &RetryPolicy,
    budget: &Budget,
    idempotency: Idempotency,
    progress: CallProgress,
    error: &Error,
    random: f64,
) -> Next {
    if progress.left.is_zero() {
        return Next::GiveUp;
    }
    if progress.another_node && error.kind() == ErrorKind::Connection && error.outcome() == Outcome::NotSent {
        return Next::AnotherNode;
    }
    let safe = idempotency != Idempotency::Never || error.outcome() != Outcome::Unknown;
    let number = progress.attempts.saturating_sub(progress.uncounted);
    if !error.is_retryable() || !safe || number >= policy.max_attempts {
        return Next::GiveUp;
    }
    let pause = pause(policy, number, error.retry_after(), progress.another_node, random);
    let too_late = policy.max_elapsed.is_some_and(|limit| progress.elapsed + pause >= limit);
    if pause >= progress.left || too_late {
        return Next::GiveUp;
    }
    match budget.withdraw(error.is_timeout()) {
        Some(tokens) => Next::Retry(pause, tokens),
        None if budget.is_disabled() => Next::GiveUp,
        None => Next::NoBudget,
    }
}

/// Computes the backoff with full jitter: a random share of a bound that doubles, so that calls
/// that failed together do not retry together.
fn pause(
    policy: &RetryPolicy,
    number: u32,
    retry_after: Option<Duration>,
    another_node: bool,
    random: f64,
) -> Duration {
    let doubled = policy.backoff.saturating_mul(2_u32.saturating_pow(number.saturating_sub(1)));
    let backoff = doubled.min(policy.max_backoff).mul_f64(random.clamp(0.0, 1.0));
    // `Retry-After` of one node does not bind another.
    if another_node {
        return backoff.min(policy.backoff);
    }
    retry_after.map_or(backoff, |retry_after| retry_after.clamp(backoff, backoff + MAX_EXTRA_PAUSE))
}

#[cfg(test)]
mod tests {
    use Idempotency::{Idempotent, Never, Read};
    use Outcome::{NotSent, Refused, Unknown};

    use super::*;
    use crate::error::Verdict;

    const SECOND: Duration = Duration::from_secs(1);

    fn failure(kind: ErrorKind, outcome: Outcome, transient: bool) -> Error {
        Error::new(Verdict { kind, outcome, transient }, "")
    }

    fn progress() -> CallProgress {
        let left = Duration::from_secs(60);
        CallProgress { attempts: 1, uncounted: 0, elapsed: Duration::ZERO, left, another_node: false }
    }

    /// Returns the pause before the next attempt in milliseconds, `None` for none.
    fn after(
        policy: &RetryPolicy,
        idempotency: Idempotency,
        progress: CallProgress,
        error: &Error,
        random: f64,
    ) -> Option<u128> {
        match next(policy, &Budget::new(100), idempotency, progress, error, random) {
            Next::GiveUp | Next::NoBudget => None,
            Next::AnotherNode => Some(0),
            Next::Retry(pause, _) => Some(pause.as_millis()),
        }
    }

    #[test]
    fn only_transient_errors_of_repeatable_calls_are_retried() {
        for (idempotency, outcome, transient, retried) in [
            (Read, Unknown, true, true),
            (Read, Refused, false, false),
            (Idempotent, Unknown, true, true),
            (Idempotent, NotSent, true, true),
            (Never, Unknown, true, false),
            (Never, NotSent, true, true),
            (Never, Refused, true, true),
            (Never, NotSent, false, false),
        ] {
            let error = failure(ErrorKind::Unavailable, outcome, transient);
            let found = after(&RetryPolicy::default(), idempotency, progress(), &error, 1.0);
            assert_eq!(found.is_some(), retried, "{idempotency:?} {outcome:?} {transient}");
            assert_eq!(after(&RetryPolicy::none(), idempotency, progress(), &error, 1.0), None);
        }
    }

    #[test]
    fn backoff_doubles_up_to_a_maximum_with_full_jitter() {
        let policy = RetryPolicy::default().backoff(SECOND, SECOND * 5).max_attempts(9);
        let error = failure(ErrorKind::Unavailable, Unknown, true);
        for (attempts, random, expected) in [
            (1, 1.0, Some(1_000)),
            (2, 1.0, Some(2_000)),
            (3, 1.0, Some(4_000)),
            (4, 1.0, Some(5_000)),
            (8, 0.5, Some(2_500)),
            (1, 0.0, Some(0)),
            (9, 0.0, None),
            (u32::MAX, 0.0, None),
        ] {
            let progress = CallProgress { attempts, ..progress() };
            assert_eq!(after(&policy, Read, progress, &error, random), expected, "{attempts}");
        }
    }

    #[test]
    fn no_retry_starts_after_the_deadline() {
        let policy = RetryPolicy::default().backoff(SECOND, SECOND).max_elapsed(SECOND * 10);
        let error = failure(ErrorKind::Unavailable, Unknown, true);
        for (elapsed, left, expected) in
            [(0, 2, Some(1_000)), (0, 1, None), (8, 60, Some(1_000)), (9, 60, None), (0, 0, None)]
        {
            let progress = CallProgress { elapsed: SECOND * elapsed, left: SECOND * left, ..progress() };
            assert_eq!(after(&policy, Read, progress, &error, 1.0), expected, "{elapsed} {left}");
        }
    }

    #[test]
    fn retry_after_is_honoured_up_to_a_limit() {
        let policy = RetryPolicy::default().backoff(SECOND, SECOND);
        for (retry_after, expected) in [(0, 1_000), (7, 7_000), (500, 31_000)] {
            let error = failure(ErrorKind::RateLimited, Refused, true).with_retry_after(Some(SECOND * retry_after));
            assert_eq!(after(&policy, Never, progress(), &error, 1.0), Some(expected), "{retry_after}");
            let elsewhere = CallProgress { another_node: true, ..progress() };
            assert_eq!(after(&policy, Never, elsewhere, &error, 1.0), Some(1_000));
        }
        let error = failure(ErrorKind::RateLimited, Refused, true).with_retry_after(Some(SECOND * 70));
        let hurried = CallProgress { left: SECOND * 20, ..progress() };
        assert_eq!(after(&policy, Read, hurried, &error, 1.0), None, "there is no time to wait for that");
    }

    #[test]
    fn a_request_that_was_not_sent_goes_to_another_node_at_once() {
        let policy = RetryPolicy::none();
        let lost = failure(ErrorKind::Connection, NotSent, true);
        let elsewhere = CallProgress { another_node: true, ..progress() };
        let budget = Budget::new(0);
        assert_eq!(next(&policy, &budget, Never, elsewhere, &lost, 1.0), Next::AnotherNode);
        assert_eq!(next(&policy, &budget, Never, progress(), &lost, 1.0), Next::GiveUp);
        let broken = failure(ErrorKind::Connection, Unknown, true);
        assert_eq!(next(&policy, &budget, Read, elsewhere, &broken, 1.0), Next::GiveUp);
        // Two of three attempts do not count: one was made.
        let later = CallProgress { attempts: 3, uncounted: 2, ..progress() };
        assert!(after(&policy.max_attempts(2), Read, later, &broken, 0.0).is_some());
    }

    #[test]
    fn an_empty_budget_prevents_retries() {
        let error = failure(ErrorKind::Timeout, Unknown, true);
        let budget = Budget::new(2);
        let again = |budget: &Budget| next(&RetryPolicy::default(), budget, Read, progress(), &error, 0.0);
        assert!(matches!(again(&budget), Next::Retry(..)));
        assert_eq!(again(&budget), Next::NoBudget);
        assert_eq!(again(&Budget::new(0)), Next::GiveUp, "there are no retries to run out of");
    }
}
