//! The modules the emulated server says it has, and what the vectorizers add to a definition.
//!
//! None of them computes anything: an object of such a collection gets the vectors it is sent with.

use serde_json::{Map, Value as Json, json};

/// Name, title, documentation.
const MODULES: [(&str, &str, &str); 45] = [
    ("generative-anthropic", "Generative Search - Anthropic", "https://docs.anthropic.com/en/api/getting-started"),
    ("generative-anyscale", "Generative Search - Anyscale", "https://docs.anyscale.com/endpoints/overview"),
    (
        "generative-aws",
        "Generative Search - AWS",
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/welcome.html",
    ),
    ("generative-cohere", "Generative Search - Cohere", "https://docs.cohere.com/reference/chat"),
    (
        "generative-contextualai",
        "Generative Search - Contextual AI",
        "https://docs.contextual.ai/api-reference/generate/generate",
    ),
    (
        "generative-databricks",
        "Generative Search - Databricks",
        "https://docs.databricks.com/en/machine-learning/foundation-models/api-reference.html#completion-task",
    ),
    ("generative-deepseek", "Generative Search - DeepSeek", "https://api-docs.deepseek.com/"),
    ("generative-dummy", "Generative Search - Dummy", ""),
    (
        "generative-friendliai",
        "Generative Search - FriendliAI",
        "https://docs.friendli.ai/openapi/create-chat-completions",
    ),
    (
        "generative-google",
        "Generative Search - Google",
        "https://cloud.google.com/vertex-ai/docs/generative-ai/chat/test-chat-prompts",
    ),
    ("generative-mistral", "Generative Search - Mistral", "https://docs.mistral.ai/api/"),
    ("generative-nvidia", "Generative Search - NVIDIA", "https://docs.api.nvidia.com/nim/reference/llm-apis"),
    (
        "generative-octoai",
        "Generative Search - OctoAI (deprecated)",
        "https://octo.ai/docs/text-gen-solution/getting-started",
    ),
    ("generative-openai", "Generative Search - OpenAI", "https://platform.openai.com/docs/api-reference/completions"),
    ("generative-xai", "Generative Search - xAI", "https://docs.x.ai/docs/overview"),
    ("multi2multivec-jinaai", "JinaAI CLIP Multivec Module", "https://jina.ai/embeddings/"),
    ("multi2multivec-weaviate", "Weaviate Multivec Embedding Module", "https://docs.weaviate.io/cloud/embeddings"),
    (
        "multi2vec-aws",
        "AWS CLIP Module",
        "https://docs.aws.amazon.com/decision-guides/latest/bedrock-or-sagemaker/bedrock-or-sagemaker.html?icmpid=docs_homepage_featuredsvcs",
    ),
    ("multi2vec-cohere", "Cohere Multimodal Module", "https://docs.cohere.ai/embedding-wiki/"),
    (
        "multi2vec-google",
        "Google Multimodal Module",
        "https://cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-multimodal-embeddings",
    ),
    ("multi2vec-jinaai", "JinaAI CLIP Module", "https://jina.ai/embeddings/"),
    ("multi2vec-nvidia", "NVIDIA CLIP Module", "https://docs.api.nvidia.com/nim/reference/retrieval-apis"),
    (
        "multi2vec-twelvelabs",
        "TwelveLabs Multi Modal Module",
        "https://docs.twelvelabs.io/v1.3/api-reference/create-embeddings",
    ),
    ("multi2vec-voyageai", "VoyageAI Multi Modal Module", "https://docs.voyageai.com/docs/multimodal-embeddings"),
    ("reranker-cohere", "Reranker - Cohere", "https://txt.cohere.com/rerank/"),
    ("reranker-contextualai", "Reranker - Contextual AI", "https://docs.contextual.ai/api-reference/rerank/rerank"),
    ("reranker-dummy", "Reranker - Dummy", ""),
    ("reranker-jinaai", "Reranker - Jinaai", "https://jina.ai/reranker"),
    ("reranker-nvidia", "Reranker - NVIDIA", "https://docs.api.nvidia.com/nim/reference/retrieval-apis"),
    ("reranker-voyageai", "Reranker - VoyageAI", "https://docs.voyageai.com/reference/reranker-api"),
    ("text2multivec-jinaai", "JinaAI Multivec Module", "https://jina.ai/embeddings/"),
    ("text2vec-aws", "AWS Module", "https://docs.aws.amazon.com/bedrock/latest/userguide/titan-embedding-models.html"),
    ("text2vec-cohere", "Cohere Module", "https://docs.cohere.ai/embedding-wiki/"),
    (
        "text2vec-databricks",
        "Databricks Foundation Models Module - Embeddings",
        "https://docs.databricks.com/en/machine-learning/foundation-models/api-reference.html#embedding-task",
    ),
    (
        "text2vec-digitalocean",
        "DigitalOcean Serverless Inference Module",
        "https://docs.digitalocean.com/reference/api/reference/serverless-inference/",
    ),
    (
        "text2vec-google",
        "Google Module",
        "https://cloud.google.com/vertex-ai/docs/generative-ai/embeddings/get-text-embeddings",
    ),
    (
        "text2vec-huggingface",
        "Hugging Face Module",
        "https://huggingface.co/docs/api-inference/detailed_parameters#feature-extraction-task",
    ),
    ("text2vec-jinaai", "JinaAI Module", "https://jina.ai/embeddings/"),
    ("text2vec-mistral", "Mistral Module", "https://docs.mistral.ai/api/#operation/createEmbedding"),
    ("text2vec-morph", "Morph Module", "https://docs.morphllm.com/api-reference/endpoint/embedding"),
    ("text2vec-nvidia", "NVIDIA Module", "https://docs.api.nvidia.com/nim/reference/retrieval-apis"),
    ("text2vec-octoai", "OctoAI Module (deprecated)", "https://octo.ai/docs/text-gen-solution/getting-started"),
    ("text2vec-openai", "OpenAI Module", "https://platform.openai.com/docs/guides/embeddings/what-are-embeddings"),
    ("text2vec-voyageai", "VoyageAI Module", "https://docs.voyageai.com/docs/embeddings"),
    ("text2vec-weaviate", "Weaviate Embedding Module", "https://docs.weaviate.io/cloud/embeddings"),
];

