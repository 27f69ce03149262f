//! The request of all kinds of search. It is sent when it is awaited.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::Filter;
use crate::call::{Idempotency, call_options};
use crate::operations;
use crate::requests::aggregate::Aggregate;
use crate::requests::selection_setters::selection_setters;
use crate::scope::{Pending, Scope, perform};
use crate::values::properties::{Layout, Properties, Typed};
use crate::values::query::{
    Aggregable, GroupBy, GroupedResults, Hit, Listed, Metadata, Options, Ranked, SearchResults,
};
use crate::values::types::ConsistencyLevel;
use crate::wire::generative_request::check_names;
use crate::wire::reply::{FromReply, Reading, SearchReply, remove_unselected};
use crate::wire::search::ToMessage;

const OPERATION: &str = "search";

/// Search request, made by the methods of [`Queries`](crate::query::Queries). It is sent when it
/// is awaited.
///
/// A query is a plain value: it can be cloned, kept, changed and sent again.
///
/// - `P`: type of the collection's objects. Filters and sort orders refer to its properties.
/// - `K`: kind of search, such as [`NearText`](crate::query::NearText), [`Bm25`](crate::query::Bm25)
///   or [`FetchObjects`](crate::query::FetchObjects). It decides which options there are.
/// - `Out`: result. [`SearchResults`], [`GroupedResults`] after [`group_by`](Self::group_by), or
///   `Option<Hit>` of a fetch by id. [`project`](Self::project) changes the type of the objects in
///   it.
///
/// # Errors
///
/// The awaited query fails with
///
/// - [`Validation`](crate::ErrorKind::Validation), before anything is sent, for options that are
///   out of range or exclude each other.
/// - [`Unsupported`](crate::ErrorKind::Unsupported) for an option that needs a newer server.
/// - [`Decode`](crate::ErrorKind::Decode) if an object does not fit the type of the results.
/// - The other [kinds](crate::ErrorKind), for what the server refuses and for connection failures.
///
/// # Examples
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let search = articles
///     .query()
///     .bm25("snowy owl")
///     .filter(Filter::property("year").greater_or_equal(2020))
///     .properties(["title", "year"])
///     .limit(20);
/// let first_page = search.clone().await?;
/// let second_page = search.offset(20).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a query does nothing until it is awaited"]
pub struct Query<P, K, Out = SearchResults<P>> {
    pub(super) scope: Scope,
    pub(super) options: Options,
    pub(super) kind: K,
    /// Fields of `P`. That of the scope becomes the layout of another type in `project`.
    collection: &'static Layout,
    types: PhantomData<fn() -> (P, Out)>,
}

/// Kinds of search, the parameter `K` of [`Query`]. Sealed.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{Query, Search};
///
/// /// Runs any kind of search and counts its results.
/// async fn count<K: Search>(search: Query<PropertyMap, K>) -> weaviate::Result<usize> {
///     Ok(search.await?.len())
/// }
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not a kind of search")]
pub trait Search: ToMessage + Send + 'static {}

impl<K: ToMessage + Send + 'static> Search for K {}

/// Results of a search, the parameter `Out` of [`Query`]: a list, groups or one object. Sealed.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::{Listed, Query, Results, Search};
///
/// /// Runs any search, grouped or not, with a limit of 100 objects.
/// async fn first_hundred<K: Search + Listed, Out: Results>(
///     search: Query<PropertyMap, K, Out>,
/// ) -> weaviate::Result<Out> {
///     search.limit(100).await
/// }
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not the result of a search")]
pub trait Results: FromReply + 'static {
    /// Same form of results with objects of type `T`.
    type Of<T: DeserializeOwned + 'static>;
}

impl<P: DeserializeOwned + 'static> Results for SearchResults<P> {
    type Of<T: DeserializeOwned + 'static> = SearchResults<T>;
}

impl<P: DeserializeOwned + 'static> Results for GroupedResults<P> {
    type Of<T: DeserializeOwned + 'static> = GroupedResults<T>;
}

/// Result of a fetch by id.
impl<P: DeserializeOwned + 'static> Results for Option<Hit<P>> {
    type Of<T: DeserializeOwned + 'static> = Option<Hit<T>>;
}

impl<P, K, Out> Query<P, K, Out> {
    pub(super) fn new(scope: &Scope, kind: K) -> Self {
        let options = Options::default();
        Self { scope: scope.clone(), options, kind, collection: scope.layout, types: PhantomData }
    }
}

