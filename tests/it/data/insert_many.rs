use std::time::Duration;

use weaviate::connect::Protocol;
use weaviate::data::NewReference;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::support::recorder::Recorder;
use crate::support::{Article, PROTOCOLS, article, bed, live_bed, live_bed_of};

#[tokio::test]
async fn insert_many_of_nothing_is_an_empty_report() {
    let bed = bed().await;
    let articles = bed.articles().await;
    let report = articles.data().insert_many(Vec::<Article>::new()).await.unwrap();
    assert_eq!(report.succeeded().count(), 0);
    assert!(report.errors().is_empty());
}

#[tokio::test]
async fn insert_many_reports_a_refused_object_by_index_and_stores_the_others() {
    let bed = bed().await;
    let _articles = bed.articles().await;
    let dynamic = bed.client.collection("Article");
    let good = PropertyMap::from_iter([("title", PropertyValue::from("a fine one"))]);
    let bad = PropertyMap::from_iter([("year", PropertyValue::from("not a year"))]);
    let report = dynamic.data().insert_many([good.clone(), bad, good]).await.unwrap();
    assert_eq!(report.errors().len(), 1);
    assert_eq!(report.errors()[0].index(), 1);
    assert!(report.errors()[0].message().contains("year"), "{}", report.errors()[0].message());
    assert_eq!(report.succeeded().count(), 2);
    let error = report.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Partial);
}

#[tokio::test]
async fn insert_many_keeps_given_ids_and_replaces_their_objects() {
    let bed = bed().await;
    let articles = bed.articles().await;
    let id = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);
    let report = articles
        .data()
        .insert_many([NewObject::new(article("first", 1999)).id(id).vector(vec![1.0, 0.0, 0.0])])
        .await
        .unwrap();
    assert_eq!(report.succeeded().copied().collect::<Vec<_>>(), [id]);

    // The same id again replaces the object.
    articles.data().insert_many([NewObject::new(article("second", 2000)).id(id)]).await.unwrap().into_result().unwrap();
    let hits = articles.query().fetch_objects().await.unwrap();
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].id, id);
    assert_eq!(hits[0].properties, article("second", 2000));
}

#[tokio::test]
async fn insert_many_splits_many_objects_and_keeps_their_order() {
    let bed = bed().await;
    let articles = bed.articles().await;
    let report = articles.data().insert_many((0..2_500).map(|i| article(&format!("number {i}"), i))).await.unwrap();
    let ids: Vec<_> = report.succeeded().copied().collect();
    assert_eq!(ids.len(), 2_500);
    let last = articles.query().fetch_objects().filter(Filter::property("year").equal(2_499)).await.unwrap();
    assert_eq!(last.len(), 1);
    assert_eq!(last[0].id, ids[2_499]);
}

#[tokio::test]
async fn insert_many_refuses_reserved_property_names_before_sending() {
    let bed = bed().await;
    let _articles = bed.articles().await;
    let dynamic = bed.client.collection("Article");
    let bad = |name: &str| PropertyMap::from([(name, "x")]);
    let good = PropertyMap::from([("title", "a fine one")]);
    let report = dynamic.data().insert_many([bad("id"), good, bad("_additional")]).await.unwrap();
    let errors: Vec<_> = report.errors().iter().map(|error| (error.index(), error.kind(), error.outcome())).collect();
    let refused = |index| (index, ErrorKind::Validation, Outcome::NotSent);
    assert_eq!(errors, [refused(0), refused(2)]);
    assert_eq!(report.errors()[0].error().field(), Some("id"));
}

/// At a vector of another length the server stops indexing the vectors of the message, and reports the first object.
#[tokio::test]
async fn a_vector_of_another_length_leaves_open_what_is_indexed() {
    let bed = live_bed_of(weaviate_emulator::Emulator::builder().async_indexing(true)).await;
    for protocol in PROTOCOLS {
        let articles = bed.articles().await;
        let object = |n: i64| NewObject::new(article("x", n));
        let mut objects: Vec<_> = (0..10_u8).map(|n| object(n.into()).vector([1.0, 0.5, f32::from(n)])).collect();
        objects[3] = object(3).vector([1.0, 0.5]);
        objects.push(object(10));
        let report = articles.data().insert_many(objects).protocol(protocol).await.unwrap();
        let failed: Vec<_> =
            report.errors().iter().map(|error| (error.index(), error.kind(), error.outcome())).collect();
        let expected: Vec<_> = (0..10).map(|index| (index, ErrorKind::Validation, Outcome::Unknown)).collect();
        assert_eq!(failed, expected, "{protocol}: the object without a vector is stored");
        assert!(report.errors()[5].error().to_string().contains("delete it before inserting it again"));
    }
}

/// The sum of the server's measurements, one for each message.
#[tokio::test]
async fn a_report_has_the_time_that_the_server_took() {
    let server = Recorder::start().await;
    let client = server.client().await;
    let owls = client.collection("Owl");
    // The field `took`, a quarter of a second and an infinite time.
    let quarter = [&[0x0d], &0.25_f32.to_le_bytes()[..]].concat();
    let endless = [&[0x0d], &f32::INFINITY.to_le_bytes()[..]].concat();
    for protocol in PROTOCOLS {
        for (reply, over_grpc) in [(&quarter, Duration::from_millis(500)), (&endless, Duration::ZERO)] {
            server.answer_rpc("BatchObjects", reply.clone());
            server.answer_rpc("BatchReferences", reply.clone());
            let expected = if protocol == Protocol::Rest { Duration::ZERO } else { over_grpc };
            let many = (0..1_500).map(|_| PropertyMap::new());
            let report = owls.data().insert_many(many).protocol(protocol).await.unwrap();
            assert_eq!((report.took(), report.ids().len()), (expected, 1_500), "{protocol}");
            if protocol == Protocol::Rest {
                continue;
            }
            let references = vec![NewReference::new(Uuid::nil(), "nest", Uuid::nil()); 1_001];
            let report = owls.data().reference_add_many(references).protocol(protocol).await.unwrap();
            assert_eq!(report.took(), expected, "{protocol}");
        }
    }
    let bed = live_bed().await;
    let owls: Collection = bed.fresh(CollectionConfig::new("TookOwls")).await;
    let report = owls.data().insert_many([PropertyMap::new()]).await.unwrap();
    assert!(!bed.is_live() || report.took() > Duration::ZERO, "{:?}", report.took());
}
