//! Limits that an operator sets, beyond what the recordings show.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use weaviate_emulator::Emulator;
use weaviate_generated::grpc::{BatchObject, BatchObjectsRequest};

use crate::bed::{Bed, message};
use crate::exchange::id;

const OBJECTS: &str = "objects count limit of 4 reached for this instance.";

fn batch(collection: &str, numbers: &[u16]) -> Value {
    let objects: Vec<Value> = numbers.iter().map(|n| json!({"class": collection, "id": id(*n)})).collect();
    json!({"objects": objects})
}

#[tokio::test]
async fn the_details_of_a_status_are_those_of_the_recording() {
    let bed = Bed::start(Emulator::builder().maximum_objects(4)).await;
    assert_eq!(bed.rest("POST", "batch/objects", batch("One", &[1, 2, 3, 4])).await.0, 200);
    let object = BatchObject { collection: "One".to_owned(), uuid: id(5), ..BatchObject::default() };
    let request = BatchObjectsRequest { objects: vec![object], consistency_level: None };
    let status = bed.grpc().batch_objects(request).await.unwrap_err();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/usage_limits.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut steps = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let recorded = steps.find(|step| step["step"] == "grpc_batch_over").unwrap();
    assert_eq!(status.message(), recorded["reply"]["message"]);
    // The entries of a map have no order.
    let recorded = STANDARD.decode(recorded["reply"]["details_b64"].as_str().unwrap()).unwrap();
    let sorted = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes.sort_unstable();
        bytes
    };
    assert_eq!(sorted(status.details()), sorted(&recorded));
}

#[tokio::test]
async fn a_batch_fails_as_a_whole_only_if_all_of_it_is_over_the_limit() {
    let bed = Bed::start(Emulator::builder().maximum_objects(4)).await;
    // Five do not fit into one shard, so that none is stored.
    let (status, reply) = bed.rest("POST", "batch/objects", batch("One", &[1, 2, 3, 4, 5])).await;
    assert_eq!((status, message(&reply)), (429, OBJECTS));
    let mut objects = batch("One", &[1, 2, 3])["objects"].as_array().unwrap().clone();
    objects.extend(batch("Two", &[4, 5])["objects"].as_array().unwrap().clone());
    let (status, reply) = bed.rest("POST", "batch/objects", json!({"objects": objects})).await;
    assert_eq!(status, 200);
    let error = |index: usize| reply[index]["result"]["errors"]["error"][0]["message"].clone();
    let errors: Vec<_> = (0..5).map(error).collect();
    assert_eq!(errors, [json!(null), json!(null), json!(null), json!(OBJECTS), json!(OBJECTS)]);
}

#[tokio::test]
async fn tenants_that_are_there_do_not_count_again() {
    let bed = Bed::start(Emulator::builder().maximum_tenants(2)).await;
    let tenancy = json!({"enabled": true, "autoTenantCreation": true});
    assert_eq!(bed.rest("POST", "schema", json!({"class": "Room", "multiTenancyConfig": tenancy})).await.0, 200);
    let insert = |tenant: &str, number| {
        bed.rest("POST", "objects", json!({"class": "Room", "tenant": tenant, "id": id(number)}))
    };
    for (tenant, number) in [("a", 1), ("b", 2), ("a", 3)] {
        assert_eq!(insert(tenant, number).await.0, 200, "{tenant}");
    }
    let text = "tenants count limit of 2 reached for this instance.";
    let (status, reply) = insert("c", 4).await;
    assert_eq!((status, message(&reply), &reply["limit"]), (429, text, &json!("tenants")));
    let objects = json!({"objects": [{"class": "Room", "tenant": "c", "id": id(4)}]});
    let (status, reply) = bed.rest("POST", "batch/objects", objects).await;
    assert_eq!((status, message(&reply)), (429, text));
    let (status, _) = bed.rest("POST", "schema/Room/tenants", json!([{"name": "a"}, {"name": "b"}])).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn replicas_are_limited_before_nodes_are_counted() {
    let bed = Bed::start(Emulator::builder().maximum_replication_factor(1)).await;
    let (status, reply) =
        bed.rest("POST", "schema", json!({"class": "Copies", "replicationConfig": {"factor": 3}})).await;
    let text = "invalid replication factor: setup caps replication at 1: got 3";
    assert_eq!((status, message(&reply)), (422, text));
}

#[tokio::test]
async fn what_a_collection_has_stays_allowed() {
    let bed = Bed::start(Emulator::builder().allowed_compressions(["bq"])).await;
    let class = json!({"class": "Shelf", "vectorConfig": {"a": {
        "vectorizer": {"none": {}}, "vectorIndexType": "hnsw", "vectorIndexConfig": {"bq": {"enabled": true}},
    }}});
    assert_eq!(bed.rest("POST", "schema", class).await.0, 200);
    let (_, mut stored) = bed.rest("GET", "schema/Shelf", Value::Null).await;
    stored["description"] = json!("changed");
    assert_eq!(bed.rest("PUT", "schema/Shelf", stored).await.0, 200);
    let refused = json!({"class": "Other", "vectorConfig": {"a": {
        "vectorizer": {"none": {}}, "vectorIndexType": "hnsw", "vectorIndexConfig": {"skipDefaultQuantization": true},
    }}});
    let (status, reply) = bed.rest("POST", "schema", refused).await;
    assert_eq!((status, &reply["value"], &reply["errorCode"]), (422, &json!("none"), &json!("CONFIG_NOT_ALLOWED")));
}

#[tokio::test]
async fn unknown_names_are_refused_at_the_start() {
    for (builder, says) in [
        (Emulator::builder().allowed_index_types(["hnws"]), "allowed index type `hnws`: has to be one of hnsw, "),
        (Emulator::builder().allowed_compressions(["rq"]), "allowed compression `rq`: has to be one of none, "),
    ] {
        let refusal = builder.start().await.unwrap_err().to_string();
        assert!(refusal.starts_with(says), "{refusal}");
    }
}
