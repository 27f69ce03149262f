//! Searches: what to look for, and what comes back.

mod bm25;
mod fetch_objects;
mod group_by;
mod hit;
mod hybrid;
mod metadata;
mod near;
mod near_object;
mod near_vector;
mod options;
mod reference;
mod sort;

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;

use serde::de::DeserializeOwned;

pub use bm25::{Bm25, Bm25Operator, SearchProperty};
pub(crate) use bm25::{Keywords, Operator, Weight};
pub use fetch_objects::FetchObjects;
pub use group_by::{Group, GroupBy, Grouped, GroupedHit, GroupedResults, Ranked, Ungrouped};
pub use hit::{Hit, HitMetadata, SearchResults};
pub use hybrid::{Fusion, Hybrid, HybridVector};
pub use metadata::Metadata;
pub(crate) use near::{Near, Threshold};
pub use near_object::NearObject;
pub use near_vector::NearVector;
pub(crate) use options::{IncludeVectors, Options, vector_selection};
pub use reference::Reference;
pub(crate) use sort::Direction;
pub use sort::Sort;

use crate::properties::{List, Of, Properties, PropertyName, selected};
use crate::transport::{Call, Idempotency, call_options};
use crate::{Collection, ConsistencyLevel, Filter, Result, Uuid, Vector, wire};

/// The searches of a collection, see [`Collection::query`].
pub struct Queries<P> {
    collection: Collection<P>,
}

impl<P> Queries<P> {
    pub(crate) fn new(collection: Collection<P>) -> Self {
        Self { collection }
    }

    /// Lists objects, in the order of their ids unless sorted otherwise.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let newest = articles
    ///     .query()
    ///     .fetch_objects()
    ///     .filter(Filter::property("draft").equal(false))
    ///     .sort(Sort::by("year").descending())
    ///     .limit(10)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn fetch_objects(self) -> Query<P, FetchObjects> {
        Query::new(self.collection, FetchObjects::default())
    }

    /// Finds the objects whose vectors are nearest to this one.
    ///
    /// It takes a `Vec<f32>`, an array, a slice or a [`Vector`], and for a collection with multi-vectors a
    /// `Vec<Vec<f32>>`.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let hits = articles.query().near_vector(embedding).distance(0.3).limit(5).await?;
    /// for hit in &hits {
    ///     println!("{} at {:?}", hit.id, hit.metadata.distance);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_vector(self, vector: impl Into<Vector>) -> Query<P, NearVector> {
        Query::new(self.collection, NearVector::new(vector.into()))
    }

    /// Finds the objects whose vectors are nearest to that of the object with this id, which is the first of them.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: weaviate::Uuid) -> weaviate::Result<()> {
    /// let alike = articles.query().near_object(id).filter(!Filter::id().equal(id)).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_object(self, id: Uuid) -> Query<P, NearObject> {
        Query::new(self.collection, NearObject::new(id))
    }

    /// Finds the objects whose texts hold these words, those first where the words weigh most: rare ones weigh more than
    /// common ones, and matches in a short text more than in a long one.
    ///
    /// The score comes unasked.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles
    ///     .query()
    ///     .bm25("snowy owl")
    ///     .query_properties([SearchProperty::new("title").weight(2.0), "body".into()])
    ///     .operator(Bm25Operator::and())
    ///     .metadata([Metadata::ExplainScore])
    ///     .limit(5)
    ///     .await?;
    /// for hit in &hits {
    ///     println!("{} {:?}", hit.id, hit.metadata.score);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn bm25(self, text: impl Into<String>) -> Query<P, Bm25> {
        Query::new(self.collection, Bm25::new(text.into()))
    }

    /// Finds objects by words, as [`bm25`](Self::bm25) does, and by vector, and makes one list of both. How much either
    /// counts is the [`alpha`](Query::alpha), 0.75 in favour of the vector unless said otherwise. The text may be empty if
    /// there is a vector.
    ///
    /// The score comes unasked.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let hits = articles
    ///     .query()
    ///     .hybrid("snowy owl")
    ///     .vector(embedding)
    ///     .alpha(0.5)
    ///     .fusion(Fusion::RelativeScore)
    ///     .max_vector_distance(0.4)
    ///     .limit(5)
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn hybrid(self, text: impl Into<String>) -> Query<P, Hybrid> {
        Query::new(self.collection, Hybrid::new(text.into()))
    }
}