/// The modules as `GET /v1/meta` lists them.
pub(crate) fn meta() -> Json {
    let mut modules = Map::new();
    modules.insert("backup-filesystem".to_owned(), json!({"backupsPath": "<backups>"}));
    for (name, title, href) in MODULES {
        let mut module = json!({"name": title});
        if !href.is_empty() {
            module["documentationHref"] = json!(href);
        }
        modules.insert(name.to_owned(), module);
    }
    Json::Object(modules)
}

pub(crate) fn is_present(name: &str) -> bool {
    // The old name of text2vec-google is still taken.
    name == "text2vec-palm" || MODULES.iter().any(|(known, ..)| *known == name)
}

/// The settings of a vectorizer with what the module adds to them, or the module's objection.
pub(crate) fn vectorizer_config(name: &str, given: &Json) -> Result<Json, String> {
    check(name, given).map_err(|text| format!("module '{name}': {text}"))?;
    let mut config = defaults(name);
    if let (Some(config), Some(given)) = (config.as_object_mut(), given.as_object()) {
        config.extend(given.clone());
    }
    Ok(config)
}

/// The module settings of one property. `None` if there are none to show.
pub(crate) fn property_config(vectorizers: &[String], given: &Json) -> Option<Json> {
    let mut config = given.as_object().cloned().unwrap_or_default();
    for name in vectorizers.iter().filter(|name| reads_properties(name)) {
        // This one leaves every property out unless told otherwise.
        let mut merged = json!({"skip": name == "text2vec-mistral", "vectorizePropertyName": false});
        if let (Some(merged), Some(given)) = (merged.as_object_mut(), config.get(name).and_then(Json::as_object)) {
            merged.extend(given.clone());
        }
        config.insert(name.clone(), merged);
    }
    (!config.is_empty()).then_some(Json::Object(config))
}

/// Whether the module's index holds several vectors per object.
pub(crate) fn is_multi_vector(name: &str) -> bool {
    name.starts_with("text2multivec-") || name.starts_with("multi2multivec-")
}

fn reads_properties(name: &str) -> bool {
    name.starts_with("text2vec-") || name.starts_with("text2multivec-")
}

