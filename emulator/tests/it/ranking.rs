//! The order of what is done with results: autocut, boost, MMR, reranking. What is expected was seen on a server 1.39.0.

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{bytes, create, emulator, grpc, id, number, rest};

/// Eight objects whose vectors lie in three heaps.
const VECTORS: [[f32; 2]; 8] =
    [[0.0, 0.0], [0.1, 0.0], [0.2, 0.1], [3.0, 0.0], [3.1, 0.0], [3.0, 0.3], [6.0, 1.0], [6.0, 6.0]];

async fn filled() -> Emulator {
    let emulator = emulator().await;
    let class = json!({
        "class": "Rank",
        "moduleConfig": {"reranker-dummy": {}},
        "vectorIndexConfig": {"distance": "l2-squared"},
        "properties": [{"name": "t", "dataType": ["text"]}, {"name": "n", "dataType": ["int"]}],
    });
    create(&emulator, &class).await;
    for (index, vector) in VECTORS.iter().enumerate() {
        let text = "fox ".repeat(index % 3 + 1) + &"w".repeat(index);
        let properties = json!({"t": text, "n": (index * 5) % 8});
        let id = id(u16::try_from(index + 1).unwrap());
        let object = json!({"class": "Rank", "id": id, "properties": properties, "vector": vector});
        assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    }
    emulator
}

fn near(selection: &Value) -> Value {
    json!({"near_vector": {"vector_bytes": bytes(&[0.0, 0.0]), "selection": selection}})
}

fn keyword() -> Value {
    json!({"bm25_search": {"query": "fox"}})
}

fn hybrid(selection: &Value) -> Value {
    let vectors = json!([{"vector_bytes": bytes(&[0.0, 0.0]), "type": "VECTOR_TYPE_SINGLE_FP32"}]);
    let query = json!({"query": "fox", "alpha_param": 0.5, "use_alpha_param": true, "vectors": vectors, "selection": selection});
    json!({"hybrid_search": query})
}

fn mmr(limit: u32, balance: f32) -> Value {
    json!({"mmr": {"limit": limit, "balance": balance}})
}

fn boost(depth: u32) -> Value {
    json!({"boost": {"conditions": [{"property_value": {"property": "n"}}], "weight": 0.5, "depth": depth}})
}

/// The numbers of what is found, with boosted scores and reranked ones.
async fn found(emulator: &Emulator, parts: &[Value]) -> Vec<(u16, f64, f64)> {
    let mut search = json!({
        "collection": "Rank",
        "metadata": {"uuid": true, "score": true},
        "properties": {"non_ref_properties": ["n", "t"]},
    });
    for (name, part) in parts.iter().flat_map(|part| part.as_object().unwrap()) {
        search[name] = part.clone();
    }
    let reply = grpc(emulator, "Search", &search).await.unwrap();
    let hit = |hit: &Value| {
        let metadata = &hit["metadata"];
        (
            number(hit),
            metadata["score"].as_f64().unwrap_or_default(),
            metadata["rerankScore"].as_f64().unwrap_or_default(),
        )
    };
    reply["results"].as_array().unwrap().iter().map(hit).collect()
}

async fn check(emulator: &Emulator, parts: &[Value], expected: &[u16]) {
    let numbers: Vec<u16> = found(emulator, parts).await.iter().map(|(number, ..)| *number).collect();
    assert_eq!(numbers, expected, "{parts:?}");
}

#[tokio::test]
async fn autocut_comes_before_boost() {
    let emulator = filled().await;
    let (none, autocut, all) = (Value::Null, json!({"autocut": 1}), boost(100));
    check(&emulator, &[near(&none), autocut.clone()], &[1, 2, 3, 4, 6, 5, 7]).await;
    check(&emulator, &[near(&none), autocut.clone(), all.clone()], &[4, 2, 5, 3, 1, 6, 7]).await;
    check(&emulator, &[keyword(), autocut.clone(), all.clone()], &[3, 6]).await;
    check(&emulator, &[hybrid(&none), autocut.clone()], &[3, 6, 1, 2, 5]).await;
    check(&emulator, &[hybrid(&none), autocut, all], &[3, 2, 6, 5, 1]).await;
}

