//! Several vectors for one target, distances in groups, and the profile of a query.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::exchange::{bytes, create, emulator, grpc, id, number, rest, row_bytes};

async fn with_vectors() -> Emulator {
    let emulator = emulator().await;
    let none = json!({"vectorizer": {"none": {}}});
    let multi = json!({"vectorizer": {"none": {}}, "vectorIndexConfig": {"multivector": {"enabled": true}}});
    let vectors = json!({"v": none, "w": none, "m": multi});
    let properties = json!([{"name": "words", "dataType": ["text"]}, {"name": "count", "dataType": ["int"]}]);
    create(&emulator, &json!({"class": "Pair", "vectorConfig": vectors, "properties": properties})).await;
    for (number, v, w) in [(1, [1, 0], [0, 1]), (2, [0, 1], [1, 0]), (3, [1, 1], [1, 1]), (4, [-1, 0], [0, -1])] {
        let properties = json!({"words": format!("cat {}", number % 2), "count": number});
        let vectors = json!({"v": v, "w": w, "m": [v, w]});
        let object = json!({"class": "Pair", "id": id(number), "properties": properties, "vectors": vectors});
        assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    }
    emulator
}

/// Rows as one multi-vector.
fn rows(rows: &[&[f32]]) -> Value {
    json!({"type": "VECTOR_TYPE_MULTI_FP32", "vectorBytes": row_bytes(rows)})
}

fn single(vector: &[f32]) -> Value {
    json!({"type": "VECTOR_TYPE_SINGLE_FP32", "vectorBytes": bytes(vector)})
}

/// The objects near the vectors of some targets, with their distances in hundredths, by number.
async fn near(emulator: &Emulator, targets: &Value, vectors: Value) -> Result<Vec<(u64, i64)>, String> {
    let message = json!({
        "collection": "Pair",
        "uses127Api": true,
        "metadata": {"uuid": true, "distance": true},
        "nearVector": {"targets": targets, "vectorForTargets": vectors},
    });
    let reply = grpc(emulator, "Search", &message).await?;
    let hit = |result: &Value| {
        #[expect(clippy::cast_possible_truncation, reason = "distances are small")]
        let distance = (result["metadata"]["distance"].as_f64().unwrap() * 100.0).round() as i64;
        (number(result).into(), distance)
    };
    let mut hits: Vec<_> = reply["results"].as_array().unwrap().iter().map(hit).collect();
    hits.sort_unstable();
    Ok(hits)
}

#[tokio::test]
async fn one_target_takes_several_query_vectors() {
    let emulator = with_vectors().await;
    let both = rows(&[&[1.0, 0.0], &[0.0, 1.0]]);
    let targets = |names: &[&str], combination: &str| json!({"targetVectors": names, "combination": format!("COMBINATION_METHOD_TYPE_{combination}")});
    let of_v = |vectors: Value| json!([{"name": "v", "vectors": vectors}]);
    let minimum = vec![(1, 0), (2, 0), (3, 29), (4, 100)];
    let sum = vec![(1, 100), (2, 100), (3, 59), (4, 300)];
    // However often the target is named, its vectors count.
    for names in [&["v"][..], &["v", "v"], &["v", "v", "v"]] {
        assert_eq!(near(&emulator, &targets(names, "MIN"), of_v(json!([both]))).await, Ok(minimum.clone()));
        assert_eq!(near(&emulator, &targets(names, "SUM"), of_v(json!([both]))).await, Ok(sum.clone()));
    }
    let singles = of_v(json!([single(&[1.0, 0.0]), single(&[0.0, 1.0])]));
    assert_eq!(near(&emulator, &targets(&["v"], "SUM"), singles.clone()).await, Ok(sum.clone()));
    let average = vec![(1, 50), (2, 50), (3, 29), (4, 150)];
    assert_eq!(near(&emulator, &targets(&["v"], "AVERAGE"), singles).await, Ok(average));
    let entries = json!([
        {"name": "v", "vectorBytes": bytes(&[1.0, 0.0])},
        {"name": "v", "vectorBytes": bytes(&[0.0, 1.0])},
    ]);
    assert_eq!(near(&emulator, &targets(&["v", "v"], "SUM"), entries).await, Ok(sum));
    // Weights belong to the vectors in their order.
    let mut weighted = targets(&["v", "v"], "MANUAL");
    weighted["weightsForTargets"] = json!([{"target": "v", "weight": 0.7}, {"target": "v", "weight": 0.3}]);
    let expected = vec![(1, 30), (2, 70), (3, 29), (4, 170)];
    assert_eq!(near(&emulator, &weighted, of_v(json!([both]))).await, Ok(expected));
    // Single vectors are the rows of one for a multi-vector index.
    let singles = json!([{"name": "m", "vectors": [single(&[1.0, 0.0]), single(&[0.0, 1.0])]}]);
    let rows_of = json!([{"name": "m", "vectors": [both]}]);
    let as_rows = near(&emulator, &targets(&["m"], "MIN"), rows_of).await;
    assert_eq!(near(&emulator, &targets(&["m"], "MIN"), singles).await, as_rows);
    assert_eq!(as_rows, Ok(vec![(1, -200), (2, -200), (3, -200), (4, 0)]));

    let mut one = targets(&["v"], "MANUAL");
    one["weightsForTargets"] = json!([{"target": "v", "weight": 0.7}]);
    let fault = near(&emulator, &one, of_v(json!([both]))).await.unwrap_err();
    assert!(fault.ends_with(": number of weights in join does not match number of results"), "{fault}");
    let none = of_v(json!([{"type": "VECTOR_TYPE_MULTI_FP32"}]));
    let fault = near(&emulator, &targets(&["v"], "MIN"), none).await.unwrap_err();
    assert!(fault.starts_with("explorer: get class: validate target vector: multiple vectorizers"), "{fault}");
}