fn defaults(name: &str) -> Json {
    match name {
        "text2vec-openai" => {
            json!({"baseURL": "https://api.openai.com", "model": "text-embedding-3-small", "vectorizeClassName": true})
        }
        "text2vec-cohere" => {
            json!({"baseUrl": "https://api.cohere.ai", "model": "embed-multilingual-v3.0", "truncate": "END", "vectorizeClassName": true})
        }
        "text2vec-google" | "text2vec-palm" | "text2vec-aws" => json!({"vectorizeClassName": false}),
        "text2vec-jinaai" | "multi2vec-jinaai" => {
            json!({"baseURL": "https://api.jina.ai", "vectorizeClassName": false})
        }
        "text2multivec-jinaai" => {
            json!({"baseURL": "https://api.jina.ai", "dimensions": 128, "vectorizeClassName": true})
        }
        "multi2multivec-jinaai" => {
            json!({"baseURL": "https://api.jina.ai", "model": "jina-embeddings-v4", "vectorizeClassName": false})
        }
        "multi2multivec-weaviate" => json!({"model": "ModernVBERT/colmodernvbert", "vectorizeClassName": false}),
        "text2vec-voyageai" => {
            json!({"baseURL": "https://api.voyageai.com/v1", "truncate": true, "vectorizeClassName": true})
        }
        "multi2vec-voyageai" => {
            json!({"baseURL": "https://api.voyageai.com/v1", "truncate": true, "vectorizeClassName": false})
        }
        "text2vec-mistral" => {
            json!({"baseURL": "https://api.mistral.ai/v1/embeddings", "model": "mistral-embed", "vectorizeClassName": true})
        }
        "text2vec-nvidia" => json!({"baseUrl": "https://integrate.api.nvidia.com", "vectorizeClassName": false}),
        "text2vec-huggingface" => {
            json!({"useCache": true, "useGPU": false, "waitForModel": false, "vectorizeClassName": true})
        }
        "text2vec-databricks" | "text2vec-weaviate" | "text2vec-octoai" => json!({"vectorizeClassName": true}),
        "text2vec-morph" => json!({"baseURL": "https://api.morphllm.com", "vectorizeClassName": false}),
        "text2vec-digitalocean" => json!({"baseURL": "https://inference.do-ai.run", "vectorizeClassName": true}),
        "multi2vec-twelvelabs" => {
            json!({"baseURL": "https://api.twelvelabs.io/v1.3", "model": "marengo3.0", "vectorizeClassName": false})
        }
        _ => json!({}),
    }
}

fn check(name: &str, given: &Json) -> Result<(), String> {
    const OPENAI: [&str; 7] = [
        "ada",
        "babbage",
        "curie",
        "davinci",
        "text-embedding-3-small",
        "text-embedding-3-large",
        "text-embedding-ada-002",
    ];
    const GOOGLE_TASKS: [&str; 7] = [
        "RETRIEVAL_QUERY",
        "QUESTION_ANSWERING",
        "FACT_VERIFICATION",
        "CODE_RETRIEVAL_QUERY",
        "CLASSIFICATION",
        "CLUSTERING",
        "SEMANTIC_SIMILARITY",
    ];
    let text = |field: &str| given[field].as_str();
    match name {
        "text2vec-openai"
            if text("model").is_some_and(|model| !OPENAI.contains(&model))
                && given["isAzure"] != true
                && text("baseURL").is_none() =>
        {
            let listed = OPENAI.get(..6).unwrap_or_default().join(" ");
            Err(format!("wrong OpenAI model name, available model names are: [{listed}]"))
        }
        "text2vec-google" | "text2vec-palm" if text("taskType").is_some_and(|task| !GOOGLE_TASKS.contains(&task)) => {
            Err(format!("wrong taskType supported task types are: [{}]", GOOGLE_TASKS.join(" ")))
        }
        "multi2vec-google"
            if given["videoFields"].as_array().is_some_and(|fields| !fields.is_empty())
                && given["dimensions"].as_u64().is_some_and(|length| length != 1408) =>
        {
            Err("videoFields support only 1408 dimensions setting".to_owned())
        }
        _ => Ok(()),
    }
}
