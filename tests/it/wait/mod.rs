//! Waits: their settings, their streams, and what they wait for.

mod indexing;
mod settings;

use std::sync::Mutex;

use serde_json::{Value, json};
use weaviate::Client;
use weaviate::connect::RetryPolicy;

use crate::support::faults::{Fault, FaultProxy};

const JSON: (&str, &str) = ("content-type", "application/json");

/// A reply of `GET /nodes` with one shard of one node.
fn shard(objects: u64, queued: u64) -> Value {
    let status = if queued == 0 { "READY" } else { "INDEXING" };
    let shard = json!({
        "class": "Owl", "name": "gM1FrHsHDV02", "loaded": true, "numberOfReplicas": 1, "replicationFactor": 1,
        "objectCount": objects, "vectorIndexingStatus": status, "vectorQueueLength": queued
    });
    nodes(&[node(&json!([shard]))])
}

fn node(shards: &Value) -> Value {
    json!({"name": "node1", "status": "HEALTHY", "batchStats": {"ratePerSecond": 0}, "shards": shards})
}

fn nodes(nodes: &[Value]) -> Value {
    json!({ "nodes": nodes })
}

fn reply(body: &Value) -> Fault {
    Fault::Status(200, vec![JSON], body.to_string().leak())
}

/// A server that answers with these in turn, and with the last one from then on.
async fn scripted(replies: impl IntoIterator<Item = Fault>) -> FaultProxy {
    let replies: Mutex<Vec<Fault>> = Mutex::new(replies.into_iter().collect());
    let decide = move |_: &_| {
        let mut left = replies.lock().unwrap();
        if left.len() > 1 { left.remove(0) } else { left[0].clone() }
    };
    FaultProxy::rest("http://127.0.0.1:1", decide).await
}

fn client(server: &FaultProxy) -> Client {
    Client::custom(server.url()).retry(RetryPolicy::none()).connect_lazy().unwrap()
}
