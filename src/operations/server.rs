//! Liveness, readiness, and the wait for readiness.

use std::time::Duration;

use crate::call::{Call, Idempotency};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::Transport;
use crate::wait::Wait;

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
pub(crate) async fn wait_until_ready(transport: &Transport, within: Duration) -> Result<()> {
    wait(transport, "wait until ready", within, |share| ready(transport, Some(share))).await
}

/// Repeats an attempt until it succeeds, fails for a reason that waiting cannot change, or `within`
/// is over. Each attempt gets its share of the time.
///
/// The shares double: a server may be slow to answer while it starts, and a connection that was
/// opened too early may never be answered.
pub(crate) async fn wait<F: Future<Output = Result<()>>>(
    transport: &Transport,
    operation: &'static str,
    within: Duration,
    attempt: impl Fn(Duration) -> F,
) -> Result<()> {
    let mut wait = Wait::new(within, Duration::from_millis(50), Duration::from_secs(1));
    let mut share = transport.init_timeout();
    let mut last: Option<Error> = None;
    loop {
        let given = share.min(wait.left());
        let error = match attempt(given).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        if !may_change(&error) {
            return Err(error.in_operation(operation, None));
        }
        if error.is_timeout() {
            share = share.saturating_mul(2);
        }
        // An attempt that had hardly any time says nothing.
        if last.is_none() || !error.is_timeout() || given >= ENOUGH {
            last = Some(error);
        }
        if wait.left().is_zero() {
            let place = transport.place();
            let why = last.as_ref().map_or_else(String::new, |error| format!("; last: {error}"));
            let late = Wait::late(format!("{place} is not ready within {within:?}{why}"), last);
            return Err(late.in_operation(operation, None));
        }
        wait.pause().await;
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
    use std::cell::RefCell;

    use super::*;
    use crate::error::Verdict;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn each_probe_gets_a_larger_share_of_the_time() {
        let transport = Transport::for_tests();
        // Needs five seconds for each answer, more than the init timeout.
        let shares = RefCell::new(Vec::new());
        let slow = |share: Duration| {
            shares.borrow_mut().push(share.as_secs());
            async move {
                tokio::time::timeout(share, tokio::time::sleep(SECOND * 5)).await.map_err(|_| Error::timeout(share))
            }
        };
        wait(&transport, "test", SECOND * 30, &slow).await.unwrap();
        assert_eq!(shares.take(), [2, 4, 8]);
        let late = wait(&transport, "test", SECOND * 4, &slow).await.unwrap_err();
        assert_eq!((late.kind(), late.operation()), (ErrorKind::Timeout, Some("test")));
        assert_eq!(shares.take()[..2], [2, 1], "no probe outlasts the wait");
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
