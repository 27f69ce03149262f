//! Tests of the run loop, with nodes that do not exist.

use std::future::pending;

use super::attempts::Replying;
use super::confirm::tests::ScriptedOracle;
use super::confirm::{Answer, Question};
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
    in_flight: InFlight,
    headers: DefaultHeaders,
    confirmations: Confirmations,
    trouble: LeaderTrouble,
    oracle: ScriptedOracle,
}

impl TestRunner {
    fn new(nodes: usize) -> Self {
        let endpoint = |index| Endpoint::parse("REST", &format!("http://node{index}:1")).unwrap();
        Self {
            nodes: Nodes::new(endpoint(0), (1..nodes).map(endpoint)),
            budget: Budget::new(100),
            in_flight: InFlight::default(),
            headers: DefaultHeaders::new(HeaderMap::new(), &Headers::default()),
            confirmations: Confirmations::default(),
            trouble: LeaderTrouble::default(),
            oracle: ScriptedOracle::default(),
        }
    }

    async fn run<'b, T, F>(
        &'b self,
        policy: RetryPolicy,
        call: &Call,
        attempt: impl FnMut(Attempt<'b, Endpoint>) -> F + Send,
    ) -> Result<T>
    where
        T: Send,
        F: Future<Output = Result<T>> + Send,
    {
        let runner = Runner {
            policy,
            budget: &self.budget,
            in_flight: &self.in_flight,
            credential: &Credential::Anonymous,
            nodes: &self.nodes,
            headers: &self.headers,
            propagation: None,
            confirmations: &self.confirmations,
            trouble: &self.trouble,
            oracle: &self.oracle,
            random: || 1.0,
        };
        let mut attempts = Replying::new(attempt);
        runner.run(call, Duration::from_secs(10), &|| Protocol::Rest, &mut attempts).await?;
        attempts.reply()
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
        let mut tries = 0;
        let bench = TestRunner::new(1);
        let result = bench.run(policy, &call, |_| {
            tries += 1;
            let fails = tries <= failures;
            async move { if fails { Err(failure(ErrorKind::Unavailable, Outcome::Unknown)) } else { Ok(()) } }
        });
        match result.await {
            Ok(()) => assert_eq!(Ok(tries), expected),
            Err(error) => {
                assert_eq!((Err(tries), error.attempts()), (expected, tries));
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
        let mut tries = 0;
        let bench = TestRunner::new(1);
        let result = bench.run::<(), _>(three_attempts().max_attempts(2), &call, |_| {
            tries += 1;
            let outcome = if tries == 1 { first } else { last };
            async move { Err(failure(ErrorKind::Unavailable, outcome)) }
        });
        assert_eq!(result.await.unwrap_err().outcome(), expected, "{first:?} {last:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_after_an_unknown_outcome_is_uncertain() {
    for (first, expected) in [(Outcome::Unknown, true), (Outcome::Refused, false), (Outcome::NotSent, false)] {
        let call = Call::new("test", Idempotency::Idempotent);
        let mut tries = 0;
        let bench = TestRunner::new(1);
        let result = bench.run(three_attempts(), &call, |_| {
            tries += 1;
            let fails = tries == 1;
            async move { if fails { Err(failure(ErrorKind::Unavailable, first)) } else { Ok(()) } }
        });
        result.await.unwrap();
        assert_eq!(call.is_uncertain(), expected, "{first:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_node_is_skipped_without_a_pause() {
    let bench = TestRunner::new(3);
    let call = Call::new("test", Idempotency::Never);
    let mut visited = String::new();
    let start = Instant::now();
    for _ in 0..4 {
        let result = bench.run(RetryPolicy::none(), &call, |attempt| {
            let number = attempt.node.host().trim_start_matches("node").to_owned();
            visited += &number;
            async move { if number == "1" { Err(failure(ErrorKind::Connection, Outcome::NotSent)) } else { Ok(()) } }
        });
        result.await.unwrap();
    }
    assert_eq!((visited.as_str(), start.elapsed()), ("01202", Duration::ZERO));
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
        assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::Timeout, Outcome::Unknown, attempts));
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
    let headers = bench.run(RetryPolicy::none(), &call, |attempt| async move { Ok(attempt.headers()) }).await.unwrap();
    assert_eq!((headers.len(), &headers["x-key"]), (1, &HeaderValue::from_static("inner")));
}

#[tokio::test(start_paused = true)]
async fn a_missing_object_is_asked_for_again_on_a_node_that_turned_ready() {
    let missing = || Error::new(Verdict::refused(ErrorKind::NotFound), "").with_http_status(404);
    let call = Call::new("test", Idempotency::Read).collection(CollectionName::new("Owl")).about_object();
    // Of a server that starts: not ready, then ready, then with the object.
    let mut bench = TestRunner::new(2);
    let later = Answer::Later("503".to_owned());
    bench.oracle = ScriptedOracle::new([later, Answer::Yes, Answer::Yes]);
    let mut nodes = String::new();
    let found = bench.run(three_attempts(), &call, |attempt| {
        nodes += attempt.node.host().trim_start_matches("node");
        let tries = nodes.len();
        async move { if tries < 3 { Err(missing()) } else { Ok(tries) } }
    });
    assert_eq!(found.await.unwrap(), 3);
    assert_eq!(nodes, "011", "the node that turned ready gets the request again");

    // Of a server that was ready all the time: its second answer is final, and the third call's first.
    let bench = TestRunner::new(1);
    let mut tries = 0;
    for expected in [2, 3] {
        let error = bench.run::<(), _>(RetryPolicy::none(), &call, |_| {
            tries += 1;
            async move { Err(missing()) }
        });
        assert_eq!(error.await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(tries, expected);
    }
    assert_eq!(bench.oracle.questions(), [Question::IsReady, Question::NodeKnows("Owl".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_lost_its_leader_is_ended_and_a_slow_one_is_not() {
    let later = || Answer::Later("no leader".to_owned());
    let election = || vec![later(), later(), Answer::Yes];
    for (nodes, idempotency, answers, attempts, seconds) in [
        // The leader answers all the time: the attempt is slow, and takes what the call allows.
        (2, Idempotency::Idempotent, vec![], 1, 10),
        // An election until the fourth second: the first attempt ends with it.
        (2, Idempotency::Idempotent, election(), 2, 4),
        (2, Idempotency::Read, election(), 2, 4),
        (1, Idempotency::Read, election(), 2, 9),
        // It may not be repeated, and may still succeed.
        (2, Idempotency::Never, election(), 1, 10),
    ] {
        let call = Call::new("test", idempotency).collection(CollectionName::new("Owl"));
        let mut bench = TestRunner::new(nodes);
        bench.oracle = ScriptedOracle::new(answers.clone());
        let mut tried = Vec::new();
        let start = Instant::now();
        let policy = RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(1));
        let result = bench.run(policy, &call, |attempt| {
            tried.push(attempt.node.host().to_owned());
            let is_first = tried.len() == 1;
            async move { if is_first { pending().await } else { Ok(()) } }
        });
        assert_eq!(result.await.is_ok(), attempts > 1, "{answers:?}");
        // The node that found the new leader gets the request again.
        assert_eq!(tried, vec!["node0"; attempts], "{answers:?}");
        assert_eq!(start.elapsed().as_secs(), seconds, "{answers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_retry_budget_is_named_in_the_error() {
    let call = Call::new("test", Idempotency::Read);
    let mut bench = TestRunner::new(1);
    bench.budget = Budget::new(1);
    let error = bench
        .run::<(), _>(three_attempts(), &call, |_| async { Err(failure(ErrorKind::Unavailable, Outcome::Unknown)) });
    let error = error.await.unwrap_err();
    let expected = "after 2 attempts; not retried: the client's retry budget is used up (see `RetryPolicy::budget`)";
    assert!(error.to_string().ends_with(expected), "{error}");
}

impl TestRunner {
    fn with_slots(limit: usize) -> Self {
        Self { in_flight: InFlight::new(Some(limit)), ..Self::new(1) }
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_attempts_are_in_flight_than_there_are_slots() {
    let bench = TestRunner::with_slots(2);
    let (running, most) = (std::sync::atomic::AtomicUsize::new(0), std::sync::atomic::AtomicUsize::new(0));
    let call = Call::new("test", Idempotency::Read);
    let one = || {
        bench.run(RetryPolicy::none(), &call, |_| async {
            let now = running.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            most.fetch_max(now, std::sync::atomic::Ordering::Relaxed);
            sleep(Duration::from_secs(1)).await;
            running.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
            Ok(())
        })
    };
    let start = Instant::now();
    let all = tokio::join!(one(), one(), one(), one(), one());
    assert!(matches!(all, (Ok(()), Ok(()), Ok(()), Ok(()), Ok(()))), "{all:?}");
    assert_eq!((most.into_inner(), start.elapsed().as_secs()), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_slot_is_not_sent() {
    let bench = TestRunner::with_slots(1);
    let second = Duration::from_secs(1);
    let endless = Call::new("test", Idempotency::Never).timeout(second * 60);
    let mut holder = Box::pin(bench.run::<(), _>(RetryPolicy::none(), &endless, |_| pending()));
    assert!(timeout(second, holder.as_mut()).await.is_err());

    let call = Call::new("test", Idempotency::Never).timeout(second * 3);
    let sent = || bench.run(three_attempts(), &call, |_| async { Ok(()) });
    let start = Instant::now();
    let error = sent().await.unwrap_err();
    assert_eq!(start.elapsed().as_secs(), 3, "the wait counts against the deadline");
    assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::Timeout, Outcome::NotSent, 0));
    assert_eq!(
        error.to_string(),
        "test: timed out: not sent within 3s: 1 requests of this client are in flight, the limit of `max_in_flight`; raise \
         the limit or the timeout"
    );
    // A call about the server needs no slot.
    let probe = Call::new("is ready", Idempotency::Read).about_server();
    bench.run(RetryPolicy::none(), &probe, |_| async { Ok(()) }).await.unwrap();
    // A call that is dropped while it waits, or in flight, takes no slot with it.
    let mut dropped = Box::pin(sent());
    assert!(timeout(second, dropped.as_mut()).await.is_err());
    drop((dropped, holder));
    sent().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_pause_before_a_retry_takes_no_slot() {
    let bench = TestRunner::with_slots(1);
    let call = Call::new("test", Idempotency::Read);
    let start = Instant::now();
    let mut tries = 0;
    let retried = bench.run(three_attempts(), &call, |_| {
        tries += 1;
        let fails = tries == 1;
        async move { if fails { Err(failure(ErrorKind::Unavailable, Outcome::Unknown)) } else { Ok(start.elapsed()) } }
    });
    let other = bench.run(three_attempts(), &call, |_| async { Ok(start.elapsed()) });
    let (retried, other) = tokio::join!(retried, other);
    assert_eq!((retried.unwrap().as_secs(), other.unwrap().as_secs()), (1, 0));
}

/// The outcome is that of the attempts before, and not that of the wait.
#[tokio::test(start_paused = true)]
async fn a_retry_that_gets_no_slot_keeps_an_unknown_outcome() {
    for (first, expected) in [(Outcome::Unknown, Outcome::Unknown), (Outcome::Refused, Outcome::NotSent)] {
        let bench = TestRunner::with_slots(1);
        let endless = Call::new("test", Idempotency::Never).timeout(Duration::from_secs(60));
        let call = Call::new("test", Idempotency::Idempotent).timeout(Duration::from_secs(5));
        let retried =
            bench.run::<(), _>(three_attempts(), &call, |_| async move { Err(failure(ErrorKind::Unavailable, first)) });
        let holder = bench.run::<(), _>(RetryPolicy::none(), &endless, |_| pending());
        let (retried, _) = tokio::join!(retried, holder);
        let error = retried.unwrap_err();
        assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::Timeout, expected, 1), "{error}");
    }
}
