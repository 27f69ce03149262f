//! Properties inside objects: those that their schema does not have, and nulls.

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{create, emulator, grpc, id, message, rest};

async fn with_objects(emulator: &Emulator) {
    let inner = json!([{"name": "a", "dataType": ["text"]}]);
    let nested = json!([
        {"name": "a", "dataType": ["text"]},
        {"name": "in", "dataType": ["object"], "nestedProperties": inner},
    ]);
    let properties = json!([
        {"name": "o", "dataType": ["object"], "nestedProperties": nested},
        {"name": "os", "dataType": ["object[]"], "nestedProperties": nested},
    ]);
    create(emulator, &json!({"class": "Nest", "properties": properties})).await;
}

#[tokio::test]
async fn without_auto_schema_an_unknown_nested_property_is_refused_with_its_path() {
    let emulator = Emulator::builder().autoschema_enabled(false).start().await.unwrap();
    with_objects(&emulator).await;
    for (properties, says) in [
        (json!({"o": {"zz": 1}}), "invalid object property 'o' on class 'Nest': unknown property 'o.zz'"),
        (json!({"o": {"zz": null}}), "invalid object property 'o' on class 'Nest': unknown property 'o.zz'"),
        (json!({"o": {"A": "x"}}), "invalid object property 'o' on class 'Nest': unknown property 'o.A'"),
        (
            json!({"o": {"in": {"zz": 1}}}),
            "invalid object property 'o' on class 'Nest': property 'o.in': invalid object property 'o.in' on class 'Nest': unknown property 'o.in.zz'",
        ),
        (
            json!({"os": [{"a": "x"}, {"zz": 1}]}),
            "invalid object[] property 'os' on class 'Nest': invalid object '1' in array: unknown property 'os.zz'",
        ),
    ] {
        let object = json!({"class": "Nest", "id": id(1), "properties": properties});
        let (status, reply) = rest(&emulator, "POST", "objects", &object).await;
        assert_eq!((status, message(&reply)), (422, format!("invalid object: {says}").as_str()));
        let (_, reply) = rest(&emulator, "POST", "batch/objects", &json!({"objects": [object]})).await;
        assert_eq!(message(&reply[0]["result"]["errors"]), says);
        let object = json!({"collection": "Nest", "uuid": id(1), "properties": {"nonRefProperties": properties}});
        let reply = grpc(&emulator, "BatchObjects", &json!({"objects": [object]})).await.unwrap();
        assert_eq!(reply["errors"], json!([{"index": 0, "error": says}]));
    }
    // An unknown property that is null is none.
    let null = json!({"class": "Nest", "id": id(1), "properties": {"zz": null}});
    assert_eq!(rest(&emulator, "POST", "objects", &null).await.0, 200);
}

#[tokio::test]
async fn without_auto_schema_a_batch_says_that_the_class_is_not_present() {
    let emulator = Emulator::builder().autoschema_enabled(false).start().await.unwrap();
    let object = json!({"class": "unknown", "id": id(1)});
    let (_, reply) = rest(&emulator, "POST", "batch/objects", &json!({"objects": [object]})).await;
    assert_eq!(message(&reply[0]["result"]["errors"]), "class 'Unknown' not present in schema");
    let references = json!({"singleTargetRefProps": [{"propName": "to", "uuids": [id(2)]}]});
    for properties in [json!({}), references] {
        let object = json!({"collection": "unknown", "uuid": id(1), "properties": properties});
        let reply = grpc(&emulator, "BatchObjects", &json!({"objects": [object]})).await.unwrap();
        assert_eq!(reply["errors"], json!([{"index": 0, "error": "class 'Unknown' not present in schema"}]));
    }
    let (status, reply) = rest(&emulator, "POST", "objects", &object).await;
    assert_eq!((status, message(&reply)), (422, "invalid object: class \"Unknown\" not found in schema"));
}

#[tokio::test]
async fn nulls_stay_in_objects() {
    let emulator = emulator().await;
    with_objects(&emulator).await;
    let properties = json!({"o": {"a": null, "in": null, "more": null}, "os": [{"a": null}, {}]});
    let object = json!({"class": "Nest", "id": id(1), "properties": properties});
    assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    let (_, stored) = rest(&emulator, "GET", &format!("objects/Nest/{}", id(1)), &Value::Null).await;
    assert_eq!(stored["properties"], properties);

    let reply = grpc(&emulator, "Search", &json!({"collection": "Nest", "uses127Api": true})).await.unwrap();
    let fields = &reply["results"][0]["properties"]["nonRefProps"]["fields"];
    let nothing = json!({"nullValue": null});
    assert_eq!(fields["o"]["objectValue"]["fields"], json!({"a": nothing, "in": nothing, "more": nothing}));
    assert_eq!(
        fields["os"]["listValue"]["objectValues"]["values"],
        json!([{"fields": {"a": nothing}}, {"fields": {}}])
    );

    let query = json!({"query": "{Get{Nest{o{a in{a}}}}}"});
    let (_, reply) = rest(&emulator, "POST", "graphql", &query).await;
    assert_eq!(reply["data"]["Get"]["Nest"][0]["o"], json!({"a": null, "in": null}));
}
