//! Exports of the Python client as input of `CollectionConfig`.
//!
//! `python/*.json` were made with the package `weaviate-client` 4.23.1: recorded collections went through its
//! `_collection_config_from_json` and `to_dict`, which is what its `export_config` gives to `to_dict`, and definitions
//! through its `_to_dict`, which is what it sends.

use serde_json::{Value, json};
use weaviate::prelude::*;
use weaviate::schema::{Hnsw, Quantizer, VectorIndex};

use super::options::holds;
use crate::support::{golden, live_bed_of};

fn file(name: &str) -> String {
    let path = format!("{}/tests/it/schema/python/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn imported(name: &str) -> CollectionConfig {
    serde_json::from_str(&file(name)).unwrap()
}

/// The collection that an export was made of.
fn recorded(scenario: &str, step: &str) -> CollectionConfig {
    let (_, body) = golden::reply(scenario, step);
    serde_json::from_value(body).unwrap()
}

/// Exports and where they come from.
const EXPORTS: &[(&str, &str, &str)] = &[
    ("export_minimal", "schema", "get_minimal"),
    ("export_named_vectors", "schema", "get_named_vectors"),
    ("export_inverted_index", "schema", "get_inverted_presets"),
    ("export_data_types", "schema", "get_all_types"),
    ("export_multi_vector", "schema", "create_multi_vector"),
    ("export_dynamic", "schema_async", "create_dynamic"),
    ("export_modules", "schema", "get_modules_plain_config"),
    ("export_unnamed_vector", "schema", "create_module_unnamed_vectorizer"),
    ("export_references", "schema", "create_reference"),
    ("export_ttl", "schema_features", "create_ttl"),
    ("export_pq", "schema", "create_quantizer_hnsw_pq"),
];

#[test]
fn collection_config_reads_a_python_export_as_the_recorded_collection() {
    for (export, scenario, step) in EXPORTS {
        let plan = recorded(scenario, step).plan(&imported(export));
        for step in plan.steps() {
            // The export fills in what the server leaves out: no, nothing, and an empty group for its own purposes.
            let said = step.difference.after().unwrap_or_default();
            let path = step.difference.path();
            let own = path.ends_with(".moduleConfig") && said == r#"{"none":{}}"#
                || path.ends_with(".internalBitCompression")
                || path.ends_with(".asciiFold");
            assert!(own || ["null", "false", "[]"].contains(&said.as_str()), "{export}: {step}");
        }
    }
}

#[test]
fn collection_config_reads_the_names_only_python_exports_use() {
    let named = imported("export_named_vectors");
    let distance = |name: &str| named.vectors.iter().find(|vector| vector.name == name).unwrap().distance.clone();
    assert_eq!(distance("dotted"), Some(Distance::Dot));
    assert_eq!(distance("flatty"), Some(Distance::L2Squared));

    let multi = imported("export_multi_vector");
    let hnsw = |name: &str| -> Hnsw {
        match multi.vectors.iter().find(|vector| vector.name == name).unwrap().index.clone() {
            Some(VectorIndex::Hnsw(hnsw)) => hnsw,
            other => panic!("{other:?}"),
        }
    };
    assert!(hnsw("late").multi_vector.unwrap().muvera.is_none());
    assert_eq!(hnsw("muv").multi_vector.unwrap().muvera.unwrap().ksim, Some(3));

    let pq = imported("export_pq");
    assert!(
        matches!(&pq.vectors[0].index, Some(VectorIndex::Hnsw(hnsw)) if matches!(&hnsw.quantizer, Some(Quantizer::Pq(pq)) if pq.segments == Some(2)))
    );

    let renamed: CollectionConfig = serde_json::from_value(json!({ "name": "Owl", "properties": [] })).unwrap();
    assert_eq!(serde_json::to_value(&renamed).unwrap(), json!({ "class": "Owl", "properties": [] }));
}

#[tokio::test]
async fn create_accepts_python_exports() {
    let bed = live_bed_of(weaviate_emulator::Emulator::builder().async_indexing(true)).await;
    let emulated = !bed.is_live();
    let collections = bed.client.collections();
    // What the references refer to.
    for name in ["Plain", "Spoon", "Author", "Book"] {
        collections.delete(name).await.unwrap();
        collections.create(CollectionConfig::new(name)).await.unwrap();
    }
    let exports = EXPORTS.iter().map(|(export, ..)| *export).chain(["create_article", "create_plain"]);
    for export in exports {
        // Objects that delete themselves and CLIP need more than the emulator and an ordinary server have.
        if emulated && ["export_ttl", "create_article"].contains(&export) {
            continue;
        }
        let mut config = imported(export).renamed("Owl");
        config.vectors.retain(|vector| vector.name != "clip");
        for target in &mut config.properties {
            if let DataType::Reference(targets) = &mut target.data_type {
                targets.iter_mut().filter(|target| *target == "Article").for_each(|target| *target = "Owl".to_owned());
            }
        }
        collections.delete("Owl").await.unwrap();
        let owl = collections.create(config.clone()).await.unwrap_or_else(|error| panic!("{export}: {error}"));
        let there = serde_json::to_value(owl.config().get().await.unwrap()).unwrap();
        let sent = without_absence(serde_json::to_value(&config).unwrap());
        assert!(holds(&there, &sent), "{export}: sent {sent}, there {there}");
    }
    for name in ["Owl", "Plain", "Spoon", "Author", "Book"] {
        collections.delete(name).await.unwrap();
    }
}

/// Without what says that something is not there, and the names that are of Python alone.
fn without_absence(value: Value) -> Value {
    const OWN: [&str; 3] = ["skip_vectorization", "vectorize_property_name", "internalBitCompression"];
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(key, value)| !OWN.contains(&key.as_str()) && !matches!(value, Value::Null | Value::Bool(false)))
            .map(|(key, value)| (key, without_absence(value)))
            .filter(|(_, value)| value != &json!({}) && value != &json!([]))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_absence).collect(),
        other => other,
    }
}
