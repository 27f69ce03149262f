//! Vectors of objects: where they go, and which ones are refused.

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{bytes, create, emulator, grpc, id, message, rest};

/// The vectors of an object as it is read back: the unnamed one and the named ones.
async fn vectors(emulator: &Emulator, class: &str, number: u16) -> (Value, Value) {
    let (status, object) =
        rest(emulator, "GET", &format!("objects/{class}/{}?include=vector", id(number)), &Value::Null).await;
    assert_eq!(status, 200, "{class} {number}");
    (object["vector"].clone(), object["vectors"].clone())
}

/// Sends the vectors in every way there is, each to an object of its own; the faults, or what is stored.
async fn everywhere(emulator: &Emulator, class: &str, unnamed: &[f32], named: &[(&str, &[f32])]) -> Vec<Value> {
    let mut object = json!({"class": class});
    if !unnamed.is_empty() {
        object["vector"] = json!(unnamed);
    }
    if !named.is_empty() {
        object["vectors"] = named.iter().map(|(name, vector)| ((*name).to_owned(), json!(vector))).collect();
    }
    let numbered = |number: u16| {
        let mut object = object.clone();
        object["id"] = json!(id(number));
        object
    };
    for number in [2, 3] {
        rest(emulator, "POST", "objects", &json!({"class": class, "id": id(number)})).await;
    }
    let entries: Vec<Value> =
        named.iter().map(|(name, vector)| json!({"name": name, "vectorBytes": bytes(vector)})).collect();
    let sent = json!({"uuid": id(5), "collection": class, "vectorBytes": bytes(unnamed), "vectors": entries});
    let mut faults = [
        rest(emulator, "POST", "objects", &numbered(1)).await.1,
        rest(emulator, "PUT", &format!("objects/{class}/{}", id(2)), &numbered(2)).await.1,
        rest(emulator, "PATCH", &format!("objects/{class}/{}", id(3)), &numbered(3)).await.1,
        rest(emulator, "POST", "objects/validate", &numbered(6)).await.1,
    ]
    .iter()
    .map(message)
    .map(str::to_owned)
    .collect::<Vec<_>>();
    let (_, batch) = rest(emulator, "POST", "batch/objects", &json!({"objects": [numbered(4)]})).await;
    faults.push(message(&batch[0]["result"]["errors"]).to_owned());
    let reply = grpc(emulator, "BatchObjects", &json!({"objects": [sent]})).await.unwrap();
    faults.push(reply["errors"][0]["error"].as_str().unwrap_or_default().to_owned());
    if faults.iter().all(String::is_empty) {
        let mut stored = Vec::new();
        for number in 1..6 {
            let (unnamed, named) = vectors(emulator, class, number).await;
            stored.push(json!([unnamed, named]));
        }
        return stored;
    }
    // Merges say more, in front of the same words.
    let bare = |text: &str| {
        text.trim_start_matches("invalid object: ").trim_start_matches("msg:bad request code:400 err:").to_owned()
    };
    faults.iter().map(|fault| json!(bare(fault))).collect()
}

fn all_are(found: &[Value], expected: &Value) {
    assert!(found.iter().all(|found| found == expected), "{found:?} are not all {expected}");
}

#[tokio::test]
async fn a_class_with_one_named_vector_takes_an_unnamed_one() {
    let emulator = emulator().await;
    let none = json!({"vectorizer": {"none": {}}});
    create(&emulator, &json!({"class": "One", "vectorConfig": {"v": none}})).await;
    create(&emulator, &json!({"class": "Two", "vectorConfig": {"v": none, "w": none}})).await;
    let expected = json!([null, {"v": [1, 0]}]);
    all_are(&everywhere(&emulator, "One", &[1.0, 0.0], &[]).await, &expected);
    rest(&emulator, "DELETE", "schema/One", &Value::Null).await;
    create(&emulator, &json!({"class": "One", "vectorConfig": {"v": none}})).await;
    // It wins over the named ones, known or not.
    all_are(&everywhere(&emulator, "One", &[1.0, 0.0], &[("v", &[0.0, 1.0]), ("x", &[2.0])]).await, &expected);

    let refused = json!("collection Two configuration does not have single vector index");
    all_are(&everywhere(&emulator, "Two", &[1.0, 0.0], &[]).await, &refused);
    let refused = json!("collection Two does not have configuration for vector default");
    all_are(&everywhere(&emulator, "Two", &[], &[("default", &[1.0, 0.0])]).await, &refused);
}

