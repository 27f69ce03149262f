use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use super::{ID, through, typed};
use crate::support::faults::{Fault, FaultProxy, script};
use crate::support::{article, live_bed, live_bed_of};

#[tokio::test]
async fn insert_stores_the_object_under_the_returned_id() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    let id = articles.data().insert(article("first", 1999)).vector([1.0, 0.5, 0.25]).await.unwrap();
    assert_eq!(id.get_version_num(), 4);
    let stored = articles.data().get(id).include_vector(true).await.unwrap().unwrap();
    let vector = stored.vectors().get("default").cloned();
    assert_eq!((stored.id, stored.properties), (id, article("first", 1999)));
    assert_eq!(vector, Some(Vector::from([1.0, 0.5, 0.25])));

    assert_eq!(articles.data().insert(article("second", 2000)).id(ID).await.unwrap(), ID);
    let error = articles.data().insert(NewObject::new(article("third", 2001)).id(ID)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::AlreadyExists, Outcome::Refused));
    assert_eq!((error.operation(), error.collection()), (Some("insert"), Some("Article")));
    assert_eq!(articles.data().get(ID).await.unwrap().unwrap().properties, article("second", 2000));
}

#[tokio::test]
async fn insert_returns_the_server_error_for_a_wrong_value() {
    let bed = live_bed().await;
    let _articles = bed.articles().await;
    let dynamic = bed.client.collection("Article");
    let error = dynamic.data().insert(PropertyMap::from([("year", "not a year")])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    assert!(error.server_message().unwrap().contains("year"), "{error}");
}

#[tokio::test]
async fn insert_refuses_values_the_server_cannot_store_before_sending() {
    let bed = live_bed().await;
    let proxy = FaultProxy::rest(bed.rest_url(), |_| Fault::Pass).await;
    let client = through(&proxy, &bed).connect_lazy().unwrap();
    let articles = client.collection("Article");
    let plain = PropertyMap::from([("title", "x")]);
    for (request, field) in [
        (articles.data().insert(PropertyMap::from([("year", (1_i64 << 53) + 1)])), "year"),
        (articles.data().insert(PropertyMap::from([("id", "x")])), "id"),
        (articles.data().insert(PropertyMap::from([("score", f64::INFINITY)])), "score"),
        (articles.data().insert(plain.clone()).named_vector("title", [f32::NAN]), "title"),
        (articles.data().insert(plain).unnamed_vector(Vec::<f32>::new()), "vector"),
    ] {
        let error = request.await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::NotSent));
        assert_eq!((error.field(), error.operation()), (Some(field), Some("insert")));
    }
    assert_eq!(proxy.requests(), 0);
}

/// The server keeps floats: what it makes of an integer is the same whatever way it is read.
#[tokio::test]
async fn allow_lossy_integers_rounds_in_insert_replace_and_merge() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    let data = articles.data();
    let kept = async |year: i64| {
        let read = data.get(ID).await.unwrap().unwrap().properties;
        let found = articles.query().fetch_objects().await.unwrap().into_vec().remove(0).properties;
        assert_eq!((read.year, found.year), (year, year));
    };
    data.validate(article("x", i64::MIN)).allow_lossy_integers(true).await.unwrap();
    data.insert(article("x", (1 << 53) + 1)).id(ID).allow_lossy_integers(true).await.unwrap();
    kept(1 << 53).await;
    data.replace(ID, article("x", -(1 << 60) - 1)).allow_lossy_integers(true).await.unwrap();
    kept(-(1 << 60)).await;
    data.merge(ID, PropertyMap::from([("year", (1_i64 << 62) + 1)])).allow_lossy_integers(true).await.unwrap();
    kept(1 << 62).await;

    for request in [data.insert(article("x", 1 << 60)), data.insert(article("x", i64::MAX)).allow_lossy_integers(true)]
    {
        let error = request.await.unwrap_err();
        assert_eq!((error.field(), error.outcome()), (Some("year"), Outcome::NotSent));
    }
}

