//! Searches: what to look for, and what comes back.

mod fetch_objects;
mod hit;
mod metadata;
mod near_vector;
mod options;
mod sort;

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use serde::de::DeserializeOwned;

pub use fetch_objects::FetchObjects;
pub use hit::{Hit, HitMetadata, SearchResults};
pub use metadata::Metadata;
pub use near_vector::NearVector;
pub(crate) use options::{IncludeVectors, Options};
pub(crate) use sort::Direction;
pub use sort::Sort;

use crate::transport::{Call, Idempotency};
use crate::{Collection, ConsistencyLevel, Filter, Result, Vector, wire};

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

/// A search that runs when it is awaited, of the kind `K`: [`FetchObjects`] or [`NearVector`].
///
/// A plain value: it can be cloned, kept, changed and run again.
#[must_use = "a query does nothing until it is awaited"]
pub struct Query<P, K> {
    collection: Collection<P>,
    options: Options,
    kind: K,
    properties: PhantomData<fn() -> P>,
}

impl<P, K> Query<P, K> {
    fn new(collection: Collection<P>, kind: K) -> Self {
        Self { collection, options: Options::default(), kind, properties: PhantomData }
    }

    /// Only objects that meet the condition. A second one is combined with the first by `&`.
    pub fn filter(mut self, filter: Filter) -> Self {
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

    /// Asks for metadata beside the id, which always comes. A vector search brings the distance unasked.
    pub fn metadata(mut self, metadata: impl IntoIterator<Item = Metadata>) -> Self {
        self.options.metadata = metadata.into_iter().collect();
        self
    }

    /// Whether the vectors come with the objects, all of them. Where the names are known,
    /// [`include_vectors`](Self::include_vectors) is cheaper.
    pub fn include_vector(mut self, include: bool) -> Self {
        self.options.vectors = if include { IncludeVectors::All } else { IncludeVectors::None };
        self
    }

    /// The vectors of these names come with the objects.
    pub fn include_vectors<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.options.vectors = IncludeVectors::Named(names.into_iter().map(Into::into).collect());
        self
    }

    /// Only these properties come with the objects. Without it all come but blobs and references; a blob has to be named
    /// here. Naming an object brings all that is in it.
    pub fn properties<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.options.properties = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// How many replicas have to answer, in place of what the collection's handle says.
    pub fn consistency_level(mut self, level: ConsistencyLevel) -> Self {
        self.options.consistency_level = Some(level);
        self
    }

    /// How long it may take altogether, in place of what the client allows for a query.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }
}

impl<P, K: Clone> Clone for Query<P, K> {
    fn clone(&self) -> Self {
        Self {
            collection: self.collection.clone(),
            options: self.options.clone(),
            kind: self.kind.clone(),
            properties: PhantomData,
        }
    }
}

impl<P, K: fmt::Debug> fmt::Debug for Query<P, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("collection", &self.collection)
            .field("kind", &self.kind)
            .field("options", &self.options)
            .finish()
    }
}

macro_rules! awaited {
    ($($kind:ty => $message:path;)*) => {
        $(
            impl<P: DeserializeOwned + 'static> IntoFuture for Query<P, $kind> {
                type Output = Result<SearchResults<P>>;
                type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

                fn into_future(self) -> Self::IntoFuture {
                    let Self { collection, options, kind, .. } = self;
                    Box::pin(async move {
                        let search = async {
                            let request = $message(&wire::search::Place::of(&collection), &options, &kind)?;
                            let mut call = Call::new(OPERATION, Idempotency::Read).collection(collection.name());
                            call.timeout = options.timeout;
                            wire::reply::results(collection.transport().search(call, request).await?)
                        };
                        search.await.map_err(|error| error.in_operation(OPERATION, Some(collection.name())))
                    })
                }
            }
        )*
    };
}

const OPERATION: &str = "search";

awaited! {
    FetchObjects => wire::search::fetch_objects;
    NearVector => wire::search::near_vector;
}
