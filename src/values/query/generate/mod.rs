//! Values of generative searches: prompts, providers and generated texts.

mod generated;
mod generation;
mod placeholders;
mod provider_metadata;
pub(crate) mod provider_table;
pub(crate) mod providers;
#[cfg(test)]
mod tests;

pub use generated::Generated;
pub use generation::{Generate, GroupedTask};
pub(crate) use placeholders::{check_task, placeholders};
pub use provider_metadata::{
    AnthropicUsage, CohereApiVersion, CohereBilledUnits, CohereMetadata, CohereTokens, GoogleMetadata,
    GoogleTokenCount, ProviderMetadata, TokenUsage,
};
pub use providers::{GenerativeProvider, ReasoningEffort, Verbosity};
