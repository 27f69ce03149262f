//! The run loop of a call, shared by all protocols: picks a node, makes an attempt, and decides
//! about a retry. Only this module handles deadlines, attempts and spans.

pub(super) mod budget;
pub(super) mod nodes;
mod retry;
mod spans;
pub(super) mod timer;

use std::fmt::Display;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument as _;

use self::budget::{Budget, Tokens};
use self::nodes::{Nodes, Tried};
use self::retry::{CallProgress, Next, next};
use super::default_headers::DefaultHeaders;
use super::node::{HasEndpoints, Node};
use crate::auth::{Authorization, Credential, TOKEN_WAIT};
use crate::call::Call;
use crate::error::{Error, ErrorKind, Outcome, Result};
use crate::options::headers::{Headers, replace};
use crate::options::{Propagation, Protocol, RetryPolicy};

/// One attempt at a call: node, protocol, deadline and headers.
#[derive(Debug)]
pub(crate) struct Attempt<'n, N = Node> {
    pub(crate) node: &'n N,
    /// Never `Auto`.
    pub(crate) protocol: Protocol,
    /// Whether there is a node this call was not sent to.
    pub(crate) another_node: bool,
    /// Time left for the attempt.
    pub(crate) timeout: Duration,
    /// The current token, if there is one.
    pub(crate) authorization: Option<HeaderValue>,
    /// The headers of the client.
    pub(crate) client_headers: Arc<HeaderMap>,
    /// The hook that adds headers of the current span.
    pub(crate) propagation: Option<&'n Propagation>,
    /// The headers of this call, which replace those of the client.
    pub(crate) call_headers: Headers,
}

impl<N> Attempt<'_, N> {
    /// Returns all headers of the attempt, the same for each protocol.
    pub(crate) fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::clone(&self.client_headers);
        if let Some(propagation) = self.propagation {
            propagation.inject(&mut headers);
        }
        if let Some(own) = self.call_headers.map() {
            replace(&mut headers, own);
        }
        if let Some(authorization) = self.authorization {
            headers.insert(header::AUTHORIZATION, authorization);
        }
        headers
    }
}

impl<N> Clone for Attempt<'_, N> {
    fn clone(&self) -> Self {
        Self {
            node: self.node,
            protocol: self.protocol,
            another_node: self.another_node,
            timeout: self.timeout,
            authorization: self.authorization.clone(),
            client_headers: Arc::clone(&self.client_headers),
            propagation: self.propagation,
            call_headers: self.call_headers.clone(),
        }
    }
}

/// Longest deadline. Deadlines are added to instants, which must not overflow, here and in
/// libraries.
const MAX_DEADLINE: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// State that all calls of a client share.
pub(super) struct Runner<'c, N> {
    pub(super) policy: RetryPolicy,
    pub(super) budget: &'c Budget,
    pub(super) credential: &'c Credential,
    pub(super) nodes: &'c Nodes<N>,
    pub(super) headers: &'c DefaultHeaders,
    pub(super) propagation: Option<&'c Propagation>,
    /// Between 0 and 1.
    pub(super) random: fn() -> f64,
}

