//! `GET /nodes`: counts, queues and the rate of batches.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use weaviate_emulator::{Builder, Emulator};

use crate::exchange::{create, id, rest};

async fn shelf(builder: Builder) -> Emulator {
    let emulator = builder.start().await.unwrap();
    create(&emulator, &json!({"class": "Shelf"})).await;
    emulator
}

async fn insert(emulator: &Emulator, numbers: std::ops::Range<u16>) {
    let object = |n: u16| json!({"class": "Shelf", "id": id(n), "vector": [f32::from(n), 1.0]});
    let objects: Vec<Value> = numbers.map(object).collect();
    assert_eq!(rest(emulator, "POST", "batch/objects", &json!({"objects": objects})).await.0, 200);
}

async fn node(emulator: &Emulator) -> Value {
    rest(emulator, "GET", "nodes?output=verbose", &Value::Null).await.1["nodes"][0].take()
}

/// Objects, status and queue of the only shard.
fn shard(node: &Value) -> (u64, String, u64) {
    let shard = &node["shards"][0];
    let number = |name: &str| shard[name].as_u64().unwrap();
    (number("objectCount"), shard["vectorIndexingStatus"].as_str().unwrap().to_owned(), number("vectorQueueLength"))
}

#[tokio::test]
async fn objects_are_counted_by_shard_and_in_total() {
    let emulator = shelf(Emulator::builder()).await;
    create(&emulator, &json!({"class": "Other"})).await;
    insert(&emulator, 0..7).await;
    assert_eq!(rest(&emulator, "POST", "objects", &json!({"class": "Other"})).await.0, 200);
    let node = node(&emulator).await;
    assert_eq!(node["stats"], json!({"objectCount": 8, "shardCount": 2}));
    let counts: Vec<_> = node["shards"].as_array().unwrap().iter().map(|shard| &shard["objectCount"]).collect();
    assert_eq!(counts, [1, 7]);
    assert_eq!(node["batchStats"], json!({"queueLength": 0, "ratePerSecond": 0}));
}

#[tokio::test]
async fn counts_can_lag_behind() {
    let emulator = shelf(Emulator::builder().object_count_delay(Duration::from_secs(3600))).await;
    insert(&emulator, 0..7).await;
    let node = node(&emulator).await;
    assert_eq!((shard(&node).0, &node["stats"]["objectCount"]), (0, &json!(0)));
    assert_eq!(emulator.object_count("Shelf"), 7);
}

#[tokio::test]
async fn vectors_wait_to_be_indexed() {
    let emulator = shelf(Emulator::builder().async_indexing(true).indexing_rate(1)).await;
    insert(&emulator, 0..100).await;
    let (objects, status, waiting) = shard(&node(&emulator).await);
    assert_eq!((objects, status.as_str()), (100, "INDEXING"));
    assert!((90..=100).contains(&waiting), "{waiting}");
    // There is no queue of batches.
    assert_eq!(node(&emulator).await["batchStats"], json!({"ratePerSecond": 0}));
    let (_, shards) = rest(&emulator, "GET", "schema/Shelf/shards", &Value::Null).await;
    assert_eq!((&shards[0]["status"], &shards[0]["vectorQueueSize"]), (&json!("INDEXING"), &json!(0)));
    // Objects without a vector do not wait.
    let before = shard(&node(&emulator).await).2;
    let object = json!({"class": "Shelf", "properties": {"n": 1}});
    assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    assert!(shard(&node(&emulator).await).2 <= before);
}

#[tokio::test]
async fn an_index_gets_ready() {
    let emulator = shelf(Emulator::builder().async_indexing(true).indexing_rate(1000)).await;
    insert(&emulator, 0..50).await;
    while shard(&node(&emulator).await).1 != "READY" {}
    assert_eq!(shard(&node(&emulator).await).2, 0);
}

#[tokio::test]
async fn an_index_looks_ready_before_it_works() {
    let builder = Emulator::builder().async_indexing(true).indexing_rate(1).ready_before_indexing(2);
    let emulator = shelf(builder).await;
    insert(&emulator, 0..100).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        // Only shards are looked at.
        assert_eq!(rest(&emulator, "GET", "nodes", &Value::Null).await.0, 200);
        let (_, shards) = rest(&emulator, "GET", "schema/Shelf/shards", &Value::Null).await;
        let node = node(&emulator).await;
        seen.push((shards[0]["status"].as_str().unwrap().to_owned(), shard(&node).1, shard(&node).2 > 0));
    }
    let (ready, indexing) = (|| "READY".to_owned(), || "INDEXING".to_owned());
    assert_eq!(seen, [(ready(), ready(), false), (ready(), ready(), false), (indexing(), indexing(), true)]);
}

#[tokio::test]
async fn batches_wait_for_their_index() {
    let emulator = shelf(Emulator::builder().indexing_rate(200)).await;
    let batches = join_all([insert(&emulator, 0..20), insert(&emulator, 20..40)]);
    let watching = async {
        // Both are stored long before they are indexed.
        while node(&emulator).await["batchStats"]["queueLength"] == 0 {}
        while emulator.object_count("Shelf") < 40 {
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(batches, watching);
    assert_eq!(node(&emulator).await["batchStats"]["queueLength"], 0);
}

#[tokio::test]
async fn a_read_only_shard_says_so() {
    let emulator = shelf(Emulator::builder()).await;
    let name = node(&emulator).await["shards"][0]["name"].as_str().unwrap().to_owned();
    let path = format!("schema/Shelf/shards/{name}");
    assert_eq!(rest(&emulator, "PUT", &path, &json!({"status": "READONLY"})).await.0, 200);
    assert_eq!(shard(&node(&emulator).await).1, "READONLY");
}

#[tokio::test]
async fn settings_without_effect_are_refused() {
    for (builder, says) in [
        (Emulator::builder().indexing_rate(0), "indexing_rate(0): nothing would ever be indexed"),
        (Emulator::builder().ready_before_indexing(1).indexing_rate(1), "turn async_indexing on"),
        (Emulator::builder().ready_before_indexing(1).async_indexing(true), "set an indexing_rate"),
    ] {
        let refusal = builder.start().await.unwrap_err().to_string();
        assert!(refusal.contains(says), "{refusal}");
    }
}
