//! The one run loop, shared by REST and gRPC: attempt, classify, decide. It alone knows deadlines, attempts and spans.

use std::future::Future;
use std::time::Duration;

use http::HeaderValue;
use tokio::time::{Instant, timeout};
use tracing::field::Empty;
use tracing::{Instrument as _, Span, debug_span, info_span};

use super::call::{Call, Idempotency};
use crate::auth::{Authorization, Credential};
use crate::connect::Endpoint;
use crate::error::{Error, ErrorKind, Outcome, Result};
use crate::schema::check_name;

/// How often to try, and how long each time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    pub(super) attempts: u32,
    /// Bounds one attempt within the deadline of the call.
    pub(super) attempt_timeout: Option<Duration>,
}

impl Policy {
    /// Exactly one exchange per call.
    pub(super) const ONCE: Self = Self { attempts: 1, attempt_timeout: None };
}

/// What one attempt has to know.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// The time left for it.
    pub(super) timeout: Duration,
    /// The token of the moment, if there is any.
    pub(super) authorization: Option<HeaderValue>,
}

/// Deadlines are sums of instants, and libraries below do arithmetic of their own: nobody waits longer than this.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// Runs one call: `attempt` is called once per try, and errors come back with operation and attempts filled in.
pub(super) async fn run<T, F>(
    policy: Policy,
    credential: &Credential,
    call: &Call,
    endpoint: &Endpoint,
    within: Duration,
    mut attempt: impl FnMut(Attempt) -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let span = call_span(call, endpoint);
    let within = call.timeout.unwrap_or(within).min(LONGEST);
    let work = async {
        if let Some(collection) = &call.collection {
            check_name(collection)?;
        }
        let deadline = Instant::now() + within;
        let mut number = 1;
        let mut renewed = false;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let bound = policy.attempt_timeout.map_or(left, |each| each.min(left));
            let (result, sent) = exchange(credential, bound, number, &mut attempt).await;
            let error = match result {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let error = error.at(&endpoint.named());
            tracing::debug!(attempt = number, %error, "attempt failed");
            if !renewed && may_renew(credential, sent.as_ref(), &error) {
                renewed = true;
                number += 1;
                continue;
            }
            match decide(policy, call.idempotency, number, deadline, &error) {
                Next::GiveUp => return Err(error.with_attempts(number)),
                Next::TryAgain => number += 1,
            }
        }
    };
    let result = work.instrument(span.clone()).await;
    result.map_err(|error| {
        let error = error.in_operation(call.operation, call.collection.as_deref());
        record(&span, &error);
        error
    })
}

/// One attempt, with the token of the moment. Says which one that was, if it came so far.
async fn exchange<T, F: Future<Output = Result<T>>>(
    credential: &Credential,
    bound: Duration,
    number: u32,
    attempt: impl FnOnce(Attempt) -> F,
) -> (Result<T>, Option<Authorization>) {
    let start = Instant::now();
    let sent = match timeout(bound, credential.authorize()).await {
        Ok(Ok(authorization)) => authorization,
        Ok(Err(error)) => return (Err(error), None),
        Err(_) => return (Err(Error::no_token(bound)), None),
    };
    let left = bound.saturating_sub(start.elapsed());
    let authorization = sent.as_ref().map(|sent| sent.header.clone());
    let one = Box::pin(attempt(Attempt { timeout: left, authorization })).instrument(attempt_span(number));
    (timeout(left, one).await.unwrap_or_else(|_| Err(Error::timeout(bound))), sent)
}

/// Whether the server refused a token that another can take the place of. It did nothing then, so that even a write may be
/// sent once more; that is no retry, and no policy forbids it.
fn may_renew(credential: &Credential, sent: Option<&Authorization>, error: &Error) -> bool {
    error.kind() == ErrorKind::Authentication
        && error.outcome() == Outcome::Refused
        && sent.is_some_and(|sent| credential.refused(sent))
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    GiveUp,
    TryAgain,
}

/// Whether a failed attempt is followed by another. A write whose outcome is unknown is repeated only where a second
/// time changes nothing.
fn decide(policy: Policy, idempotency: Idempotency, number: u32, deadline: Instant, error: &Error) -> Next {
    let safe = idempotency != Idempotency::Never || error.outcome() != Outcome::Unknown;
    if error.is_retryable() && safe && number < policy.attempts && Instant::now() < deadline {
        Next::TryAgain
    } else {
        Next::GiveUp
    }
}

