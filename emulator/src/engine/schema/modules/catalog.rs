//! Catalog of modules.

use serde_json::{Map, Value as Json, json};

use crate::config::Config;
use crate::engine::schema::vectorizer::Media;

/// The modules that every server has that knows its providers: name, title, documentation.
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

/// The modules that a server has only when it is told so: name, title, documentation, as far as they say.
const OPTIONAL: [(&str, &str, &str); 18] = [
    (
        "generative-ollama",
        "Generative Search - Ollama",
        "https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-completion",
    ),
    ("img2vec-neural", "", ""),
    ("multi2vec-bind", "", ""),
    ("multi2vec-clip", "", ""),
    ("ner-transformers", "", ""),
    ("qna-openai", "OpenAI Question & Answering Module", "https://platform.openai.com/docs/api-reference/completions"),
    ("qna-transformers", "", ""),
    ("ref2vec-centroid", "", ""),
    ("reranker-transformers", "", ""),
    ("sum-transformers", "", ""),
    ("text-spellcheck", "", ""),
    ("text2vec-bigram", "", ""),
    ("text2vec-contextionary", "", ""),
    ("text2vec-gpt4all", "", ""),
    ("text2vec-model2vec", "", ""),
    ("text2vec-ollama", "Ollama Module", "https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings"),
    ("text2vec-transformers", "", ""),
    ("backup-filesystem", "", ""),
];

/// Old names that are still taken, each with today's.
const ALIASES: [(&str, &str); 4] = [
    ("generative-palm", "generative-google"),
    ("multi2vec-palm", "multi2vec-google"),
    ("text2colbert-jinaai", "text2multivec-jinaai"),
    ("text2vec-palm", "text2vec-google"),
];

/// The modules as `GET /v1/meta` lists them.
pub(crate) fn meta(config: &Config) -> Json {
    let mut modules = Map::new();
    modules.insert("backup-filesystem".to_owned(), json!({"backupsPath": "<backups>"}));
    let told = OPTIONAL.iter().filter(|(name, ..)| config.modules.iter().any(|known| known == name));
    for (name, title, href) in MODULES.iter().chain(told.filter(|(name, ..)| *name != "backup-filesystem")) {
        let mut module = Map::new();
        if !title.is_empty() {
            module.insert("name".to_owned(), json!(title));
        }
        if !href.is_empty() {
            module.insert("documentationHref".to_owned(), json!(href));
        }
        let module = if *name == "text2vec-bigram" { Json::Null } else { Json::Object(module) };
        modules.insert((*name).to_owned(), module);
    }
    Json::Object(modules)
}

/// Today's name of a module.
pub(crate) fn current_name(name: &str) -> &str {
    ALIASES.iter().find(|(old, _)| *old == name).map_or(name, |(_, new)| new)
}

/// Returns whether the server has the module.
pub(crate) fn is_present(name: &str, config: &Config) -> bool {
    let name = current_name(name);
    let always = MODULES.iter().map(|(known, ..)| *known).chain(["backup-filesystem"]);
    always.into_iter().any(|known| known == name) || config.modules.iter().any(|known| known == name)
}

/// Returns whether a server can be told to have the module.
pub(super) fn is_known(name: &str) -> bool {
    MODULES.iter().chain(&OPTIONAL).any(|(known, ..)| *known == name)
}

/// Task of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Vectorizer,
    Generative,
    Reranker,
    Other,
}

impl Kind {
    pub(super) fn of(name: &str) -> Self {
        match name.split_once('-').map_or(name, |(kind, _)| kind) {
            "generative" => Self::Generative,
            "reranker" => Self::Reranker,
            kind if kind.contains("2vec") || kind.contains("2multivec") || kind.contains("2colbert") => {
                Self::Vectorizer
            }
            _ => Self::Other,
        }
    }
}

/// Material that a vectorizer makes vectors of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// One text of an object.
    Text,
    /// Fields, each a text or a medium.
    Fields,
    /// The vectors of other objects.
    References,
}

/// The material of a vectorizer.
pub(crate) fn vector_input(name: &str) -> Input {
    let name = current_name(name);
    match name.split_once('-').map_or(name, |(kind, _)| kind) {
        "ref2vec" => Input::References,
        "multi2vec" | "multi2multivec" | "img2vec" => Input::Fields,
        _ => Input::Text,
    }
}

/// Returns whether the module makes vectors of texts to search near.
pub(crate) fn takes_texts(name: &str) -> bool {
    let name = current_name(name);
    Kind::of(name) == Kind::Vectorizer && !name.starts_with("ref2vec-") && !name.starts_with("img2vec-")
}

/// The media that a module makes vectors of to search near.
pub(crate) fn media_of(name: &str) -> &'static [Media] {
    use Media::{Audio, Depth, Image, Imu, Thermal, Video};
    match current_name(name) {
        "multi2vec-bind" => &[Image, Audio, Video, Depth, Thermal, Imu],
        "multi2vec-google" => &[Image, Audio, Video],
        "multi2vec-voyageai" => &[Image, Video],
        name if vector_input(name) == Input::Fields => &[Image],
        _ => &[],
    }
}

/// Returns whether the module's index holds several vectors per object.
pub(crate) fn is_multi_vector(name: &str) -> bool {
    let name = current_name(name);
    name.starts_with("text2multivec-") || name.starts_with("multi2multivec-")
}
