use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use super::{ID, through};
use crate::support::faults::{Fault, FaultProxy};
use crate::support::{article, live_bed};

#[tokio::test]
async fn get_returns_times_and_requested_vectors() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    articles.data().insert(article("first", 1999)).id(ID).vector([0.1, 0.2, 0.3]).await.unwrap();
    let plain = articles.data().get(ID).await.unwrap().unwrap();
    assert!(plain.vector().is_none() && plain.vectors().is_empty());
    assert!(plain.metadata.creation_time.is_some() && plain.metadata.last_update_time.is_some());
    let with = articles.data().get(ID).include_vector(true).await.unwrap().unwrap();
    assert_eq!(with.vector(), Some(&Vector::from([0.1, 0.2, 0.3])));
    // The same as a search finds.
    let found = articles.query().fetch_objects().include_vector(true).await.unwrap();
    assert_eq!((found[0].id, &found[0].properties, found[0].vector()), (with.id, &with.properties, with.vector()));
}

#[tokio::test]
async fn get_and_exists_of_a_missing_object_are_no_errors() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    assert_eq!(articles.data().get(ID).await.unwrap(), None);
    assert!(!articles.data().exists(ID).await.unwrap());
    assert!(!bed.client.collection("Nowhere").data().exists(ID).await.unwrap());
    assert_eq!(bed.client.collection("Nowhere").data().get(ID).await.unwrap(), None);
    articles.data().insert(article("first", 1999)).id(ID).await.unwrap();
    assert!(articles.data().exists(ID).await.unwrap());
}

/// A 404 with a text is not the server's word on an object.
#[tokio::test]
async fn get_treats_a_404_of_another_server_as_an_error() {
    let bed = live_bed().await;
    let proxy = FaultProxy::rest(bed.rest_url(), |_| Fault::Status(404, vec![], "no such page")).await;
    let client = through(&proxy, &bed).connect_lazy().unwrap();
    let error = client.collection("Article").data().get(ID).await.unwrap_err();
    assert_eq!(error.http_status(), Some(404));
}

#[tokio::test]
async fn get_from_a_node_excludes_a_consistency_level() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    articles.data().insert(article("first", 1999)).id(ID).await.unwrap();
    let proxy = FaultProxy::rest(bed.rest_url(), |_| Fault::Pass).await;
    let client = through(&proxy, &bed).connect_lazy().unwrap();
    let all = client.collection("Article").consistency_level(ConsistencyLevel::All);
    assert!(all.data().get(ID).await.unwrap().is_some());
    let error = all.data().get(ID).node("node1").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome(), error.field()), (ErrorKind::Validation, Outcome::NotSent, Some("node")));
    assert_eq!(proxy.requests(), 1);
    assert!(client.collection("Article").data().get(ID).node("node1").await.unwrap().is_some());
}

#[tokio::test]
async fn get_names_the_property_that_does_not_decode() {
    #[derive(Debug, serde::Deserialize)]
    struct Other {
        #[serde(rename = "title")]
        _title: i64,
    }
    let bed = live_bed().await;
    bed.articles().await.data().insert(article("first", 1999)).id(ID).await.unwrap();
    let error = bed.client.collection_as::<Other>("Article").data().get(ID).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("property `title`"), "{error}");
}
