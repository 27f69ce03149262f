//! The one run loop, shared by REST and gRPC: pick a node, attempt, classify, decide. It alone knows deadlines, attempts
//! and spans.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument as _;

use super::budget::{Budget, Spent};
use super::call::Call;
use super::nodes::{Nodes, Tried};
use super::outgoing::Outgoing;
use super::retry::{Next, Progress, next};
use super::trace;
use crate::RetryPolicy;
use crate::auth::{Authorization, Credential};
use crate::connect::Endpoint;
use crate::error::{Error, ErrorKind, Outcome, Result};
use crate::headers::{Headers, replace};
use crate::schema::check_name;

/// What one attempt has to know.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// The node that it goes to, by its number.
    pub(super) node: usize,
    /// There is another that this call has not been sent to.
    pub(super) another_node: bool,
    /// The time left for it.
    pub(super) timeout: Duration,
    /// The token of the moment, if there is any.
    pub(super) authorization: Option<HeaderValue>,
    /// What the client has to say with each call.
    pub(super) outgoing: Arc<HeaderMap>,
    /// What this call has to say above that.
    pub(super) own: Headers,
}

impl Attempt {
    /// All headers that go with it, whatever the protocol.
    pub(super) fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::clone(&self.outgoing);
        #[cfg(feature = "otel")]
        trace::propagate(&mut headers);
        if let Some(own) = self.own.map() {
            replace(&mut headers, own);
        }
        if let Some(authorization) = self.authorization {
            headers.insert(header::AUTHORIZATION, authorization);
        }
        headers
    }
}

/// Deadlines are sums of instants, and libraries below do arithmetic of their own: nobody waits longer than this.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// All that the calls of a client share.
pub(super) struct Runner<'c, N> {
    pub(super) policy: RetryPolicy,
    pub(super) budget: &'c Budget,
    pub(super) credential: &'c Credential,
    pub(super) nodes: &'c Nodes<N>,
    pub(super) outgoing: &'c Outgoing,
    /// Between 0 and 1.
    pub(super) random: fn() -> f64,
}

impl<N> Runner<'_, N> {
    /// Runs one call: `attempt` is called once per try, and errors come back with operation and attempts filled in.
    /// `endpoint` says where a node speaks the protocol.
    pub(super) async fn run<T, F>(
        &self,
        call: &Call,
        within: Duration,
        endpoint: impl Fn(&N) -> &Endpoint,
        mut attempt: impl FnMut(Attempt) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let span = trace::call_span(call);
        let within = call.options.timeout.unwrap_or(within).min(LONGEST);
        let work = async {
            if let Some(collection) = &call.collection {
                check_name(collection)?;
            }
            call.options.headers.check()?;
            self.policy.check()?;
            let start = Instant::now();
            let mut tried = Tried::default();
            let mut price = Spent::default();
            let (mut attempts, mut passed_on) = (0, 0);
            let mut renewed = false;
            // Whether an attempt may have done what was asked for. A later one that did not says nothing of that.
            let mut maybe_done = false;
            loop {
                if !self.nodes.has_another(tried) {
                    tried = Tried::default();
                }
                let node = self.nodes.pick(tried);
                tried.add(node);
                attempts += 1;
                let place = endpoint(self.nodes.get(node));
                trace::record_endpoint(&span, place);
                let left = within.saturating_sub(start.elapsed());
                let ahead = Attempt {
                    node,
                    another_node: self.nodes.has_another(tried),
                    timeout: self.policy.attempt_timeout.map_or(left, |each| each.min(left)),
                    authorization: None,
                    outgoing: self.outgoing.current(),
                    own: call.options.headers.clone(),
                };
                let another_node = ahead.another_node;
                let (result, sent) = self.exchange(call, ahead, attempts, &mut attempt).await;
                let error = match result {
                    Ok(value) => {
                        self.nodes.note(node, None, 0.0);
                        self.budget.earn(price);
                        return Ok(value);
                    }
                    Err(error) => error.at(&place.named()),
                };
                tracing::debug!(attempt = attempts, %error, "attempt failed");
                if let Sent::Attempt(sent) = sent {
                    self.nodes.note(node, Some(&error), (self.random)());
                    if !renewed && may_renew(self.credential, sent.as_ref(), &error) {
                        renewed = true;
                        // The server did nothing, and this is no retry: no policy forbids it.
                        passed_on += 1;
                        continue;
                    }
                }
                let elapsed = start.elapsed();
                let left = within.saturating_sub(elapsed);
                let progress = Progress { attempts, passed_on, elapsed, left, another_node };
                match next(&self.policy, self.budget, call.idempotency, progress, &error, (self.random)()) {
                    Next::PassOn => passed_on += 1,
                    Next::Retry(pause, paid) => {
                        price = paid;
                        tracing::debug!(attempt = attempts, ?pause, "trying again");
                        sleep(pause).await;
                    }
                    Next::GiveUp => {
                        let error = error.with_attempts(attempts);
                        return Err(if maybe_done { error.with_unknown_outcome() } else { error });
                    }
                }
                maybe_done |= error.outcome() == Outcome::Unknown;
            }
        };
        let result = work.instrument(span.clone()).await;
        result.map_err(|error| {
            let error = error.in_operation(call.operation, call.collection.as_deref());
            trace::record_error(&span, &error);
            error
        })
    }

    /// One attempt, with the token of the moment.
    async fn exchange<T, F: Future<Output = Result<T>>>(
        &self,
        call: &Call,
        mut ahead: Attempt,
        number: u32,
        attempt: impl FnOnce(Attempt) -> F,
    ) -> (Result<T>, Sent) {
        let start = Instant::now();
        let bound = ahead.timeout;
        let patience = if call.open { bound / 2 } else { bound };
        let sent = match timeout(patience, self.credential.authorize()).await {
            Ok(Ok(authorization)) => authorization,
            // Whether a server runs has nothing to do with whether there is a token.
            Ok(Err(_)) | Err(_) if call.open => None,
            Ok(Err(error)) => return (Err(error), Sent::Nothing),
            Err(_) => return (Err(Error::no_token(bound)), Sent::Nothing),
        };
        let left = bound.saturating_sub(start.elapsed());
        ahead.timeout = left;
        ahead.authorization = sent.as_ref().map(|sent| sent.header.clone());
        let span = trace::attempt_span(number);
        // The headers are put together within the span, whose context may be one of them.
        let one = pin!(async move { attempt(ahead).await }.instrument(span));
        (timeout(left, one).await.unwrap_or_else(|_| Err(Error::timeout(bound))), Sent::Attempt(sent))
    }
}

