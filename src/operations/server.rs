//! Liveness, readiness, and the wait for readiness.

use std::time::Duration;

use crate::call::{Call, Idempotency};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Transport;
use crate::values::server::Readiness;
use crate::wait::{Look, Looking, Seen, Wait, timed_out};

/// Returns whether the server is live.
pub(crate) async fn is_live(transport: &Transport) -> Result<bool> {
    let call = Call::new("is live", Idempotency::Read).not_retried().authentication_optional().about_server();
    bool_of_probe(transport.rest(&call, |rest| rest.weaviate_wellknown_liveness()).await)
}

/// Returns whether the server is ready.
pub(crate) async fn is_ready(transport: &Transport) -> Result<bool> {
    bool_of_probe(ready(transport, None).await)
}

/// Succeeds if the server is ready.
pub(crate) async fn ready(transport: &Transport, timeout: Option<Duration>) -> Result<()> {
    let mut call = Call::new("is ready", Idempotency::Read).not_retried().authentication_optional().about_server();
    call.options.timeout = timeout;
    transport.rest(&call, |rest| rest.weaviate_wellknown_readiness()).await
}

/// Converts a probe to a bool: 503 means no, and a missing reply is an error.
fn bool_of_probe(result: Result<()>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.http_status() == Some(503) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Waits until the server is ready, or fails after `within`.
pub(crate) fn wait_until_ready(transport: &Transport, operation: &'static str, within: Duration) -> Wait<Readiness> {
    wait(transport, operation, within, |transport, share| async move { ready(&transport, Some(share)).await })
}

/// The pauses between attempts: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Repeats an attempt until it succeeds, fails for a reason that waiting cannot change, or `within`
/// is over. Each attempt gets its share of the time.
pub(crate) fn wait<F>(
    transport: &Transport,
    operation: &'static str,
    within: Duration,
    attempt: impl Fn(Transport, Duration) -> F + Clone + Send + Sync + 'static,
) -> Wait<Readiness>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let transport = transport.clone();
    Wait::new(operation, None, within, PAUSES, move || {
        let share = transport.init_timeout();
        ReadyLook { transport: transport.clone(), attempt: attempt.clone(), share, last: None }
    })
}

/// A wait for an attempt that succeeds.
struct ReadyLook<A> {
    transport: Transport,
    attempt: A,
    /// Time for the next attempt. It doubles: a server may be slow to answer while it starts, and a
    /// connection that was opened too early may never be answered.
    share: Duration,
    last: Option<Error>,
}

impl<A, F> Look<Readiness> for ReadyLook<A>
where
    A: Fn(Transport, Duration) -> F + Send,
    F: Future<Output = Result<()>> + Send + 'static,
{
    fn look(&mut self, left: Duration) -> Looking<'_, Readiness> {
        Box::pin(async move {
            let given = self.share.min(left);
            let error = match (self.attempt)(self.transport.clone(), given).await {
                Ok(()) => return Ok(Seen::Done(Readiness { is_ready: true, problem: None })),
                Err(error) => error,
            };
            if !may_change(&error) {
                return Err(error);
            }
            if error.is_timeout() {
                self.share = self.share.saturating_mul(2);
            }
            let problem = error.to_string();
            // An attempt that had hardly any time says nothing.
            if self.last.is_none() || !error.is_timeout() || given >= ENOUGH {
                self.last = Some(error);
            }
            Ok(Seen::NotYet(Readiness { is_ready: false, problem: Some(problem) }))
        })
    }

    fn late(&mut self, within: Duration) -> Error {
        let place = self.transport.place();
        match self.last.take() {
            Some(last) => timed_out(format!("{place} is not ready within {within:?}; last: {last}")).with_source(last),
            None => timed_out(format!("{place} is not ready within {within:?}")),
        }
    }
}

/// Time that an attempt needs to say why it fails.
const ENOUGH: Duration = Duration::from_millis(100);

/// Returns whether waiting can change an error of a server that starts, or of a gateway before it:
/// 404 as long as there is no route, 502 to 504 as long as nothing answers behind it.
fn may_change(error: &Error) -> bool {
    use ErrorKind::{Connection, Timeout, Unavailable, Unsupported};
    match error.http_status() {
        // The server's own router: the address has a wrong path.
        Some(404) => error.kind() != Unsupported,
        Some(408 | 425 | 429 | 500 | 502..=504) => true,
        Some(_) => false,
        None => matches!(error.kind(), Connection | Timeout | Unavailable),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::error::Verdict;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn each_probe_gets_a_larger_share_of_the_time() {
        let transport = Transport::for_tests();
        // Needs five seconds for each answer, more than the init timeout.
        let shares = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&shares);
        let slow = move |_, share: Duration| {
            recorded.lock().unwrap().push(share.as_secs());
            async move {
                tokio::time::timeout(share, tokio::time::sleep(SECOND * 5)).await.map_err(|_| Error::timeout(share))
            }
        };
        assert!(wait(&transport, "test", SECOND * 30, slow.clone()).await.unwrap().is_ready);
        assert_eq!(std::mem::take(&mut *shares.lock().unwrap()), [2, 4, 8]);
        let late = wait(&transport, "test", SECOND * 4, slow).await.unwrap_err();
        assert_eq!((late.kind(), late.operation()), (ErrorKind::Timeout, Some("test")));
        assert_eq!(shares.lock().unwrap()[..2], [2, 1], "no probe outlasts the wait");
    }

    #[test]
    fn waiting_changes_what_gateways_answer_before_the_server_is_up() {
        let of = |kind, status: Option<u16>| {
            let error = Error::new(Verdict::refused(kind), "");
            status.map_or(may_change(&error), |status| {
                may_change(&Error::new(Verdict::refused(kind), "").with_http_status(status))
            })
        };
        for (kind, status, expected) in [
            (ErrorKind::NotFound, Some(404), true),
            (ErrorKind::Connection, Some(404), true),
            (ErrorKind::Unsupported, Some(404), false),
            (ErrorKind::Server, Some(500), true),
            (ErrorKind::Unavailable, Some(502), true),
            (ErrorKind::Unavailable, Some(503), true),
            (ErrorKind::Unavailable, Some(504), true),
            (ErrorKind::RateLimited, Some(429), true),
            (ErrorKind::Authentication, Some(401), false),
            (ErrorKind::Permission, Some(403), false),
            (ErrorKind::Configuration, Some(302), false),
            (ErrorKind::Connection, None, true),
            (ErrorKind::Timeout, None, true),
            (ErrorKind::Configuration, None, false),
        ] {
            assert_eq!(of(kind, status), expected, "{kind:?} {status:?}");
        }
    }
}
