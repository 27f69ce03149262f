use std::time::Duration;

use crate::{Error, Result};

/// Retry policy: number of attempts, exponential backoff with full jitter, retry budget.
///
/// # What is retried
///
/// Transient failures: no connection, a server that starts, elects a leader or is overloaded, and
/// HTTP 429, 502, 503 and 504. A server that has just started says that collections and objects are
/// missing which it has not loaded yet. The client asks it, or the leader of its cluster, and retries
/// if that is so. Reads are retried, and so are writes that are idempotent, such as a
/// deletion or an object with an id made by the client. Other writes are retried only if the
/// request was not sent, or if the server says that it did nothing.
///
/// The pause before a retry is random, between 0 and a bound that doubles with each attempt (full
/// jitter). A `Retry-After` of the server is honoured.
///
/// # What retries cost
///
/// By default, a call has 6 attempts with pauses of at most 0.5, 1, 2, 4 and 8 s. Pauses add up to
/// 7.75 s on average and to 15.5 s at most, plus the time of the attempts. The call's deadline
/// includes both ([`Timeouts`](crate::connect::Timeouts): 30 s to read, 90 s to write). A call to a
/// server that refuses connections therefore fails after about 8 s.
///
/// All calls of a client share a [`budget`](Self::budget) of 100 retries. In an outage, 20 calls
/// with 5 retries each use it up, within about 8 s; 10 calls if their attempts time out. From then
/// on, calls fail after their first attempt: within milliseconds if the connection is refused. Their
/// error says that the retry budget is used up. When the server is back, successful calls refill the
/// budget: five calls for each retry, so that 500 calls fill an empty one.
///
/// A program that has to outlast an outage of a minute waits with
/// [`Client::wait_until_ready`](crate::Client::wait_until_ready) before it goes on. Otherwise it needs
/// all of these: more attempts or longer pauses, longer [`Timeouts`](crate::connect::Timeouts), and a
/// larger budget.
///
/// # Attempts that get no answer
///
/// An attempt may take all the time of its call, since a vectorizer or a generative model may need
/// it. After 2 s without an answer, the client asks the node every second for something that needs
/// the leader of the cluster; after half a second in the 20 s behind a lost connection. If the leader
/// was lost meanwhile, requests from before hang without limit; the attempt ends then, and is retried.
/// [`attempt_timeout`](Self::attempt_timeout) ends
/// attempts for no other reason than time.
///
/// ```
/// use std::time::Duration;
/// use weaviate::Client;
/// use weaviate::connect::RetryPolicy;
///
/// let patient = RetryPolicy::default()
///     .max_attempts(10)
///     .backoff(Duration::from_secs(1), Duration::from_secs(30));
/// let builder = Client::local().retry(patient);
/// ```
#[doc(alias = "backoff")]
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
    /// Returns the default policy: 6 attempts, backoff from 0.5 s to 8 s, a budget of 100 retries.
    ///
    /// That outlasts a restart of a few seconds.
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
    /// Returns a policy with one attempt per call.
    ///
    /// Two cases do not count as retries and remain:
    ///
    /// - A request whose token the server refused is sent again with a new token.
    /// - A request that could not reach its node is sent to another node.
    ///
    /// ```
    /// use weaviate::connect::RetryPolicy;
    ///
    /// let once = RetryPolicy::none();
    /// ```
    #[doc(alias = "disable")]
    pub fn none() -> Self {
        Self { max_attempts: 1, ..Self::default() }
    }

    /// Sets the maximum number of attempts, the first one included. Range: 1 and up. Default: 6.
    ///
    /// ```
    /// use weaviate::connect::RetryPolicy;
    ///
    /// let policy = RetryPolicy::default().max_attempts(3);
    /// ```
    pub fn max_attempts(self, attempts: u32) -> Self {
        Self { max_attempts: attempts, ..self }
    }

    /// Sets the bounds of the pauses: before the first retry, and of all pauses. Default: 0.5 s and
    /// 8 s.
    ///
    /// The bound doubles from `first` to `max`. Each pause is random between 0 and its bound.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::connect::RetryPolicy;
    ///
    /// let policy = RetryPolicy::default().backoff(Duration::from_millis(100), Duration::from_secs(2));
    /// ```
    #[doc(alias = "jitter")]
    pub fn backoff(self, first: Duration, max: Duration) -> Self {
        Self { backoff: first, max_backoff: max, ..self }
    }

    /// Sets the time after the start of a call at which no further attempt begins. Default: none.
    ///
    /// The call's deadline applies as well.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::connect::RetryPolicy;
    ///
    /// let policy = RetryPolicy::default().max_elapsed(Duration::from_secs(10));
    /// ```
    pub fn max_elapsed(self, elapsed: Duration) -> Self {
        Self { max_elapsed: Some(elapsed), ..self }
    }

    /// Sets the timeout of a single attempt, within the deadline of the call. Default: none.
    ///
    /// Without it, an attempt that gets no answer takes all the time of the call, and is not
    /// retried, unless the cluster has lost its leader meanwhile.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::connect::RetryPolicy;
    ///
    /// let policy = RetryPolicy::default().attempt_timeout(Duration::from_secs(5));
    /// ```
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        Self { attempt_timeout: Some(timeout), ..self }
    }

    /// Sets the retry budget of the client (token bucket). Default: 100. 0 disables retries.
    ///
    /// A retry takes 1 token, or 2 after a timeout. A call that succeeds after a retry returns the
    /// tokens of its last retry, and five calls that need no retry earn 1. The budget belongs to
    /// the client; a policy of a single request cannot change it.
    ///
    /// ```
    /// use weaviate::connect::RetryPolicy;
    ///
    /// let policy = RetryPolicy::default().budget(20);
    /// ```
    #[doc(alias = "token_bucket")]
    pub fn budget(self, retries: u32) -> Self {
        Self { budget: retries, ..self }
    }

    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |field: &'static str, why: &str| Err(Error::validation(field, why));
        match self {
            Self { max_attempts: 0, .. } => {
                refuse("max_attempts", "must be 1 or more, got 0; 1 is one attempt without retries")
            }
            Self { attempt_timeout: Some(Duration::ZERO), .. } => {
                refuse("attempt_timeout", "must be more than 0; omit it for no limit")
            }
            Self { backoff, max_backoff, .. } if backoff > max_backoff => {
                refuse("backoff", "the first bound must not be greater than the maximum")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invalid_policy_is_refused_with_the_field() {
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