#[tokio::test]
async fn boost_takes_as_many_results_of_every_search_as_it_is_told() {
    let emulator = filled().await;
    let (none, two) = (Value::Null, json!({"limit": 2}));
    for (search, all, three) in [
        (near(&none), [4, 2], [2, 1]),
        (hybrid(&none), [2, 5], [3, 6]),
        (json!({}), [4, 7], [2, 3]),
        (json!({"sort_by": [{"path": ["n"], "ascending": false}]}), [4, 7], [4, 7]),
    ] {
        check(&emulator, &[search.clone(), two.clone(), boost(100)], &all).await;
        check(&emulator, &[search, two.clone(), boost(3)], &three).await;
    }
    check(&emulator, &[near(&none), json!({"limit": 2, "offset": 1}), boost(100)], &[2, 5]).await;
    check(&emulator, &[keyword(), two, boost(100)], &[2, 3]).await;
    let found = found(&emulator, &[near(&none), json!({"limit": 3}), boost(100)]).await;
    for ((_, score, _), expected) in found.iter().zip([1.0, 0.88879, 0.69785]) {
        assert!((score - expected).abs() < 1e-5, "{found:?}");
    }
}

#[tokio::test]
async fn mmr_diversifies_the_boosted_window() {
    let emulator = filled().await;
    let (six, four) = (json!({"limit": 6}), json!({"limit": 4}));
    for (balance, plain, fused, boosted) in [
        (0.2, [1, 5, 3], [3, 5, 6], [4, 7, 2]),
        (0.5, [1, 2, 3], [3, 5, 6], [4, 7, 2]),
        (0.8, [1, 2, 3], [3, 6, 1], [4, 2, 7]),
    ] {
        let selection = mmr(3, balance);
        check(&emulator, &[near(&selection), six.clone()], &plain).await;
        check(&emulator, &[hybrid(&selection), six.clone()], &fused).await;
        check(&emulator, &[near(&selection), four.clone(), boost(100)], &boosted).await;
        check(&emulator, &[hybrid(&selection), four.clone(), boost(100)], &[2, 5, 3]).await;
        let page = json!({"limit": 3, "offset": 2});
        check(&emulator, &[hybrid(&mmr(2, balance)), page], &[1, 5]).await;
    }
}

#[tokio::test]
async fn reranking_comes_last_and_stays_within_the_page() {
    let emulator = filled().await;
    let rerank = json!({"rerank": {"property": "t"}});
    let scores = |found: Vec<(u16, f64, f64)>| found.iter().map(|(id, _, score)| (*id, *score)).collect::<Vec<_>>();
    let all = [near(&mmr(3, 0.5)), json!({"limit": 4}), boost(100), rerank.clone()];
    assert_eq!(scores(found(&emulator, &all).await), [(7, 10.0), (2, 9.0), (4, 7.0)]);
    let boosted = [near(&Value::Null), json!({"limit": 2}), boost(100), rerank.clone()];
    assert_eq!(scores(found(&emulator, &boosted).await), [(2, 9.0), (4, 7.0)]);
    let cut = [near(&Value::Null), json!({"autocut": 1}), rerank];
    check(&emulator, &cut, &[6, 3, 5, 7, 2, 4, 1]).await;
}

/// A collection whose results can be told apart by vector, text and kind, with this module.
async fn grouped(module: &str, emulator: &Emulator) {
    let class = json!({
        "class": "Kind",
        "moduleConfig": {module: {}},
        "properties": [{"name": "body", "dataType": ["text"]}, {"name": "kind", "dataType": ["text"]}],
    });
    create(emulator, &class).await;
    let rows = [
        ("fox aa", "x", [1.0, 0.0]),
        ("fox aaaaaaaa", "y", [0.9, 0.1]),
        ("fox aaaa", "x", [0.8, 0.2]),
        ("fox", "y", [0.5, 0.5]),
        ("fox é", "z", [0.2, 0.9]),
    ];
    for (number, (body, kind, vector)) in (1..).zip(rows) {
        let properties = json!({"body": body, "kind": kind});
        let object = json!({"class": "Kind", "id": id(number), "properties": properties, "vector": vector});
        assert_eq!(rest(emulator, "POST", "objects", &object).await.0, 200);
    }
}

