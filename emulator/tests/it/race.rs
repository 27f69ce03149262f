//! Auto-schema races: several first inserts into a collection that does not exist.

use futures_util::future::join_all;
use serde_json::{Value, json};
use weaviate_emulator::Emulator;
use weaviate_generated::grpc::{BatchObject, BatchObjectsRequest};

use crate::bed::{Bed, message};

const LOST: &str = "auto-schema: create collection: class name Runner already exists";

async fn stored(bed: &Bed) -> usize {
    let (_, body) = bed.rest("GET", "objects?class=Runner", Value::Null).await;
    body["objects"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn one_of_concurrent_first_inserts_creates_the_collection_and_the_others_fail() {
    let bed = Bed::start(Emulator::builder().auto_schema_race(20).query_defaults_limit(100)).await;
    let insert = || bed.rest("POST", "objects", json!({"class": "runner", "properties": {"name": "x"}}));
    let replies = join_all((0..20).map(|_| insert())).await;
    let (won, lost): (Vec<_>, Vec<_>) = replies.iter().partition(|(status, _)| *status == 200);
    assert_eq!((won.len(), lost.len()), (1, 19));
    for (status, body) in lost {
        assert_eq!((*status, message(body)), (500, format!("invalid object: {LOST}").as_str()));
    }
    assert_eq!(stored(&bed).await, 1);
    // The collection exists now, so that a repetition succeeds.
    assert_eq!(insert().await.0, 200);
    assert_eq!(bed.rest("DELETE", "schema/Runner", Value::Null).await.0, 200);
    let again = join_all((0..20).map(|_| insert())).await;
    assert_eq!(again.iter().filter(|(status, _)| *status == 200).count(), 1);
}

#[tokio::test]
async fn a_batch_that_loses_the_race_fails_for_each_object_of_the_collection() {
    let bed = Bed::start(Emulator::builder().auto_schema_race(2)).await;
    assert_eq!(bed.rest("POST", "schema", json!({"class": "Other"})).await.0, 200);
    let object = |collection: &str| BatchObject {
        collection: collection.to_owned(),
        uuid: uuid::Uuid::new_v4().to_string(),
        ..Default::default()
    };
    let batch = async || {
        let objects = vec![object("Runner"), object("Other"), object("Runner")];
        let request = BatchObjectsRequest { objects, consistency_level: None };
        bed.grpc().batch_objects(request).await.unwrap().into_inner().errors
    };
    let (one, other) = tokio::join!(batch(), batch());
    let (won, lost) = if one.is_empty() { (one, other) } else { (other, one) };
    assert!(won.is_empty(), "{won:?}");
    let lost: Vec<(i32, &str)> = lost.iter().map(|error| (error.index, error.error.as_str())).collect();
    assert_eq!(lost, [(0, LOST), (2, LOST)]);
    assert_eq!(stored(&bed).await, 2);
}

#[tokio::test]
async fn an_object_without_id_in_a_rest_batch_hears_that_the_class_is_missing() {
    let bed = Bed::start(Emulator::builder().auto_schema_race(2)).await;
    let objects = json!([{"class": "Runner"}, {"class": "Runner", "id": uuid::Uuid::new_v4()}]);
    let batch = || bed.rest("POST", "batch/objects", json!({"objects": objects}));
    let (one, other) = tokio::join!(batch(), batch());
    let texts = |(_, body): &(u16, Value)| -> Vec<String> {
        let results = body.as_array().unwrap().iter();
        results.map(|object| message(&object["result"]["errors"]).to_owned()).collect()
    };
    let mut texts = [texts(&one), texts(&other)];
    texts.sort();
    assert_eq!(texts, [["", ""], ["class 'Runner' not present in schema", LOST]]);
}

#[tokio::test]
async fn a_lone_first_insert_does_not_wait_forever() {
    let bed = Bed::start(Emulator::builder().auto_schema_race(2)).await;
    assert_eq!(bed.rest("POST", "objects", json!({"class": "Runner"})).await.0, 200);
    assert_eq!(bed.rest("POST", "objects", json!({"class": "Runner"})).await.0, 200);
}
