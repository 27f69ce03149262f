//! Modules that rank results anew: the table.

use super::modules;
use crate::values::schema::modules::module;

modules! {
    /// Who ranks results anew.
    Reranker with text {}

    /// Cohere.
    RerankerCohere = "reranker-cohere" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
    }

    /// Contextual AI.
    RerankerContextualAi = "reranker-contextualai" {
        /// The model.
        model: String = "model",
        /// What to prefer, in words.
        instruction: String = "instruction",
        /// How many results are ranked.
        top_n: i64 = "topN",
    }

    /// Jina AI.
    RerankerJinaAi = "reranker-jinaai" {
        /// The model.
        model: String = "model",
    }

    /// NVIDIA.
    RerankerNvidia = "reranker-nvidia" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
    }

    /// A model in a container beside the server.
    RerankerTransformers = "reranker-transformers" {}

    /// Voyage AI.
    RerankerVoyageAi = "reranker-voyageai" {
        /// The model.
        model: String = "model",
    }
}
