//! Batches of objects: what is checked before anything is stored, and what the reply shows.

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{create, emulator, grpc, id, message, rest};

async fn tenants(emulator: &Emulator) -> Value {
    rest(emulator, "GET", "schema/Split/tenants", &Value::Null).await.1
}

#[tokio::test]
async fn a_bad_name_made_by_auto_tenant_fails_the_call() {
    let emulator = emulator().await;
    let tenancy = json!({"enabled": true, "autoTenantCreation": true});
    let words = json!([{"name": "words", "dataType": ["text"]}]);
    create(&emulator, &json!({"class": "Split", "multiTenancyConfig": tenancy, "properties": words})).await;
    let front = "auto create tenants: auto-tenant: add tenants to collection \"Split\": tenant name at index 0: ";
    for (tenant, says) in [("a b", " 'a b' is not a valid tenant name."), ("", "empty tenant name")] {
        let objects = json!([
            {"class": "Split", "id": id(1), "tenant": tenant},
            {"class": "Split", "id": id(2), "tenant": "good"},
        ]);
        let (status, reply) = rest(&emulator, "POST", "batch/objects", &json!({"objects": objects})).await;
        assert_eq!(status, 422);
        assert!(message(&reply).starts_with(&format!("{front}{says}")), "{reply}");
        let objects = json!([
            {"collection": "Split", "uuid": id(1), "tenant": tenant},
            {"collection": "Split", "uuid": id(2), "tenant": "good"},
        ]);
        let fault = grpc(&emulator, "BatchObjects", &json!({"objects": objects})).await.unwrap_err();
        assert!(fault.starts_with(&format!("{front}{says}")), "{fault}");
        assert_eq!(tenants(&emulator).await, json!([]));
    }
    // Refused objects have tenants, too.
    let refused = json!({"class": "Split", "id": id(3), "tenant": "good", "properties": {"words": 3}});
    let (_, reply) = rest(&emulator, "POST", "batch/objects", &json!({"objects": [refused]})).await;
    assert_eq!(reply[0]["result"]["status"], "FAILED");
    assert_eq!(tenants(&emulator).await[0]["name"], "good");
}

#[tokio::test]
async fn refused_objects_wake_their_tenants_too() {
    let emulator = emulator().await;
    let tenancy = json!({"enabled": true, "autoTenantActivation": true});
    let words = json!([{"name": "words", "dataType": ["text"]}]);
    create(&emulator, &json!({"class": "Split", "multiTenancyConfig": tenancy, "properties": words})).await;
    let asleep = json!([{"name": "one", "activityStatus": "COLD"}, {"name": "two", "activityStatus": "COLD"}]);
    assert_eq!(rest(&emulator, "POST", "schema/Split/tenants", &asleep).await.0, 200);
    let refused = json!({"class": "Split", "id": id(1), "tenant": "one", "properties": {"words": 3}});
    let (_, reply) = rest(&emulator, "POST", "batch/objects", &json!({"objects": [refused]})).await;
    assert_eq!(reply[0]["result"]["status"], "FAILED");
    let (_, one) = rest(&emulator, "GET", "schema/Split/tenants/one", &Value::Null).await;
    let (_, two) = rest(&emulator, "GET", "schema/Split/tenants/two", &Value::Null).await;
    assert_eq!((&one["activityStatus"], &two["activityStatus"]), (&json!("HOT"), &json!("COLD")));
}

#[tokio::test]
async fn no_object_of_a_batch_refers_to_another_one() {
    let emulator = emulator().await;
    create(&emulator, &json!({"class": "Page", "properties": [{"name": "to", "dataType": ["Page"]}]})).await;
    let objects = json!([
        {"collection": "Page", "uuid": id(1)},
        {"collection": "Page", "uuid": id(2), "properties": {"singleTargetRefProps": [{"propName": "to", "uuids": [id(1)]}]}},
    ]);
    let reply = grpc(&emulator, "BatchObjects", &json!({"objects": objects})).await.unwrap();
    let says = format!("invalid cref: 'cref' Page:to: no object with id {} found", id(1));
    assert_eq!(reply["errors"], json!([{"index": 1, "error": says}]));
    assert_eq!(rest(&emulator, "GET", &format!("objects/Page/{}", id(1)), &Value::Null).await.0, 200);
}