/// How far an attempt came.
enum Sent {
    /// There was no token to go with it.
    Nothing,
    /// It went to the node, with this.
    Attempt(Option<Authorization>),
}

/// Whether the server refused a token that another can take the place of. It did nothing then, so that even a write may be
/// sent once more.
fn may_renew(credential: &Credential, sent: Option<&Authorization>, error: &Error) -> bool {
    error.kind() == ErrorKind::Authentication
        && error.outcome() == Outcome::Refused
        && sent.is_some_and(|sent| credential.refused(sent))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;

    use super::super::call::Idempotency;
    use super::*;
    use crate::error::Verdict;

    /// A client of the nodes `a`, `b`, ... that does not really exist.
    struct Bench {
        nodes: Nodes<Endpoint>,
        budget: Budget,
        outgoing: Outgoing,
    }

    impl Bench {
        fn new(nodes: usize) -> Self {
            let endpoint = |index| Endpoint::parse("REST", &format!("http://node{index}:1")).unwrap();
            Self {
                nodes: Nodes::new(endpoint(0), (1..nodes).map(endpoint)),
                budget: Budget::new(100),
                outgoing: Outgoing::new(HeaderMap::new(), &Headers::default()),
            }
        }

        async fn run<T, F>(&self, policy: RetryPolicy, call: &Call, attempt: impl FnMut(Attempt) -> F) -> Result<T>
        where
            F: Future<Output = Result<T>>,
        {
            let runner = Runner {
                policy,
                budget: &self.budget,
                credential: &Credential::Anonymous,
                nodes: &self.nodes,
                outgoing: &self.outgoing,
                random: || 1.0,
            };
            runner.run(call, Duration::from_secs(10), |node| node, attempt).await
        }
    }

    fn thrice() -> RetryPolicy {
        let second = Duration::from_secs(1);
        RetryPolicy::default().max_attempts(3).backoff(second, second).attempt_timeout(second * 4)
    }

    fn failure(kind: ErrorKind, outcome: Outcome) -> Error {
        Error::new(Verdict { kind, outcome, transient: true }, "")
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_with_its_first_success_or_its_last_attempt() {
        let call = Call::new("test", Idempotency::Read).collection("Owl");
        for (policy, failures, expected) in [
            (thrice(), 2, Ok(3)),
            (thrice(), 9, Err(3)),
            (RetryPolicy::none(), 1, Err(1)),
            (RetryPolicy::none(), 0, Ok(1)),
        ] {
            let tries = Cell::new(0);
            let bench = Bench::new(1);
            let result = bench.run(policy, &call, |_| {
                tries.set(tries.get() + 1);
                let fails = tries.get() <= failures;
                async move { if fails { Err(failure(ErrorKind::Unavailable, Outcome::Unknown)) } else { Ok(()) } }
            });
            match result.await {
                Ok(()) => assert_eq!(Ok(tries.get()), expected),
                Err(error) => {
                    assert_eq!((Err(tries.get()), error.attempts()), (expected, tries.get()));
                    assert_eq!((error.operation(), error.collection()), (Some("test"), Some("Owl")));
                    assert!(error.to_string().contains("REST at http://node0:1"), "{error}");
                }
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_earlier_attempt_may_have_done_is_not_forgotten() {
        let call = Call::new("test", Idempotency::Idempotent);
        for (first, last, expected) in [
            (Outcome::Unknown, Outcome::NotSent, Outcome::Unknown),
            (Outcome::Unknown, Outcome::Refused, Outcome::Unknown),
            (Outcome::NotSent, Outcome::NotSent, Outcome::NotSent),
            (Outcome::NotSent, Outcome::Refused, Outcome::Refused),
        ] {
            let tries = Cell::new(0);
            let bench = Bench::new(1);
            let result = bench.run::<(), _>(thrice().max_attempts(2), &call, |_| {
                tries.set(tries.get() + 1);
                let outcome = if tries.get() == 1 { first } else { last };
                async move { Err(failure(ErrorKind::Unavailable, outcome)) }
            });
            assert_eq!(result.await.unwrap_err().outcome(), expected, "{first:?} {last:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_node_that_cannot_be_reached_is_gone_around_at_once() {
        let bench = Bench::new(3);
        let call = Call::new("test", Idempotency::Never);
        let visited = Cell::new(String::new());
        let start = Instant::now();
        for _ in 0..4 {
            let result =
                bench.run(RetryPolicy::none(), &call, |attempt| {
                    visited.set(format!("{}{}", visited.take(), attempt.node));
                    async move {
                        if attempt.node == 1 { Err(failure(ErrorKind::Connection, Outcome::NotSent)) } else { Ok(()) }
                    }
                });
            result.await.unwrap();
        }
        assert_eq!((visited.take().as_str(), start.elapsed()), ("01202", Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_at_the_deadline() {
        for (policy, given, expected, attempts) in [
            (RetryPolicy::none(), None, 10, 1),
            (RetryPolicy::none(), Some(2), 2, 1),
            // Two attempts of four seconds, a pause of one after the first; after the second, nothing is left for a third
            // but the rest of the time.
            (thrice(), None, 10, 3),
        ] {
            let mut call = Call::new("test", Idempotency::Read);
            call.options.timeout = given.map(Duration::from_secs);
            let policy = RetryPolicy { backoff: Duration::from_millis(500), ..policy };
            let start = Instant::now();
            let error = Bench::new(1).run::<(), _>(policy, &call, |_| pending()).await.unwrap_err();
            assert_eq!(start.elapsed().as_secs(), expected);
            assert_eq!(
                (error.kind(), error.outcome(), error.attempts()),
                (ErrorKind::Timeout, Outcome::Unknown, attempts)
            );
        }
        let call = Call::new("test", Idempotency::Read).timeout(Duration::MAX);
        let bench = Bench::new(1);
        let fine = bench.run(RetryPolicy::none(), &call, |attempt| async move { Ok(attempt.timeout) });
        assert_eq!(fine.await.unwrap(), LONGEST);
    }

    #[tokio::test]
    async fn what_cannot_be_right_is_never_sent() {
        let mut header = Call::new("test", Idempotency::Read);
        header.options.headers.insert("authorization", "x");
        for (call, policy, field) in [
            (Call::new("test", Idempotency::Read).collection("no name"), thrice(), "collection"),
            (header, thrice(), "header"),
            (Call::new("test", Idempotency::Read), thrice().max_attempts(0), "max_attempts"),
        ] {
            let error = Bench::new(1).run::<(), _>(policy, &call, |_| async { panic!("sent") }).await.unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
            assert_eq!((error.outcome(), error.attempts()), (Outcome::NotSent, 0));
        }
    }

    #[tokio::test]
    async fn headers_of_a_call_take_the_place_of_those_of_the_client() {
        let bench = Bench::new(1);
        let mut client = Headers::default();
        client.insert("x-key", "outer");
        bench.outgoing.set_integrations(&client);
        let mut call = Call::new("test", Idempotency::Read);
        call.options.headers.insert("X-Key", "inner");
        let headers =
            bench.run(RetryPolicy::none(), &call, |attempt| async move { Ok(attempt.headers()) }).await.unwrap();
        assert_eq!((headers.len(), &headers["x-key"]), (1, &HeaderValue::from_static("inner")));
    }
}
