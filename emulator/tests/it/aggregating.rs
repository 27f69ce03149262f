//! Aggregations beyond what is recorded: over searches whose vectors a function makes, and over tenants that sleep.

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{create, emulator, grpc, id, rest};

/// Notes by the length of their texts, which is the first part of their vectors.
async fn notes() -> Emulator {
    let length = |text: &String| f32::from(u16::try_from(text.len()).unwrap());
    let lengths = move |texts: &[String]| {
        if texts.iter().any(|text| text.contains("bad")) {
            return Err("no vector for that");
        }
        Ok(texts.iter().map(|text| vec![length(text), 1.0]).collect::<Vec<_>>())
    };
    let emulator = Emulator::builder().vectorizer("text2vec-openai", lengths).start().await.unwrap();
    let class = json!({
        "class": "Note",
        "vectorizer": "text2vec-openai",
        "vectorIndexConfig": {"distance": "l2-squared"},
        "moduleConfig": {"text2vec-openai": {"vectorizeClassName": false}},
        "properties": [
            {"name": "text", "dataType": ["text"]},
            {"name": "pages", "dataType": ["int"]},
            {"name": "kept", "dataType": ["boolean"]},
        ],
    });
    create(&emulator, &class).await;
    for (number, text, kept) in [(1, "a", true), (2, "abc", true), (3, "abc def", false), (4, "other words", true)] {
        let properties = json!({"text": text, "pages": number, "kept": kept});
        let note = json!({"class": "Note", "id": id(number), "properties": properties});
        assert_eq!(rest(&emulator, "POST", "objects", &note).await.0, 200);
    }
    emulator
}

/// The objects that are aggregated, and the sum of their pages.
async fn sum(emulator: &Emulator, mut request: Value) -> Result<(Value, Value), String> {
    request["collection"] = json!("Note");
    request["objects_count"] = json!(true);
    request["aggregations"] = json!([{"property": "pages", "int": {"sum": true}}]);
    let reply = grpc(emulator, "Aggregate", &request).await?;
    let single = &reply["singleResult"];
    let figures = &single["aggregations"]["aggregations"][0]["int"];
    Ok((single["objectsCount"].clone(), figures["sum"].clone()))
}

fn found(count: u64, sum: u64) -> (Value, Value) {
    (json!(count.to_string()), json!(sum.to_string()))
}

#[tokio::test]
async fn a_function_makes_the_vector_of_the_search() {
    let emulator = notes().await;
    let near = |query: &str| json!({"query": [query]});
    assert_eq!(sum(&emulator, json!({"nearText": near("xyz"), "objectLimit": 1})).await, Ok(found(1, 2)));
    // A distance becomes a certainty and back, whatever the index computes.
    let mut close = near("xyz");
    close["distance"] = json!(1.5);
    assert_eq!(sum(&emulator, json!({"nearText": close})).await, Ok(found(1, 2)));
    let fault = sum(&emulator, json!({"nearText": near("xyz")})).await.unwrap_err();
    assert_eq!(fault, "aggregate: must provide certainty or objectLimit with vector search");
    let fault = sum(&emulator, json!({"nearText": near("bad"), "objectLimit": 1})).await.unwrap_err();
    assert!(fault.starts_with("aggregate: vectorize params: ") && fault.ends_with("no vector for that"), "{fault}");
}

#[tokio::test]
async fn a_filter_leaves_the_words_of_a_hybrid_search_alone() {
    let emulator = notes().await;
    let hybrid = |alpha: f32| json!({"query": "abc", "alphaParam": alpha, "useAlphaParam": true});
    let kept = json!({"operator": "OPERATOR_EQUAL", "target": {"property": "kept"}, "valueBoolean": true});
    let asked = |alpha: f32, limit: u32| json!({"hybrid": hybrid(alpha), "filters": kept, "objectLimit": limit});
    assert_eq!(sum(&emulator, asked(0.0, 10)).await, Ok(found(2, 5)));
    assert_eq!(sum(&emulator, asked(1.0, 10)).await, Ok(found(3, 7)));
    assert_eq!(sum(&emulator, asked(0.5, 10)).await, Ok(found(4, 10)));
    // Each of the two searches has the limit.
    assert_eq!(sum(&emulator, asked(0.5, 1)).await, Ok(found(1, 2)));
}

#[tokio::test]
async fn an_aggregation_wakes_a_tenant() {
    let emulator = emulator().await;
    let tenancy = json!({"enabled": true, "autoTenantActivation": true});
    create(&emulator, &json!({"class": "Note", "multiTenancyConfig": tenancy})).await;
    rest(&emulator, "POST", "schema/Note/tenants", &json!([{"name": "one", "activityStatus": "INACTIVE"}])).await;
    let request = json!({"collection": "Note", "tenant": "one", "objectsCount": true});
    assert_eq!(grpc(&emulator, "Aggregate", &request).await.unwrap()["singleResult"]["objectsCount"], "0");
}