#[tokio::test]
async fn of_two_objects_with_one_id_the_last_is_stored() {
    let emulator = emulator().await;
    create(&emulator, &json!({"class": "Page"})).await;
    let object = |words: &str| json!({"class": "Page", "id": id(1), "properties": {"words": words}});
    let (_, reply) =
        rest(&emulator, "POST", "batch/objects", &json!({"objects": [object("one"), object("two")]})).await;
    assert_eq!(
        (&reply[0]["result"], &reply[1]["result"]),
        (&json!({"status": "SUCCESS"}), &json!({"status": "SUCCESS"}))
    );
    let (_, stored) = rest(&emulator, "GET", &format!("objects/Page/{}", id(1)), &Value::Null).await;
    assert_eq!(stored["properties"]["words"], "two");
}

#[tokio::test]
async fn a_refused_object_comes_back_as_it_was_checked() {
    let emulator = emulator().await;
    let vectors = json!({"v": {"vectorizer": {"none": {}}}});
    let words = json!([{"name": "words", "dataType": ["text"]}]);
    create(&emulator, &json!({"class": "Page", "vectorConfig": vectors, "properties": words})).await;
    let object = json!({"class": "page", "id": id(1), "vector": [1, null], "properties": {"words": 3}});
    let other = json!({"class": "P p", "id": id(2)});
    let (_, reply) = rest(&emulator, "POST", "batch/objects", &json!({"objects": [object, other]})).await;
    assert_eq!(reply[0]["vectors"], json!({"v": [1, 0]}));
    assert_eq!((&reply[0]["class"], &reply[0]["vector"]), (&json!("Page"), &Value::Null));
    assert_eq!(reply[0]["properties"], json!({"words": 3}));
    assert_eq!(reply[1]["properties"], json!({}));
    assert_eq!(
        message(&reply[1]["result"]["errors"]),
        "auto-schema: create collection: 'P p' is not a valid class name"
    );
}

#[tokio::test]
async fn a_shard_that_takes_no_writes_says_so_once_for_each_batch() {
    let emulator = emulator().await;
    create(&emulator, &json!({"class": "Page"})).await;
    rest(&emulator, "POST", "objects", &json!({"class": "Page", "id": id(1)})).await;
    let (_, shards) = rest(&emulator, "GET", "schema/Page/shards", &Value::Null).await;
    let shard = shards[0]["name"].as_str().unwrap();
    rest(&emulator, "PUT", &format!("schema/Page/shards/{shard}"), &json!({"status": "READONLY"})).await;
    let objects = json!([{"collection": "Page", "uuid": id(2)}, {"collection": "Page", "uuid": id(3)}]);
    let reply = grpc(&emulator, "BatchObjects", &json!({"objects": objects})).await.unwrap();
    let says = "store is read-only due to: manually set by user";
    assert_eq!(reply["errors"], json!([{"index": 0, "error": says}]));
    assert_eq!(rest(&emulator, "GET", &format!("objects/Page/{}", id(3)), &Value::Null).await.0, 404);
    let path = format!("objects/Page/{}", id(1));
    let (_, merged) = rest(&emulator, "PATCH", &path, &json!({"class": "Page"})).await;
    let front = "msg:repo.merge code:500 err:merge into index page: update local object: shard=";
    assert_eq!(message(&merged), format!("{front}{shard:?}: {says}"));
    let (status, deleted) = rest(&emulator, "DELETE", &path, &Value::Null).await;
    let front = "could not delete object from vector repo: delete from index \"page\": delete local object: shard=";
    assert_eq!((status, message(&deleted)), (500, format!("{front}{shard:?}: {says}").as_str()));
}
