//! Generative search (RAG): a language model writes texts from the results of a query.
//!
//! [`Query::generate`](crate::query::Query::generate) is an option of every kind of search. A
//! [single prompt](Generate::single) is answered for each object, a [grouped task](Generate::grouped)
//! once for all of them. The texts come back with the [hits](crate::query::Hit::generated), the
//! [groups](crate::query::Group::generated) and the
//! [results](crate::query::SearchResults::generated), as [`Generated`].
//!
//! The collection has a generative [module](crate::schema::modules::Generative), or the query names
//! one of the [`providers`]. A text arrives as a whole: the API of Weaviate has no streaming.
//!
//! ```no_run
//! use weaviate::generate::{Generate, providers};
//! use weaviate::prelude::*;
//!
//! # async fn example(articles: Collection) -> weaviate::Result<()> {
//! let generate = Generate::single("Sum up in one sentence: {body}")
//!     .and_grouped("What do these articles agree on?")
//!     .provider(providers::OpenAi::new().model("gpt-5"));
//! let hits = articles.query().near_text("owls").limit(5).generate(generate).await?;
//! for hit in &hits {
//!     println!("{:?}", hit.generated().map(|one| &one.text));
//! }
//! println!("{:?}", hits.generated().map(|all| &all.text));
//! # Ok(())
//! # }
//! ```
//!
//! See [Generative search](https://docs.weaviate.io/weaviate/search/generative) in Weaviate's
//! documentation.

pub use crate::values::query::generate::{
    AnthropicUsage, CohereApiVersion, CohereBilledUnits, CohereMetadata, CohereTokens, Generate, Generated,
    GenerativeProvider, GoogleMetadata, GoogleTokenCount, GroupedTask, ProviderMetadata, ReasoningEffort, TokenUsage,
    Verbosity,
};

/// Providers of language models that a query can name, each with its options.
///
/// ```
/// use weaviate::generate::providers;
///
/// let model = providers::OpenAi::new().model("gpt-5").max_tokens(500);
/// ```
///
/// Only a provider that the server gives images to takes some:
///
/// ```compile_fail,E0599
/// use weaviate::generate::providers;
///
/// let model = providers::Mistral::new().image_properties(["photo"]);
/// ```
pub mod providers {
    pub use crate::values::query::generate::providers::{
        Anthropic, Anyscale, Aws, Cohere, ContextualAi, Databricks, DeepSeek, Dummy, FriendliAi, Google, Mistral,
        Nvidia, Ollama, OpenAi, Xai,
    };
}
