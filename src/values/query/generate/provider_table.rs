//! Table of the providers that a query can name, with all their options.

// The macro hands the table to another macro: one declares the types, one in `wire` writes the messages, and a test
// prints `docs/modules.md`. The name of an option is that of its field in the message of the contract.

/// Calls a macro with the table. A row: type, message, variant of the message, module, and `metadata` where the server
/// returns some.
macro_rules! provider_table {
    ($callback:ident) => {
        $callback! {
            /// Anthropic (Claude).
            Anthropic GenerativeAnthropic Anthropic "generative-anthropic" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Stop sequences: texts at which the answer ends. Default: none.
                stop_sequences: [String],
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-k sampling: number of most likely tokens to choose from. Range: >= 1.
                top_k: i64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
                /// Images that the model gets with each prompt. Default: none. Needs Weaviate 1.27.12
                /// or 1.28.5.
                images: [Blob],
                /// Blob properties of the objects, whose images the model gets. Default: none. For a
                /// prompt they have to be selected. Needs
                /// Weaviate 1.27.15, 1.28.9 or 1.29.1.
                image_properties: [String],
            }
            /// Anyscale.
            Anyscale GenerativeAnyscale Anyscale "generative-anyscale" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
            }
            /// AWS: Amazon Bedrock and SageMaker.
            Aws GenerativeAws Aws "generative-aws" metadata {
                /// AWS service: `bedrock` or `sagemaker`. Default: `bedrock`.
                service: String,
                /// AWS region, such as `eu-west-1`.
                region: String,
                /// Name of the model. For Bedrock.
                model: String,
                /// Name of the endpoint. For SageMaker.
                endpoint: String,
                /// Target model of a multi-model endpoint. For SageMaker.
                target_model: String,
                /// Target variant of the endpoint. For SageMaker.
                target_variant: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                /// Needs Weaviate 1.31.14 or 1.32.6.
                max_tokens: i64,
                /// Stop sequences: texts at which the answer ends. Default: none. Needs Weaviate
                /// 1.32.21, 1.33.9 or 1.34.4.
                stop_sequences: [String],
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Images that the model gets with each prompt. Default: none. Needs Weaviate 1.27.12
                /// or 1.28.5.
                images: [Blob],
                /// Blob properties of the objects, whose images the model gets. Default: none. For a
                /// prompt they have to be selected. Needs
                /// Weaviate 1.27.15, 1.28.9 or 1.29.1.
                image_properties: [String],
            }
            /// Cohere.
            Cohere GenerativeCohere Cohere "generative-cohere" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Stop sequences: texts at which the answer ends. Default: none.
                stop_sequences: [String],
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Frequency penalty: lowers the probability of a token each time it occurs.
                frequency_penalty: f64,
                /// Presence penalty: lowers the probability of a token once it occurs.
                presence_penalty: f64,
                /// Top-k sampling: number of most likely tokens to choose from. Default: 0, off.
                k: i64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                p: f64,
                /// Images that the model gets with each prompt. Default: none. Needs Weaviate 1.31.17
                /// or 1.32.10.
                images: [Blob],
                /// Blob properties of the objects, whose images the model gets. Default: none. For a
                /// prompt they have to be selected. Needs
                /// Weaviate 1.31.17 or 1.32.10.
                image_properties: [String],
            }
            /// Contextual AI, which returns no metadata. Needs Weaviate 1.34.
            ContextualAi GenerativeContextualAi Contextualai "generative-contextualai" {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_new_tokens: i64,
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
                /// System prompt of the model. Default: none.
                system_prompt: String,
                /// Restricts the answer to the given knowledge, without commentary. Default: off.
                avoid_commentary: bool,
                /// Texts given to the model besides the search results. Default: none.
                knowledge: [String],
            }
            /// Databricks.
            Databricks GenerativeDatabricks Databricks "generative-databricks" metadata {
                /// URL of the model serving endpoint. Default: that of the collection.
                endpoint: String,
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Stop sequences: texts at which the answer ends. Default: none.
                stop: [String],
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
                /// Frequency penalty: lowers the probability of a token each time it occurs.
                frequency_penalty: f64,
                /// Presence penalty: lowers the probability of a token once it occurs.
                presence_penalty: f64,
                /// Number of texts that the provider writes; the first one is returned.
                n: i64,
                /// Has the provider compute log probabilities, which the server does not pass on.
                log_probs: bool,
                /// Number of most likely tokens with their log probabilities.
                top_log_probs: i64,
            }
            /// DeepSeek. Needs Weaviate 1.36.19, 1.37.10, 1.38.2 or 1.39.
            DeepSeek GenerativeDeepseek Deepseek "generative-deepseek" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Stop sequences: texts at which the answer ends. Default: none.
                stop: [String],
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
                /// Frequency penalty: lowers the probability of a token each time it occurs.
                frequency_penalty: f64,
                /// Presence penalty: lowers the probability of a token once it occurs.
                presence_penalty: f64,
            }
            /// Dummy for tests: the module `generative-dummy` of the collection, without a
            /// model.
            Dummy GenerativeDummy Dummy "generative-dummy" {
            }
            /// FriendliAI.
            FriendliAi GenerativeFriendliAi Friendliai "generative-friendliai" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
                /// Number of texts that the provider writes; the first one is returned.
                n: i64,
            }
            /// Google: Vertex AI and AI Studio (Gemini).
            Google GenerativeGoogle Google "generative-google" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Host of the API. For Gemini: `generativelanguage.googleapis.com`. Default: that of
                /// the collection.
                api_endpoint: String,
                /// Project ID. For Vertex AI.
                project_id: String,
                /// Endpoint ID of a model of your own. For Vertex AI.
                endpoint_id: String,
                /// Region. For Vertex AI. Default: `us-central1`.
                region: String,
                /// Location of the model. For Vertex AI. Needs Weaviate 1.36.19, 1.37.10, 1.38.2 or
                /// 1.39.
                location: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Stop sequences: texts at which the answer ends. Default: none.
                stop_sequences: [String],
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-k sampling: number of most likely tokens to choose from. Range: >= 1.
                top_k: i64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
                /// Frequency penalty: lowers the probability of a token each time it occurs.
                frequency_penalty: f64,
                /// Presence penalty: lowers the probability of a token once it occurs.
                presence_penalty: f64,
                /// Images that the model gets with each prompt. Default: none. Needs Weaviate 1.27.12
                /// or 1.28.5.
                images: [Blob],
                /// Blob properties of the objects, whose images the model gets. Default: none. For a
                /// prompt they have to be selected. Needs
                /// Weaviate 1.27.15, 1.28.9 or 1.29.1.
                image_properties: [String],
            }
            /// Mistral.
            Mistral GenerativeMistral Mistral "generative-mistral" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
            }
            /// NVIDIA. Needs Weaviate 1.28.5 or 1.29.
            Nvidia GenerativeNvidia Nvidia "generative-nvidia" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
            }
            /// Ollama, for local models.
            Ollama GenerativeOllama Ollama "generative-ollama" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// URL of the Ollama server, as seen from Weaviate. Default: that of the collection.
                api_endpoint: String,
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Images that the model gets with each prompt. Default: none. Needs Weaviate 1.27.12
                /// or 1.28.5.
                images: [Blob],
                /// Blob properties of the objects, whose images the model gets. Default: none. For a
                /// prompt they have to be selected. Needs
                /// Weaviate 1.27.15, 1.28.9 or 1.29.1.
                image_properties: [String],
            }
            /// OpenAI and Azure OpenAI.
            OpenAi GenerativeOpenAi Openai "generative-openai" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Name of the Azure resource, together with the deployment ID. For Azure.
                resource_name: String,
                /// Deployment ID. For Azure, together with the resource name.
                deployment_id: String,
                /// Version of the Azure OpenAI API. For Azure.
                api_version: String,
                /// Selects Azure OpenAI with a custom base URL. Default: off, on with resource name
                /// and deployment ID.
                is_azure: bool,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Stop sequences: texts at which the answer ends. Default: none.
                stop: [String],
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
                /// Frequency penalty: lowers the probability of a token each time it occurs.
                frequency_penalty: f64,
                /// Presence penalty: lowers the probability of a token once it occurs.
                presence_penalty: f64,
                /// Number of texts that the provider writes; the first one is returned.
                n: i64,
                /// How much the model reasons before it answers. Needs Weaviate 1.31.14, 1.32.8 or
                /// 1.33.
                reasoning_effort: ReasoningEffort,
                /// How long the answer is. Needs Weaviate 1.31.14, 1.32.8 or 1.33.
                verbosity: Verbosity,
                /// Images that the model gets with each prompt. Default: none. Needs Weaviate 1.27.12
                /// or 1.28.5.
                images: [Blob],
                /// Blob properties of the objects, whose images the model gets. Default: none. For a
                /// prompt they have to be selected. Needs
                /// Weaviate 1.27.15, 1.28.9 or 1.29.1.
                image_properties: [String],
            }
            /// xAI (Grok). Needs Weaviate 1.30.
            Xai GenerativeXai Xai "generative-xai" metadata {
                /// Name of the model. Default: that of the collection, or the server decides.
                model: String,
                /// Base URL of the API. Default: the public address of the provider.
                base_url: String,
                /// Maximum number of tokens of a text. Default: the server or the model decides.
                max_tokens: i64,
                /// Sampling temperature. 0 is the most deterministic.
                temperature: f64,
                /// Top-p (nucleus) sampling: cumulative probability of the tokens to choose from.
                /// Range: 0 to 1.
                top_p: f64,
                /// Images that the model gets with each prompt. Default: none.
                images: [Blob],
                /// Blob properties of the objects, whose images the model gets. Default: none. For a
                /// prompt they have to be selected.
                image_properties: [String],
            }
        }
    };
}

pub(crate) use provider_table;
