//! Searches: the handle of a collection's searches, and the request that runs one.

mod keyword;
mod near;
mod request;
mod sorted;

use std::fmt;
use std::marker::PhantomData;

pub use request::{Query, Results, Search};

use crate::Uuid;
use crate::scope::Scope;
use crate::values::query::{Bm25, FetchObjects, Hybrid, NearObject, NearVector};
use crate::values::types::Vector;

/// The searches of a collection, see [`Collection::query`](crate::Collection::query).
pub struct Queries<P> {
    scope: Scope,
    properties: PhantomData<fn() -> P>,
}

impl<P> Queries<P> {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self { scope: scope.clone(), properties: PhantomData }
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
    pub fn fetch_objects(&self) -> Query<P, FetchObjects> {
        Query::new(&self.scope, FetchObjects::default())
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
    pub fn near_vector(&self, vector: impl Into<Vector>) -> Query<P, NearVector> {
        Query::new(&self.scope, NearVector::new(vector.into()))
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
    pub fn near_object(&self, id: Uuid) -> Query<P, NearObject> {
        Query::new(&self.scope, NearObject::new(id))
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
    pub fn bm25(&self, text: impl Into<String>) -> Query<P, Bm25> {
        Query::new(&self.scope, Bm25::new(text.into()))
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
    pub fn hybrid(&self, text: impl Into<String>) -> Query<P, Hybrid> {
        Query::new(&self.scope, Hybrid::new(text.into()))
    }
}

impl<P> Clone for Queries<P> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), properties: PhantomData }
    }
}

impl<P> fmt::Debug for Queries<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Queries").field(&self.scope.target).finish()
    }
}
