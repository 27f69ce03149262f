//! What a query has a language model write: a prompt for each object, a task for all.

use super::GenerativeProvider;
use crate::values::properties::{IntoList, PropertyName, Typed};

/// Generative search (RAG): a language model writes texts from the results of a query.
///
/// [`Query::generate`](crate::query::Query::generate) takes it. A single prompt is answered for each
/// object, a grouped task once for all of them. A query can have both. See
/// [Generative search](https://docs.weaviate.io/weaviate/search/generative) in Weaviate's
/// documentation.
///
/// The model is that of the collection's generative module. [`provider`](Typed::provider) names
/// another one for the query. The server asks one model in a query, for the prompt and the task.
///
/// ```no_run
/// use weaviate::generate::{Generate, GroupedTask, providers};
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let generate = Generate::single("Sum up in one sentence: {title}. {body}")
///     .and_grouped(GroupedTask::new("Which of these are about owls?").properties(["title"]))
///     .provider(providers::OpenAi::new().model("gpt-5").return_metadata(true));
/// let hits = articles.query().hybrid("owls").limit(5).generate(generate).await?;
/// for hit in &hits {
///     println!("{:?}", hit.generated().map(|one| &one.text));
/// }
/// println!("{:?}", hits.generated().map(|all| &all.text));
/// # Ok(())
/// # }
/// ```
#[doc(alias = "rag")]
#[derive(Clone, Debug, PartialEq)]
pub struct Generate {
    pub(crate) single: Option<String>,
    pub(crate) grouped: Option<GroupedTask>,
    pub(crate) provider: Option<Box<GenerativeProvider>>,
    pub(crate) debug: bool,
}

impl Generate {
    /// Creates a generation by a prompt that is answered for each object.
    ///
    /// `{title}` stands for the value of the property `title`: letters from a to z, digits and `_`
    /// between braces, without spaces. Texts are filled in as they are, large numbers with an exponent
    /// (from 1,000,000 on, as `1e+06`), other values as JSON. Other braces have to be balanced, not
    /// empty, and stay as they are, so that a prompt may hold JSON; the server has no escape for them.
    ///
    /// The server adds a property that only the prompt names to what comes back. It fails for the
    /// whole query if one of the objects has no value for it. A reference has none.
    ///
    /// ```no_run
    /// use weaviate::generate::Generate;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let translated = Generate::single("Translate into German: {title}");
    /// let hits = articles.query().bm25("owls").limit(3).generate(translated).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "single_prompt")]
    pub fn single<P>(prompt: impl Into<String>) -> Typed<P, Self> {
        Typed::new(Self { single: Some(prompt.into()), grouped: None, provider: None, debug: false })
    }

    /// Creates a generation by a task that is answered once for all objects together.
    ///
    /// ```no_run
    /// use weaviate::generate::Generate;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let compared = Generate::grouped("What do these articles agree on?");
    /// let hits = articles.query().bm25("owls").limit(3).generate(compared).await?;
    /// println!("{:?}", hits.generated().map(|all| &all.text));
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "grouped_task")]
    pub fn grouped<P>(task: impl Into<Typed<P, GroupedTask>>) -> Typed<P, Self> {
        Typed::new(Self { single: None, grouped: Some(task.into().into_inner()), provider: None, debug: false })
    }
}

impl<P> Typed<P, Generate> {
    /// Adds a prompt that is answered for each object, or replaces it.
    ///
    /// ```
    /// use weaviate::PropertyMap;
    /// use weaviate::generate::Generate;
    ///
    /// let both = Generate::grouped::<PropertyMap>("Compare them").and_single("Sum up {title}");
    /// ```
    pub fn and_single(mut self, prompt: impl Into<String>) -> Self {
        self.value_mut().single = Some(prompt.into());
        self
    }

    /// Adds a task that is answered once for all objects, or replaces it.
    ///
    /// Beside a prompt, servers up to 1.39 return the metadata and the full prompt of the first
    /// object's text with the text of the task, too.
    ///
    /// ```
    /// use weaviate::PropertyMap;
    /// use weaviate::generate::Generate;
    ///
    /// let both = Generate::single::<PropertyMap>("Sum up {title}").and_grouped("Compare them");
    /// ```
    pub fn and_grouped(mut self, task: impl Into<Typed<P, GroupedTask>>) -> Self {
        self.value_mut().grouped = Some(task.into().into_inner());
        self
    }