#[tokio::test]
async fn groups_are_reranked_by_their_best_object() {
    let emulator = emulator().await;
    grouped("reranker-dummy", &emulator).await;
    let by = json!({"path": ["kind"], "number_of_groups": 2, "objects_per_group": 2});
    let vector = bytes(&[1.0, 0.0]);
    let near = json!({"near_vector": {"vector_bytes": vector}});
    let hybrid = json!({"hybrid_search": {"query": "fox", "alpha_param": 0.5, "use_alpha_param": true,
        "vectors": [{"vector_bytes": vector, "type": "VECTOR_TYPE_SINGLE_FP32"}]}});
    for (search, expected) in [
        (near, json!([["y", 12.0, [2, 4]], ["x", 6.0, [1, 3]]])),
        // The objects of a keyword search are reranked before they are grouped.
        (json!({"bm25_search": {"query": "fox"}}), json!([["y", 12.0, [2, 4]], ["x", 8.0, [3, 1]]])),
        (hybrid, json!([["x", 6.0, [1, 3]], ["y", 3.0, [4, 2]]])),
    ] {
        let mut request =
            json!({"collection": "Kind", "group_by": by, "rerank": {"property": "body"}, "metadata": {"uuid": true}});
        for (name, part) in search.as_object().unwrap() {
            request[name] = part.clone();
        }
        let reply = grpc(&emulator, "Search", &request).await.unwrap();
        let groups = reply["groupByResults"].as_array().unwrap().iter().map(|group| {
            let numbers: Vec<u16> = group["objects"].as_array().unwrap().iter().map(number).collect();
            json!([group["name"], group["rerank"]["score"].as_f64(), numbers])
        });
        assert_eq!(groups.collect::<Value>(), expected, "{search}");
    }
}

#[tokio::test]
async fn reranking_needs_a_reranker_and_a_property() {
    let emulator = emulator().await;
    grouped("reranker-cohere", &emulator).await;
    create(&emulator, &json!({"class": "Bare"})).await;
    let bare = json!({"class": "Bare", "id": id(1), "vector": [1, 0], "properties": {"t": "fox"}});
    rest(&emulator, "POST", "objects", &bare).await;
    let fault = async |class: &str, mut search: Value, property: &str| {
        search["collection"] = json!(class);
        search["rerank"] = json!({"property": property});
        grpc(&emulator, "Search", &search).await.map(drop).unwrap_err()
    };
    let vector = bytes(&[1.0, 0.0]);
    let near = json!({"near_vector": {"vector_bytes": vector}});
    let selected = json!({"near_vector": {"vector_bytes": vector, "selection": mmr(1, 0.5)}});
    let keyword = json!({"bm25_search": {"query": "fox"}});
    let steps = "explorer: get class: concurrentTargetVectorSearch): explorer: get class: extend: ";
    for (search, front) in [
        (json!({}), "explorer: list class: extend: "),
        (keyword.clone(), "explorer: get class: extend: "),
        (near.clone(), steps),
        (selected, "explorer: get class: extend: "),
    ] {
        assert_eq!(fault("Bare", search, "t").await, format!("{front}unknown capability: rerank"));
    }
    assert!(fault("Kind", near.clone(), "").await.ends_with("extend rerank: no properties provided"));
    assert!(fault("Kind", near.clone(), "nosuch").await.starts_with("no such prop with name 'nosuch'"));
    let says = fault("Kind", near.clone(), "body").await;
    assert!(says.contains("`Builder::offline_models`") && says.contains("reranker-cohere"), "{says}");
    // Nothing is asked about no results.
    let none = json!({"collection": "Bare", "bm25_search": {"query": "zebra"}, "rerank": {"property": "t"}});
    assert!(grpc(&emulator, "Search", &none).await.is_ok());
    let emulator = Emulator::builder().offline_models(true).start().await.unwrap();
    grouped("reranker-voyageai", &emulator).await;
    let mut search = near;
    search["collection"] = json!("Kind");
    search["rerank"] = json!({"property": "body", "query": "red fox"});
    let reply = grpc(&emulator, "Search", &search).await.unwrap();
    let scores = reply["results"].as_array().unwrap().iter().map(|hit| &hit["metadata"]["rerankScore"]);
    // Of one word, and of two, the one that is in the query.
    assert_eq!(
        scores.map(|score| (score.as_f64().unwrap() * 3.0).round()).collect::<Vec<_>>(),
        [3.0, 2.0, 2.0, 2.0, 2.0]
    );
}
