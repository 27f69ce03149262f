//! A search of any kind, as a request that runs when it is awaited.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::Filter;
use crate::call::{Idempotency, call_options};
use crate::operations;
use crate::scope::{Pending, Scope, perform};
use crate::values::properties::{IntoList, Properties, PropertyName, Typed, selected};
use crate::values::query::{GroupBy, GroupedResults, Metadata, Options, Ranked, SearchResults, vector_selection};
use crate::values::types::ConsistencyLevel;
use crate::wire::reply::FromReply;
use crate::wire::search::ToMessage;
use crate::wire::search_reply::SearchReply;

const OPERATION: &str = "search";

/// A search that runs when it is awaited.
///
/// `K` is the kind: [`FetchObjects`](crate::query::FetchObjects), [`NearVector`](crate::query::NearVector),
/// [`NearObject`](crate::query::NearObject), [`Bm25`](crate::query::Bm25) or [`Hybrid`](crate::query::Hybrid). `P` is the
/// type of the collection's objects, about which filters and sort orders are. `Out` is the result: [`SearchResults`], or
/// [`GroupedResults`] after [`group_by`](Self::group_by), of another type of object after [`project`](Self::project).
///
/// A plain value: it can be cloned, kept, changed and run again.
#[must_use = "a query does nothing until it is awaited"]
pub struct Query<P, K, Out = SearchResults<P>> {
    pub(super) scope: Scope,
    pub(super) options: Options,
    pub(super) kind: K,
    types: PhantomData<fn() -> (P, Out)>,
}

/// The kinds of search. Sealed.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a kind of search")]
pub trait Search: ToMessage + Send + 'static {}

impl<K: ToMessage + Send + 'static> Search for K {}

/// The results of a search: a list or groups. Sealed.
#[diagnostic::on_unimplemented(message = "`{Self}` is not the result of a search")]
pub trait Results: FromReply + 'static {
    /// The same shape with objects of another type.
    type Of<T: DeserializeOwned + 'static>;
}

impl<P: DeserializeOwned + 'static> Results for SearchResults<P> {
    type Of<T: DeserializeOwned + 'static> = SearchResults<T>;
}

impl<P: DeserializeOwned + 'static> Results for GroupedResults<P> {
    type Of<T: DeserializeOwned + 'static> = GroupedResults<T>;
}

impl<P, K> Query<P, K> {
    pub(super) fn new(scope: &Scope, kind: K) -> Self {
        Self { scope: scope.clone(), options: Options::default(), kind, types: PhantomData }
    }
}

impl<P, K, S> Query<P, K, SearchResults<S>> {
    /// Puts what is found into groups. The limit still counts objects, before they are grouped: set it large enough to
    /// fill the groups. A handle of the struct says by what, too: `fields.topic`, or `fields.topic.groups(3)`.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let by_topic = GroupBy::new("topic").groups(3).objects_per_group(2);
    /// for group in articles.query().near_vector(embedding).group_by(by_topic).limit(100).await? {
    ///     println!("{}: {} objects from {:?} on", group.name, group.number_of_objects, group.min_distance);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Only what a search ranked can be grouped; a plain list cannot:
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

impl<P, K, Out> Query<P, K, Out> {
    fn with_results<Other>(self) -> Query<P, K, Other> {
        let Self { scope, options, kind, .. } = self;
        Query { scope, options, kind, types: PhantomData }
    }

    /// Ends the list where the scores or distances drop for the so-manieth time: 1 brings the first bunch of objects that
    /// are about equally good, 2 the first two. Weaviate calls it autocut, too. The limit holds beside it.
    pub fn auto_limit(mut self, drops: u32) -> Self
    where
        K: Ranked,
    {
        self.options.auto_limit = Some(drops);
        self
    }

    /// Only objects that meet the condition: a [`Filter`], or one made of handles of the struct. A second one is combined
    /// with the first by `&`.
    pub fn filter(mut self, filter: impl Into<Typed<P, Filter>>) -> Self {
        let filter = filter.into().into_inner();
        self.options.filter = Some(match self.options.filter.take() {
            Some(earlier) => earlier & filter,
            None => filter,
        });
        self
    }

    /// At most so many objects, 1 or more. Without it, the server's own default holds, usually 10. With the offset it may
    /// not go beyond the server's maximum, usually 10,000.
    pub fn limit(mut self, limit: u32) -> Self {
        self.options.limit = Some(limit);
        self
    }

    /// Leaves out the first so many objects.
    pub fn offset(mut self, offset: u32) -> Self {
        self.options.offset = Some(offset);
        self
    }

    /// Asks for metadata beside the id, which always comes. A vector search brings the distance unasked, a keyword or hybrid
    /// search the score.
    pub fn metadata(mut self, metadata: impl IntoIterator<Item = Metadata>) -> Self {
        self.options.metadata = metadata.into_iter().collect();
        self
    }

    vector_selection!();

    /// Only these properties come with the objects. Without it all come but blobs and references; a blob has to be named
    /// here. Naming an object brings all that is in it.
    ///
    /// It takes names, or a tuple of handles of the struct: `(fields.title, fields.year)`.
    pub fn properties(mut self, names: impl IntoList<P, PropertyName>) -> Self {
        self.options.properties = Some(names.into_list().into_iter().map(|PropertyName(name)| name).collect());
        self
    }

    /// Only the properties of `T` come with the objects, blobs among them, and the results are of that type. Filters and
    /// orders are still about the collection's own.
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
    /// let hits: SearchResults<Summary> = articles.query().bm25("owls").project::<Summary>().filter(recent).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn project<T>(mut self) -> Query<P, K, Out::Of<T>>
    where
        Out: Results,
        T: Properties + DeserializeOwned + 'static,
    {
        self.options.properties = Some(selected::<T>());
        self.with_results()
    }

    /// Sets the consistency level of this search. Default: that of the collection's handle.
    pub fn consistency_level(mut self, level: ConsistencyLevel) -> Self {
        self.scope.target.level = Some(level);
        self
    }

    call_options!(scope.options);
}

impl<P, K: Clone, Out> Clone for Query<P, K, Out> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), options: self.options.clone(), kind: self.kind.clone(), types: PhantomData }
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
        let Self { scope, options, kind, .. } = self;
        perform(OPERATION, scope.name(), async move {
            let search = {
                let call = scope.call(OPERATION, Idempotency::Read)?.kind(K::NAME);
                let request = kind.message(&scope.target, &options)?;
                // The server would take 0 for its default.
                if options.limit == Some(0) {
                    return Out::from_reply(SearchReply::default());
                }
                operations::search::search(&scope.transport, call, request)
            };
            Out::from_reply(search.await?)
        })
    }
}
