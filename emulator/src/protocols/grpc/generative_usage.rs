//! The metadata that providers send beside their texts: what they counted.

use weaviate_generated::grpc::generative_metadata::Kind;
use weaviate_generated::grpc::{
    GenerativeAnthropicMetadata, GenerativeAnyscaleMetadata, GenerativeAwsMetadata, GenerativeCohereMetadata,
    GenerativeDatabricksMetadata, GenerativeDeepseekMetadata, GenerativeFriendliAiMetadata, GenerativeGoogleMetadata,
    GenerativeMetadata, GenerativeMistralMetadata, GenerativeNvidiaMetadata, GenerativeOllamaMetadata,
    GenerativeOpenAiMetadata, GenerativeXaiMetadata, generative_anthropic_metadata, generative_cohere_metadata,
    generative_databricks_metadata, generative_deepseek_metadata, generative_friendli_ai_metadata,
    generative_google_metadata, generative_mistral_metadata, generative_nvidia_metadata, generative_open_ai_metadata,
    generative_xai_metadata,
};

use super::integer;

/// The tokens of every text.
const WRITTEN: i64 = 7;

/// The metadata of a module, which counts the words of the prompt. `None` where the server cannot tell them.
pub(super) fn metadata(module: &str, prompt: &str) -> Option<GenerativeMetadata> {
    let read = integer(prompt.split_whitespace().count());
    /// The usage as most providers tell it.
    macro_rules! usage {
        ($kind:ident, $message:ident, $module:ident) => {
            Kind::$kind($message {
                usage: Some($module::Usage {
                    prompt_tokens: Some(read),
                    completion_tokens: Some(WRITTEN),
                    total_tokens: Some(read.saturating_add(WRITTEN)),
                }),
            })
        };
    }
    let kind = match module.strip_prefix("generative-")? {
        "anthropic" => Kind::Anthropic(GenerativeAnthropicMetadata {
            usage: Some(generative_anthropic_metadata::Usage { input_tokens: read, output_tokens: WRITTEN }),
        }),
        "anyscale" => Kind::Anyscale(GenerativeAnyscaleMetadata {}),
        "aws" => Kind::Aws(GenerativeAwsMetadata {}),
        "cohere" => Kind::Cohere(cohere(read)),
        "mistral" => usage!(Mistral, GenerativeMistralMetadata, generative_mistral_metadata),
        "ollama" => Kind::Ollama(GenerativeOllamaMetadata {}),
        "openai" => usage!(Openai, GenerativeOpenAiMetadata, generative_open_ai_metadata),
        "google" => Kind::Google(GenerativeGoogleMetadata {
            metadata: None,
            usage_metadata: Some(generative_google_metadata::UsageMetadata {
                prompt_token_count: Some(read),
                candidates_token_count: Some(WRITTEN),
                total_token_count: Some(read.saturating_add(WRITTEN)),
            }),
        }),
        "databricks" => usage!(Databricks, GenerativeDatabricksMetadata, generative_databricks_metadata),
        "friendliai" => usage!(Friendliai, GenerativeFriendliAiMetadata, generative_friendli_ai_metadata),
        "nvidia" => usage!(Nvidia, GenerativeNvidiaMetadata, generative_nvidia_metadata),
        "xai" => usage!(Xai, GenerativeXaiMetadata, generative_xai_metadata),
        "deepseek" => usage!(Deepseek, GenerativeDeepseekMetadata, generative_deepseek_metadata),
        _ => return None,
    };
    Some(GenerativeMetadata { kind: Some(kind) })
}

/// Cohere bills the words, and counts some more.
#[expect(clippy::cast_precision_loss, reason = "prompts are short")]
fn cohere(read: i64) -> GenerativeCohereMetadata {
    let (read, written) = (read as f64, WRITTEN as f64);
    GenerativeCohereMetadata {
        billed_units: Some(generative_cohere_metadata::BilledUnits {
            input_tokens: Some(read),
            output_tokens: Some(written),
            ..Default::default()
        }),
        tokens: Some(generative_cohere_metadata::Tokens {
            input_tokens: Some(read + 3.0),
            output_tokens: Some(written + 2.0),
        }),
        ..Default::default()
    }
}
