//! Modules that write answers: the table.

use super::modules;
use crate::values::schema::modules::module;

modules! {
    /// Who writes answers, unless a query says otherwise.
    Generative with text {}

    /// Anthropic.
    GenerativeAnthropic = "generative-anthropic" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// Texts after which an answer ends.
        stop_sequences: [String] = "stopSequences",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among how many of the likeliest tokens it chooses.
        top_k: i64 = "topK",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
    }

    /// Anyscale.
    GenerativeAnyscale = "generative-anyscale" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
    }

    /// Amazon Bedrock and SageMaker.
    GenerativeAws = "generative-aws" {
        /// `bedrock` or `sagemaker`.
        service: String = "service",
        /// The region, `eu-west-1` for instance.
        region: String = "region",
        /// The model; for Bedrock.
        model: String = "model",
        /// The endpoint; for SageMaker.
        endpoint: String = "endpoint",
        /// The model behind the endpoint; for SageMaker.
        target_model: String = "targetModel",
        /// The variant of that model; for SageMaker.
        target_variant: String = "targetVariant",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// Texts after which an answer ends.
        stop_sequences: [String] = "stopSequences",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among how many of the likeliest tokens it chooses.
        top_k: i64 = "topK",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
    }

    /// Cohere.
    GenerativeCohere = "generative-cohere" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// Texts after which an answer ends.
        stop_sequences: [String] = "stopSequences",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among how many of the likeliest tokens it chooses.
        k: i64 = "k",
    }

    /// Contextual AI. Needs Weaviate 1.34.
    GenerativeContextualAi = "generative-contextualai" {
        /// The model.
        model: String = "model",
        /// How many tokens an answer may have.
        max_new_tokens: i64 = "maxNewTokens",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
        /// What the model is told before the prompt.
        system_prompt: String = "systemPrompt",
        /// Whether it keeps to what it was given.
        avoid_commentary: bool = "avoidCommentary",
        /// Texts that it is given beside the results.
        knowledge: [String] = "knowledge",
    }

    /// Databricks.
    GenerativeDatabricks = "generative-databricks" {
        /// The address of the model.
        endpoint: String = "endpoint",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among how many of the likeliest tokens it chooses.
        top_k: i64 = "topK",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
    }

    /// DeepSeek. Needs Weaviate 1.36.19, 1.37.10 or 1.38.2.
    GenerativeDeepseek = "generative-deepseek" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// Texts after which an answer ends.
        stop: [String] = "stop",
        /// How much a token is avoided the more often it occurred.
        frequency_penalty: f64 = "frequencyPenalty",
        /// How much a token is avoided once it occurred.
        presence_penalty: f64 = "presencePenalty",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
    }

    /// Repeats what it is given, for tests.
    GenerativeDummy = "generative-dummy" {}

    /// FriendliAI.
    GenerativeFriendliAi = "generative-friendliai" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
    }

    /// Google Vertex AI and AI Studio.
    GenerativeGoogle = "generative-google" | "generative-palm" {
        /// The project; for Vertex AI.
        project_id: String = "projectId",
        /// The model.
        model: String = "modelId",
        /// The address of the service, without a scheme.
        api_endpoint: String = "apiEndpoint",
        /// The endpoint of a model of one's own; for Vertex AI.
        endpoint_id: String = "endpointId",
        /// The region; for Vertex AI.
        region: String = "region",
        /// The location; for Vertex AI.
        location: String = "location",
        /// How many tokens an answer may have.
        max_tokens: i64 = "tokenLimit",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among how many of the likeliest tokens it chooses.
        top_k: i64 = "topK",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
    }

    /// Mistral.
    GenerativeMistral = "generative-mistral" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
    }

    /// NVIDIA. Needs Weaviate 1.28.5.
    GenerativeNvidia = "generative-nvidia" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
    }

    /// Ollama.
    GenerativeOllama = "generative-ollama" {
        /// Where Ollama is.
        api_endpoint: String = "apiEndpoint",
        /// The model.
        model: String = "model",
    }

    /// OpenAI and Azure.
    GenerativeOpenAi = "generative-openai" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// The resource; for Azure.
        resource_name: String = "resourceName",
        /// The deployment; for Azure.
        deployment_id: String = "deploymentId",
        /// The version of the interface; for Azure.
        api_version: String = "apiVersion",
        /// Whether it is Azure, where the other settings leave it open.
        is_azure: bool = "isAzure",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// How much a token is avoided the more often it occurred.
        frequency_penalty: f64 = "frequencyPenalty",
        /// How much a token is avoided once it occurred.
        presence_penalty: f64 = "presencePenalty",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
        /// How long the model thinks: `minimal`, `low`, `medium` or `high`.
        reasoning_effort: String = "reasoningEffort",
        /// How much it says: `low`, `medium` or `high`.
        verbosity: String = "verbosity",
    }

    /// xAI. Needs Weaviate 1.30.
    GenerativeXai = "generative-xai" {
        /// The model.
        model: String = "model",
        /// Where the service is, if not at its usual address.
        base_url: String = "baseURL",
        /// How many tokens an answer may have.
        max_tokens: i64 = "maxTokens",
        /// How freely the model chooses; 0 is not at all.
        temperature: f64 = "temperature",
        /// Among tokens of which probability it chooses, together.
        top_p: f64 = "topP",
    }
}
