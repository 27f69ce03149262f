//! `wait_until_indexed` of a collection and of a tenant.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::wait::{IndexingStatus, Wait};

use super::{JSON, client, node, nodes, reply, scripted, shard};
use crate::support::faults::{Fault, FaultProxy};
use crate::support::time::SOON;
use crate::support::{bed, live_bed};

const LONG: Duration = Duration::from_secs(60);
const NODES: &str = "/v1/nodes/Owl";

fn wait(server: &FaultProxy, within: Duration) -> Wait<IndexingStatus> {
    client(server).collection("Owl").wait_until_indexed(within)
}

/// The objects, the queue length and whether it is done, of each state.
async fn states(wait: Wait<IndexingStatus>) -> Vec<(u64, u64, bool)> {
    let mut states = wait.stream();
    let mut seen = Vec::new();
    while let Some(state) = states.next().await {
        let IndexingStatus { objects, queue_length, is_done, .. } = state.unwrap();
        seen.push((objects, queue_length, is_done));
    }
    assert!(states.next().await.is_none());
    seen
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_empty_for_a_moment_does_not_end_the_wait() {
    let server = scripted([
        reply(&shard(0, 0)),
        reply(&shard(0, 500)),
        reply(&shard(0, 0)),
        reply(&shard(0, 200)),
        reply(&shard(0, 0)),
    ])
    .await;
    let seen = states(wait(&server, LONG)).await;
    assert_eq!(seen, [(0, 0, false), (0, 500, false), (0, 0, false), (0, 200, false), (0, 0, false), (0, 0, true)]);
    assert!(server.log().iter().all(|request| request.request.path == NODES));
}

#[tokio::test(start_paused = true)]
async fn without_asynchronous_indexing_two_looks_are_enough() {
    let server = scripted([reply(&shard(12, 0))]).await;
    let start = Instant::now();
    let status = wait(&server, LONG).await.unwrap();
    assert_eq!((status.objects, status.shards, status.shards_indexing, status.is_done), (12, 1, 0, true));
    assert_eq!(server.requests(), 2);
    let took = start.elapsed();
    assert!((Duration::from_millis(500)..Duration::from_secs(1)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn objects_that_come_in_between_are_waited_for() {
    let server =
        scripted([reply(&shard(10, 0)), reply(&shard(20, 0)), reply(&shard(30, 0)), reply(&shard(25, 0))]).await;
    let seen = states(wait(&server, LONG)).await;
    assert_eq!(seen, [(10, 0, false), (20, 0, false), (30, 0, false), (25, 0, true)]);

    // Without permission to count them.
    let server = FaultProxy::rest("http://127.0.0.1:1", |request| match (request.path.as_str(), request.nth) {
        (NODES, 0 | 1) => reply(&shard(0, 0)),
        (NODES, _) => reply(&shard(20, 0)),
        _ => Fault::Status(403, vec![], ""),
    })
    .await;
    let seen = states(wait(&server, LONG).at_least(20)).await;
    assert_eq!(seen, [(0, 0, false), (0, 0, false), (20, 0, false), (20, 0, true)]);
    let error = wait(&server, SOON).at_least(21).await.unwrap_err();
    let expected = "20 objects are counted; waiting for at least 21 objects";
    assert!(error.is_timeout() && error.to_string().ends_with(expected), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_late_names_the_shard() {
    let server = scripted([reply(&shard(900, 100))]).await;
    let error = wait(&server, Duration::from_millis(900)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.is_retryable()), (ErrorKind::Timeout, Outcome::Unknown, true));
    assert_eq!(
        error.to_string(),
        "wait for indexing `Owl`: timed out: not all vectors are indexed within 900ms: 1 of 1 shards are not indexed, 100 \
         vectors are queued, 900 objects are counted; shard \"gM1FrHsHDV02\" of node \"node1\" is INDEXING with 100 vectors queued"
    );
    for within in [Duration::ZERO, Duration::from_millis(300)] {
        let server = scripted([reply(&shard(900, 0))]).await;
        let error = wait(&server, within).await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_may_be_as_long_as_there_is_time() {
    let server = scripted([reply(&shard(5, 7)), reply(&shard(5, 0))]).await;
    let status = wait(&server, Duration::MAX).at_least(5).await.unwrap();
    assert_eq!((status.objects, server.requests()), (5, 3));
    let server = scripted([reply(&shard(5, 7))]).await;
    let endless = wait(&server, Duration::MAX).interval(Duration::MAX).into_future();
    assert!(tokio::time::timeout(LONG, endless).await.is_err());
    assert_eq!(server.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn errors_that_pass_do_not_end_the_wait() {
    let server = scripted([
        reply(&shard(5, 0)),
        Fault::Status(503, vec![], ""),
        reply(&shard(5, 0)),
        Fault::ResetBefore,
        reply(&shard(5, 0)),
    ])
    .await;
    // Each failed look leaves two to be made.
    let status = wait(&server, LONG).await.unwrap();
    assert_eq!((status.objects, server.requests()), (5, 6));

    let server = scripted([reply(&shard(5, 7)), Fault::Status(503, vec![], "")]).await;
    let error = wait(&server, SOON).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("7 vectors queued"), "{error}");
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("HTTP 503"), "{source}");

    for (status, kind) in [(401, ErrorKind::Authentication), (403, ErrorKind::Permission)] {
        let server = scripted([reply(&shard(5, 7)), Fault::Status(status, vec![], "")]).await;
        let error = wait(&server, LONG).await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, Some("wait for indexing")), "{error}");
        assert_eq!((error.collection(), server.requests()), (Some("Owl"), 2));
    }
}

#[tokio::test]
async fn the_shards_of_active_tenants_are_indexed() {
    let bed = live_bed().await;
    let config = CollectionConfig::new("WaitTenants").multi_tenancy(MultiTenancyConfig::new().enabled(true));
    let config = config.vector(VectorConfig::self_provided());
    let orders: Collection = bed.fresh(config).await;
    let error = bed.client.collection("WaitNowhere").wait_until_indexed(SOON).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("wait for indexing")), "{error}");
    // Without tenants, there is nothing to index.
    let status = orders.wait_until_indexed(SOON * 5).await.unwrap();
    assert_eq!((status.objects, status.shards, status.is_done), (0, 0, true));

    let tenants = [("ann", TenantStatus::Active), ("bob", TenantStatus::Inactive)];
    orders.tenants().create(tenants).await.unwrap().into_result().unwrap();
    let many = (0..50_u8).map(|number| NewObject::new(PropertyMap::new()).vector([f32::from(number), 1.0]));
    orders.tenant("ann").data().insert_many(many).await.unwrap().into_result().unwrap();
    let status = orders.tenant("ann").wait_until_indexed(SOON * 10).await.unwrap();
    assert_eq!((status.queue_length, status.shards, status.is_done), (0, 1, true));
    let found = orders.tenant("ann").query().near_vector([1.0, 1.0]).limit(100).await.unwrap();
    assert_eq!(found.len(), 50);
    let status = orders.wait_until_indexed(SOON * 10).await.unwrap();
    assert_eq!((status.shards, status.is_done), (1, true));

    for (tenant, expected) in [
        (
            "bob",
            r#"tenant "bob" is INACTIVE, and the server indexes active tenants only; activate it with `tenants().activate`"#,
        ),
        ("eve", r#"tenant "eve" does not exist; create it with `tenants().create`"#),
    ] {
        let error = orders.tenant(tenant).wait_until_indexed(SOON).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Tenant, Outcome::Refused));
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}

/// The tenant is active, and a node is still to load it.
#[tokio::test(start_paused = true)]
async fn a_tenant_whose_shard_is_being_loaded_is_waited_for() {
    let server = FaultProxy::rest("http://127.0.0.1:1", |request| match (request.path.as_str(), request.nth) {
        (NODES, 0 | 1) => reply(&nodes(&[node(&Value::Null)])),
        (NODES, _) => {
            let shard = |name| json!({"class": "Owl", "name": name, "vectorIndexingStatus": "READY", "loaded": true});
            reply(&nodes(&[node(&json!([shard("ann"), shard("bob")]))]))
        }
        ("/v1/schema/Owl/tenants/ann", 0) => reply(&json!({"name": "ann", "activityStatus": "ONLOADING"})),
        ("/v1/schema/Owl/tenants/ann", _) => reply(&json!({"name": "ann"})),
        ("/v1/meta", _) => reply(&json!({"version": "1.39.0"})),
        _ => Fault::Status(404, vec![], ""),
    })
    .await;
    let seen = client(&server).collection("Owl").tenant("ann").wait_until_indexed(LONG).await.unwrap();
    assert_eq!((seen.shards, seen.is_done), (1, true));
    let path = |logged: &crate::support::faults::Logged| logged.request.path == NODES;
    assert_eq!(server.log().into_iter().filter(path).count(), 4);
}

#[tokio::test(start_paused = true)]
async fn odd_replies_end_no_wait_early() {
    let healthy = |shards: Value| nodes(&[node(&shards)]);
    // A shard that says nothing is not indexed, and no node is no answer.
    for body in [
        nodes(&[]),
        healthy(json!([{}])),
        healthy(json!([{"vectorQueueLength": 0}])),
        healthy(json!([{"vectorIndexingStatus": "ELSEWHERE"}])),
        healthy(json!([{"vectorIndexingStatus": "READY", "vectorQueueLength": i64::MAX, "objectCount": i64::MAX}])),
        healthy(json!([{"vectorIndexingStatus": "READY", "numberOfReplicas": i64::MAX}])),
        healthy(json!([{"vectorIndexingStatus": "READY", "loaded": false}])),
        json!({"nodes": [{"name": "node1"}]}),
        json!({"nodes": [{"name": "node1", "status": "UNHEALTHY", "shards": null}]}),
    ] {
        let server = scripted([reply(&body)]).await;
        let error = wait(&server, SOON).await.unwrap_err();
        assert!(error.is_timeout(), "{body}: {error}");
    }
    // Negative numbers are zero. A node need not have shards.
    for body in [
        healthy(json!([{"vectorIndexingStatus": "READY", "vectorQueueLength": -1, "objectCount": -1}])),
        healthy(json!([])),
        healthy(Value::Null),
    ] {
        let server = scripted([reply(&body)]).await;
        assert_eq!(wait(&server, LONG).await.unwrap().objects, 0, "{body}");
    }
    for (status, content, body) in [
        (200, "text/html", "<html>Sign in</html>"),
        (200, "application/json", "null"),
        (200, "application/json", r#"{"nodes":null}"#),
        (200, "application/json", r#"{"nodes":[{}]}"#),
        (200, "application/json", r#"{"nodes":[null]}"#),
        (200, "application/json", r#"{"nodes":[{"name":"a","shards":[{"objectCount":1e300}]}]}"#),
        (200, "application/json", r#"{"nodes":[{"name":"a","shards":[{"objectCount":"many"}]}]}"#),
    ] {
        let server = scripted([Fault::Status(status, vec![("content-type", content)], body)]).await;
        let error = wait(&server, LONG).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (ErrorKind::Decode, Some("wait for indexing")),
            "{body}: {error}"
        );
        assert_eq!(server.requests(), 1, "{body}");
    }
    let refused = r#"{"error":[{"message":"class \"Owl\" not found"}]}"#;
    let server = scripted([Fault::Status(404, vec![JSON], refused)]).await;
    let error = wait(&server, LONG).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

/// A real server indexes in the background if `ASYNC_INDEXING` is on.
#[tokio::test]
async fn after_the_wait_a_search_finds_every_object() {
    const OBJECTS: u16 = 3_000;
    let bed = live_bed().await;
    let owls: Collection = bed.fresh(CollectionConfig::new("WaitOwls").vector(VectorConfig::self_provided())).await;
    let vector = |number: u16| (0..32).map(|step| f32::from(number.wrapping_mul(31 + step) % 997)).collect::<Vec<_>>();
    let many = (0..OBJECTS).map(|number| NewObject::new(PropertyMap::new()).vector(vector(number)));
    owls.data().insert_many(many).await.unwrap().into_result().unwrap();
    let queued = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let longest = queued.clone();
    // The nodes of a real server report them a minute later.
    let wait = owls.wait_until_indexed(SOON * 20).at_least(u64::from(OBJECTS)).on_progress(move |status| {
        longest.fetch_max(status.queue_length, std::sync::atomic::Ordering::Relaxed);
    });
    let status = wait.await.unwrap();
    assert!(status.is_done && status.queue_length == 0 && status.shards == 1, "{status}");
    assert_eq!(status.objects, u64::from(OBJECTS));
    let found = owls.query().near_vector(vector(1)).limit(u32::from(OBJECTS)).await.unwrap();
    assert_eq!(found.len(), usize::from(OBJECTS));
    println!("the queue had {} vectors, {status}", queued.load(std::sync::atomic::Ordering::Relaxed));
}

#[tokio::test]
async fn a_handle_by_an_alias_waits_for_its_collection() {
    let server = scripted([reply(&shard(5, 0))]).await;
    let status = client(&server).collection("OtherName").wait_until_indexed(LONG).await.unwrap();
    assert_eq!((status.objects, status.shards), (5, 1));
}

#[tokio::test]
async fn a_tenant_of_a_collection_without_tenants_is_an_error() {
    let bed = bed().await;
    let owls: Collection = bed.fresh(CollectionConfig::new("WaitPlain")).await;
    let error = owls.tenant("ann").wait_until_indexed(SOON).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Tenant, Some("wait for indexing")), "{error}");
}