/// The groups of a search: smallest and largest distance, then those of the objects with whether they are said to be there.
async fn groups(emulator: &Emulator, mut search: Value, metadata: Value) -> Vec<Value> {
    search["collection"] = json!("Pair");
    search["uses127Api"] = json!(true);
    search["metadata"] = metadata;
    search["groupBy"] = json!({"path": ["words"], "numberOfGroups": 2, "objectsPerGroup": 2});
    let reply = grpc(emulator, "Search", &search).await.unwrap();
    let single = |value: &Value| json!((value.as_f64().unwrap() * 100.0).round());
    let group = |group: &Value| {
        let objects = group["objects"].as_array().unwrap().iter();
        let objects = objects.map(|object| &object["metadata"]);
        let objects: Vec<Value> =
            objects.map(|object| json!([single(&object["distance"]), object["distancePresent"]])).collect();
        json!([single(&group["minDistance"]), single(&group["maxDistance"]), objects])
    };
    reply["groupByResults"].as_array().unwrap().iter().map(group).collect()
}

#[tokio::test]
async fn groups_of_keyword_searches_have_a_distance_where_it_is_asked_for() {
    let emulator = with_vectors().await;
    let keyword = json!({"bm25Search": {"query": "cat", "properties": ["words"]}});
    let hybrid = |alpha: f32| {
        let targets = json!({"targetVectors": ["v"]});
        json!({"hybridSearch": {"query": "cat", "alpha": alpha, "targets": targets, "vectorBytes": bytes(&[1.0, 0.0])}})
    };
    let asked = json!({"distance": true});
    let zero = json!([0.0, 0.0, [[0.0, true], [0.0, true]]]);
    for search in [keyword.clone(), hybrid(0.0), hybrid(0.5)] {
        assert_eq!(groups(&emulator, search, asked.clone()).await, [zero.clone(), zero.clone()]);
    }
    // A hybrid search of vectors alone keeps the distances, and takes the first of a group for both bounds.
    let alone = [json!([0.0, 0.0, [[0.0, true], [29.0, true]]]), json!([100.0, 100.0, [[100.0, true], [200.0, true]]])];
    assert_eq!(groups(&emulator, hybrid(1.0), asked).await, alone);
    let silent = json!([0.0, 0.0, [[0.0, false], [0.0, false]]]);
    assert_eq!(groups(&emulator, keyword, json!({"uuid": true})).await, [silent.clone(), silent]);
    let near = json!({"nearVector": {"targets": {"targetVectors": ["v"]}, "vectorBytes": bytes(&[1.0, 0.0])}});
    let first = &groups(&emulator, near, json!({"uuid": true})).await[0];
    assert_eq!(*first, json!([0.0, 29.0, [[0.0, false], [0.0, false]]]));
}

