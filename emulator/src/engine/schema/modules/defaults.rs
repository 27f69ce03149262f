//! Defaults that vectorizer modules add to a definition.

use serde_json::{Map, Value as Json, json};

use super::catalog::current_name;

/// The settings of a vectorizer with what the module adds to them; `None` if there are none to show.
pub(crate) fn vectorizer_config(name: &str, given: &Json) -> Option<Json> {
    let mut config = defaults(current_name(name));
    if let (Some(config), Some(given)) = (config.as_object_mut(), given.as_object()) {
        config.extend(given.clone());
    }
    config.as_object().is_some_and(|config| !config.is_empty()).then_some(config)
}

/// The module settings of one property. `None` if there are none to show.
pub(crate) fn property_config(vectorizers: &[String], given: &Json) -> Option<Json> {
    let mut config = given.as_object().cloned();
    for name in vectorizers {
        let Json::Object(mut merged) = property_defaults(current_name(name)) else { continue };
        merged.extend(given[name].as_object().cloned().unwrap_or_default());
        if !merged.is_empty() {
            config.get_or_insert_with(Map::new).insert(name.clone(), Json::Object(merged));
        }
    }
    config.map(Json::Object)
}

fn property_defaults(name: &str) -> Json {
    match name {
        "text2vec-gpt4all" => json!({}),
        // This one leaves every property out unless told otherwise.
        "text2vec-mistral" => json!({"skip": true, "vectorizePropertyName": false}),
        "text2vec-bigram" => json!({"skip": false, "vectorizePropertyName": true}),
        _ if name.starts_with("text2vec-") || name.starts_with("text2multivec-") => {
            json!({"skip": false, "vectorizePropertyName": false})
        }
        _ => json!({}),
    }
}

fn defaults(name: &str) -> Json {
    match name {
        "text2vec-openai" => {
            json!({"baseURL": "https://api.openai.com", "model": "text-embedding-3-small", "vectorizeClassName": true})
        }
        "text2vec-cohere" => {
            json!({"baseUrl": "https://api.cohere.ai", "model": "embed-multilingual-v3.0", "truncate": "END", "vectorizeClassName": true})
        }
        "text2vec-google" | "text2vec-aws" | "text2vec-ollama" | "text2vec-model2vec" => {
            json!({"vectorizeClassName": false})
        }
        "text2vec-jinaai" | "multi2multivec-jinaai" => {
            json!({"baseURL": "https://api.jina.ai", "model": "jina-embeddings-v4", "vectorizeClassName": false})
        }
        "multi2vec-jinaai" => {
            json!({"baseURL": "https://api.jina.ai", "model": "jina-clip-v2", "vectorizeClassName": false})
        }
        "text2multivec-jinaai" => {
            json!({"baseURL": "https://api.jina.ai", "dimensions": 128, "model": "jina-colbert-v2", "vectorizeClassName": true})
        }
        "multi2multivec-weaviate" => {
            json!({"baseURL": "", "model": "ModernVBERT/colmodernvbert", "vectorizeClassName": false})
        }
        "text2vec-voyageai" => {
            json!({"baseURL": "https://api.voyageai.com/v1", "model": "voyage-3", "truncate": true, "vectorizeClassName": true})
        }
        "multi2vec-voyageai" => {
            json!({"baseURL": "https://api.voyageai.com/v1", "model": "voyage-multimodal-3", "truncate": true, "vectorizeClassName": false})
        }
        "text2vec-mistral" => {
            json!({"baseURL": "https://api.mistral.ai/v1/embeddings", "model": "mistral-embed", "vectorizeClassName": true})
        }
        "text2vec-nvidia" => {
            json!({"baseUrl": "https://integrate.api.nvidia.com", "model": "nvidia/nv-embed-v1", "truncate": "NONE", "vectorizeClassName": false})
        }
        "text2vec-huggingface" => {
            json!({"model": "sentence-transformers/msmarco-bert-base-dot-v5", "useCache": true, "useGPU": false, "waitForModel": false, "vectorizeClassName": true})
        }
        "text2vec-databricks" | "text2vec-bigram" | "text2vec-contextionary" => json!({"vectorizeClassName": true}),
        "text2vec-weaviate" => {
            json!({"baseURL": "", "model": "Snowflake/snowflake-arctic-embed-l-v2.0", "vectorizeClassName": true})
        }
        "text2vec-octoai" => json!({"model": "thenlper/gte-large", "vectorizeClassName": true}),
        "text2vec-morph" => {
            json!({"baseURL": "https://api.morphllm.com", "model": "morph-embedding-v3", "vectorizeClassName": false})
        }
        "text2vec-digitalocean" => json!({"baseURL": "https://inference.do-ai.run", "vectorizeClassName": true}),
        "text2vec-transformers" => json!({"poolingStrategy": "masked_mean", "vectorizeClassName": true}),
        "ref2vec-centroid" => json!({"method": "mean"}),
        "multi2vec-twelvelabs" => {
            json!({"baseURL": "https://api.twelvelabs.io/v1.3", "model": "marengo3.0", "vectorizeClassName": false})
        }
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_beats_what_is_added() {
        let config = vectorizer_config("text2vec-palm", &json!({"projectId": "p"})).unwrap();
        assert_eq!(config, json!({"vectorizeClassName": false, "projectId": "p"}));
        assert_eq!(vectorizer_config("text2vec-voyageai", &json!({"truncate": false})).unwrap()["truncate"], false);
        assert_eq!(vectorizer_config("multi2vec-clip", &Json::Null), None);
    }

    #[test]
    fn properties_get_settings_for_each_vectorizer_of_texts() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(property_config(&names(&["multi2vec-clip", "text2vec-gpt4all"]), &Json::Null), None);
        let given = json!({"text2vec-openai": {"skip": true}});
        assert_eq!(
            property_config(&names(&["text2vec-openai", "text2vec-mistral"]), &given),
            Some(json!({
                "text2vec-openai": {"skip": true, "vectorizePropertyName": false},
                "text2vec-mistral": {"skip": true, "vectorizePropertyName": false},
            }))
        );
    }
}
