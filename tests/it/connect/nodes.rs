//! `endpoints`: round-robin over several nodes, without those that are down.

use std::collections::BTreeSet;

use weaviate::ErrorKind;
use weaviate::connect::{NodeAddress, Protocol, RetryPolicy};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use super::{articles, at};
use crate::support::broken_ports::ClosedPort;
use crate::support::restart::Mortal;
use crate::support::time::{timeouts, until};

async fn node() -> Mortal {
    let node = Mortal::start(Emulator::builder()).await;
    articles(node.emulator()).await;
    node
}

async fn cluster() -> (Vec<Mortal>, weaviate::connect::ClientBuilder) {
    let nodes = vec![node().await, node().await, node().await];
    let others: Vec<NodeAddress> = nodes[1..].iter().map(|node| (node.rest_url(), node.grpc_url()).into()).collect();
    let client = at(&nodes[0].rest_url(), &nodes[0].grpc_url()).endpoints(others).timeouts(timeouts());
    (nodes, client)
}

fn served(nodes: &[Mortal]) -> Vec<u64> {
    nodes.iter().map(|node| node.emulator().requests().grpc).collect()
}

async fn search(client: &Client) -> weaviate::Result<()> {
    client.collection("Article").query().fetch_objects().await.map(drop)
}

#[tokio::test]
async fn endpoints_take_turns_and_skip_a_node_that_is_down() {
    let (mut nodes, builder) = cluster().await;
    let client = builder.retry(RetryPolicy::none()).connect().await.unwrap();
    let before = served(&nodes);
    for _ in 0..30 {
        search(&client).await.unwrap();
    }
    let after = served(&nodes);
    assert!(before.iter().zip(&after).all(|(before, after)| after - before == 10), "{before:?} {after:?}");

    nodes[1].kill().await;
    let before = served(&nodes);
    // The broken connection may fail one call, whose outcome is unknown.
    let failed = failures(&client, 30).await;
    assert!(failed <= 1, "{failed} calls failed");
    let after = served(&nodes);
    assert_eq!(after[1], before[1]);
    assert!(!client.connection_info().nodes[1].in_turn);
    assert_eq!(client.connection_info().active, Protocol::Grpc);

    nodes[1].restart().await;
    // The client probes the node in the background, about a second after it was lost.
    until("the restarted node is in turn", async || {
        search(&client).await.unwrap();
        client.connection_info().nodes[1].in_turn
    })
    .await;
    for _ in 0..6 {
        search(&client).await.unwrap();
    }
    assert!(served(&nodes)[1] > after[1], "it is in turn and not asked");
}

async fn failures(client: &Client, calls: usize) -> usize {
    let mut failed = 0;
    for _ in 0..calls {
        if let Err(error) = search(client).await {
            assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
            failed += 1;
        }
    }
    failed
}

#[tokio::test]
async fn connect_succeeds_with_one_of_several_endpoints() {
    let (mut nodes, builder) = cluster().await;
    nodes[0].kill().await;
    nodes[1].kill().await;
    let client = builder.retry(RetryPolicy::none()).connect().await.unwrap();
    for _ in 0..6 {
        search(&client).await.unwrap();
    }
    nodes[2].kill().await;
    let error = search(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    nodes[0].restart().await;
    // No node is healthy, so all are tried.
    let found = failures(&client, 3).await;
    assert!(found <= 1, "{found}");
}

#[tokio::test]
async fn endpoints_are_validated_together() {
    let closed = ClosedPort::new().url();
    let rest_only = Client::custom("http://localhost:1").endpoints([closed.as_str()]);
    assert_eq!(rest_only.connect_lazy().unwrap().connection_info().nodes.len(), 2);
    let many: Vec<String> = (1..=64).map(|port| format!("http://localhost:{}", 9000 + port)).collect();
    for (builder, words) in [
        (at("http://a:1", "http://a:2").endpoints(["http://b:1"]), "must have a gRPC address"),
        (at("http://a:1", "http://a:2").endpoints([("http://a:1", "http://b:2")]), "listed twice"),
        (Client::custom("http://localhost:1").endpoints(many), "at most 64"),
        (Client::custom("http://localhost:1").endpoints(["http://user:hunter2@b:1"]), "api_key"),
        (Client::custom("http://localhost:1").endpoints(["http://b:1"]).api_key("hunter2"), "http://b:1"),
    ] {
        let shown = format!("{builder:?}");
        let error = builder.connect_lazy().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{shown}{error:?}").contains("hunter2"), "{shown}");
    }
    let names: BTreeSet<_> = [NodeAddress::new("http://a"), "http://a".into()].map(|node| format!("{node:?}")).into();
    assert_eq!(names.len(), 1);
}
