//! Table of the generative modules.

use super::modules;
use crate::values::schema::modules::module;

modules! {
    /// Generative (RAG) module of a collection: the language model that answers from search
    /// results.
    ///
    /// A query can name another one. See
    /// [Generative search](https://docs.weaviate.io/weaviate/search/generative).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::modules::GenerativeAnthropic;
    ///
    /// let config = CollectionConfig::new("Article").generative(GenerativeAnthropic::new().max_tokens(1_000));
    /// ```
    #[doc(alias = "rag")]
    Generative with text {}

    /// Generative module of Anthropic (Claude).
    GenerativeAnthropic = "generative-anthropic" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Stop sequences: texts at which the answer ends. Default: none.
        stop_sequences: [String] = "stopSequences",
        /// Sampling temperature. 0 is the most deterministic.
        temperature: f64 = "temperature",
        /// Top-k sampling: number of most likely tokens to choose from. Range: >= 1.
        top_k: i64 = "topK",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
    }

    /// Generative module of Anyscale.
    GenerativeAnyscale = "generative-anyscale" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Sampling temperature. 0 is the most deterministic. Default: 0.
        temperature: f64 = "temperature",
    }

    /// Generative module of AWS: Amazon Bedrock and SageMaker.
    GenerativeAws = "generative-aws" {
        /// AWS service: `bedrock` or `sagemaker`. Default: `bedrock`.
        service: String = "service",
        /// AWS region, such as `eu-west-1`.
        region: String = "region",
        /// Name of the model. For Bedrock.
        model: String = "model",
        /// Name of the endpoint. For SageMaker.
        endpoint: String = "endpoint",
        /// Target model of a multi-model endpoint. For SageMaker.
        target_model: String = "targetModel",
        /// Target variant of the endpoint. For SageMaker.
        target_variant: String = "targetVariant",
        /// Maximum number of tokens of an answer. Range: 1 to 8192. Default: depends on the model.
        max_tokens: i64 = "maxTokens",
        /// Stop sequences: texts at which the answer ends. Default: none.
        stop_sequences: [String] = "stopSequences",
        /// Sampling temperature. Range: 0 (most deterministic) to 1.
        temperature: f64 = "temperature",
        /// Top-k sampling: number of most likely tokens to choose from. Range: >= 1.
        top_k: i64 = "topK",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
    }

    /// Generative module of Cohere.
    GenerativeCohere = "generative-cohere" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Stop sequences: texts at which the answer ends. Default: none.
        stop_sequences: [String] = "stopSequences",
        /// Sampling temperature. 0 is the most deterministic. Default: 0.
        temperature: f64 = "temperature",
        /// Top-k sampling: number of most likely tokens to choose from. Default: 0, off.
        k: i64 = "k",
    }

    /// Generative module of Contextual AI. Needs Weaviate 1.34.
    GenerativeContextualAi = "generative-contextualai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_new_tokens: i64 = "maxNewTokens",
        /// Sampling temperature. 0 is the most deterministic. Default: 0.
        temperature: f64 = "temperature",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
        /// System prompt of the model. Default: none.
        system_prompt: String = "systemPrompt",
        /// Restricts the answer to the given knowledge, without commentary. Default: off.
        avoid_commentary: bool = "avoidCommentary",
        /// Texts given to the model besides the search results. Default: none.
        knowledge: [String] = "knowledge",
    }

    /// Generative module of Databricks.
    GenerativeDatabricks = "generative-databricks" {
        /// URL of the model serving endpoint. Required.
        endpoint: String = "endpoint",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Sampling temperature. Range: 0 (most deterministic) to 1. Default: 1.
        temperature: f64 = "temperature",
        /// Top-k sampling: number of most likely tokens to choose from. Range: >= 1.
        top_k: i64 = "topK",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
    }

    /// Generative module of DeepSeek. Needs Weaviate 1.36.19, 1.37.10, 1.38.2 or 1.39.
    GenerativeDeepseek = "generative-deepseek" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Stop sequences: texts at which the answer ends. Default: none.
        stop: [String] = "stop",
        /// Frequency penalty: lowers the probability of a token each time it occurs. Range: -2 to
        /// 2. Default: 0.
        frequency_penalty: f64 = "frequencyPenalty",
        /// Presence penalty: lowers the probability of a token once it occurs. Range: -2 to 2.
        /// Default: 0.
        presence_penalty: f64 = "presencePenalty",
        /// Sampling temperature. Range: 0 (most deterministic) to 2.
        temperature: f64 = "temperature",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
    }

    /// Generative module for tests: it returns its prompt.
    GenerativeDummy = "generative-dummy" {}

    /// Generative module of FriendliAI.
    GenerativeFriendliAi = "generative-friendliai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Sampling temperature. 0 is the most deterministic. Default: 0.
        temperature: f64 = "temperature",
    }

    /// Generative module of Google: Vertex AI and AI Studio (Gemini).
    GenerativeGoogle = "generative-google" | "generative-palm" {
        /// Google Cloud project ID. For Vertex AI.
        project_id: String = "projectId",
        /// Name of the model. Default: the server decides.
        model: String = "modelId",
        /// Host of the API, without a scheme. Default: `us-central1-aiplatform.googleapis.com`.
        api_endpoint: String = "apiEndpoint",
        /// Endpoint ID of a custom model. For Vertex AI.
        endpoint_id: String = "endpointId",
        /// Google Cloud region. For Vertex AI. Default: `us-central1`.
        region: String = "region",
        /// Google Cloud location. For Vertex AI. Default: `us-central1`.
        location: String = "location",
        /// Maximum number of tokens of an answer. Range: 1 to the limit of the model.
        max_tokens: i64 = "tokenLimit",
        /// Sampling temperature. Range: 0 (most deterministic) to 1.
        temperature: f64 = "temperature",
        /// Top-k sampling: number of most likely tokens to choose from. Range: >= 1.
        top_k: i64 = "topK",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
    }

    /// Generative module of Mistral.
    GenerativeMistral = "generative-mistral" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Sampling temperature. 0 is the most deterministic. Default: 0.
        temperature: f64 = "temperature",
    }

    /// Generative module of NVIDIA. Needs Weaviate 1.28.5 or 1.29.
    GenerativeNvidia = "generative-nvidia" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Sampling temperature. 0 is the most deterministic.
        temperature: f64 = "temperature",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
    }

    /// Generative module of Ollama, for local models.
    GenerativeOllama = "generative-ollama" {
        /// URL of the Ollama server, as the Weaviate server reaches it. Default:
        /// `http://localhost:11434`.
        api_endpoint: String = "apiEndpoint",
        /// Name of the model. Default: the server decides.
        model: String = "model",
    }

    /// Generative module of OpenAI and Azure OpenAI.
    GenerativeOpenAi = "generative-openai" {
        /// Name of the model, such as `gpt-5-mini`. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Name of the Azure OpenAI resource. For Azure, together with the deployment ID.
        resource_name: String = "resourceName",
        /// ID of the Azure OpenAI deployment. For Azure, together with the resource name.
        deployment_id: String = "deploymentId",
        /// Version of the Azure OpenAI API. For Azure.
        api_version: String = "apiVersion",
        /// Selects Azure OpenAI with a custom base URL. Default: off, on with resource name and
        /// deployment ID.
        is_azure: bool = "isAzure",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Frequency penalty: lowers the probability of a token each time it occurs. Range: 0 to 1.
        /// Default: 0.
        frequency_penalty: f64 = "frequencyPenalty",
        /// Presence penalty: lowers the probability of a token once it occurs. Range: 0 to 1.
        /// Default: 0.
        presence_penalty: f64 = "presencePenalty",
        /// Sampling temperature. Range: 0 (most deterministic) to 1.
        temperature: f64 = "temperature",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
        /// Reasoning effort: `minimal`, `low`, `medium` or `high`.
        reasoning_effort: String = "reasoningEffort",
        /// Verbosity of the answer: `low`, `medium` or `high`.
        verbosity: String = "verbosity",
    }

    /// Generative module of xAI (Grok). Needs Weaviate 1.30.
    GenerativeXai = "generative-xai" {
        /// Name of the model. Default: the server decides.
        model: String = "model",
        /// Base URL of the API. Default: the public address of the provider.
        base_url: String = "baseURL",
        /// Maximum number of tokens of an answer. Default: the server or the model decides.
        max_tokens: i64 = "maxTokens",
        /// Sampling temperature. 0 is the most deterministic.
        temperature: f64 = "temperature",
        /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from. Range: 0
        /// to 1.
        top_p: f64 = "topP",
    }
}
