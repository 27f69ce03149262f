//! Setter of generative search.

use super::Query;
use crate::values::properties::Typed;
use crate::values::query::generate::Generate;

impl<P, K, Out> Query<P, K, Out> {
    /// Has a language model write texts from the results (RAG).
    ///
    /// Takes a [`Generate`]: a prompt for each object, a task for all, or both. Texts are with the
    /// [hits](crate::query::Hit::generated), the [groups](crate::query::Group::generated) and the
    /// [results](crate::query::SearchResults::generated). See
    /// [Generative search](https://docs.weaviate.io/weaviate/search/generative) in Weaviate's
    /// documentation.
    ///
    /// The server asks the model once for each object of the [`limit`](Self::limit), after it has
    /// reranked them. Set a [timeout](Self::timeout) that the model can keep. A property that only
    /// a prompt or task names comes back, too.
    ///
    /// # Errors
    ///
    /// Besides those of every query:
    ///
    /// - [`Validation`](crate::ErrorKind::Validation), before anything is sent: braces that are
    ///   empty or not balanced, a name that the struct of the collection does not have, `debug`
    ///   without a provider, a [sort order](Query::sort), a task in a fetch by id, and an image
    ///   property that is not selected.
    /// - [`Unsupported`](crate::ErrorKind::Unsupported) for a provider before Weaviate 1.27.14, and
    ///   for an option of a provider that the server does not have.
    /// - [`Server`](crate::ErrorKind::Server) if the model fails for one object, or one has no value
    ///   for a placeholder. The whole query fails then, with groups in other words: "No results for
    ///   generative search despite a search request".
    ///
    /// ```no_run
    /// use weaviate::generate::{Generate, GroupedTask};
    /// use weaviate::prelude::*;
    ///
    /// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
    /// # struct Article { title: String, body: String }
    /// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
    /// let fields = Article::fields();
    /// let task = GroupedTask::new("Which owls live in barns?").properties((fields.title, fields.body));
    /// let generate = Generate::single("Sum up {body}").and_grouped(task);
    /// let hits = articles.query().hybrid("barn owls").limit(5).generate(generate).await?;
    /// println!("{:?}", hits.generated().map(|answer| &answer.text));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "rag")]
    pub fn generate(mut self, generate: impl Into<Typed<P, Generate>>) -> Self {
        self.options.generate = Some(Box::new(generate.into().into_inner()));
        self
    }
}
