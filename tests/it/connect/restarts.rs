//! Clients outlive restarts of their server.

use std::time::Duration;

use tokio::time::Instant;
use weaviate::ErrorKind;
use weaviate::connect::{Protocol, Timeouts};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use super::{articles, at};
use crate::support::broken_ports::BlackHole;
use crate::support::faults::{Fault, FaultProxy};
use crate::support::restart::Mortal;
use crate::support::time::timeouts;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_continue_after_a_server_restart() {
    const WITHIN: Duration = Duration::from_secs(20);
    let mut server = Mortal::start(Emulator::builder()).await;
    articles(server.emulator()).await;
    let client =
        at(&server.rest_url(), &server.grpc_url()).timeouts(Timeouts::default().query(WITHIN)).connect().await.unwrap();
    let query = |client: Client| async move {
        let start = Instant::now();
        let result = client.collection("Article").query().fetch_objects().await;
        (start.elapsed(), result.map(drop))
    };
    let calls: Vec<_> = (0..64).map(|_| tokio::spawn(query(client.clone()))).collect();
    server.kill().await;
    let more: Vec<_> = (0..64).map(|_| tokio::spawn(query(client.clone()))).collect();
    server.restart().await;
    for call in calls.into_iter().chain(more) {
        let (took, result) = call.await.unwrap();
        assert!(took < WITHIN * 11 / 10, "{took:?}");
        if let Err(error) = result {
            use ErrorKind::{Connection, Timeout, Unavailable};
            assert!(matches!(error.kind(), Connection | Unavailable | Timeout), "{error:?}");
        }
    }
    for _ in 0..64 {
        query(client.clone()).await.1.unwrap();
    }
    // A load balancer cuts the connections while the server keeps running.
    for _ in 0..5 {
        server.drop_connections();
        query(client.clone()).await.1.unwrap();
    }
}

#[tokio::test]
async fn a_hanging_connection_is_replaced_after_one_timeout() {
    let emulator = super::emulator().await;
    let faults = FaultProxy::grpc(emulator.grpc_url(), |request| {
        // Requests on the first connection are never answered.
        if request.connection == 0 { Fault::Hang } else { Fault::Pass }
    })
    .await;
    let client = at(&emulator.rest_url(), &faults.url()).protocol(Protocol::Grpc).connect_lazy().unwrap();
    let articles = client.collection("Article");
    let short = Duration::from_millis(200);
    assert!(articles.query().fetch_objects().timeout(short).await.unwrap_err().is_timeout());
    articles.query().fetch_objects().await.unwrap();
    assert_eq!(faults.connections(), 2);
}

#[tokio::test]
async fn grpc_web_fallback_continues_after_a_restart() {
    let mut server = Mortal::start(Emulator::builder()).await;
    articles(server.emulator()).await;
    let hole = BlackHole::start().await;
    let client = at(&server.rest_url(), &hole.url()).timeouts(timeouts()).connect().await.unwrap();
    assert_eq!(client.connection_info().active, Protocol::GrpcWeb);
    server.restart().await;
    client.collection("Article").query().fetch_objects().await.unwrap();
    assert_eq!(client.connection_info().active, Protocol::GrpcWeb);
}
