//! A server that has just started says that collections and objects are missing, which exist.

use std::time::Duration;

use weaviate::ErrorKind;
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::prelude::*;
use weaviate_emulator::{Emulator, Fault, Faults};

use super::{at, emulator};
use crate::support::faults::{Fault as Treatment, FaultProxy};
use crate::support::time::eager;

const READY: &str = "/v1/.well-known/ready";
const SCHEMA: &str = "/v1/schema/Article";

const OBJECTS: &str = "/v1/objects/*";

/// A new client, over gRPC only.
fn client(emulator: &Emulator) -> Client {
    at(&emulator.rest_url(), &emulator.grpc_url()).protocol(Protocol::Grpc).connect_lazy().unwrap()
}

/// Numbers of the requests so far, over REST and over gRPC.
fn requests(faults: &Faults) -> (usize, usize) {
    let log = faults.log();
    let calls = log.iter().filter(|request| request.rpc().is_some()).count();
    (log.len() - calls, calls)
}

#[tokio::test]
async fn a_collection_that_is_not_loaded_yet_is_searched_again() {
    for text in [
        "could not find class Article in schema",
        "object search at index article: tried to browse non-existing index for Article",
    ] {
        let emulator = emulator().await;
        let faults = emulator.faults();
        faults.add(Fault::grpc_status(2, text).times(3)).unwrap();
        let client = client(&emulator);
        client.collection("Article").query().fetch_objects().await.unwrap();
        assert_eq!(requests(&faults).1, 4, "{text}");
        assert!(faults.log().iter().all(|request| request.rpc().is_some() || request.path == SCHEMA), "{text}");

        // Without retries, the error says what is the case.
        faults.add(Fault::grpc_status(2, text)).unwrap();
        let error = client.collection("Article").query().fetch_objects().retry(RetryPolicy::none()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Unavailable, 1), "{error}");
        assert!(error.to_string().contains("not loaded yet") || error.to_string().contains(text), "{error}");
    }
}

#[tokio::test]
async fn a_collection_that_does_not_exist_is_not_found_at_once() {
    let emulator = emulator().await;
    let faults = emulator.faults();
    let client = client(&emulator);
    let error = client.collection("Nowhere").query().fetch_objects().await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!((requests(&faults), error.attempts()), ((1, 1), 1), "one question, and no retry");
    // What succeeds costs nothing.
    client.collection("Article").query().fetch_objects().await.unwrap();
    assert_eq!(requests(&faults), (1, 2));
}

#[tokio::test]
async fn searches_that_fail_together_ask_once() {
    let emulator = emulator().await;
    let faults = emulator.faults();
    faults.add(Fault::slow(Duration::from_millis(300)).on_path("/v1/*")).unwrap();
    faults.add(Fault::grpc_status(2, "could not find class Article in schema").times(32)).unwrap();
    let client = client(&emulator);
    let searches: tokio::task::JoinSet<_> = (0..32)
        .map(|_| {
            let articles = client.collection("Article");
            async move { articles.query().fetch_objects().await }
        })
        .collect();
    assert!(searches.join_all().await.iter().all(Result::is_ok));
    let (questions, _) = requests(&faults);
    assert!(questions <= 3, "{questions} questions");
}

#[tokio::test]
async fn the_404_of_an_object_counts_only_where_the_server_is_ready() {
    let emulator = emulator().await;
    let setup = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    let articles = setup.collection("Article");
    let known = articles.data().insert(PropertyMap::from([("title", "Owls")])).vector([1.0, 0.0, 0.0]).await.unwrap();
    let other = Uuid::from_u128(7);
    let faults = emulator.faults();
    // Each client is new: none has seen the server ready.
    let at = || at(&emulator.rest_url(), &emulator.grpc_url());
    let data = || at().connect_lazy().unwrap().collection("Article").data().clone();
    let not_ready = || Fault::http_reply(503, "").on_path(READY);
    let missing = || Fault::http_reply(404, "").on_path(OBJECTS);
    // The server starts: the first requests for objects are answered 404, and it is not ready.
    let starting = || {
        faults.clear();
        faults.add(not_ready().times(2)).unwrap();
        faults.add(missing().times(3)).unwrap();
    };
    starting();
    assert!(data().get(known).await.unwrap().is_some());
    starting();
    assert!(data().exists(known).await.unwrap());
    starting();
    data().merge(known, PropertyMap::from([("year", 2027)])).await.unwrap();
    starting();
    data().replace(known, PropertyMap::from([("year", 2028)])).await.unwrap();
    starting();
    data().delete(known).await.unwrap();

    // It is ready all the time: what is missing is missing.
    faults.clear();
    let data = data();
    assert!(!data.exists(known).await.unwrap() && data.get(other).await.unwrap().is_none());
    assert!(data.replace(other, PropertyMap::new()).await.unwrap_err().is_not_found());
    assert!(data.merge(other, PropertyMap::new()).await.unwrap_err().is_not_found());

    // It never gets ready: nobody knows.
    faults.add(not_ready()).unwrap();
    faults.add(missing()).unwrap();
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
    let status = |status| Treatment::Status(status, vec![], "");
    let rest = FaultProxy::rest(emulator.rest_url(), move |request| match request.path.as_str() {
        SCHEMA if request.headers.get("consistency").is_some_and(|value| value == "false") => status(404),
        path if path.starts_with("/v1/objects/") && request.number < 6 => status(404),
        _ => Treatment::Pass,
    })
    .await;
    let client = at(&rest.url(), &emulator.grpc_url()).connect_lazy().unwrap();
    let error =
        client.collection("Article").data().get(Uuid::from_u128(1)).retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("does not know the collection yet"), "{error}");
}

#[tokio::test]
async fn an_error_says_that_the_retry_budget_is_used_up() {
    let emulator = emulator().await;
    emulator.faults().add(Fault::unavailable()).unwrap();
    let client = at(&emulator.rest_url(), &emulator.grpc_url()).protocol(Protocol::Grpc);
    let client = client.retry(eager().budget(2)).connect_lazy().unwrap();
    let error = client.collection("Article").query().fetch_objects().await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    let expected = "after 3 attempts; not retried: the client's retry budget is used up (see `RetryPolicy::budget`)";
    assert!(error.to_string().contains(expected), "{error}");
}
