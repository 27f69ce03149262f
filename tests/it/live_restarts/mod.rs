//! A real server that is killed and started again while 48 tasks read and write: what the client reports is what
//! happened. `make live-restarts` runs these tests.

mod ledger;
mod load;
mod node;

use std::time::Duration;

use weaviate::connect::{ClientBuilder, NodeAddress, Timeouts};
use weaviate::prelude::*;
use weaviate::schema::ReplicationConfig;

use self::ledger::Ledger;
use self::load::{COLLECTION, Load};
use self::node::Node;
use crate::support::time::until;

/// The deadline of each call.
const DEADLINE: Duration = Duration::from_secs(15);

/// The time that a call may take beyond its deadline on a busy machine.
const SLACK: Duration = Duration::from_millis(1_500);

/// Other collections, which the server opens one by one when it starts.
const OTHERS: usize = 12;

/// The time of the load: `WEAVIATE_RESTART_SECONDS`, or two minutes.
fn duration() -> Duration {
    let seconds = std::env::var("WEAVIATE_RESTART_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(120))
}

fn client(nodes: &[Node]) -> ClientBuilder {
    let others = nodes[1..].iter().map(|node| NodeAddress::new(node.rest_url()).grpc(node.grpc_url()));
    Client::custom(nodes[0].rest_url())
        .grpc(nodes[0].grpc_url())
        .endpoints(others)
        .timeouts(Timeouts::default().query(DEADLINE).insert(DEADLINE))
}

fn config(name: &str, factor: i64) -> CollectionConfig {
    CollectionConfig::new(name)
        .property(Property::new("number", DataType::Int))
        .vector(VectorConfig::self_provided())
        .replication(ReplicationConfig::new().factor(factor))
}

/// Starts the nodes, creates the collections and stores what the readers look for.
async fn prepare(count: u16) -> (Vec<Node>, Client) {
    let mut nodes: Vec<_> = (0..count).map(|number| Node::new(number, count)).collect();
    nodes.iter_mut().for_each(Node::start);
    let client = client(&nodes).wait_for_start(Duration::from_secs(120)).connect().await.unwrap();
    for node in &nodes {
        node.ready().await;
    }
    for number in 0..OTHERS {
        client.collections().create(config(&format!("Other{number}"), i64::from(count))).await.unwrap();
    }
    client.collections().create(config(COLLECTION, i64::from(count))).await.unwrap();
    (nodes, client)
}

#[expect(clippy::print_stdout, reason = "the figures are what the maintainer runs it for")]
/// Runs the load while `disturb` runs, and checks everything that was reported against what is stored.
async fn run(client: Client, level: Option<ConsistencyLevel>, disturb: impl Future<Output = ()>) -> Ledger {
    let load = Load::start(&client, level).await;
    disturb.await;
    let mut ledger = load.stop().await;
    ledger.verify(&client, level).await;
    println!("{ledger}");
    assert!(ledger.reads > 0 && ledger.acknowledged() > 0, "there was no load");
    ledger.check(DEADLINE + SLACK);
    ledger
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server: make live-restarts"]
async fn restarts_of_a_server_under_load_lose_and_invent_nothing() {
    let (mut nodes, client) = prepare(1).await;
    let disturb = async {
        let end = tokio::time::Instant::now() + duration();
        while tokio::time::Instant::now() < end {
            tokio::time::sleep(Duration::from_secs(25)).await;
            nodes[0].kill();
            nodes[0].start();
        }
        nodes[0].ready().await;
    };
    run(client, None, disturb).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a server: make live-restarts"]
async fn restarts_of_nodes_under_load_lose_and_invent_nothing() {
    let (mut nodes, client) = prepare(3).await;
    let disturb = async {
        let end = tokio::time::Instant::now() + duration();
        let mut turn = 0;
        while tokio::time::Instant::now() < end {
            tokio::time::sleep(Duration::from_secs(15)).await;
            // Each node in turn, the leader among them.
            let node = &mut nodes[turn % 3];
            turn += 1;
            node.kill();
            tokio::time::sleep(Duration::from_secs(15)).await;
            node.start();
        }
        for node in &nodes {
            node.ready().await;
        }
        until("all nodes are back in rotation", async || {
            client.connection_info().nodes.iter().all(|node| node.in_turn) || client.is_ready().await.is_err()
        })
        .await;
    };
    let ledger = run(client.clone(), Some(ConsistencyLevel::Quorum), disturb).await;
    assert_eq!(ledger.write_timeouts(), 0, "{ledger}");
}