impl<P, K, S> Query<P, K, SearchResults<S>> {
    /// Groups the results by the values of a property or reference.
    ///
    /// [`limit`](Query::limit) counts objects before they are grouped: set it large enough to fill
    /// the groups. A field handle of the struct is a grouping, too: `fields.topic`, or
    /// `fields.topic.groups(3)`. See
    /// [group results](https://docs.weaviate.io/weaviate/search/similarity) in Weaviate's
    /// documentation.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let by_topic = GroupBy::new("topic").groups(3).objects_per_group(2);
    /// let search = articles.query().near_vector(embedding).group_by(by_topic).limit(100);
    /// for group in search.await? {
    ///     println!("{}: {} objects", group.name, group.number_of_objects);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Only ranked results can be grouped. A listing does not compile:
    ///
    /// ```compile_fail,E0277
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.query().fetch_objects().group_by(GroupBy::new("topic")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn group_by(mut self, group_by: impl Into<Typed<P, GroupBy>>) -> Query<P, K, GroupedResults<S>>
    where
        K: Ranked,
    {
        self.options.group_by = Some(group_by.into().into_inner());
        self.with_results()
    }
}

impl<P, K, S> Query<P, K, SearchResults<S>> {
    /// Aggregates the objects that the search finds, instead of returning them.
    ///
    /// [`limit`](Query::limit) is the number of nearest objects that are aggregated: 1 or more. It,
    /// or a maximal distance, is required. The server reserves memory for that many before it searches,
    /// so that millions can exhaust it. Distances have to be below 2. Options of the results, such as
    /// an offset or a selection, are refused, and so are the properties of a keyword search.
    /// Takes one [`target`](Query::target).
    ///
    /// ```no_run
    /// use weaviate::aggregate::Metrics;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let about_owls = articles.query().near_text("owls").limit(100).aggregate();
    /// let report = about_owls.metrics(Metrics::text("topic").top_occurrences(5)).await?;
    /// println!("{:?}", report.metrics.top_occurrences);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The server does not aggregate keyword searches. This does not compile:
    ///
    /// ```compile_fail,E0277
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.query().bm25("owls").limit(5).aggregate().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn aggregate(self) -> Aggregate<P>
    where
        K: Aggregable,
    {
        Aggregate::of_search(&self.scope, self.kind.into(), self.options)
    }
}

impl<P, K, Out> Query<P, K, Out> {
    fn with_results<Other>(self) -> Query<P, K, Other> {
        let Self { scope, options, kind, collection, .. } = self;
        Query { scope, options, kind, collection, types: PhantomData }
    }

    /// Cuts the results at the `jumps`-th significant jump in score or distance (autocut).
    ///
    /// 1 returns the first cluster of similarly good results, 2 the first two clusters.
    /// [`limit`](Self::limit) still applies. Range: 1 or more. Default: off.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let best = articles.query().near_vector([0.1, 0.9]).auto_limit(1).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "autocut")]
    pub fn auto_limit(mut self, jumps: u32) -> Self
    where
        K: Ranked,
    {
        self.options.auto_limit = Some(jumps);
        self
    }

    /// Returns only objects that match the filter.
    ///
    /// Takes a [`Filter`], or a condition made of field handles of the struct. A second filter is
    /// combined with the first by `&`. See
    /// [filters](https://docs.weaviate.io/weaviate/search/filters) in Weaviate's documentation.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let recent = Filter::property("year").greater_or_equal(2020);
    /// let hits = articles.query().bm25("owls").filter(recent).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "where")]
    pub fn filter(mut self, filter: impl Into<Typed<P, Filter>>) -> Self {
        let filter = filter.into().into_inner();
        self.options.filter = Some(Filter::and(self.options.filter.take(), filter));
        self
    }

    /// Sets the maximal number of results. 0 returns no results, without a request.
    ///
    /// Default: that of the server, usually 10 (`QUERY_DEFAULTS_LIMIT`). Limit and offset together
    /// must not exceed the server's maximum, usually 10,000 (`QUERY_MAXIMUM_RESULTS`).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().bm25("owls").limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "top_k")]
    #[doc(alias = "k")]
    pub fn limit(mut self, limit: u32) -> Self
    where
        K: Listed,
    {
        self.options.limit = Some(limit);
        self
    }

    /// Skips the first `offset` results. Default: 0.
    ///
    /// The server still computes the skipped results. To read many objects, use
    /// [`Collection::iterate`](crate::Collection::iterate).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let third_page = articles.query().bm25("owls").limit(10).offset(20).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "skip")]
    pub fn offset(mut self, offset: u32) -> Self
    where
        K: Listed,
    {
        self.options.offset = Some(offset);
        self
    }