/// Named as OpenTelemetry's conventions for databases have it.
fn call_span(call: &Call, endpoint: &Endpoint) -> Span {
    info_span!(
        "weaviate.call",
        otel.kind = "client",
        db.system.name = "weaviate",
        db.operation.name = call.operation,
        db.collection.name = call.collection.as_deref(),
        server.address = endpoint.host(),
        server.port = endpoint.port(),
        error.type = Empty,
        db.response.status_code = Empty,
    )
}

fn attempt_span(number: u32) -> Span {
    debug_span!("weaviate.attempt", attempt = number)
}

fn record(span: &Span, error: &Error) {
    span.record("error.type", tracing::field::debug(error.kind()));
    if let Some(status) = error.http_status() {
        span.record("db.response.status_code", status);
    } else if let Some(code) = error.grpc_code() {
        span.record("db.response.status_code", tracing::field::display(code));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;

    use super::*;
    use crate::ErrorKind;
    use crate::error::Verdict;

    const THRICE: Policy = Policy { attempts: 3, attempt_timeout: Some(Duration::from_secs(4)) };

    fn failure(outcome: Outcome, transient: bool) -> Error {
        Error::new(Verdict { kind: ErrorKind::Unavailable, outcome, transient }, "")
    }

    /// Runs a call that always fails and says how it ended.
    async fn fails(policy: Policy, idempotency: Idempotency, outcome: Outcome, transient: bool) -> (Error, u32) {
        let tries = Cell::new(0);
        let endpoint = Endpoint::parse("REST", "http://localhost:1").unwrap();
        let call = Call::new("test", idempotency).collection("Owl");
        let error = run::<(), _>(policy, &Credential::Anonymous, &call, &endpoint, Duration::from_secs(10), |_| {
            tries.set(tries.get() + 1);
            async { Err(failure(outcome, transient)) }
        })
        .await
        .unwrap_err();
        (error, tries.get())
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_is_safe_is_tried_again() {
        use Idempotency::{Idempotent, Never, Read};
        use Outcome::{NotSent, Refused, Unknown};
        for (policy, idempotency, outcome, transient, expected) in [
            (THRICE, Read, Unknown, true, 3),
            (THRICE, Idempotent, Unknown, true, 3),
            (THRICE, Never, Unknown, true, 1),
            (THRICE, Never, NotSent, true, 3),
            (THRICE, Never, Refused, true, 3),
            (THRICE, Read, Unknown, false, 1),
            (Policy::ONCE, Read, NotSent, true, 1),
        ] {
            let (error, tries) = fails(policy, idempotency, outcome, transient).await;
            assert_eq!((tries, error.attempts()), (expected, expected), "{idempotency:?} {outcome:?} {transient}");
            assert_eq!((error.operation(), error.collection()), (Some("test"), Some("Owl")));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_at_the_deadline() {
        let endpoint = Endpoint::parse("REST", "http://localhost:1").unwrap();
        for (policy, given, expected, attempts) in [
            (Policy::ONCE, None, 10, 1),
            (Policy::ONCE, Some(2), 2, 1),
            // Two attempts of four seconds, the third has two left.
            (THRICE, None, 10, 3),
        ] {
            let mut call = Call::new("test", Idempotency::Read);
            call.timeout = given.map(Duration::from_secs);
            let start = Instant::now();
            let error =
                run::<(), _>(policy, &Credential::Anonymous, &call, &endpoint, Duration::from_secs(10), |_| pending())
                    .await
                    .unwrap_err();
            assert_eq!(start.elapsed().as_secs(), expected);
            assert_eq!(
                (error.kind(), error.outcome(), error.attempts()),
                (ErrorKind::Timeout, Outcome::Unknown, attempts)
            );
        }
        let call = Call::new("test", Idempotency::Read).timeout(Duration::MAX);
        let fine = run(Policy::ONCE, &Credential::Anonymous, &call, &endpoint, Duration::ZERO, |attempt| async move {
            Ok(attempt.timeout)
        });
        assert_eq!(fine.await.unwrap(), LONGEST);
    }

    #[tokio::test]
    async fn a_bad_name_is_never_sent() {
        let endpoint = Endpoint::parse("REST", "http://localhost:1").unwrap();
        let call = Call::new("test", Idempotency::Read).collection("no name");
        let error = run::<(), _>(THRICE, &Credential::Anonymous, &call, &endpoint, Duration::from_secs(1), |_| async {
            panic!("sent")
        });
        let error = error.await.unwrap_err();
        assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::Validation, Outcome::NotSent, 0));
    }
}
