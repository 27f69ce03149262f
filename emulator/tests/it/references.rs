//! References in replies of gRPC: set, empty, gone.

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{create, emulator, grpc, id, message, rest};

/// The references of one object: each with the number of its targets.
async fn references(emulator: &Emulator, number: u16) -> Value {
    let pick = |property: &str, collection: &str| {
        json!({
            "referenceProperty": property,
            "targetCollection": collection,
            "properties": {"returnAllNonrefProperties": true},
        })
    };
    let message = json!({
        "collection": "Page",
        "uses127Api": true,
        "filters": {"operator": "OPERATOR_EQUAL", "target": {"property": "_id"}, "valueText": id(number)},
        "properties": {"refProperties": [pick("one", "Word"), pick("several", "Word"), pick("several", "Page")]},
    });
    let reply = grpc(emulator, "Search", &message).await.unwrap();
    let properties = &reply["results"][0]["properties"];
    assert_eq!(properties["refPropsRequested"], true);
    let found = properties["refProps"].as_array().unwrap().iter();
    found.map(|found| json!([found["propName"], found["properties"].as_array().unwrap().len()])).collect()
}

#[tokio::test]
async fn a_reference_that_was_set_and_is_empty_comes_back_as_an_empty_list() {
    let emulator = emulator().await;
    create(&emulator, &json!({"class": "Word"})).await;
    let properties = json!([{"name": "one", "dataType": ["Word"]}, {"name": "several", "dataType": ["Word", "Page"]}]);
    create(&emulator, &json!({"class": "Page", "properties": properties})).await;
    rest(&emulator, "POST", "objects", &json!({"class": "Word", "id": id(1)})).await;
    let word = json!([{"beacon": format!("weaviate://localhost/Word/{}", id(1))}]);
    let page = json!([{"beacon": format!("weaviate://localhost/Page/{}", id(11))}]);
    for (number, properties) in [
        (11, json!({})),
        (12, json!({"one": []})),
        (13, json!({"one": null})),
        (14, json!({"one": word})),
        (15, json!({"one": word, "several": []})),
        (16, json!({"several": page})),
        (17, json!({"several": word})),
    ] {
        let page = json!({"class": "Page", "id": id(number), "properties": properties});
        assert_eq!(rest(&emulator, "POST", "objects", &page).await.0, 200);
    }
    let path = format!("objects/Page/{}/references/one", id(15));
    assert_eq!(rest(&emulator, "DELETE", &path, &word[0]).await.0, 204);
    let batch = json!([
        {"collection": "Page", "uuid": id(18), "properties": {"singleTargetRefProps": [{"propName": "one", "uuids": []}]}},
        {"collection": "Page", "uuid": id(19), "properties": {"emptyListProps": ["one"]}},
    ]);
    assert_eq!(grpc(&emulator, "BatchObjects", &json!({"objects": batch})).await.unwrap()["errors"], json!([]));

    let empty = json!([["one", 0]]);
    for (number, expected) in [
        (11, json!([])),
        (12, empty.clone()),
        (13, json!([])),
        (14, json!([["one", 1]])),
        (15, json!([["one", 0], ["several", 0], ["several", 0]])),
        // The first selection of a property finds its targets, for all other ones as well.
        (16, json!([])),
        (17, json!([["several", 1], ["several", 1]])),
        (18, empty.clone()),
        (19, empty),
    ] {
        assert_eq!(references(&emulator, number).await, expected, "{number}");
    }

    // References whose targets are gone do not come back at all.
    rest(&emulator, "DELETE", &format!("objects/Word/{}", id(1)), &Value::Null).await;
    assert_eq!(references(&emulator, 14).await, json!([]));
    // None added to none leaves the property unset, and a null takes it away.
    for (number, change) in [(11, json!([])), (12, Value::Null)] {
        let change = json!({"class": "Page", "properties": {"one": change}});
        rest(&emulator, "PATCH", &format!("objects/Page/{}", id(number)), &change).await;
        assert_eq!(references(&emulator, number).await, json!([]), "{number}");
    }
}

#[tokio::test]
async fn a_value_that_is_no_reference_is_refused_with_what_it_is() {
    let emulator = emulator().await;
    let properties = json!([{"name": "to", "dataType": ["Page"]}, {"name": "words", "dataType": ["text"]}]);
    create(&emulator, &json!({"class": "Page", "properties": properties})).await;
    for (value, says) in [
        (json!({}), "reference property is not a slice map[]"),
        (json!("x"), "reference property is not a slice x"),
        (json!([3]), "reference property is not a map: map[string]interface {}"),
        (json!([{}]), "beacon property is not a string: <nil>"),
        (json!([{"beacon": 3}]), "beacon property is not a string: json.Number"),
        (json!([{"beacon": "nope"}]), "invalid cref URI: path must be of format '<class>/<uuid>', but got 'nope'"),
    ] {
        let object = json!({"class": "Page", "id": id(1), "properties": {"to": value}});
        let (status, reply) = rest(&emulator, "POST", "objects", &object).await;
        assert_eq!((status, message(&reply)), (422, format!("invalid object: {says}").as_str()));
    }
    let references = json!({"singleTargetRefProps": [{"propName": "words", "uuids": [id(1)]}]});
    let objects = json!([{"collection": "Page", "uuid": id(1), "properties": references}]);
    let reply = grpc(&emulator, "BatchObjects", &json!({"objects": objects})).await.unwrap();
    let says = "invalid text property 'words' on class 'Page': not a string, but []interface {}";
    assert_eq!(reply["errors"], json!([{"index": 0, "error": says}]));
}
