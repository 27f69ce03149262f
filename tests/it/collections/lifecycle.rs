use std::future::IntoFuture as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::support::{bed, live_bed};

#[tokio::test]
async fn collections_create_exists_and_delete() {
    let bed = bed().await;
    let collections = bed.client.collections();
    assert!(!collections.exists("Owl").await.unwrap());

    let owl = collections.create(CollectionConfig::new("Owl")).await.unwrap();
    assert_eq!(owl.name(), "Owl");
    assert!(collections.exists("Owl").await.unwrap());

    collections.delete("Owl").await.unwrap();
    assert!(!collections.exists("Owl").await.unwrap());
    // Deleting what is not there is no error: the wish is fulfilled.
    collections.delete("Owl").await.unwrap();
}

#[tokio::test]
async fn create_of_an_existing_collection_is_refused() {
    let bed = bed().await;
    bed.client.collections().create(CollectionConfig::new("Owl")).await.unwrap();
    let error = bed.client.collections().create(CollectionConfig::new("Owl")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error:?}");
    assert_eq!(error.outcome(), Outcome::Refused);
    assert_eq!(error.http_status(), Some(422));
}

#[tokio::test]
async fn collection_names_are_validated_before_sending() {
    let bed = bed().await;
    for name in ["", "1Owl", "Barn Owl", "Owl/..", "Öwl", &"x".repeat(256)] {
        let error = bed.client.collections().create(CollectionConfig::new(name)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation, "{name:?}: {error}");
        assert_eq!(error.outcome(), Outcome::NotSent, "{name:?}");
        let error = bed.client.collection(name).query().fetch_objects().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation, "{name:?}: {error}");
    }
}

#[tokio::test]
async fn query_of_an_unknown_collection_is_not_found() {
    let bed = bed().await;
    let error = bed.client.collection("Nowhere").query().fetch_objects().await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert!(!error.is_retryable());
}

fn shelf() -> CollectionConfig {
    CollectionConfig::new("Shelf")
        .property(Property::new("label", DataType::Text))
        .vector(VectorConfig::self_provided())
}

#[tokio::test]
async fn ensure_creates_compares_and_changes_nothing() {
    let bed = live_bed().await;
    let collections = bed.client.collections();
    collections.delete("Shelf").await.unwrap();

    let made = collections.ensure(shelf()).await.unwrap();
    assert!(made.created && made.differences.is_empty());
    assert_eq!(made.into_result().unwrap().name(), "Shelf");
    let found = collections.ensure(shelf()).await.unwrap();
    assert!(!found.created && found.differences.is_empty(), "{found:?}");
    found.into_result().unwrap();

    let wider = shelf().description("Where books are").property(Property::new("width", DataType::Int));
    let drifted = collections.ensure(wider).await.unwrap();
    let paths: Vec<_> = drifted.differences.iter().map(weaviate::schema::Difference::path).collect();
    assert_eq!((drifted.created, paths), (false, vec!["description".to_owned(), "properties.width".to_owned()]));
    let error = drifted.into_result().unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::SchemaDrift, Outcome::NotSent));
    assert!(error.to_string().contains("Shelf differs from its configuration: + description"), "{error}");
    assert_eq!(bed.client.collection("Shelf").config().get().await.unwrap().properties.len(), 1);

    let error = collections.ensure(CollectionConfig::new("no name")).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Validation, Some("ensure collection")));
}

#[tokio::test]
async fn of_many_that_ensure_a_collection_one_creates_it() {
    let bed = live_bed().await;
    bed.client.collections().delete("Shelf").await.unwrap();
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let client = bed.client.clone();
        all.spawn(async move { client.collections().ensure(shelf()).await.unwrap().created });
    }
    assert_eq!(all.join_all().await.into_iter().filter(|created| *created).count(), 1);
}

#[tokio::test]
async fn ensure_refuses_an_invalid_configuration_of_an_existing_collection() {
    let bed = live_bed().await;
    let name = "Annex";
    bed.client.collections().delete(name).await.unwrap();
    let year = |name| Property::new(name, DataType::Int);
    let first = bed.client.collections().ensure(CollectionConfig::new(name).property(year("year"))).await.unwrap();
    assert!(first.created);
    let config = || CollectionConfig::new(name);
    for invalid in [config().property(year("Year")), config().property(year("year")).property(year("year"))] {
        let error = bed.client.collections().ensure(invalid).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("property")), "{error}");
    }
}

/// The result of a future that does not wait for anything.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(result) = pin!(future).poll(&mut context) else { panic!("it waits") };
    result
}

#[test]
fn a_call_outside_of_any_runtime_is_an_error_and_not_a_panic() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = runtime.block_on(async { Client::local().connect_lazy().unwrap() });
    for error in [
        at_once(client.is_ready()).unwrap_err(),
        at_once(client.collection("Owl").query().fetch_objects().into_future()).unwrap_err(),
        Client::local().connect_lazy().unwrap_err(),
        at_once(Blob::read("owl.jpg")).unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Configuration, Outcome::NotSent));
        assert!(error.to_string().contains("the call needs a tokio runtime"), "{error}");
    }
}

#[tokio::test]
async fn a_limit_of_zero_brings_nothing_without_a_call() {
    // Nobody listens there.
    let client = Client::custom("http://127.0.0.1:1").connect_lazy().unwrap();
    let query = client.collection("Owl").query().near_vector([1.0]);
    assert!(query.clone().limit(0).await.unwrap().is_empty());
    assert!(query.clone().group_by(GroupBy::new("topic")).limit(0).await.unwrap().is_empty());
    assert!(query.limit(0).distance(f64::NAN).await.unwrap_err().is_validation());
}