impl<'c, N: HasEndpoints + Display> Runner<'c, N> {
    /// Runs a call. `attempt` is called once per attempt, with a node and the protocol of that
    /// time. Errors get operation, collection and attempts.
    pub(super) async fn run<T, F>(
        &self,
        call: &Call,
        within: Duration,
        protocol: impl Fn() -> Protocol,
        mut attempt: impl FnMut(Attempt<'c, N>) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let span = spans::call_span(call);
        let within = call.options.timeout.unwrap_or(within).min(MAX_DEADLINE);
        let work = async {
            let start = Instant::now();
            let mut tried = Tried::default();
            let mut tokens = Tokens::default();
            let (mut attempts, mut uncounted) = (0, 0);
            let mut renewed = false;
            let mut patience = TOKEN_WAIT;
            // Whether an attempt may have had an effect, which the outcome of a later one does not
            // show.
            let mut may_have_effect = false;
            let mut at_end = spans::AtEnd { span: &span, call, endpoint: None };
            loop {
                if !self.nodes.has_another(tried) {
                    tried = Tried::default();
                }
                let index = self.nodes.pick(tried);
                tried.add(index);
                attempts += 1;
                let (node, protocol) = (self.nodes.get(index), protocol());
                at_end.endpoint = Some(node.endpoint(protocol));
                let left = within.saturating_sub(start.elapsed());
                let another_node = self.nodes.has_another(tried);
                let prepared = Attempt {
                    node,
                    protocol,
                    another_node,
                    timeout: self.policy.attempt_timeout.map_or(left, |each| each.min(left)),
                    authorization: None,
                    client_headers: self.headers.current(),
                    propagation: self.propagation,
                    call_headers: call.options.headers.clone(),
                };
                let (result, sent) = self.attempt(call, prepared, attempts, &mut patience, &mut attempt).await;
                let error = match (result, &sent) {
                    (Ok(value), _) => {
                        self.nodes.record(index, None, 0.0);
                        self.budget.deposit(tokens);
                        return Ok(value);
                    }
                    // Without a token, the node was not asked.
                    (Err(error), Dispatched::No) => error,
                    (Err(error), Dispatched::Yes(_)) => error.at(&node.place(protocol)),
                };
                tracing::debug!(attempt = attempts, %error, "attempt failed");
                // A call does not wait twice for a token that does not come.
                let waited_in_vain = matches!(sent, Dispatched::No) && error.is_timeout();
                if let Dispatched::Yes(sent) = sent {
                    self.nodes.record(index, Some(&error), (self.random)());
                    if !renewed && can_renew_token(self.credential, sent.as_ref(), &error) {
                        renewed = true;
                        // Not a retry: the server did nothing.
                        uncounted += 1;
                        continue;
                    }
                }
                let elapsed = start.elapsed();
                let left = if waited_in_vain { Duration::ZERO } else { within.saturating_sub(elapsed) };
                let progress = CallProgress { attempts, uncounted, elapsed, left, another_node };
                match next(&self.policy, self.budget, call.idempotency, progress, &error, (self.random)()) {
                    Next::AnotherNode => uncounted += 1,
                    Next::Retry(pause, taken) => {
                        tokens = taken;
                        tracing::debug!(attempt = attempts, ?pause, "retrying after a pause");
                        sleep(pause).await;
                    }
                    Next::GiveUp => {
                        let error = error.with_attempts(attempts);
                        return Err(if may_have_effect { error.with_unknown_outcome() } else { error });
                    }
                }
                may_have_effect |= error.outcome() == Outcome::Unknown;
            }
        };
        let result = work.instrument(span.clone()).await;
        result.map_err(|error| {
            let error = call.failed(error);
            spans::record_error(&span, &error);
            error
        })
    }

    /// Makes an attempt with the current token. Waiting for it takes from `patience`.
    async fn attempt<T, F: Future<Output = Result<T>>>(
        &self,
        call: &Call,
        mut prepared: Attempt<'c, N>,
        number: u32,
        patience: &mut Duration,
        attempt: impl FnOnce(Attempt<'c, N>) -> F,
    ) -> (Result<T>, Dispatched) {
        let start = Instant::now();
        let bound = prepared.timeout;
        let most = if call.authentication_optional { bound / 2 } else { bound };
        let authorized = self.credential.authorize(most.min(*patience)).await;
        *patience = patience.saturating_sub(start.elapsed());
        let sent = match authorized {
            Ok(authorization) => authorization,
            // Liveness does not depend on a token.
            Err(_) if call.authentication_optional => None,
            Err(error) => return (Err(error), Dispatched::No),
        };
        let left = bound.saturating_sub(start.elapsed());
        prepared.timeout = left;
        prepared.authorization = sent.as_ref().map(|sent| sent.header.clone());
        let span = spans::attempt_span(number);
        // The headers are built within the span, whose trace context may be one of them.
        let attempt = pin!(async move { attempt(prepared).await }.instrument(span));
        (timeout(left, attempt).await.unwrap_or_else(|_| Err(Error::timeout(bound))), Dispatched::Yes(sent))
    }
}

/// Whether an attempt was made.
enum Dispatched {
    /// There was no token.
    No,
    /// It was sent, with this token.
    Yes(Option<Authorization>),
}

/// Returns whether the server refused the token and a new one can be requested. The server did
/// nothing then, so even a write can be repeated.
fn can_renew_token(credential: &Credential, sent: Option<&Authorization>, error: &Error) -> bool {
    error.kind() == ErrorKind::Authentication
        && error.outcome() == Outcome::Refused
        && sent.is_some_and(|sent| credential.refused(sent))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::pending;

    use super::*;
    use crate::call::Idempotency;
    use crate::error::Verdict;
    use crate::options::Endpoint;
    use crate::values::collection_name::CollectionName;

    impl HasEndpoints for Endpoint {
        fn endpoint(&self, _: Protocol) -> &Endpoint {
            self
        }

        fn place(&self, _: Protocol) -> String {
            self.named()
        }
    }

    /// A runner over nodes that do not exist.
    struct TestRunner {
        nodes: Nodes<Endpoint>,
        budget: Budget,
        headers: DefaultHeaders,
    }

    impl TestRunner {
        fn new(nodes: usize) -> Self {
            let endpoint = |index| Endpoint::parse("REST", &format!("http://node{index}:1")).unwrap();
            Self {
                nodes: Nodes::new(endpoint(0), (1..nodes).map(endpoint)),
                budget: Budget::new(100),
                headers: DefaultHeaders::new(HeaderMap::new(), &Headers::default()),
            }
        }

        async fn run<'b, T, F>(
            &'b self,
            policy: RetryPolicy,
            call: &Call,
            attempt: impl FnMut(Attempt<'b, Endpoint>) -> F,
        ) -> Result<T>
        where
            F: Future<Output = Result<T>>,
        {
            let runner = Runner {
                policy,
                budget: &self.budget,
                credential: &Credential::Anonymous,
                nodes: &self.nodes,
                headers: &self.headers,
                propagation: None,
                random: || 1.0,
            };
            runner.run(call, Duration::from_secs(10), || Protocol::Rest, attempt).await
        }
    }

    fn three_attempts() -> RetryPolicy {
        let second = Duration::from_secs(1);
        RetryPolicy::default().max_attempts(3).backoff(second, second).attempt_timeout(second * 4)
    }

    fn failure(kind: ErrorKind, outcome: Outcome) -> Error {
        Error::new(Verdict { kind, outcome, transient: true }, "")
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_with_its_first_success_or_its_last_attempt() {
        let call = Call::new("test", Idempotency::Read).collection(CollectionName::new("Owl"));
        for (policy, failures, expected) in [
            (three_attempts(), 2, Ok(3)),
            (three_attempts(), 9, Err(3)),
            (RetryPolicy::none(), 1, Err(1)),
            (RetryPolicy::none(), 0, Ok(1)),
        ] {
            let tries = Cell::new(0);
            let bench = TestRunner::new(1);
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
    async fn an_unknown_outcome_of_an_earlier_attempt_stays() {
        let call = Call::new("test", Idempotency::Idempotent);
        for (first, last, expected) in [
            (Outcome::Unknown, Outcome::NotSent, Outcome::Unknown),
            (Outcome::Unknown, Outcome::Refused, Outcome::Unknown),
            (Outcome::NotSent, Outcome::NotSent, Outcome::NotSent),
            (Outcome::NotSent, Outcome::Refused, Outcome::Refused),
        ] {
            let tries = Cell::new(0);
            let bench = TestRunner::new(1);
            let result = bench.run::<(), _>(three_attempts().max_attempts(2), &call, |_| {
                tries.set(tries.get() + 1);
                let outcome = if tries.get() == 1 { first } else { last };
                async move { Err(failure(ErrorKind::Unavailable, outcome)) }
            });
            assert_eq!(result.await.unwrap_err().outcome(), expected, "{first:?} {last:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_unreachable_node_is_skipped_without_a_pause() {
        let bench = TestRunner::new(3);
        let call = Call::new("test", Idempotency::Never);
        let visited = Cell::new(String::new());
        let start = Instant::now();
        for _ in 0..4 {
            let result =
                bench.run(RetryPolicy::none(), &call, |attempt| {
                    let number = attempt.node.host().trim_start_matches("node").to_owned();
                    visited.set(format!("{}{number}", visited.take()));
                    async move {
                        if number == "1" { Err(failure(ErrorKind::Connection, Outcome::NotSent)) } else { Ok(()) }
                    }
                });
            result.await.unwrap();
        }
        assert_eq!((visited.take().as_str(), start.elapsed()), ("01202", Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_without_a_reply_ends_at_its_deadline() {
        for (policy, given, expected, attempts) in [
            (RetryPolicy::none(), None, 10, 1),
            (RetryPolicy::none(), Some(2), 2, 1),
            // Two attempts of four seconds and a pause of one second leave one second for the
            // third.
            (three_attempts(), None, 10, 3),
        ] {
            let mut call = Call::new("test", Idempotency::Read);
            call.options.timeout = given.map(Duration::from_secs);
            let policy = RetryPolicy { backoff: Duration::from_millis(500), ..policy };
            let start = Instant::now();
            let error = TestRunner::new(1).run::<(), _>(policy, &call, |_| pending()).await.unwrap_err();
            assert_eq!(start.elapsed().as_secs(), expected);
            assert_eq!(
                (error.kind(), error.outcome(), error.attempts()),
                (ErrorKind::Timeout, Outcome::Unknown, attempts)
            );
        }
        let call = Call::new("test", Idempotency::Read).timeout(Duration::MAX);
        let bench = TestRunner::new(1);
        let fine = bench.run(RetryPolicy::none(), &call, |attempt| async move { Ok(attempt.timeout) });
        assert_eq!(fine.await.unwrap(), MAX_DEADLINE);
    }

    #[tokio::test]
    async fn headers_of_a_call_replace_those_of_the_client() {
        let bench = TestRunner::new(1);
        let mut client = Headers::default();
        client.insert("x-key", "outer");
        bench.headers.set_integrations(&client);
        let mut call = Call::new("test", Idempotency::Read);
        call.options.headers.insert("X-Key", "inner");
        let headers =
            bench.run(RetryPolicy::none(), &call, |attempt| async move { Ok(attempt.headers()) }).await.unwrap();
        assert_eq!((headers.len(), &headers["x-key"]), (1, &HeaderValue::from_static("inner")));
    }
}
