//! Texts that a language model has written.

use super::ProviderMetadata;

/// Text that a language model has written.
///
/// [`Hit::generated`](crate::query::Hit::generated) has that of a single prompt,
/// [`SearchResults::generated`](crate::query::SearchResults::generated) that of a grouped task.
/// [`Group::generated`](crate::query::Group::generated) has that of a prompt about the best object
/// of a group. A text arrives as a whole: the API of Weaviate has no streaming.
///
/// See [Generative search](https://docs.weaviate.io/weaviate/search/generative).
///
/// ```no_run
/// use weaviate::generate::Generate;
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let generate = Generate::single("Sum up {title}");
/// for hit in &articles.query().bm25("owls").generate(generate).await? {
///     if let Some(summary) = hit.generated() {
///         println!("{}", summary.text);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Generated {
    /// Text. Empty if the model answers with nothing.
    ///
    /// A provider that fails for one object fails the whole query. In groups and for a task, the
    /// server leaves an empty answer out, and there is no `Generated`.
    pub text: String,
    /// Prompt as the model got it, if [`debug`](crate::properties::Typed::debug) is on.
    pub full_prompt: Option<String>,
    /// What the provider counted, if its `return_metadata` is on.
    pub metadata: Option<ProviderMetadata>,
}
