//! Retries: which failures are retried, and how often.

use std::time::Duration;

use weaviate::ErrorKind;
use weaviate::connect::RetryPolicy;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use super::{at, emulator};
use crate::support::faults::{Fault, FaultProxy, script};
use crate::support::time::{eager, timeouts};

const BUSY: Fault = Fault::Unavailable { committed: false };

#[tokio::test]
async fn retry_policy_bounds_the_attempts_of_a_search() {
    let emulator = emulator().await;
    for (faults, policy, attempts, succeeds) in [
        (vec![BUSY, Fault::ResetBefore, Fault::ResetAfter, Fault::TruncateReply(3)], eager(), 5, true),
        (vec![BUSY; 20], eager(), 6, false),
        (vec![BUSY; 20], eager().max_attempts(2), 2, false),
        (vec![BUSY; 20], RetryPolicy::none(), 1, false),
        (vec![Fault::ResetAfter], RetryPolicy::none(), 1, false),
        (vec![BUSY; 20], eager().budget(1), 2, false),
        (vec![BUSY; 20], eager().max_elapsed(Duration::ZERO), 1, false),
        (vec![Fault::GrpcStatus(2, "could not find class Owl in schema")], eager(), 1, false),
        (vec![Fault::GrpcStatus(2, "429 Too many requests")], eager(), 2, true),
        (vec![Fault::GrpcStatus(2, "leader not found")], eager(), 2, true),
        (vec![Fault::Hang, Fault::Pass], eager().attempt_timeout(Duration::from_millis(200)), 2, true),
    ] {
        let what = format!("{faults:?} {policy:?}");
        let proxy = FaultProxy::grpc(emulator.grpc_url(), move |request| {
            faults.get(request.number).cloned().unwrap_or(Fault::Pass)
        })
        .await;
        let client = at(&emulator.rest_url(), &proxy.url()).protocol(weaviate::connect::Protocol::Grpc).retry(policy);
        let client = client.connect_lazy().unwrap();
        let result = client.collection("Article").query().fetch_objects().await;
        assert_eq!(result.is_ok(), succeeds, "{what}: {result:?}");
        assert_eq!(proxy.requests(), attempts, "{what}: {result:?}");
        if let Err(error) = result {
            assert_eq!(error.attempts() as usize, attempts, "{what}");
        }
    }
}

#[tokio::test]
async fn retries_follow_rest_status_and_retry_after() {
    let emulator = emulator().await;
    let status = |status, headers: &[(&'static str, &'static str)]| Fault::Status(status, headers.to_vec(), "");
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
        (Fault::Status(429, vec![], r#"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"no"}"#), 1, None),
    ] {
        let what = format!("{fault:?}");
        let always = fault.clone();
        let proxy = FaultProxy::rest(emulator.rest_url(), move |_| always.clone()).await;
        let client = at(&proxy.url(), &emulator.grpc_url()).retry(RetryPolicy::none()).connect_lazy().unwrap();
        assert_eq!(client.meta().await.unwrap_err().retry_after(), pause, "{what}");

        let proxy = FaultProxy::rest(emulator.rest_url(), script([fault])).await;
        let client = at(&proxy.url(), &emulator.grpc_url()).timeouts(timeouts()).connect_lazy().unwrap();
        assert_eq!(client.meta().await.is_ok(), attempts > 1, "{what}");
        assert_eq!(proxy.requests(), attempts, "{what}");
    }
}

#[tokio::test]
async fn create_is_retried_only_if_the_server_did_nothing() {
    let emulator = emulator().await;
    for (fault, attempts, outcome) in [
        (Fault::ResetAfter, 1, Some(Outcome::Unknown)),
        (Fault::Unavailable { committed: true }, 1, Some(Outcome::Unknown)),
        (Fault::Status(429, vec![], ""), 2, None),
    ] {
        let what = format!("{fault:?}");
        let proxy = FaultProxy::rest(emulator.rest_url(), script([fault])).await;
        let client = at(&proxy.url(), &emulator.grpc_url()).connect_lazy().unwrap();
        let collections = client.collections();
        let result = collections.create(CollectionConfig::new("Once")).await;
        assert_eq!(result.as_ref().err().map(weaviate::Error::outcome), outcome, "{what}: {result:?}");
        assert_eq!(proxy.requests(), attempts, "{what}");
        assert!(collections.exists("Once").await.unwrap(), "{what}");
        collections.delete("Once").await.unwrap();
    }
}

#[tokio::test]
async fn request_retry_and_timeout_override_the_client() {
    let emulator = emulator().await;
    let proxy = FaultProxy::grpc(emulator.grpc_url(), |_| BUSY).await;
    let client =
        at(&emulator.rest_url(), &proxy.url()).protocol(weaviate::connect::Protocol::Grpc).connect_lazy().unwrap();
    let articles = client.collection("Article");
    let error = articles.query().fetch_objects().retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!((error.attempts(), proxy.requests()), (1, 1));
    let error = articles.query().fetch_objects().retry(eager().max_attempts(0)).await.unwrap_err();
    assert_eq!((error.kind(), error.field(), proxy.requests()), (ErrorKind::Validation, Some("max_attempts"), 1));
    proxy.set(|_| Fault::Hang);
    let short = Duration::from_millis(100);
    let error = articles.query().fetch_objects().timeout(short).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("100ms"), "{error}");
    let report = articles.data().insert_many([PropertyMap::new()]).timeout(short).retry(RetryPolicy::none()).await;
    assert!(report.unwrap_err().is_timeout());
}
