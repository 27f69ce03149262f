//! A server that has just started says that collections and objects are missing, which exist.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use weaviate::ErrorKind;
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use super::{at, emulator};
use crate::support::faults::{Fault, FaultProxy, RequestInfo};
use crate::support::time::eager;

const READY: &str = "/v1/.well-known/ready";
const SCHEMA: &str = "/v1/schema/Article";

/// Fronts of REST and gRPC.
async fn fronts(
    emulator: &Emulator,
    rest: impl Fn(&RequestInfo) -> Fault + Send + Sync + 'static,
    grpc: impl Fn(&RequestInfo) -> Fault + Send + Sync + 'static,
) -> (FaultProxy, FaultProxy) {
    (FaultProxy::rest(emulator.rest_url(), rest).await, FaultProxy::grpc(emulator.grpc_url(), grpc).await)
}

fn status(status: u16) -> Fault {
    Fault::Status(status, vec![], "")
}

#[tokio::test]
async fn a_collection_that_is_not_loaded_yet_is_searched_again() {
    let emulator = emulator().await;
    for text in [
        "could not find class Article in schema",
        "object search at index article: tried to browse non-existing index for Article",
    ] {
        let (rest, grpc) = fronts(
            &emulator,
            |_| Fault::Pass,
            move |request| {
                if request.number < 3 { Fault::GrpcStatus(2, text) } else { Fault::Pass }
            },
        )
        .await;
        let client = at(&rest.url(), &grpc.url()).protocol(Protocol::Grpc).connect_lazy().unwrap();
        client.collection("Article").query().fetch_objects().await.unwrap();
        assert_eq!(grpc.requests(), 4, "{text}");
        assert!(rest.log().iter().all(|entry| entry.request.path == SCHEMA), "{text}");

        // Without retries, the error says what is the case.
        grpc.set(move |_| Fault::GrpcStatus(2, text));
        let error = client.collection("Article").query().fetch_objects().retry(RetryPolicy::none()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unavailable, 1), "{error}");
        assert!(error.to_string().contains("not loaded yet") || error.to_string().contains(text), "{error}");
    }
}

#[tokio::test]
async fn a_collection_that_does_not_exist_is_not_found_at_once() {
    let emulator = emulator().await;
    let (rest, grpc) = fronts(&emulator, |_| Fault::Pass, |_| Fault::Pass).await;
    let client = at(&rest.url(), &grpc.url()).protocol(Protocol::Grpc).connect_lazy().unwrap();
    let error = client.collection("Nowhere").query().fetch_objects().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!((rest.requests(), grpc.requests(), error.attempts()), (1, 1, 1), "one question, and no retry");
    // What succeeds costs nothing.
    client.collection("Article").query().fetch_objects().await.unwrap();
    assert_eq!((rest.requests(), grpc.requests()), (1, 2));
}

#[tokio::test]
async fn searches_that_fail_together_ask_once() {
    let emulator = emulator().await;
    let failures = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&failures);
    let (rest, grpc) = fronts(
        &emulator,
        |_| Fault::Delay(std::time::Duration::from_millis(300)),
        move |_| match counted.fetch_add(1, Ordering::Relaxed) {
            0..32 => Fault::GrpcStatus(2, "could not find class Article in schema"),
            _ => Fault::Pass,
        },
    )
    .await;
    let client = at(&rest.url(), &grpc.url()).protocol(Protocol::Grpc).connect_lazy().unwrap();
    let searches: tokio::task::JoinSet<_> = (0..32)
        .map(|_| {
            let articles = client.collection("Article");
            async move { articles.query().fetch_objects().await }
        })
        .collect();
    assert!(searches.join_all().await.iter().all(Result::is_ok));
    assert!(rest.requests() <= 3, "{} questions", rest.requests());
}

