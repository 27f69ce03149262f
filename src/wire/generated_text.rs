//! Conversion of the texts of a generative search, and of what providers counted.

use weaviate_generated::grpc::generative_metadata::Kind;
use weaviate_generated::grpc::reply::{GroupByResult, SearchReply, SearchResult};
use weaviate_generated::grpc::{
    GenerativeCohereMetadata, GenerativeGoogleMetadata, GenerativeMetadata, GenerativeReply, GenerativeResult,
    TextArray, generative_google_metadata,
};

use crate::values::query::generate::{
    AnthropicUsage, CohereApiVersion, CohereBilledUnits, CohereMetadata, CohereTokens, Generated, GoogleMetadata,
    GoogleTokenCount, ProviderMetadata, TokenUsage,
};

/// Takes the text of one object.
pub(super) fn of_hit(result: &mut SearchResult) -> Option<Box<Generated>> {
    if let Some(generated) = result.generative.take().and_then(first) {
        return Some(generated);
    }
    let metadata = result.metadata.as_mut()?;
    #[expect(deprecated, reason = "servers before 1.27.14 have no other field for it")]
    let (text, is_present) = (std::mem::take(&mut metadata.generative), metadata.generative_present);
    is_present.then(|| Box::new(plain(text)))
}

/// Takes the text of a group. Servers up to 1.39 fill the deprecated field only.
pub(super) fn of_group(group: &mut GroupByResult) -> Option<Box<Generated>> {
    #[expect(deprecated, reason = "the only field that servers fill")]
    let old = group.generative.take();
    group.generative_result.take().and_then(first).or_else(|| old.map(text).map(Box::new))
}

/// Takes the text of all objects. Of groups, and before 1.27.14, it is in the deprecated field.
pub(super) fn of_all(reply: &mut SearchReply) -> Option<Box<Generated>> {
    #[expect(deprecated, reason = "the only field that servers fill for groups")]
    let old = reply.generative_grouped_result.take().filter(|text| !text.is_empty());
    reply.generative_grouped_results.take().and_then(first).or_else(|| old.map(plain).map(Box::new))
}

/// A request has one prompt, so that there is one text.
fn first(result: GenerativeResult) -> Option<Box<Generated>> {
    result.values.into_iter().next().map(text).map(Box::new)
}

fn plain(text: String) -> Generated {
    Generated { text, ..Generated::default() }
}

fn text(reply: GenerativeReply) -> Generated {
    Generated {
        text: reply.result,
        full_prompt: reply.debug.and_then(|debug| debug.full_prompt),
        metadata: reply.metadata.and_then(metadata),
    }
}

fn count(number: i64) -> Option<u64> {
    u64::try_from(number).ok()
}

fn metadata(message: GenerativeMetadata) -> Option<ProviderMetadata> {
    /// Usage of the providers that count alike, each of which has a message of its own.
    macro_rules! usage {
        ($message:expr) => {
            $message.usage.map_or_else(TokenUsage::default, |usage| TokenUsage {
                prompt_tokens: usage.prompt_tokens.and_then(count),
                completion_tokens: usage.completion_tokens.and_then(count),
                total_tokens: usage.total_tokens.and_then(count),
            })
        };
    }
    Some(match message.kind? {
        Kind::Anthropic(found) => {
            ProviderMetadata::Anthropic(found.usage.map_or_else(AnthropicUsage::default, |usage| AnthropicUsage {
                input_tokens: count(usage.input_tokens).unwrap_or_default(),
                output_tokens: count(usage.output_tokens).unwrap_or_default(),
            }))
        }
        Kind::Anyscale(_) => ProviderMetadata::Anyscale,
        Kind::Aws(_) => ProviderMetadata::Aws,
        Kind::Cohere(found) => ProviderMetadata::Cohere(Box::new(cohere(found))),
        Kind::Dummy(_) => ProviderMetadata::Dummy,
        Kind::Mistral(found) => ProviderMetadata::Mistral(usage!(found)),
        Kind::Ollama(_) => ProviderMetadata::Ollama,
        Kind::Openai(found) => ProviderMetadata::OpenAi(usage!(found)),
        Kind::Google(found) => ProviderMetadata::Google(Box::new(google(found))),
        Kind::Databricks(found) => ProviderMetadata::Databricks(usage!(found)),
        Kind::Friendliai(found) => ProviderMetadata::FriendliAi(usage!(found)),
        Kind::Nvidia(found) => ProviderMetadata::Nvidia(usage!(found)),
        Kind::Xai(found) => ProviderMetadata::Xai(usage!(found)),
        Kind::Deepseek(found) => ProviderMetadata::DeepSeek(usage!(found)),
    })
}

fn cohere(message: GenerativeCohereMetadata) -> CohereMetadata {
    CohereMetadata {
        api_version: message.api_version.map(|api| CohereApiVersion {
            version: api.version,
            is_deprecated: api.is_deprecated,
            is_experimental: api.is_experimental,
        }),
        billed_units: message.billed_units.map(|units| CohereBilledUnits {
            input_tokens: units.input_tokens,
            output_tokens: units.output_tokens,
            search_units: units.search_units,
            classifications: units.classifications,
        }),
        tokens: message
            .tokens
            .map(|tokens| CohereTokens { input_tokens: tokens.input_tokens, output_tokens: tokens.output_tokens }),
        warnings: message.warnings.map(|TextArray { values }| values).unwrap_or_default(),
    }
}

fn google(message: GenerativeGoogleMetadata) -> GoogleMetadata {
    let tokens = message.metadata.and_then(|metadata| metadata.token_metadata).unwrap_or_default();
    let counted = |found: generative_google_metadata::TokenCount| GoogleTokenCount {
        total_billable_characters: found.total_billable_characters.and_then(count),
        total_tokens: found.total_tokens.and_then(count),
    };
    GoogleMetadata {
        usage: message.usage_metadata.map(|usage| TokenUsage {
            prompt_tokens: usage.prompt_token_count.and_then(count),
            completion_tokens: usage.candidates_token_count.and_then(count),
            total_tokens: usage.total_token_count.and_then(count),
        }),
        input_token_count: tokens.input_token_count.map(counted),
        output_token_count: tokens.output_token_count.map(counted),
    }
}
