//! Each option of each module, set alone or with what the module requires: created and read back.
//! The list is `docs/modules.md`, which is made of the tables of modules and held to them by a test.

use serde_json::{Map, Value, json};
use weaviate::prelude::*;

use super::options::holds;
use crate::support::live_bed;

struct Option {
    module: String,
    key: String,
    ty: String,
}

/// Every row of the page, and one without a key for each module.
fn options() -> Vec<Option> {
    let page = std::fs::read_to_string(format!("{}/docs/modules.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut found = Vec::new();
    let mut module = String::new();
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    for line in page.lines() {
        if line.starts_with("### ") {
            module = quoted(line);
            found.push(Option { module: module.clone(), key: String::new(), ty: String::new() });
        } else if line.starts_with("| `") {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            found.push(Option { module: module.clone(), key: quoted(cells[3]), ty: quoted(cells[2]) });
        }
    }
    found
}

/// Settings that a module, or one of its options, requires.
fn needs(Option { module, key, .. }: &Option) -> Value {
    match module.as_str() {
        "text2vec-aws" | "generative-aws" if key == "endpoint" => {
            json!({ "service": "sagemaker", "region": "eu-west-1" })
        }
        "text2vec-aws" => {
            json!({ "service": "bedrock", "region": "eu-west-1", "model": "amazon.titan-embed-text-v2:0" })
        }
        "text2vec-databricks" | "generative-databricks" => json!({ "endpoint": "https://databricks.example.com/e" }),
        "text2vec-google" | "generative-google" => json!({ "projectId": "p" }),
        "text2vec-digitalocean" => json!({ "model": "gte-large-en-v1.5" }),
        "text2vec-huggingface" if key == "passageModel" => json!({ "queryModel": "q" }),
        "multi2multivec-jinaai" if key == "textFields" => json!({}),
        "multi2vec-google" => json!({ "projectId": "p", "location": "us-central1", "imageFields": ["pic"] }),
        "ref2vec-centroid" => json!({ "referenceProperties": ["nest"] }),
        "generative-aws" => json!({ "service": "bedrock", "region": "eu-west-1", "model": "anthropic.claude-v2" }),
        "multi2vec-aws" => json!({ "region": "eu-west-1", "imageFields": ["pic"] }),
        "text2vec-weaviate" => json!({ "baseURL": "https://api.example.com" }),
        "multi2multivec-weaviate" => json!({ "baseURL": "https://api.example.com", "imageFields": ["pic"] }),
        multi if multi.starts_with("multi2") || multi == "img2vec-neural" => json!({ "imageFields": ["pic"] }),
        _ => json!({}),
    }
}

/// A value that the module takes.
fn sample(Option { module, key, ty }: &Option) -> Value {
    match (module.as_str(), key.as_str(), ty.as_str()) {
        (_, "truncate", "String") => json!("END"),
        (_, "service", _) => json!("bedrock"),
        (_, "region", _) => json!("us-east-1"),
        (_, "location", _) => json!("us-central1"),
        (_, "poolingStrategy", _) => json!("cls"),
        (_, "taskType", _) => json!("CLASSIFICATION"),
        (_, "method", _) => json!("mean"),
        (_, "reasoningEffort" | "verbosity", _) => json!("low"),
        ("text2vec-openai", "model", _) => json!("text-embedding-3-small"),
        ("generative-openai", "apiVersion", _) => json!("2024-02-01"),
        (_, "imageFields" | "videoFields" | "audioFields" | "depthFields" | "imuFields" | "thermalFields", _) => {
            json!(["pic"])
        }
        (_, "textFields" | "properties", _) => json!(["t"]),
        (_, "referenceProperties", _) => json!(["nest"]),
        (_, "baseURL" | "apiEndpoint" | "endpointURL" | "inferenceUrl", _) => json!("https://api.example.com"),
        (_, "dimensions", _) => json!(512),
        (_, "videoIntervalSeconds", _) => json!(4),
        (_, _, "String") => json!("text"),
        (_, _, "bool") => json!(true),
        (_, _, "i64") => json!(3),
        (_, _, "f64") => json!(0.5),
        (_, _, "[String]") => json!(["a"]),
        (_, "options", _) => json!({ "waitForModel": true }),
        (_, _, other) => panic!("no sample of {other}"),
    }
}

fn config(option: &Option) -> CollectionConfig {
    let mut settings: Map<String, Value> = needs(option).as_object().unwrap().clone();
    if !option.key.is_empty() {
        settings.insert(option.key.clone(), sample(option));
    }
    let mut class = json!({
        "class": "Owl",
        "properties": [
            { "name": "t", "dataType": ["text"] },
            { "name": "pic", "dataType": ["blob"] },
            { "name": "nest", "dataType": ["Nest"] },
        ],
    });
    if option.module.starts_with("generative-") || option.module.starts_with("reranker-") {
        class["moduleConfig"] = json!({ &option.module: settings });
    } else {
        let several = option.module.contains("multivec");
        let index = if several { json!({ "multivector": { "enabled": true } }) } else { json!({}) };
        class["vectorConfig"] = json!({
            "v": { "vectorizer": { &option.module: settings }, "vectorIndexType": "hnsw", "vectorIndexConfig": index },
        });
    }
    serde_json::from_value(class).unwrap()
}

/// Modules that need a container beside the server.
const CONTAINERS: &[&str] = &[
    "text2vec-contextionary",
    "text2vec-gpt4all",
    "text2vec-model2vec",
    "text2vec-ollama",
    "text2vec-transformers",
    "multi2vec-bind",
    "multi2vec-clip",
    "img2vec-neural",
    "ref2vec-centroid",
];

/// Options that a real server 1.39.0 refuses: it fills in a default model and then accepts only one of the two.
const REFUSED: &[&str] = &["text2vec-huggingface.passageModel"];

#[tokio::test]
async fn create_stores_each_module_option() {
    let bed = live_bed().await;
    let client = &bed.client;
    let collections = client.collections();
    collections.delete("Nest").await.unwrap();
    collections.create(CollectionConfig::new("Nest")).await.unwrap();
    let options = options();
    assert!(options.len() > 250, "{}", options.len());
    let mut failed = Vec::new();
    for option in &options {
        let name = format!("{}.{}", option.module, option.key);
        let config = config(option);
        collections.delete("Owl").await.unwrap();
        let owl = match collections.create(config.clone()).await {
            Ok(owl) => owl,
            Err(error) => {
                let absent = error.to_string().contains("no module with name");
                let absent = absent && CONTAINERS.contains(&option.module.as_str());
                if !absent && !REFUSED.contains(&name.as_str()) {
                    failed.push(format!("{name}: {error}"));
                }
                continue;
            }
        };
        let sent = serde_json::to_value(&config).unwrap();
        let there = serde_json::to_value(owl.config().get().await.unwrap()).unwrap();
        if !holds(&there, &sent) {
            failed.push(format!("{name}: sent {sent}, there {there}"));
        }
    }
    for name in ["Owl", "Nest"] {
        collections.delete(name).await.unwrap();
    }
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), options.len(), failed.join("\n"));
}
