//! Retries: which failures are retried, and how often.

use std::time::Duration;

use weaviate::ErrorKind;
use weaviate::connect::RetryPolicy;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate_emulator::Fault;

use super::{at, emulator};
use crate::support::time::{eager, timeouts};

#[tokio::test]
async fn retry_policy_bounds_the_attempts_of_a_search() {
    let emulator = emulator().await;
    let faults = emulator.faults();
    let busy = || vec![Fault::unavailable()];
    let once = |fault: Fault| fault.times(1);
    let mut before = 0;
    for (script, policy, attempts, succeeds) in [
        (
            vec![
                once(Fault::unavailable()),
                once(Fault::reset()),
                once(Fault::reset().after_commit()),
                once(Fault::reset().mid_reply()),
            ],
            eager(),
            5,
            true,
        ),
        (busy(), eager(), 6, false),
        (busy(), eager().max_attempts(2), 2, false),
        (busy(), RetryPolicy::none(), 1, false),
        (vec![Fault::reset().after_commit()], RetryPolicy::none(), 1, false),
        (busy(), eager().budget(1), 2, false),
        (busy(), eager().max_elapsed(Duration::ZERO), 1, false),
        (vec![once(Fault::grpc_status(2, "could not find class Owl in schema"))], eager(), 1, false),
        (vec![once(Fault::rate_limited())], eager(), 2, true),
        (vec![once(Fault::grpc_status(2, "leader not found"))], eager(), 2, true),
        (vec![once(Fault::hang())], eager().attempt_timeout(Duration::from_millis(200)), 2, true),
    ] {
        let what = format!("{script:?} {policy:?}");
        faults.clear();
        for fault in script {
            faults.add(fault.on_rpc("Search")).unwrap();
        }
        let client = at(&emulator.rest_url(), &emulator.grpc_url()).protocol(weaviate::connect::Protocol::Grpc);
        let client = client.retry(policy).connect_lazy().unwrap();
        let result = client.collection("Article").query().fetch_objects().await;
        assert_eq!(result.is_ok(), succeeds, "{what}: {result:?}");
        let searches = faults.log().iter().filter(|request| request.rpc() == Some("Search")).count();
        assert_eq!(searches - before, attempts, "{what}: {result:?}");
        before = searches;
        if let Err(error) = result {
            assert_eq!(error.attempts() as usize, attempts, "{what}");
        }
    }
}

#[tokio::test]
async fn retries_follow_rest_status_and_retry_after() {
    let emulator = emulator().await;
    let faults = emulator.faults();
    let status = |status, headers: &[(&str, &str)]| {
        let reply = Fault::http_reply(status, "").on_path("/v1/meta");
        headers.iter().fold(reply, |reply, (name, value)| reply.header(name, value))
    };
    let limit = r#"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"no"}"#;
    for (fault, attempts, pause) in [
        (status(503, &[]), 2, None),
        (status(502, &[]), 2, None),
        (status(429, &[]), 2, None),
        (status(429, &[("retry-after", "0")]), 2, Some(Duration::ZERO)),
        // Longer than the call may take: there is no use in waiting.
        (status(503, &[("retry-after", "900")]), 1, Some(Duration::from_secs(900))),
        (status(503, &[("retry-after", "Tue, 24 Nov 2020 00:18:53 GMT")]), 2, Some(Duration::ZERO)),
        (status(503, &[("retry-after", "soon")]), 2, None),
        (status(500, &[]), 1, None),
        (status(422, &[]), 1, None),
        (Fault::http_reply(429, limit).on_path("/v1/meta"), 1, None),
    ] {
        let what = format!("{fault:?}");
        faults.clear();
        faults.add(fault.clone()).unwrap();
        let at = || at(&emulator.rest_url(), &emulator.grpc_url());
        let client = at().retry(RetryPolicy::none()).connect_lazy().unwrap();
        assert_eq!(client.meta().await.unwrap_err().retry_after(), pause, "{what}");

        faults.clear();
        faults.add(fault.times(1)).unwrap();
        let before = faults.log().len();
        let client = at().timeouts(timeouts()).connect_lazy().unwrap();
        assert_eq!(client.meta().await.is_ok(), attempts > 1, "{what}");
        assert_eq!(faults.log().len() - before, attempts, "{what}");
    }
}

#[tokio::test]
async fn create_is_retried_only_if_the_server_did_nothing() {
    let emulator = emulator().await;
    let faults = emulator.faults();
    for (fault, attempts, outcome) in [
        (Fault::reset().after_commit(), 1, Some(Outcome::Unknown)),
        (Fault::unavailable().after_commit(), 1, Some(Outcome::Unknown)),
        (Fault::http_reply(429, ""), 2, None),
    ] {
        let what = format!("{fault:?}");
        faults.add(fault.on_request("POST", "/v1/schema").times(1)).unwrap();
        let before = faults.log().len();
        let client = at(&emulator.rest_url(), &emulator.grpc_url()).connect_lazy().unwrap();
        let collections = client.collections();
        let result = collections.create(CollectionConfig::new("Once")).await;
        assert_eq!(result.as_ref().err().map(weaviate::Error::outcome), outcome, "{what}: {result:?}");
        assert_eq!(faults.log().len() - before, attempts, "{what}");
        assert!(collections.exists("Once").await.unwrap(), "{what}");
        collections.delete("Once").await.unwrap();
    }
}

#[tokio::test]
async fn request_retry_and_timeout_override_the_client() {
    let emulator = emulator().await;
    let faults = emulator.faults();
    faults.add(Fault::unavailable()).unwrap();
    let client = at(&emulator.rest_url(), &emulator.grpc_url()).protocol(weaviate::connect::Protocol::Grpc);
    let client = client.connect_lazy().unwrap();
    let articles = client.collection("Article");
    let error = articles.query().fetch_objects().retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!((error.attempts(), faults.log().len()), (1, 1));
    let error = articles.query().fetch_objects().retry(eager().max_attempts(0)).await.unwrap_err();
    assert_eq!((error.kind(), error.field(), faults.log().len()), (ErrorKind::Validation, Some("max_attempts"), 1));
    faults.clear();
    faults.add(Fault::hang()).unwrap();
    let short = Duration::from_millis(100);
    let error = articles.query().fetch_objects().timeout(short).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("100ms"), "{error}");
    let report = articles.data().insert_many([PropertyMap::new()]).timeout(short).retry(RetryPolicy::none()).await;
    assert!(report.unwrap_err().is_timeout());
}