impl<P> Clone for Queries<P> {
    fn clone(&self) -> Self {
        Self { collection: self.collection.clone() }
    }
}

impl<P> fmt::Debug for Queries<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queries").field("collection", &self.collection).finish()
    }
}

/// A search that runs when it is awaited, of the kind `K`: [`FetchObjects`], [`NearVector`], [`NearObject`], [`Bm25`] or
/// [`Hybrid`]. `R` says what it brings: [`SearchResults`], or [`GroupedResults`] after [`group_by`](Self::group_by); `S` what
/// the objects are in there, the collection's own type unless [`project`](Self::project) says otherwise.
///
/// A plain value: it can be cloned, kept, changed and run again.
#[must_use = "a query does nothing until it is awaited"]
pub struct Query<P, K, R = Ungrouped, S = P> {
    collection: Collection<P>,
    options: Options,
    kind: K,
    results: PhantomData<fn() -> (R, S)>,
}

impl<P, K> Query<P, K> {
    fn new(collection: Collection<P>, kind: K) -> Self {
        Self { collection, options: Options::default(), kind, results: PhantomData }
    }
}

impl<P, K, S> Query<P, K, Ungrouped, S> {
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
    pub fn group_by(self, group_by: impl Into<Of<P, GroupBy>>) -> Query<P, K, Grouped, S>
    where
        K: Ranked,
    {
        let Self { collection, mut options, kind, .. } = self;
        options.group_by = Some(group_by.into().into_inner());
        Query { collection, options, kind, results: PhantomData }
    }
}

impl<P, K, R, S> Query<P, K, R, S> {
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
    pub fn filter(mut self, filter: impl Into<Of<P, Filter>>) -> Self {
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
    pub fn properties(mut self, names: impl List<P, PropertyName>) -> Self {
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
    pub fn project<T: Properties>(self) -> Query<P, K, R, T> {
        let Self { collection, mut options, kind, .. } = self;
        options.properties = Some(selected::<T>());
        Query { collection, options, kind, results: PhantomData }
    }

    /// How many replicas have to answer, in place of what the collection's handle says.
    pub fn consistency_level(mut self, level: ConsistencyLevel) -> Self {
        self.options.consistency_level = Some(level);
        self
    }

    call_options!(options.call);
}

impl<P, K: Clone, R, S> Clone for Query<P, K, R, S> {
    fn clone(&self) -> Self {
        Self {
            collection: self.collection.clone(),
            options: self.options.clone(),
            kind: self.kind.clone(),
            results: PhantomData,
        }
    }
}

impl<P, K: fmt::Debug, R, S> fmt::Debug for Query<P, K, R, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("collection", &self.collection)
            .field("kind", &self.kind)
            .field("options", &self.options)
            .finish()
    }
}

const OPERATION: &str = "search";

macro_rules! awaited {
    (ranked $($kind:ty => $message:path;)*) => {
        awaited! {
            $($kind => $message,
                Ungrouped => SearchResults by wire::reply::results,
                Grouped => GroupedResults by wire::reply::groups;)*
        }
    };
    ($($kind:ty => $message:path, $($grouping:ty => $results:ident by $read:path),+;)*) => {
        $($(
            impl<P: 'static, S: DeserializeOwned + 'static> IntoFuture for Query<P, $kind, $grouping, S> {
                type Output = Result<$results<S>>;
                type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

                fn into_future(self) -> Self::IntoFuture {
                    let Self { collection, options, kind, .. } = self;
                    Box::pin(async move {
                        let search = async {
                            let request = $message(&wire::search::Place::of(&collection), &options, &kind)?;
                            let call = Call::new(OPERATION, Idempotency::Read)
                                .collection(collection.name())
                                .options(collection.headers(), &options.call);
                            $read(collection.transport().search(call, request).await?)
                        };
                        search.await.map_err(|error| error.in_operation(OPERATION, Some(collection.name())))
                    })
                }
            }
        )+)*
    };
}

awaited! {
    FetchObjects => wire::search::fetch_objects, Ungrouped => SearchResults by wire::reply::results;
}

awaited! {
    ranked
    NearVector => wire::search::near_vector;
    NearObject => wire::search::near_object;
    Bm25 => wire::keyword::bm25;
    Hybrid => wire::keyword::hybrid;
}
