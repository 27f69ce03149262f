//! `ClientBuilder::max_in_flight`: the limit of requests in flight.

use std::time::Duration;

use tokio::time::Instant;
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::{ErrorKind, Uuid};

use super::{at, emulator};
use crate::support::broken_ports::ClosedPort;
use crate::support::faults::{Fault, FaultProxy, RequestInfo};
use crate::support::time::{SOON, settle, timeouts};

const SEARCH: &str = "/weaviate.v1.Weaviate/Search";

fn hang_searches(request: &RequestInfo) -> Fault {
    if request.path.ends_with(SEARCH) { Fault::Hang } else { Fault::Pass }
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_one_for_all_protocols() {
    let emulator = emulator().await;
    let rest = FaultProxy::rest(emulator.rest_url(), hang_searches).await;
    let grpc = FaultProxy::grpc(emulator.grpc_url(), hang_searches).await;
    let builder = at(&rest.url(), &grpc.url()).timeouts(timeouts()).retry(RetryPolicy::none());
    let client = builder.max_in_flight(2).connect_lazy().unwrap();
    let articles = client.collection("Article");
    let search = |protocol| {
        let query = articles.query().fetch_objects().protocol(protocol).timeout(SOON * 30);
        tokio::spawn(query.into_future())
    };
    let running = [search(Protocol::Grpc), search(Protocol::GrpcWeb)];
    grpc.arrived(1).await;
    rest.arrived(1).await;

    // Another client of the same limit, and calls over each protocol.
    for handle in [&articles, &client.clone().collection("Article")] {
        let start = Instant::now();
        let error = handle.data().get(Uuid::nil()).await.unwrap_err();
        assert_eq!(start.elapsed().as_secs(), SOON.as_secs());
        assert_eq!((error.kind(), error.outcome(), error.attempts()), (ErrorKind::Timeout, Outcome::NotSent, 0));
        let text = error.to_string();
        assert!(text.contains("not sent within 2s: 2 requests") && text.contains("`max_in_flight`"), "{text}");
        for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
            let error = handle.query().fetch_objects().protocol(protocol).await.unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Timeout, Outcome::NotSent), "{error}");
        }
    }
    // The other requests of REST ask for the leader, since the searches are slow.
    let is_asked = |path: &str| path.ends_with(SEARCH) || path == "/v1/schema/Article";
    assert!(rest.log().iter().all(|logged| is_asked(&logged.request.path)));
    assert_eq!(grpc.requests(), 1);

    // The server is asked about itself meanwhile.
    assert!(client.is_ready().await.unwrap() && client.is_live().await.unwrap());
    client.wait_until_ready(SOON).await.unwrap();
    client.meta().await.unwrap();

    // One that waits goes on as soon as another ends.
    let next = tokio::spawn(articles.count().timeout(SOON * 20).into_future());
    settle().await;
    assert_eq!(grpc.requests(), 1);
    running[0].abort();
    assert_eq!(next.await.unwrap().unwrap(), 0);
    running[1].abort();
}

#[tokio::test]
async fn a_limit_of_one_blocks_no_call_on_itself() {
    let emulator = emulator().await;
    let closed = ClosedPort::new();
    // The first search finds a protocol within its attempt.
    let lazy = at(&emulator.rest_url(), &closed.url()).max_in_flight(1).suppress_warnings().connect_lazy().unwrap();
    let articles = lazy.collection("Article");
    assert_eq!(articles.query().fetch_objects().await.unwrap().len(), 0);
    assert_eq!(lazy.connection_info().active, Protocol::GrpcWeb);

    let client = at(&emulator.rest_url(), &emulator.grpc_url()).max_in_flight(1).connect().await.unwrap();
    let articles = client.collection("Article");
    // Several messages, a cursor that is one page ahead, an object that is missing and looked for.
    let many = (0..2_500).map(|number| PropertyMap::from([("year", number)]));
    let report = articles.data().insert_many(many).await.unwrap().into_result().unwrap();
    assert_eq!(report.len(), 2_500);
    let mut all = articles.iterate().page_size(100).stream();
    let mut read = 0;
    while let Some(article) = all.next().await {
        // A request between the pages.
        if read % 500 == 0 {
            assert!(articles.data().exists(article.as_ref().unwrap().id).await.unwrap());
        }
        article.unwrap();
        read += 1;
    }
    assert_eq!(read, 2_500);
    assert!(articles.data().get(Uuid::nil()).await.unwrap().is_none());
    let error = client.collection("Nowhere").query().fetch_objects().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    articles.wait_until_indexed(SOON * 5).at_least(2_500).await.unwrap();
    assert!(client.diagnose().await.is_fine());
}

/// A slow attempt is watched by questions to the leader, while it has the only slot.
#[tokio::test(start_paused = true)]
async fn the_leader_is_asked_while_all_slots_are_taken() {
    let emulator = emulator().await;
    let slow = |request: &RequestInfo| match request.path.as_str() {
        SEARCH => Fault::Delay(Duration::from_secs(4)),
        _ => Fault::Pass,
    };
    let rest = FaultProxy::rest(emulator.rest_url(), |_| Fault::Pass).await;
    let grpc = FaultProxy::grpc(emulator.grpc_url(), slow).await;
    let client = at(&rest.url(), &grpc.url()).max_in_flight(1).connect().await.unwrap();
    let articles = client.collection("Article");
    let before = rest.requests();
    assert_eq!(articles.query().fetch_objects().await.unwrap().len(), 0);
    let asked = rest.log().split_off(before);
    assert!(!asked.is_empty() && asked.iter().all(|logged| logged.request.path == "/v1/schema/Article"));
}

#[tokio::test]
async fn a_limit_is_at_least_one() {
    let error = Client::local().max_in_flight(0).connect_lazy().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("max_in_flight must be at least 1, got 0; omit it for no limit"), "{error}");
    for limit in [1, usize::MAX] {
        Client::local().max_in_flight(limit).connect_lazy().unwrap();
    }
}