/// The outcome of the first attempt is unknown; the second one is told that the id exists.
#[tokio::test]
async fn repeated_insert_recognizes_its_own_object() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    for fault in [Fault::ResetAfter, Fault::Unavailable { committed: true }] {
        for own_id in [true, false] {
            let proxy = FaultProxy::rest(bed.rest_url(), script([fault.clone()])).await;
            let client = through(&proxy, &bed).connect_lazy().unwrap();
            let before = articles.query().fetch_objects().await.unwrap().len();
            let insert = typed(&client).data().insert(article("ours", 2026)).vector([1.0, 0.5, 0.1]);
            let id = if own_id { insert.await } else { insert.id(ID).await }.unwrap();
            // The server says that an id exists also of one that it cannot look up, so that it is looked at.
            assert_eq!(proxy.requests(), 3, "{fault:?}");
            assert_eq!(articles.query().fetch_objects().await.unwrap().len(), before + 1);
            assert_eq!(articles.data().get(id).await.unwrap().unwrap().properties, article("ours", 2026));
            bed.articles().await;
        }
    }
}

#[tokio::test]
async fn repeated_insert_does_not_take_another_object_for_its_own() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    articles.data().insert(article("theirs", 1999)).id(ID).await.unwrap();
    for (fault, outcome, requests) in [
        // The server may have stored it, as far as the client knows.
        (Fault::Unavailable { committed: false }, Outcome::Unknown, 3),
        (Fault::ResetBefore, Outcome::Unknown, 3),
        (Fault::Pass, Outcome::Refused, 2),
    ] {
        let proxy = FaultProxy::rest(bed.rest_url(), script([fault.clone()])).await;
        let client = through(&proxy, &bed).connect_lazy().unwrap();
        let error = typed(&client).data().insert(article("ours", 2026)).id(ID).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::AlreadyExists, outcome), "{fault:?}");
        assert_eq!(proxy.requests(), requests, "{fault:?}");
    }
    assert_eq!(articles.data().get(ID).await.unwrap().unwrap().properties, article("theirs", 1999));
}

#[tokio::test]
async fn insert_get_and_exists_use_the_tenant() {
    let bed = live_bed().await;
    let config = CollectionConfig::new("Room").property(Property::new("title", DataType::Text));
    let config = config.multi_tenancy(MultiTenancyConfig::new().enabled(true).auto_tenant_creation(true));
    let rooms: Collection = bed.fresh(config).await;
    let title = PropertyMap::from([("title", "x")]);
    let id = rooms.tenant("a").data().insert(title.clone()).await.unwrap();
    rooms.tenant("b").data().insert(title.clone()).await.unwrap();
    assert_eq!(rooms.tenant("a").data().get(id).await.unwrap().unwrap().properties, title);
    assert!(rooms.tenant("a").data().exists(id).await.unwrap());
    assert!(!rooms.tenant("b").data().exists(id).await.unwrap());
    assert_eq!(rooms.tenant("b").data().get(id).await.unwrap(), None);
    assert_eq!(rooms.data().get(id).await.unwrap_err().kind(), ErrorKind::Tenant);
    assert_eq!(rooms.data().insert(title).await.unwrap_err().kind(), ErrorKind::Tenant);
}

#[tokio::test]
async fn of_many_first_inserts_that_race_for_the_collection_all_are_stored() {
    let racing = weaviate_emulator::Emulator::builder().auto_schema_race(20);
    let bed = live_bed_of(racing).await;
    bed.client.collections().delete("Race").await.unwrap();
    let inserts: tokio::task::JoinSet<_> = (0..20_u128)
        .map(|n| {
            let data = bed.client.collection("Race").data();
            async move { data.insert(PropertyMap::from([("title", "x")])).id(Uuid::from_u128(n + 1)).await }
        })
        .collect();
    for stored in inserts.join_all().await {
        stored.unwrap();
    }
    let race = bed.client.collection("Race");
    assert_eq!(race.query().fetch_objects().limit(100).await.unwrap().len(), 20);
    bed.client.collections().delete("Race").await.unwrap();
}
