//! Metadata of providers: what they counted.

#![allow(clippy::doc_markdown, reason = "names of companies and products, not of code")]

/// Metadata that a provider returned with a text: mostly the number of tokens.
///
/// A provider returns it if its `return_metadata` is on. See
/// [Model providers](https://docs.weaviate.io/weaviate/model-providers).
///
/// ```
/// use weaviate::generate::ProviderMetadata;
///
/// fn tokens(metadata: &ProviderMetadata) -> Option<u64> {
///     match metadata {
///         ProviderMetadata::OpenAi(usage) => usage.total_tokens,
///         ProviderMetadata::Anthropic(usage) => Some(usage.input_tokens + usage.output_tokens),
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ProviderMetadata {
    /// Of Anthropic.
    Anthropic(AnthropicUsage),
    /// Of Anyscale, which returns nothing.
    Anyscale,
    /// Of AWS, which returns nothing.
    Aws,
    /// Of Cohere.
    Cohere(Box<CohereMetadata>),
    /// Of Databricks.
    Databricks(TokenUsage),
    /// Of DeepSeek.
    DeepSeek(TokenUsage),
    /// Of the dummy, which returns nothing.
    Dummy,
    /// Of FriendliAI.
    FriendliAi(TokenUsage),
    /// Of Google.
    Google(Box<GoogleMetadata>),
    /// Of Mistral.
    Mistral(TokenUsage),
    /// Of NVIDIA.
    Nvidia(TokenUsage),
    /// Of Ollama, which returns nothing.
    Ollama,
    /// Of OpenAI and Azure OpenAI.
    OpenAi(TokenUsage),
    /// Of xAI.
    Xai(TokenUsage),
}

/// Number of tokens, as most providers count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenUsage {
    /// Tokens of the prompt.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the text.
    pub completion_tokens: Option<u64>,
    /// Tokens of both.
    pub total_tokens: Option<u64>,
}

/// Number of tokens of Anthropic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnthropicUsage {
    /// Tokens of the prompt.
    pub input_tokens: u64,
    /// Tokens of the text.
    pub output_tokens: u64,
}

/// Metadata of Cohere.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CohereMetadata {
    /// Version of the API.
    pub api_version: Option<CohereApiVersion>,
    /// Billed units.
    pub billed_units: Option<CohereBilledUnits>,
    /// Number of tokens.
    pub tokens: Option<CohereTokens>,
    /// Warnings of the provider.
    pub warnings: Vec<String>,
}

/// Version of the API of Cohere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CohereApiVersion {
    /// Version.
    pub version: Option<String>,
    /// The version is deprecated.
    pub is_deprecated: Option<bool>,
    /// The version is experimental.
    pub is_experimental: Option<bool>,
}

/// Units that Cohere bills.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CohereBilledUnits {
    /// Tokens of the prompt.
    pub input_tokens: Option<f64>,
    /// Tokens of the text.
    pub output_tokens: Option<f64>,
    /// Searches.
    pub search_units: Option<f64>,
    /// Classifications.
    pub classifications: Option<f64>,
}

/// Number of tokens of Cohere.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CohereTokens {
    /// Tokens of the prompt.
    pub input_tokens: Option<f64>,
    /// Tokens of the text.
    pub output_tokens: Option<f64>,
}

/// Metadata of Google: Vertex AI counts input and output, Gemini as the others do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoogleMetadata {
    /// Tokens as Gemini counts them.
    pub usage: Option<TokenUsage>,
    /// Input as Vertex AI counts it.
    pub input_token_count: Option<GoogleTokenCount>,
    /// Output as Vertex AI counts it.
    pub output_token_count: Option<GoogleTokenCount>,
}

/// Number of tokens and characters of Vertex AI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoogleTokenCount {
    /// Characters that are billed.
    pub total_billable_characters: Option<u64>,
    /// Tokens.
    pub total_tokens: Option<u64>,
}
