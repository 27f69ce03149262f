use std::time::Duration;

use crate::{Error, Result};

/// What is done when an attempt fails in a way that another may not.
///
/// Reads are repeated, and so are writes that change nothing when they come twice: an object with an id made here, a
/// deletion. Any other write is repeated only if it was never sent or the server said that it did nothing. What counts as
/// passing: no connection, a server that starts, elects a leader or is overloaded, 429, 502, 503 and 504.
///
/// Between two attempts lies a random time between nothing and [`backoff`](Self::backoff) doubled with each attempt, or
/// what the server asks for with `Retry-After`. All clones of a client share a [`budget`](Self::budget), so that a server in
/// trouble is not given several times its load.
///
/// ```
/// use std::time::Duration;
/// use weaviate::Client;
/// use weaviate::connect::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(10).backoff(Duration::from_secs(1), Duration::from_secs(30));
/// let builder = Client::local().retry(patient);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a policy is given to a client or a request"]
pub struct RetryPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) backoff: Duration,
    pub(crate) max_backoff: Duration,
    pub(crate) max_elapsed: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) budget: u32,
}

impl Default for RetryPolicy {
    /// Up to six attempts, with pauses of up to 0.5 s, 1 s, 2 s, 4 s and 8 s: enough to outlast the restart of a server.
    fn default() -> Self {
        Self {
            max_attempts: 6,
            backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(8),
            max_elapsed: None,
            attempt_timeout: None,
            budget: 100,
        }
    }
}

impl RetryPolicy {
    /// Each call is sent once. What is sent once more all the same: a request whose token the server refused, with the next
    /// token; and one for which a node of several could not be reached, to another node.
    pub fn none() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// How often a call is sent at most, the first time included: 1 or more.
    pub fn max_attempts(self, attempts: u32) -> Self {
        Self { max_attempts: attempts, ..self }
    }

    /// The longest pause after the first attempt, and the longest of all. The pauses are random, from nothing up to that.
    pub fn backoff(self, first: Duration, max: Duration) -> Self {
        Self { backoff: first, max_backoff: max, ..self }
    }

    /// No further attempt starts so long after the call began. The call's timeout holds beside it.
    pub fn max_elapsed(self, elapsed: Duration) -> Self {
        Self { max_elapsed: Some(elapsed), ..self }
    }

    /// How long a single attempt may take, within the timeout of the call. Without it, an attempt that is never answered
    /// takes all of that time.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        Self { attempt_timeout: Some(timeout), ..self }
    }

    /// How many retries all calls of a client together may make before some of them succeed: each takes one away, or two
    /// after a timeout; one that helps gives back what it took, and every five calls that need none earn one. Counts for
    /// a client, not for a request. 100 unless said otherwise; 0 makes for no retries.
    pub fn budget(self, retries: u32) -> Self {
        Self { budget: retries, ..self }
    }

    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |field: &'static str, why: &str| Err(Error::validation(field, why));
        match self {
            Self { max_attempts: 0, .. } => refuse("max_attempts", "must be 1 or more: 1 is one attempt and no retry"),
            Self { attempt_timeout: Some(Duration::ZERO), .. } => {
                refuse("attempt_timeout", "must be more than nothing: leave it out for no limit")
            }
            Self { backoff, max_backoff, .. } if backoff > max_backoff => {
                refuse("backoff", "the first pause must not be longer than the longest")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (policy, field) in [
            (RetryPolicy::default().max_attempts(0), "max_attempts"),
            (RetryPolicy::default().attempt_timeout(Duration::ZERO), "attempt_timeout"),
            (RetryPolicy::default().backoff(Duration::from_secs(2), Duration::from_secs(1)), "backoff"),
        ] {
            assert_eq!(policy.check().unwrap_err().field(), Some(field));
        }
        assert!(RetryPolicy::default().check().is_ok() && RetryPolicy::none().check().is_ok());
    }
}
