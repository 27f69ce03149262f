use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::{ErrorKind, Uuid};

use super::{ID, through, typed};
use crate::support::faults::{Fault, FaultProxy, RequestInfo, script};
use crate::support::{article, live_bed};

#[tokio::test]
async fn replace_removes_old_properties_and_vectors() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    let dynamic = bed.client.collection("Article");
    articles.data().insert(article("first", 1999)).id(ID).vector([1.0, 0.5, 0.1]).await.unwrap();
    dynamic.data().replace(ID, PropertyMap::from([("title", "second")])).await.unwrap();
    let stored = dynamic.data().get(ID).include_vector(true).await.unwrap().unwrap();
    assert_eq!(stored.properties, PropertyMap::from([("title", "second")]));
    assert_eq!(stored.vector(), None);
    articles.data().replace(ID, NewObject::new(article("third", 1)).id(ID)).vector([0.5, 0.5, 0.5]).await.unwrap();
    let stored = articles.data().get(ID).include_vector(true).await.unwrap().unwrap();
    assert_eq!((stored.vector(), &stored.properties), (Some(&Vector::from([0.5, 0.5, 0.5])), &article("third", 1)));

    let error = articles.data().replace(Uuid::from_u128(7), article("nobody", 1)).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("replace")));
    let other = NewObject::new(article("x", 1)).id(Uuid::from_u128(7));
    let error = articles.data().replace(ID, other).await.unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("id"), Outcome::NotSent));
}

#[tokio::test]
async fn merge_keeps_properties_it_does_not_name() {
    #[derive(serde::Serialize)]
    struct Change {
        year: i64,
        title: Option<String>,
    }
    let bed = live_bed().await;
    let articles = bed.articles().await;
    articles.data().insert(article("first", 1999)).id(ID).vector([1.0, 0.5, 0.1]).await.unwrap();
    articles.data().merge(ID, Change { year: 2000, title: None }).await.unwrap();
    let stored = articles.data().get(ID).include_vector(true).await.unwrap().unwrap();
    assert_eq!((stored.vector(), &stored.properties), (Some(&Vector::from([1.0, 0.5, 0.1])), &article("first", 2000)));

    articles.data().merge(ID, ()).vector([0.5, 0.5, 0.5]).remove("year").await.unwrap();
    let stored = bed.client.collection("Article").data().get(ID).include_vector(true).await.unwrap().unwrap();
    assert_eq!(stored.properties, PropertyMap::from([("title", "first")]));
    assert_eq!(stored.vector(), Some(&Vector::from([0.5, 0.5, 0.5])));

    let error = articles.data().merge(Uuid::from_u128(7), Change { year: 1, title: None }).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("merge")));
    let error = articles.data().merge(ID, Change { year: 1, title: None }).remove("year").await.unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("year"), Outcome::NotSent));
    let error = articles.data().merge(ID, PropertyMap::from([("year", 1_i64 << 60)])).await.unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("year"), Outcome::NotSent));
}

#[tokio::test]
async fn delete_of_a_missing_object_succeeds() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    articles.data().insert(article("first", 1999)).id(ID).await.unwrap();
    articles.data().delete(ID).await.unwrap();
    assert!(!articles.data().exists(ID).await.unwrap());
    articles.data().delete(ID).await.unwrap();
    let error = bed.client.collection("Nowhere").data().delete(ID).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("delete")));
}

#[tokio::test]
async fn replace_merge_and_delete_are_repeated_after_a_lost_reply() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    articles.data().insert(article("first", 1)).id(ID).await.unwrap();
    for fault in [Fault::ResetAfter, Fault::ResetBefore, Fault::Unavailable { committed: true }] {
        let first = fault.clone();
        let decide = move |request: &RequestInfo| if request.nth == 0 { first.clone() } else { Fault::Pass };
        let proxy = FaultProxy::rest(bed.rest_url(), decide).await;
        let data = typed(&through(&proxy, &bed).connect_lazy().unwrap()).data();
        data.replace(ID, article("second", 2)).await.unwrap();
        data.merge(ID, PropertyMap::from([("year", 3)])).await.unwrap();
        assert_eq!(articles.data().get(ID).await.unwrap().unwrap().properties, article("second", 3), "{fault:?}");
        assert_eq!(proxy.requests(), 4, "{fault:?}");
    }
    for fault in [Fault::ResetAfter, Fault::Status(404, vec![], "")] {
        let proxy = FaultProxy::rest(bed.rest_url(), script([fault.clone()])).await;
        let data = typed(&through(&proxy, &bed).connect_lazy().unwrap()).data();
        data.delete(ID).await.unwrap();
    }
}