/// The names of a profile's entries, by kind of search.
async fn profile(emulator: &Emulator, mut search: Value) -> Value {
    search["collection"] = json!("Pair");
    search["uses127Api"] = json!(true);
    search["metadata"] = json!({"queryProfile": true});
    let reply = grpc(emulator, "Search", &search).await.unwrap();
    let shards = reply["queryProfile"]["shards"].as_array().cloned().unwrap_or_default();
    let Some(shard) = shards.first() else { return Value::Null };
    assert!(shard["name"].as_str().unwrap().starts_with("pair_"), "{shard}");
    let names = |details: &Value| details["details"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    shard["searches"].as_object().unwrap().iter().map(|(kind, details)| (kind.clone(), json!(names(details)))).collect()
}

#[tokio::test]
async fn the_profile_of_a_query_has_the_entries_of_its_steps() {
    let emulator = with_vectors().await;
    let filter = json!({"operator": "OPERATOR_GREATER_THAN", "target": {"property": "count"}, "valueInt": 1});
    let nothing = json!({"operator": "OPERATOR_EQUAL", "target": {"property": "count"}, "valueInt": 77});
    assert_eq!(profile(&emulator, json!({})).await, json!({"object": ["total_took"]}));
    let listed = [
        "allow_list_doc_ids_count",
        "build_allow_list_doc_bitmap",
        "build_allow_list_resolve_len",
        "build_allow_list_resolve_took",
        "build_allow_list_took",
        "objects_by_doc_ids_took",
        "total_took",
    ];
    assert_eq!(profile(&emulator, json!({"filters": filter})).await, json!({"object": listed}));
    // A search that finds nothing has none.
    assert_eq!(profile(&emulator, json!({"filters": nothing})).await, Value::Null);
    let sorted = json!({"sortBy": [{"path": ["count"], "ascending": true}]});
    let steps = ["objects_took", "sort_query_planner", "sort_took", "total_took"];
    assert_eq!(profile(&emulator, sorted).await, json!({"object": steps}));

    let keyword = [
        "kwd_1_tok_time",
        "kwd_2_terms_word",
        "kwd_3_term_time",
        "kwd_4_bmw_time",
        "kwd_4_iters",
        "kwd_5_objects_time",
        "kwd_6_res_count",
        "kwd_method",
        "kwd_time",
        "total_took",
    ];
    let vector = ["hnsw_flat_search", "knn_search_layer_0_took", "objects_took", "total_took", "vector_search_took"];
    let bm25 = json!({"bm25Search": {"query": "cat", "properties": ["words"]}});
    assert_eq!(profile(&emulator, bm25).await, json!({"keyword": keyword}));
    let targets = json!({"targetVectors": ["v"]});
    let near = json!({"targets": targets, "vectorBytes": bytes(&[1.0, 0.0])});
    assert_eq!(profile(&emulator, json!({"nearVector": near})).await, json!({"vector": vector}));
    let filtered = [
        "build_allow_list_doc_bitmap",
        "build_allow_list_resolve_len",
        "build_allow_list_resolve_took",
        "filters_build_allow_list_took",
        "filters_ids_matched",
        "flat_search_iteration_took",
        "hnsw_flat_search",
        "objects_took",
        "total_took",
        "vector_search_took",
    ];
    let search = json!({"nearVector": near, "filters": filter});
    assert_eq!(profile(&emulator, search).await, json!({"vector": filtered}));
    for (alpha, expected) in [
        (0.0, json!({"keyword": keyword})),
        (0.5, json!({"keyword": keyword, "vector": vector})),
        (1.0, json!({"vector": vector})),
    ] {
        let hybrid = json!({"query": "cat", "alpha": alpha, "targets": targets, "vectorBytes": bytes(&[1.0, 0.0])});
        assert_eq!(profile(&emulator, json!({"hybridSearch": hybrid})).await, expected, "{alpha}");
    }
}

#[tokio::test]
async fn keyword_scores_are_computed_with_parameters_that_are_singles() {
    let emulator = emulator().await;
    create(&emulator, &json!({"class": "Pair", "properties": [{"name": "words", "dataType": ["text"]}]})).await;
    for (number, words) in (1..).zip(["cat dog", "cat", "cat cat dog fox tree", "fox", "tree dog dog"]) {
        let object = json!({"class": "Pair", "id": id(number), "properties": {"words": words}});
        assert_eq!(rest(&emulator, "POST", "objects", &object).await.0, 200);
    }
    let search = json!({
        "collection": "Pair",
        "uses127Api": true,
        "metadata": {"score": true},
        "bm25Search": {"query": "cat"},
    });
    let reply = grpc(&emulator, "Search", &search).await.unwrap();
    let scores: Vec<f64> =
        reply["results"].as_array().unwrap().iter().filter_map(|hit| hit["metadata"]["score"].as_f64()).collect();
    // With doubles the last digits of two of them are others.
    assert_eq!(scores, [0.321_788_94, 0.262_925_12, 0.258_201_9]);
}
