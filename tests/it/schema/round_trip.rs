//! `CollectionConfig` writes the JSON that it read.

use serde_json::{Value, json};
use weaviate::schema::modules::Vectorizer;
use weaviate::schema::{CollectionConfig, DataType, Tokenization, VectorIndex};

use crate::support::golden;

/// Every collection in the replies that were recorded.
fn recorded() -> Vec<Value> {
    let mut found = Vec::new();
    for scenario in ["schema", "schema_async", "schema_features", "schema_providers", "schema_update", "references"] {
        for exchange in golden::exchanges(scenario) {
            let body = exchange.pointer("/reply/body").unwrap_or(&Value::Null);
            let all = body.get("classes").and_then(Value::as_array).into_iter().flatten();
            found.extend(all.chain([body]).filter(|value| value.get("class").is_some()).cloned());
        }
    }
    found.retain(|value| value.get("invertedIndexConfig").is_some());
    found
}

#[test]
fn collection_config_round_trips_every_recorded_collection() {
    let recorded = recorded();
    assert!(recorded.len() > 200, "{}", recorded.len());
    for value in recorded {
        let config: CollectionConfig = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(&config).unwrap(), value);
        for vector in &config.vectors {
            assert!(vector.index.is_some(), "{vector:?}");
            let module = vector.vectorizer.module();
            assert!(!module.is_empty(), "{vector:?}");
            let known = !matches!(vector.vectorizer, Vectorizer::Custom(_));
            assert_eq!(known, module != "text2vec-octoai", "{module}");
        }
        for property in &config.properties {
            assert_ne!(property.data_type.as_str(), "", "{property:?}");
        }
    }
}

/// A collection of a server that is not there yet.
pub(super) fn from_the_future() -> Value {
    json!({
        "class": "Owl",
        "description": "of tomorrow",
        "colour": { "of": ["feathers", null, 1.5] },
        "properties": [
            {
                "name": "call",
                "dataType": ["hologram"],
                "tokenization": "syllable",
                "indexFilterable": "sometimes",
                "moduleConfig": { "text2vec-tomorrow": { "skip": true, "twice": 2 } },
                "textAnalyzer": { "asciiFold": true, "stem": "fr" },
            },
            { "name": "nest", "dataType": ["object"], "nestedProperties": [{ "name": "at", "dataType": ["text"], "new": 1 }] },
        ],
        "vectorConfig": {
            "a": {
                "vectorizer": { "text2vec-tomorrow": { "model": "m", "deep": { "er": [] } } },
                "vectorIndexType": "cloud",
                "vectorIndexConfig": { "distance": "taxicab", "density": 0.25 },
                "weather": "rain",
            },
            "b": {
                "vectorizer": { "none": {} },
                "vectorIndexType": "hnsw",
                "vectorIndexConfig": {
                    "distance": "cosine",
                    "ef": -1,
                    "hq": { "enabled": true, "bits": 3 },
                    "rq": { "enabled": false, "bits": 8 },
                    "filterStrategy": "teleport",
                    "multivector": { "enabled": false, "aggregation": "meanSim" },
                },
            },
        },
        "invertedIndexConfig": { "bm25": { "b": 0.75, "k1": 1.2, "k2": 3 }, "stopwords": { "preset": "en", "additions": null } },
        "replicationConfig": { "factor": 1, "asyncEnabled": false, "strategy": { "of": "tomorrow" } },
        "shardingConfig": { "desiredCount": 1, "actualCount": 1, "key": "_id" },
        "multiTenancyConfig": { "enabled": false, "floors": 7 },
        "objectTtlConfig": { "enabled": false, "deleteOn": "", "defaultTtl": 0 },
        "moduleConfig": { "generative-tomorrow": { "mood": "good" }, "reranker-tomorrow": {}, "other": null },
    })
}

#[test]
fn collection_config_round_trips_unknown_settings() {
    let value = from_the_future();
    let config: CollectionConfig = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&config).unwrap(), value);

    assert_eq!(config.properties[0].data_type, DataType::Other("hologram".into()));
    assert_eq!(config.properties[0].tokenization, Some(Tokenization::Other("syllable".into())));
    assert!(
        matches!(&config.vectors[0].vectorizer, Vectorizer::Custom(module) if module.name() == "text2vec-tomorrow")
    );
    assert!(matches!(&config.vectors[0].index, Some(VectorIndex::Other(index)) if index.name() == "cloud"));
    assert_eq!(config.vectors[0].distance.as_ref().map(weaviate::schema::Distance::as_str), Some("taxicab"));
    assert_eq!(config.generative[0].module(), "generative-tomorrow");
    let settings: std::collections::BTreeMap<String, String> = match &config.generative[0] {
        weaviate::schema::modules::Generative::Custom(module) => module.settings().unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(settings["mood"], "good");
}

/// Pointers to everything in a value but the value itself.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        found.push(pointer.clone());
        pointers(child, &pointer, found);
    }
}

#[test]
fn collection_config_round_trips_unexpected_values_anywhere() {
    let mut recorded = recorded();
    // The one with the most in it.
    recorded.sort_by_key(|value| std::cmp::Reverse(value.to_string().len()));
    recorded.truncate(1);
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0.5),
        json!("odd"),
        json!([]),
        json!({}),
        json!(["odd", 1]),
        json!({ "odd": [null] }),
    ];
    let mut tried = 0;
    for value in recorded.into_iter().chain([from_the_future()]) {
        let mut places = Vec::new();
        pointers(&value, "", &mut places);
        for place in places.iter().filter(|place| *place != "/class") {
            for odd in &odd {
                let mut changed = value.clone();
                *changed.pointer_mut(place).unwrap() = odd.clone();
                let config: CollectionConfig = serde_json::from_value(changed.clone()).unwrap();
                assert_eq!(serde_json::to_value(&config).unwrap(), changed, "{place}");
                tried += 1;
            }
        }
    }
    assert!(tried > 2_000, "{tried}");
}

#[test]
fn collection_config_refuses_json_without_a_name() {
    for value in [json!([]), json!({}), json!({ "class": "" }), json!({ "class": 1 }), json!("Owl")] {
        let error = serde_json::from_value::<CollectionConfig>(value).unwrap_err();
        assert!(error.to_string().contains("`class` or `name`"), "{error}");
    }
}
