//! Whether a failed attempt is followed by another, and when.

use std::time::Duration;

use super::budget::{Budget, Spent};
use crate::call::Idempotency;
use crate::error::{Error, ErrorKind, Outcome};
use crate::options::RetryPolicy;

/// A server may ask for a longer pause than ours, within reason.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a call stands after an attempt failed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    /// The attempts so far, 1 or more.
    pub(crate) attempts: u32,
    /// Of them, those that do not count: they could not reach a node while there was another, or were sent again with a new
    /// token.
    pub(crate) passed_on: u32,
    pub(crate) elapsed: Duration,
    /// Until the deadline of the call.
    pub(crate) left: Duration,
    /// There is another node, which this call has not been sent to.
    pub(crate) another_node: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    GiveUp,
    /// At once, at another node. Nothing was sent, so that it is no retry.
    PassOn,
    /// After a pause.
    Retry(Duration, Spent),
}

/// `random` is between 0 and 1.
pub(crate) fn next(
    policy: &RetryPolicy,
    budget: &Budget,
    idempotency: Idempotency,
    progress: Progress,
    error: &Error,
    random: f64,
) -> Next {
    if progress.left.is_zero() {
        return Next::GiveUp;
    }
    if progress.another_node && error.kind() == ErrorKind::Connection && error.outcome() == Outcome::NotSent {
        return Next::PassOn;
    }
    let safe = idempotency != Idempotency::Never || error.outcome() != Outcome::Unknown;
    let number = progress.attempts.saturating_sub(progress.passed_on);
    if !error.is_retryable() || !safe || number >= policy.max_attempts {
        return Next::GiveUp;
    }
    let pause = pause(policy, number, error.retry_after(), progress.another_node, random);
    let too_late = policy.max_elapsed.is_some_and(|limit| progress.elapsed + pause >= limit);
    if pause >= progress.left || too_late {
        return Next::GiveUp;
    }
    match budget.spend(error.is_timeout()) {
        Some(spent) => Next::Retry(pause, spent),
        None => Next::GiveUp,
    }
}

/// Full jitter: anything between nothing and a bound that doubles, so that those who failed together do not return
/// together.
fn pause(policy: &RetryPolicy, number: u32, asked: Option<Duration>, another_node: bool, random: f64) -> Duration {
    let doubled = policy.backoff.saturating_mul(2_u32.saturating_pow(number.saturating_sub(1)));
    let ours = doubled.min(policy.max_backoff).mul_f64(random.clamp(0.0, 1.0));
    // What one node asks for does not bind another.
    if another_node {
        return ours.min(policy.backoff);
    }
    asked.map_or(ours, |asked| asked.clamp(ours, ours + PATIENCE))
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

    fn progress() -> Progress {
        let left = Duration::from_secs(60);
        Progress { attempts: 1, passed_on: 0, elapsed: Duration::ZERO, left, another_node: false }
    }

    /// The pause before the next attempt in milliseconds, `None` if there is none.
    fn after(
        policy: &RetryPolicy,
        idempotency: Idempotency,
        progress: Progress,
        error: &Error,
        random: f64,
    ) -> Option<u128> {
        match next(policy, &Budget::new(100), idempotency, progress, error, random) {
            Next::GiveUp => None,
            Next::PassOn => Some(0),
            Next::Retry(pause, _) => Some(pause.as_millis()),
        }
    }

    #[test]
    fn only_what_is_safe_and_may_pass_is_tried_again() {
        for (idempotency, outcome, transient, again) in [
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
            assert_eq!(found.is_some(), again, "{idempotency:?} {outcome:?} {transient}");
            assert_eq!(after(&RetryPolicy::none(), idempotency, progress(), &error, 1.0), None);
        }
    }

    #[test]
    fn pauses_grow_to_a_cap_and_are_random_from_nothing_on() {
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
            let progress = Progress { attempts, ..progress() };
            assert_eq!(after(&policy, Read, progress, &error, random), expected, "{attempts}");
        }
    }

    #[test]
    fn no_attempt_starts_that_the_time_is_too_short_for() {
        let policy = RetryPolicy::default().backoff(SECOND, SECOND).max_elapsed(SECOND * 10);
        let error = failure(ErrorKind::Unavailable, Unknown, true);
        for (elapsed, left, expected) in
            [(0, 2, Some(1_000)), (0, 1, None), (8, 60, Some(1_000)), (9, 60, None), (0, 0, None)]
        {
            let progress = Progress { elapsed: SECOND * elapsed, left: SECOND * left, ..progress() };
            assert_eq!(after(&policy, Read, progress, &error, 1.0), expected, "{elapsed} {left}");
        }
    }

    #[test]
    fn a_server_that_asks_for_a_pause_is_given_one_within_bounds() {
        let policy = RetryPolicy::default().backoff(SECOND, SECOND);
        for (asked, expected) in [(0, 1_000), (7, 7_000), (500, 31_000)] {
            let error = failure(ErrorKind::RateLimited, Refused, true).with_retry_after(Some(SECOND * asked));
            assert_eq!(after(&policy, Never, progress(), &error, 1.0), Some(expected), "{asked}");
            let elsewhere = Progress { another_node: true, ..progress() };
            assert_eq!(after(&policy, Never, elsewhere, &error, 1.0), Some(1_000));
        }
        let error = failure(ErrorKind::RateLimited, Refused, true).with_retry_after(Some(SECOND * 70));
        let hurried = Progress { left: SECOND * 20, ..progress() };
        assert_eq!(after(&policy, Read, hurried, &error, 1.0), None, "there is no time to wait for that");
    }

    #[test]
    fn what_was_not_sent_goes_to_another_node_at_once_and_is_no_retry() {
        let policy = RetryPolicy::none();
        let lost = failure(ErrorKind::Connection, NotSent, true);
        let elsewhere = Progress { another_node: true, ..progress() };
        let budget = Budget::new(0);
        assert_eq!(next(&policy, &budget, Never, elsewhere, &lost, 1.0), Next::PassOn);
        assert_eq!(next(&policy, &budget, Never, progress(), &lost, 1.0), Next::GiveUp);
        let broken = failure(ErrorKind::Connection, Unknown, true);
        assert_eq!(next(&policy, &budget, Read, elsewhere, &broken, 1.0), Next::GiveUp);
        // Two of three attempts were passed on: one has been made.
        let later = Progress { attempts: 3, passed_on: 2, ..progress() };
        assert!(after(&policy.max_attempts(2), Read, later, &broken, 0.0).is_some());
    }

    #[test]
    fn the_budget_has_the_last_word() {
        let error = failure(ErrorKind::Timeout, Unknown, true);
        let budget = Budget::new(2);
        let again = |budget: &Budget| next(&RetryPolicy::default(), budget, Read, progress(), &error, 0.0);
        assert!(matches!(again(&budget), Next::Retry(..)));
        assert_eq!(again(&budget), Next::GiveUp);
    }
}