#[tokio::test]
async fn the_404_of_an_object_counts_only_where_the_server_is_ready() {
    let emulator = emulator().await;
    let setup = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    let articles = setup.collection("Article");
    let known = articles.data().insert(PropertyMap::from([("title", "Owls")])).vector([1.0, 0.0, 0.0]).await.unwrap();
    let other = Uuid::from_u128(7);
    let (rest, grpc) = fronts(&emulator, |_| Fault::Pass, |_| Fault::Pass).await;
    // Each client is new: none has seen the server ready.
    let data = || at(&rest.url(), &grpc.url()).connect_lazy().unwrap().collection("Article").data().clone();
    // The server starts: the first requests for objects are answered 404, and it is not ready.
    let starting = |rest: &FaultProxy| {
        let (objects, ready) = (AtomicUsize::new(0), AtomicUsize::new(0));
        rest.set(move |request| match request.path.as_str() {
            READY if ready.fetch_add(1, Ordering::Relaxed) < 2 => status(503),
            path if path.starts_with("/v1/objects/") && objects.fetch_add(1, Ordering::Relaxed) < 3 => status(404),
            _ => Fault::Pass,
        });
    };
    starting(&rest);
    assert!(data().get(known).await.unwrap().is_some());
    starting(&rest);
    assert!(data().exists(known).await.unwrap());
    starting(&rest);
    data().merge(known, PropertyMap::from([("year", 2027)])).await.unwrap();
    starting(&rest);
    data().replace(known, PropertyMap::from([("year", 2028)])).await.unwrap();
    starting(&rest);
    data().delete(known).await.unwrap();

    // It is ready all the time: what is missing is missing.
    rest.set(|_| Fault::Pass);
    let data = data();
    assert!(!data.exists(known).await.unwrap() && data.get(other).await.unwrap().is_none());
    assert!(data.replace(other, PropertyMap::new()).await.unwrap_err().is_not_found());
    assert!(data.merge(other, PropertyMap::new()).await.unwrap_err().is_not_found());

    // It never gets ready: nobody knows.
    rest.set(|request| match request.path.as_str() {
        READY => status(503),
        path if path.starts_with("/v1/objects/") => status(404),
        _ => Fault::Pass,
    });
    // An answer from before the restart no longer counts after half a second.
    crate::support::time::until("a missing object is not known any more", async || {
        let found = data.get(other).retry(eager().max_attempts(2)).await;
        found.is_err_and(|error| error.kind() == ErrorKind::Unavailable && error.to_string().contains("HTTP 404"))
    })
    .await;
}

#[tokio::test]
async fn a_node_that_missed_the_creation_of_a_collection_does_not_decide() {
    let emulator = emulator().await;
    // Node and leader are asked at the same path; a header tells the node that it is meant.
    let (rest, grpc) = fronts(
        &emulator,
        |request| match request.path.as_str() {
            SCHEMA if request.headers.get("consistency").is_some_and(|value| value == "false") => status(404),
            path if path.starts_with("/v1/objects/") && request.number < 6 => status(404),
            _ => Fault::Pass,
        },
        |_| Fault::Pass,
    )
    .await;
    let client = at(&rest.url(), &grpc.url()).connect_lazy().unwrap();
    let error =
        client.collection("Article").data().get(Uuid::from_u128(1)).retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("does not know the collection yet"), "{error}");
}

#[tokio::test]
async fn an_error_says_that_the_retry_budget_is_used_up() {
    let emulator = emulator().await;
    let (rest, grpc) = fronts(&emulator, |_| Fault::Pass, |_| Fault::Unavailable { committed: false }).await;
    let client = at(&rest.url(), &grpc.url()).protocol(Protocol::Grpc).retry(eager().budget(2)).connect_lazy().unwrap();
    let error = client.collection("Article").query().fetch_objects().await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    let expected = "after 3 attempts; not retried: the client's retry budget is used up (see `RetryPolicy::budget`)";
    assert!(error.to_string().contains(expected), "{error}");
}
