//! `interval`, `on_progress` and `stream` of waits.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::Stream;
use serde_json::json;
use tokio::time::Instant;
use weaviate::prelude::*;

use super::{client, reply, scripted, shard};
use crate::support::faults::Fault;
use crate::support::time::{SOON, settle};

const LONG: Duration = Duration::from_secs(600);

#[tokio::test(start_paused = true)]
async fn the_interval_sets_the_pauses() {
    let server = scripted([reply(&shard(0, 9))]).await;
    let wait = client(&server).collection("Owl").wait_until_indexed(Duration::from_secs(100));
    wait.clone().interval(Duration::from_secs(10)).await.unwrap_err();
    // The last looks are closer, so that one is shortly before the deadline.
    assert_eq!(server.requests(), 10);

    let error = wait.clone().interval(Duration::ZERO).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("interval")));
    assert_eq!(error.to_string(), "wait for indexing `Owl`: invalid argument: interval: must be longer than zero");
    assert_eq!(server.requests(), 10);

    let start = Instant::now();
    assert!(wait.interval(Duration::MAX).await.unwrap_err().is_timeout());
    assert_eq!(start.elapsed().as_secs(), 100);
}

#[tokio::test(start_paused = true)]
async fn progress_has_each_state_and_the_last_one() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let report = seen.clone();
    let server = scripted([reply(&shard(0, 9)), reply(&shard(0, 4)), reply(&shard(0, 0))]).await;
    let wait = client(&server).collection("Owl").wait_until_indexed(LONG);
    let wait = wait.on_progress(move |status| report.lock().unwrap().push((status.queue_length, status.is_done)));
    wait.clone().await.unwrap();
    let expected = [(9, false), (4, false), (0, false), (0, true)];
    assert_eq!(*seen.lock().unwrap(), expected);
    // The second wait starts from nothing.
    wait.await.unwrap();
    assert_eq!(seen.lock().unwrap()[4..], [(0, false), (0, true)]);
}

#[tokio::test(start_paused = true)]
async fn each_wait_shows_its_states() {
    let server = scripted([Fault::Status(503, vec![], ""), Fault::ResetBefore, Fault::Status(200, vec![], "")]).await;
    let states = collected(client(&server).wait_until_ready(LONG).stream()).await;
    let states: Vec<_> = states.iter().map(ToString::to_string).collect();
    let [unavailable, lost, ready] = &states[..] else { panic!("{states:?}") };
    assert!(unavailable.starts_with("not ready: ") && unavailable.contains("503"), "{unavailable}");
    assert!(lost.starts_with("not ready: "), "{lost}");
    assert_eq!(ready, "ready");

    let tenant = |status| reply(&json!({"name": "ann", "activityStatus": status}));
    let meta = reply(&json!({"version": "1.39.0"}));
    let server = scripted([meta, tenant("FREEZING"), tenant("FROZEN")]).await;
    let tenants = client(&server).collection("Owl").tenants();
    let states = collected(tenants.wait_for_status(["ann"], TenantStatus::Offloaded, LONG).stream()).await;
    assert_eq!(states[0].waiting, [("ann", TenantStatus::Offloading).into()]);
    assert_eq!((states[0].reached, states[1].reached, states[1].waiting.len()), (0, 1, 0));
}

async fn collected<S: Send + 'static>(mut states: weaviate::wait::States<S>) -> Vec<S> {
    let mut seen = Vec::new();
    while let Some(state) = poll_fn(|context| Pin::new(&mut states).poll_next(context)).await {
        seen.push(state.unwrap());
    }
    seen
}

#[tokio::test(start_paused = true)]
async fn an_error_ends_the_stream() {
    let server = scripted([reply(&shard(0, 9)), Fault::Status(403, vec![], "")]).await;
    let mut states = client(&server).collection("Owl").wait_until_indexed(LONG).stream();
    assert!(states.next().await.unwrap().is_ok());
    assert_eq!(states.next().await.unwrap().unwrap_err().kind(), ErrorKind::Permission);
    assert!(states.next().await.is_none());
    assert_eq!(format!("{states:?}"), r#"States { operation: "wait for indexing", is_over: true, .. }"#);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_dropped_looks_no_more() {
    let server = scripted([reply(&shard(0, 9))]).await;
    let wait = client(&server).collection("Owl").wait_until_indexed(LONG);
    let mut states = wait.clone().stream();
    settle().await;
    assert_eq!(server.requests(), 0, "nothing is done before it is polled");
    states.next().await.unwrap().unwrap();
    {
        // A future of `next` that is dropped loses no state, and keeps the look that is under way.
        let next = std::pin::pin!(states.next());
        assert!(tokio::time::timeout(Duration::from_millis(1), next).await.is_err());
    }
    states.next().await.unwrap().unwrap();
    drop(states);
    let waiting = tokio::spawn(wait.into_future());
    server.arrived(3).await;
    waiting.abort();
    let before = server.requests();
    tokio::time::sleep(SOON * 10).await;
    assert_eq!(server.requests(), before);
}
