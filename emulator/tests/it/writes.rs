//! Writes: where a refused one was to go, and when an object was written.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::bed::{Bed, message};

const ID: &str = "c0ffee00-0000-4000-8000-000000000001";

/// The name of the only shard.
async fn shard(bed: &Bed, class: &str) -> String {
    let (_, shards) = bed.rest("GET", &format!("schema/{class}/shards"), Value::Null).await;
    shards[0]["name"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refused_write_says_where_it_was_to_go() {
    const LENGTH: &str = "new node has a vector with length 1. Existing nodes have vectors with length 2: vector dimensions do not match the index dimensions";
    const READ_ONLY: &str = "store is read-only due to: manually set by user";
    let bed = Bed::start(Emulator::builder()).await;
    let ref_property = json!({"name": "ref", "dataType": ["Spot"]});
    let class = json!({"class": "Spot", "properties": [{"name": "text", "dataType": ["text"]}, ref_property]});
    assert_eq!(bed.rest("POST", "schema", class).await.0, 200);
    assert_eq!(bed.rest("POST", "objects", json!({"class": "Spot", "id": ID, "vector": [1, 0]})).await.0, 200);
    let shard = shard(&bed, "Spot").await;
    let put = format!("put object: import into index spot: put local object: shard=\"{shard}\"");
    let merge = format!("msg:repo.merge code:500 err:merge into index spot: update local object: shard=\"{shard}\"");
    let object = format!("objects/Spot/{ID}");
    let short = json!({"class": "Spot", "id": ID, "vector": [1]});
    let refused = async |method: &str, path: &str, body: &Value| {
        let (status, reply) = bed.rest(method, path, body.clone()).await;
        (status, message(&reply).to_owned())
    };
    let expected = (500, format!("{put}: store object in LSM store: Validate vector index for {ID}: {LENGTH}"));
    assert_eq!(refused("PUT", &object, &short).await, expected);
    let expected = (500, format!("{merge}: validate vector index for update of {ID}: {LENGTH}"));
    assert_eq!(refused("PATCH", &object, &short).await, expected);

    let closed = json!({"status": "READONLY"});
    assert_eq!(bed.rest("PUT", &format!("schema/Spot/shards/{shard}"), closed).await.0, 200);
    let whole = json!({"class": "Spot", "id": ID, "properties": {"text": "x"}});
    let beacon = json!({"beacon": format!("weaviate://localhost/Spot/{ID}")});
    let references = format!("{object}/references/ref");
    for (method, path, body, expected) in [
        ("POST", "objects", json!({"class": "Spot"}), format!("{put}: {READ_ONLY}")),
        ("PUT", object.as_str(), whole.clone(), format!("{put}: {READ_ONLY}")),
        ("PATCH", object.as_str(), whole.clone(), format!("{merge}: {READ_ONLY}")),
        (
            "DELETE",
            object.as_str(),
            Value::Null,
            format!(
                "could not delete object from vector repo: delete from index \"spot\": delete local object: shard=\"{shard}\": {READ_ONLY}"
            ),
        ),
        (
            "POST",
            references.as_str(),
            beacon.clone(),
            format!(
                "msg:add reference to repo code:500 err:merge into index spot: update local object: shard=\"{shard}\": {READ_ONLY}"
            ),
        ),
        (
            "PUT",
            references.as_str(),
            json!([beacon]),
            format!(
                "msg:repo.putobject code:500 err:import into index spot: put local object: shard=\"{shard}\": {READ_ONLY}"
            ),
        ),
    ] {
        assert_eq!(refused(method, path, &body).await, (500, expected), "{method} {path}");
    }
    let (status, list) = bed.rest("GET", "objects?class=Spot", Value::Null).await;
    assert_eq!((status, list["objects"].as_array().map(Vec::len)), (200, Some(1)));
    assert_eq!(list["objects"][0]["properties"], json!({}));
}

#[tokio::test]
async fn an_insert_without_id_goes_straight_to_the_shard_of_its_tenant() {
    const INTO: &str = "put object: import into index spot: ";
    let bed = Bed::start(Emulator::builder()).await;
    let class = json!({"class": "Spot", "multiTenancyConfig": {"enabled": true}});
    assert_eq!(bed.rest("POST", "schema", class).await.0, 200);
    let cold = json!([{"name": "cold", "activityStatus": "COLD"}]);
    assert_eq!(bed.rest("POST", "schema/Spot/tenants", cold).await.0, 200);
    // An id is looked for first, and in an unknown tenant there is none.
    for (tenant, fault, with_id) in [
        ("cold", "determine shard: tenant not active: 'cold'", ""),
        ("nope", "determine shard: tenant not found: \"nope\"", INTO),
        ("", "determine shard: class Spot has multi-tenancy enabled, but request was without tenant", ""),
    ] {
        let (_, reply) = bed.rest("POST", "objects", json!({"class": "Spot", "tenant": tenant})).await;
        assert_eq!(message(&reply), format!("{INTO}{fault}"));
        let (_, reply) = bed.rest("POST", "objects", json!({"class": "Spot", "tenant": tenant, "id": ID})).await;
        assert_eq!(message(&reply), format!("{with_id}{fault}"));
    }
}

#[tokio::test]
async fn objects_written_within_a_millisecond_have_times_of_their_own() {
    let bed = Bed::start(Emulator::builder()).await;
    let insert = || bed.rest("POST", "objects", json!({"class": "Spot"}));
    let mut times = BTreeSet::new();
    for _ in 0..5 {
        let replies = futures_util::future::join_all((0..20).map(|_| insert())).await;
        times.extend(replies.iter().map(|(_, object)| object["creationTimeUnix"].as_i64().unwrap()));
    }
    assert_eq!(times.len(), 100);
    // Those of one batch are written at once.
    let objects = json!({"objects": [{"class": "Spot"}, {"class": "Spot"}]});
    let (_, batch) = bed.rest("POST", "batch/objects", objects).await;
    assert_eq!(batch[0]["creationTimeUnix"], batch[1]["creationTimeUnix"]);
    assert!(batch[0]["creationTimeUnix"].as_i64() > times.last().copied());
}

#[tokio::test]
async fn what_is_no_reference_is_refused_before_any_is_looked_for() {
    let bed = Bed::start(Emulator::builder()).await;
    let class = json!({"class": "Spot", "properties": [{"name": "ref", "dataType": ["Spot"]}]});
    assert_eq!(bed.rest("POST", "schema", class).await.0, 200);
    assert_eq!(bed.rest("POST", "objects", json!({"class": "Spot", "id": ID})).await.0, 200);
    for (given, expected) in [
        (json!("x"), "reference property is not a slice x"),
        (json!({"beacon": "x"}), "reference property is not a slice map[beacon:x]"),
        (json!([5]), "reference property is not a map: map[string]interface {}"),
        (json!([{"href": "x"}]), "beacon property is not a string: <nil>"),
        (json!([{"beacon": 5}]), "beacon property is not a string: json.Number"),
        (json!([{"beacon": "weaviate://localhost"}]), "invalid cref URI: %!w(<nil>)"),
        (json!([{"beacon": "x"}]), "invalid cref URI: path must be of format '<class>/<uuid>', but got 'x'"),
        (json!([{"beacon": "a/b"}]), "invalid cref URI: 1nd path segment must be uuid, but got 'b'"),
        (
            json!([{"beacon": format!("weaviate://elsewhere/Spot/{ID}")}]),
            "invalid cref: unrecognized cross-ref ref format",
        ),
        (
            json!([{"beacon": format!("weaviate://localhost/Spot/{ID}"), "more": 1}]),
            "invalid cref: 'cref' Spot:ref: only the field 'beacon' is allowed, got map[beacon:weaviate://localhost/Spot/c0ffee00-0000-4000-8000-000000000001 more:1]",
        ),
    ] {
        let object = json!({"class": "Spot", "properties": {"ref": given}});
        let (status, reply) = bed.rest("POST", "objects", object).await;
        assert_eq!((status, message(&reply)), (422, format!("invalid object: {expected}").as_str()));
    }
    let (status, reply) = bed.rest("POST", "objects", json!({"class": "Spot", "properties": [1]})).await;
    assert_eq!((status, message(&reply)), (422, "invalid object: could not recognize object's properties: [1]"));
    // A path alone will do, since the collection that can be meant is put in its place.
    let near = json!({"class": "Spot", "properties": {"ref": [{"beacon": format!("Spot/{ID}")}]}});
    let (status, stored) = bed.rest("POST", "objects", near).await;
    assert_eq!(status, 200);
    assert_eq!(stored["properties"]["ref"][0]["beacon"], format!("weaviate://localhost/Spot/{ID}"));
    let path = format!("objects/Spot/{ID}/references/ref");
    for (method, body, words) in [
        ("POST", json!({}), "validate inputs code:400 err:invalid reference: "),
        ("PUT", json!([{}]), "bad inputs code:400 err:invalid reference: "),
        ("DELETE", json!({}), "cannot parse beacon code:400 err:"),
    ] {
        let (status, reply) = bed.rest(method, &path, body).await;
        assert_eq!((status, message(&reply)), (422, format!("msg:{words}invalid cref URI: %!w(<nil>)").as_str()));
    }
}
