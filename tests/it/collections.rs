use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::support::bed;

#[tokio::test]
async fn a_collection_is_created_found_and_deleted() {
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
async fn creating_it_twice_is_refused() {
    let bed = bed().await;
    bed.client.collections().create(CollectionConfig::new("Owl")).await.unwrap();
    let error = bed.client.collections().create(CollectionConfig::new("Owl")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error:?}");
    assert_eq!(error.outcome(), Outcome::Refused);
    assert_eq!(error.http_status(), Some(422));
}

#[tokio::test]
async fn a_bad_name_never_reaches_the_server() {
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
async fn an_unknown_collection_is_not_found() {
    let bed = bed().await;
    let error = bed.client.collection("Nowhere").query().fetch_objects().await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert!(!error.is_retryable());
}