    /// Sets the provider: which language model answers, and how.
    ///
    /// It counts for the prompt and the task. Needs Weaviate 1.27.14. Default: the generative module
    /// of the collection; without one, the server fails with "client not found".
    ///
    /// ```
    /// use weaviate::PropertyMap;
    /// use weaviate::generate::{Generate, providers};
    ///
    /// let by_claude = Generate::single::<PropertyMap>("Sum up {title}")
    ///     .provider(providers::Anthropic::new().max_tokens(500).temperature(0.2));
    /// ```
    #[doc(alias = "generative_provider")]
    pub fn provider(mut self, provider: impl Into<GenerativeProvider>) -> Self {
        self.value_mut().provider = Some(Box::new(provider.into()));
        self
    }

    /// Returns the full prompts with the texts:
    /// [`Generated::full_prompt`](super::Generated::full_prompt). Default: off. Needs a provider,
    /// and for a task Weaviate 1.31.11, 1.32.4 or 1.33.
    ///
    /// The server does not tell them in groups.
    ///
    /// ```
    /// use weaviate::PropertyMap;
    /// use weaviate::generate::{Generate, providers};
    ///
    /// let generate = Generate::single::<PropertyMap>("Sum up {title}")
    ///     .provider(providers::OpenAi::new())
    ///     .debug(true);
    /// ```
    pub fn debug(mut self, debug: bool) -> Self {
        self.value_mut().debug = debug;
        self
    }
}

/// Task that is answered once for all objects of the results.
///
/// The model gets the task and behind it the objects as JSON: all their properties, or the
/// [chosen](Typed::properties) ones. A task has no placeholders. Of groups, it gets the best object
/// of each.
///
/// A text converts into a task. See
/// [Generative search](https://docs.weaviate.io/weaviate/search/generative).
///
/// ```no_run
/// use weaviate::generate::{Generate, GroupedTask};
/// use weaviate::prelude::*;
///
/// # #[derive(serde::Serialize, serde::Deserialize, Properties)]
/// # struct Article { title: String, body: String }
/// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
/// let fields = Article::fields();
/// let task = GroupedTask::new("Which of these are about owls?").properties((fields.title, fields.body));
/// let hits = articles.query().bm25("owls").generate(Generate::grouped(task)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GroupedTask {
    pub(crate) text: String,
    pub(crate) properties: Option<Vec<String>>,
}

impl GroupedTask {
    /// Creates a task about all properties of the objects.
    ///
    /// The server adds them to what comes back, except blobs and references. It may refuse a query
    /// that finds nested objects: choose [properties](Typed::properties) then.
    ///
    /// ```
    /// use weaviate::PropertyMap;
    /// use weaviate::generate::{Generate, GroupedTask};
    ///
    /// let generate = Generate::grouped::<PropertyMap>(GroupedTask::new("Compare them"));
    /// assert_eq!(generate, Generate::grouped("Compare them"));
    /// ```
    pub fn new<P>(text: impl Into<String>) -> Typed<P, Self> {
        Typed::new(Self { text: text.into(), properties: None })
    }
}

impl<P> Typed<P, GroupedTask> {
    /// Sets the properties that the model gets. Default: all.
    ///
    /// Takes names, or a tuple of field handles of the struct. The server adds them to what comes
    /// back.
    ///
    /// ```
    /// use weaviate::PropertyMap;
    /// use weaviate::generate::{Generate, GroupedTask};
    ///
    /// let task = GroupedTask::new("Compare them").properties(["title", "body"]);
    /// let generate = Generate::grouped::<PropertyMap>(task);
    /// ```
    #[doc(alias = "grouped_properties")]
    pub fn properties(mut self, properties: impl IntoList<P, PropertyName>) -> Self {
        let names = properties.into_list().into_iter().map(|PropertyName(name)| name);
        self.value_mut().properties = Some(names.collect());
        self
    }
}

impl<P> From<&str> for Typed<P, GroupedTask> {
    fn from(text: &str) -> Self {
        GroupedTask::new(text)
    }
}

impl<P> From<String> for Typed<P, GroupedTask> {
    fn from(text: String) -> Self {
        GroupedTask::new(text)
    }
}