#[tokio::test]
async fn a_class_with_the_unnamed_vector_takes_it_under_the_name_default() {
    let emulator = emulator().await;
    create(&emulator, &json!({"class": "Plain"})).await;
    let vectors: (&[f32], &[(&str, &[f32])]) = (&[1.0, 0.0], &[("default", &[0.0, 1.0])]);
    all_are(&everywhere(&emulator, "Plain", vectors.0, vectors.1).await, &json!([[0, 1], null]));
    rest(&emulator, "DELETE", "schema/Plain", &Value::Null).await;
    create(&emulator, &json!({"class": "Plain"})).await;
    let refused = json!("collection Plain does not have configuration for vector v");
    all_are(&everywhere(&emulator, "Plain", &[1.0, 0.0], &[("v", &[0.0, 1.0])]).await, &refused);
    let rows = json!({"class": "Plain", "vectors": {"default": [[1, 0], [0, 1]]}});
    let (status, reply) = rest(&emulator, "POST", "objects", &rows).await;
    assert_eq!((status, message(&reply)), (422, "invalid object: vector default has to be a float32 array"));
}

#[tokio::test]
async fn vectors_of_more_than_65535_dimensions_are_refused() {
    let emulator = emulator().await;
    let none = json!({"vectorizer": {"none": {}}});
    create(&emulator, &json!({"class": "Plain"})).await;
    let multi = json!({"vectorizer": {"none": {}}, "vectorIndexConfig": {"multivector": {"enabled": true}}});
    create(&emulator, &json!({"class": "Own", "vectorConfig": {"v": none, "m": multi}})).await;
    let long = vec![0.5_f32; 65_536];
    let says = |number: u16| {
        format!("marshal object {} to binary: could not marshal 'vector' max length exceeded (65536/65535)", id(number))
    };
    for (number, object) in [
        (1, json!({"class": "Plain", "vector": long})),
        (2, json!({"class": "Own", "vectors": {"v": long}})),
        (3, json!({"class": "Own", "vectors": {"m": [long]}})),
    ] {
        let mut object = object;
        object["id"] = json!(id(number));
        let (status, reply) = rest(&emulator, "POST", "objects", &object).await;
        assert_eq!(status, 500);
        let fault = message(&reply);
        assert!(fault.ends_with(&format!(": store object in LSM store: {}", says(number))), "{fault}");
        let (_, batch) = rest(&emulator, "POST", "batch/objects", &json!({"objects": [object]})).await;
        assert_eq!(message(&batch[0]["result"]["errors"]), says(number));
        let path = format!("objects/{}/{}", object["class"].as_str().unwrap(), id(number));
        assert_eq!(rest(&emulator, "GET", &path, &Value::Null).await.0, 404);
    }
    let objects = json!([{"collection": "Plain", "uuid": id(4), "vectorBytes": bytes(&long)}]);
    let reply = grpc(&emulator, "BatchObjects", &json!({"objects": objects})).await.unwrap();
    assert_eq!(reply["errors"][0]["error"], says(4));

    let longest = json!({"class": "Plain", "id": id(5), "vector": long[1..]});
    assert_eq!(rest(&emulator, "POST", "objects", &longest).await.0, 200);
    let merge = json!({"class": "Plain", "vector": [1, 2]});
    let (status, reply) = rest(&emulator, "PATCH", &format!("objects/Plain/{}", id(5)), &merge).await;
    assert_eq!(status, 500);
    let fault = message(&reply);
    assert!(
        fault.starts_with("msg:repo.merge code:500 err:merge into index plain: update local object: shard="),
        "{fault}"
    );
    let end = format!(
        "validate vector index for update of {}: new node has a vector with length 2. Existing nodes have vectors with length 65535: vector dimensions do not match the index dimensions",
        id(5)
    );
    assert!(fault.ends_with(&end), "{fault}");
}

/// The error that a batch of objects with vectors of two and of three dimensions leads to, with its place.
async fn mixed(emulator: &Emulator, class: &str) -> (u64, String) {
    create(emulator, &json!({"class": class})).await;
    let objects: Value = [[1.0, 0.0].as_slice(), &[1.0, 0.0, 0.0]]
        .iter()
        .zip([id(1), id(2)])
        .map(|(vector, id)| json!({"collection": class, "uuid": id, "vectorBytes": bytes(vector)}))
        .collect();
    let reply = grpc(emulator, "BatchObjects", &json!({"objects": objects})).await.unwrap();
    let errors = reply["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(vectors(emulator, class, 1).await.0, json!([1, 0]));
    assert_eq!(vectors(emulator, class, 2).await.0, json!([1, 0, 0]));
    (errors[0]["index"].as_u64().unwrap_or_default(), errors[0]["error"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_first_batch_of_mixed_lengths_is_stored_and_refused_where_it_begins() {
    let says = "insert to vector index: insert doc id 0 to vector index: find and connect neighbors: at level 0: pick entrypoint at level beginning: calculate distance between insert node and entrypoint: 3 vs 2: vector lengths don't match";
    assert_eq!(mixed(&emulator().await, "Mixed").await, (0, says.to_owned()));
    let later = Emulator::builder().async_indexing(true).start().await.unwrap();
    assert_eq!(mixed(&later, "Mixed").await, (0, "inconsistent vector lengths: 3 != 2".to_owned()));
}