    /// Returns metadata with each object, besides its id.
    ///
    /// A vector search always returns the distance, a keyword or hybrid search the score.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().bm25("owls").metadata([Metadata::ExplainScore]).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "return_metadata")]
    pub fn metadata(mut self, metadata: impl IntoIterator<Item = Metadata>) -> Self {
        self.options.selected.metadata = metadata.into_iter().collect();
        self
    }

    selection_setters!(
        "articles.query().bm25(\"owls\")",
        "all properties except blobs and references",
        options.selected
    );

    /// Returns objects of type `T`, with only what `T` has: properties, blobs among them, vectors and
    /// references. The objects of references come with the properties of their struct. References to
    /// several collections are left out. A type with any properties, such as a
    /// [`PropertyMap`](crate::PropertyMap), gets all but blobs.
    ///
    /// Filters and sort orders still refer to the properties of the collection's own type.
    ///
    /// ```no_run
    /// use serde::{Deserialize, Serialize};
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize, Deserialize, Properties)]
    /// struct Article {
    ///     title: String,
    ///     body: String,
    ///     year: i64,
    /// }
    ///
    /// #[derive(Deserialize, Properties)]
    /// struct Summary {
    ///     title: String,
    /// }
    ///
    /// # async fn example(articles: Collection<Article>) -> weaviate::Result<()> {
    /// let recent = Article::fields().year.greater_or_equal(2020);
    /// let search = articles.query().bm25("owls").filter(recent);
    /// let hits: SearchResults<Summary> = search.project::<Summary>().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn project<T>(mut self) -> Query<P, K, Out::Of<T>>
    where
        Out: Results,
        T: Properties + DeserializeOwned + 'static,
    {
        self.scope.layout = T::LAYOUT;
        self.options.selected.project::<T>();
        self.with_results()
    }

    /// Sets the consistency level: the number of replicas that must answer.
    ///
    /// Default: that of the collection's handle, otherwise the server's: `ONE` for searches. See
    /// [replication](https://docs.weaviate.io/weaviate/concepts/replication-architecture) in
    /// Weaviate's documentation.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let search = articles.query().bm25("owls");
    /// let hits = search.consistency_level(ConsistencyLevel::One).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn consistency_level(mut self, level: ConsistencyLevel) -> Self {
        self.scope.target.level = Some(level);
        self
    }

    call_options!(scope.options);
}

impl<P, K: Clone, Out> Clone for Query<P, K, Out> {
    fn clone(&self) -> Self {
        let (scope, options, kind) = (self.scope.clone(), self.options.clone(), self.kind.clone());
        Self { scope, options, kind, collection: self.collection, types: PhantomData }
    }
}

impl<P, K: fmt::Debug, Out> fmt::Debug for Query<P, K, Out> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("target", &self.scope.target)
            .field("kind", &self.kind)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl<P: 'static, K: Search, Out: Results> IntoFuture for Query<P, K, Out> {
    type Output = crate::Result<Out>;
    type IntoFuture = Pending<'static, Out>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { scope, mut options, mut kind, collection, .. } = self;
        perform(OPERATION, scope.name(), async move {
            if let Some(generate) = &options.generate {
                check_names(generate, collection)?;
            }
            scope.layout.complete(&mut options.selected);
            if kind.to_embed().is_some() {
                // Before the embedder works for nothing.
                scope.call(OPERATION, Idempotency::Read)?;
                kind.message(&scope.target, &options)?;
                if options.limit == Some(0) {
                    return Out::from_reply(SearchReply::default(), &Reading::default());
                }
                if let Some(near) = kind.to_embed() {
                    Box::pin(near.embed()).await?;
                }
            }
            let search = {
                let call = scope.call(OPERATION, Idempotency::Read)?.kind(K::NAME);
                if kind.finds_nothing() {
                    return Out::from_reply(SearchReply::default(), &Reading::default());
                }
                let request = kind.message(&scope.target, &options)?;
                // The server would read 0 as its default.
                if options.limit == Some(0) {
                    return Out::from_reply(SearchReply::default(), &Reading::default());
                }
                operations::search::search(&scope.transport, call, request)
            };
            let mut reply = search.await?;
            kind.arrange(&mut reply);
            remove_unselected(&mut reply, &options)?;
            Out::from_reply(reply, &Reading::of_query(scope.layout, &options))
        })
    }
}
