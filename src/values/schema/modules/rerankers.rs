//! Table of the reranker modules.

use super::modules;
use crate::values::schema::modules::module;

modules! {
    /// Reranker module of a collection: the model that reorders the results of a query.
    ///
    /// See [Rerank](https://docs.weaviate.io/weaviate/search/rerank).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::modules::RerankerCohere;
    ///
    /// let config = CollectionConfig::new("Article").reranker(RerankerCohere::new().model("rerank-v3.5"));
    /// ```
    Reranker with text {}

    /// Reranker module of Cohere.
    RerankerCohere = "reranker-cohere" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
    }

    /// Reranker module of Contextual AI. Needs Weaviate 1.34.
    RerankerContextualAi = "reranker-contextualai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Instruction: which results to prefer, in words.
        instruction: String = "instruction",
        /// Number of results to rerank.
        top_n: i64 = "topN",
    }

    /// Reranker module of Jina AI.
    RerankerJinaAi = "reranker-jinaai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
    }

    /// Reranker module of NVIDIA. Needs Weaviate 1.28.5 or 1.29.
    RerankerNvidia = "reranker-nvidia" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
    }

    /// Reranker module with a model in a container beside the server.
    RerankerTransformers = "reranker-transformers" {}

    /// Reranker module of Voyage AI.
    RerankerVoyageAi = "reranker-voyageai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
    }
}
