//! Searches: the handle with the kinds of search, and the request.

mod generate_setter;
mod keyword;
mod near;
mod ranking;
mod request;
mod sorted;

use std::fmt;
use std::marker::PhantomData;

pub use request::{Query, Results, Search};

use crate::Uuid;
use crate::scope::Scope;
use crate::values::embed::{Embedder, ToEmbed};
use crate::values::query::{
    Bm25, Concepts, FetchById, FetchByIds, FetchObjects, Hit, Hybrid, Media, NearMedia, NearObject, NearText,
    NearVector, NearVectors, QueryVectors,
};
use crate::values::types::{Blob, Vector};

/// Handle of a collection's searches, returned by [`Collection::query`](crate::Collection::query).
///
/// Each method returns a [`Query`], which is sent when it is awaited. [`Query`] lists the options
/// and the errors.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
/// let queries = articles.query();
/// let similar = queries.near_vector(embedding).limit(5).await?;
/// let about_owls = queries.bm25("snowy owl").limit(5).await?;
/// let newest = queries.fetch_objects().sort(Sort::by("year").descending()).await?;
/// # Ok(())
/// # }
/// ```
pub struct Queries<P> {
    scope: Scope,
    properties: PhantomData<fn() -> P>,
}

impl<P> Queries<P> {
    pub(crate) fn new(scope: &Scope) -> Self {
        Self { scope: scope.clone(), properties: PhantomData }
    }

    /// Lists objects, without a search. Default order: by id.
    ///
    /// See [basic queries](https://docs.weaviate.io/weaviate/search/basics) in Weaviate's
    /// documentation. To read all objects of a collection, use
    /// [`Collection::iterate`](crate::Collection::iterate).
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; [`Validation`](crate::ErrorKind::Validation) also for a cursor
    /// ([`after`](Query::after)) together with an offset, a filter or a sort order.
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
    #[doc(alias = "list")]
    #[doc(alias = "find")]
    #[doc(alias = "get")]
    pub fn fetch_objects(&self) -> Query<P, FetchObjects> {
        Query::new(&self.scope, FetchObjects::default())
    }

    /// Fetches an object by its id. `None` if there is none.
    ///
    /// [`Data::get`](crate::data::Data::get) reads one object over REST, with its references. This
    /// reads what a [`Query`] selects, over gRPC.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`].
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// let found = articles.query().fetch_by_id(id).properties(["title"]).await?;
    /// println!("{:?}", found.map(|hit| hit.properties));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// There is no list to limit. This does not compile:
    ///
    /// ```compile_fail,E0277
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// articles.query().fetch_by_id(id).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn fetch_by_id(&self, id: Uuid) -> Query<P, FetchById, Option<Hit<P>>> {
        Query::new(&self.scope, FetchById { id })
    }

    /// Fetches objects by their ids, in the order of the ids.
    ///
    /// Leaves out ids that are not in the collection. Ids that are given twice are found once. The
    /// server's maximum of results, usually 10,000, is the largest number of ids.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`].
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, first: Uuid, second: Uuid) -> weaviate::Result<()> {
    /// for hit in articles.query().fetch_by_ids([first, second]).await? {
    ///     println!("{}", hit.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn fetch_by_ids(&self, ids: impl IntoIterator<Item = Uuid>) -> Query<P, FetchByIds> {
        Query::new(&self.scope, FetchByIds { ids: ids.into_iter().collect() })
    }

    /// Searches by vector: finds the nearest neighbours of a query vector.
    ///
    /// The vector must have the dimension of the stored vectors. Takes a `Vec<f32>`, an array, a
    /// slice or a [`Vector`]. A multi-vector is a `Vec<Vec<f32>>` with rows of one length; it
    /// needs Weaviate 1.29.0. Results carry their distance.
    ///
    /// See [vector similarity search](https://docs.weaviate.io/weaviate/search/similarity) in
    /// Weaviate's documentation.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; [`Validation`](crate::ErrorKind::Validation) also for a vector that is
    /// empty or has a number that is not finite.
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
    #[doc(alias = "knn")]
    #[doc(alias = "similarity")]
    pub fn near_vector(&self, vector: impl Into<Vector>) -> Query<P, NearVector> {
        Query::new(&self.scope, NearVector::new(vector.into()))
    }

    /// Searches by vector with query vectors of their own for several target vectors.
    ///
    /// [`QueryVectors`] holds the vectors, the names of their targets, and the join of the
    /// distances. For one query vector, use [`near_vector`](Self::near_vector) with a
    /// [`target`](Query::target). See
    /// [multiple target vectors](https://docs.weaviate.io/weaviate/search/multi-vector) in
    /// Weaviate's documentation.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; [`Validation`](crate::ErrorKind::Validation) also without a vector.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::query::QueryVectors;
    ///
    /// # async fn example(articles: Collection, a: Vec<f32>, b: Vec<f32>) -> weaviate::Result<()> {
    /// let both = QueryVectors::manual_weights([("title", 0.7, a), ("body", 0.3, b)]);
    /// let hits = articles.query().near_vectors(both).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "multi_target")]
    pub fn near_vectors(&self, vectors: QueryVectors) -> Query<P, NearVectors> {
        Query::new(&self.scope, NearVectors::new(vectors))
    }

    /// Searches by text: the server makes the query vector with the collection's vectorizer.
    ///
    /// Takes one concept or several, of whose vectors the server takes the mean. The vectorizer
    /// `text2vec-ollama` takes one only. Results carry their distance.
    ///
    /// See [vector similarity search](https://docs.weaviate.io/weaviate/search/similarity) in
    /// Weaviate's documentation.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; [`Validation`](crate::ErrorKind::Validation) also for an empty text. A
    /// failure of the model provider is an error of the server, with the provider's text.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().near_text("owls in snow").distance(0.3).limit(5).await?;
    /// for hit in &hits {
    ///     println!("{} at {:?}", hit.id, hit.metadata.distance);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "semantic")]
    pub fn near_text(&self, concepts: impl Into<Concepts>) -> Query<P, NearText> {
        Query::new(&self.scope, NearText::new(concepts))
    }

    /// Searches by text with a model of the caller: an [`Embedder`] makes the query vector.
    ///
    /// It is [`near_vector`](Self::near_vector) with the vector of `text`, and has its options. The
    /// embedder is an async closure over texts, an `Arc` of a type that implements [`Embedder`], or
    /// a clone of either.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; [`Embedding`](crate::ErrorKind::Embedding) if the embedder fails, and
    /// [`Validation`](crate::ErrorKind::Validation) also for an empty text.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn model(_: Vec<String>) -> std::io::Result<Vec<Vec<f32>>> { Ok(vec![]) }
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().near_text_with(model, "owls in snow").distance(0.3).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "semantic")]
    pub fn near_text_with(&self, embedder: impl Embedder + 'static, text: impl Into<String>) -> Query<P, NearVector> {
        Query::new(&self.scope, NearVector::embedded(ToEmbed::new(embedder, text.into(), "near_text_with")))
    }

    /// Searches by an image: [`near_media`](Self::near_media) with [`Media::Image`].
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(photos: Collection) -> weaviate::Result<()> {
    /// let owl = Blob::read("owl.jpg").await?;
    /// let similar = photos.query().near_image(owl).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_image(&self, image: impl Into<Blob>) -> Query<P, NearMedia> {
        self.near_media(Media::Image, image)
    }

    /// Searches by an audio recording: [`near_media`](Self::near_media) with [`Media::Audio`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(calls: Collection, recording: Vec<u8>) -> weaviate::Result<()> {
    /// let similar = calls.query().near_audio(recording).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_audio(&self, audio: impl Into<Blob>) -> Query<P, NearMedia> {
        self.near_media(Media::Audio, audio)
    }

    /// Searches by a video: [`near_media`](Self::near_media) with [`Media::Video`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(clips: Collection, clip: Vec<u8>) -> weaviate::Result<()> {
    /// let similar = clips.query().near_video(clip).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_video(&self, video: impl Into<Blob>) -> Query<P, NearMedia> {
        self.near_media(Media::Video, video)
    }

    /// Searches by a depth image: [`near_media`](Self::near_media) with [`Media::Depth`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(scans: Collection, scan: Vec<u8>) -> weaviate::Result<()> {
    /// let similar = scans.query().near_depth(scan).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_depth(&self, depth: impl Into<Blob>) -> Query<P, NearMedia> {
        self.near_media(Media::Depth, depth)
    }

    /// Searches by a thermal image: [`near_media`](Self::near_media) with [`Media::Thermal`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(shots: Collection, shot: Vec<u8>) -> weaviate::Result<()> {
    /// let similar = shots.query().near_thermal(shot).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_thermal(&self, thermal: impl Into<Blob>) -> Query<P, NearMedia> {
        self.near_media(Media::Thermal, thermal)
    }

    /// Searches by measurements of an inertial measurement unit:
    /// [`near_media`](Self::near_media) with [`Media::Imu`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(walks: Collection, walk: Vec<u8>) -> weaviate::Result<()> {
    /// let similar = walks.query().near_imu(walk).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_imu(&self, measurements: impl Into<Blob>) -> Query<P, NearMedia> {
        self.near_media(Media::Imu, measurements)
    }

    /// Searches by an image or another medium: the server makes the query vector with the
    /// collection's vectorizer, which must take the medium.
    ///
    /// The medium is a [`Blob`]: bytes, or [`Blob::read`] of a file. It is compared with one
    /// [`target`](Query::target). Results carry their distance.
    ///
    /// See [search with images](https://docs.weaviate.io/weaviate/search/image) in Weaviate's
    /// documentation.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; [`Validation`](crate::ErrorKind::Validation) also for an empty medium.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::query::Media;
    ///
    /// # async fn example(media: Collection, kind: Media, bytes: Vec<u8>) -> weaviate::Result<()> {
    /// let similar = media.query().near_media(kind, bytes).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn near_media(&self, media: Media, blob: impl Into<Blob>) -> Query<P, NearMedia> {
        Query::new(&self.scope, NearMedia::new(media, blob.into()))
    }

    /// Searches by a stored object: finds the nearest neighbours of its vector.
    ///
    /// The object itself is among the results, usually the first. The example excludes it with a
    /// filter, which needs Weaviate 1.33.0. See
    /// [vector similarity search](https://docs.weaviate.io/weaviate/search/similarity) in
    /// Weaviate's documentation.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; the server also refuses an id that is not in the collection.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// let others = !Filter::id().equal(id);
    /// let similar = articles.query().near_object(id).filter(others).limit(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "recommend")]
    pub fn near_object(&self, id: Uuid) -> Query<P, NearObject> {
        Query::new(&self.scope, NearObject::new(id))
    }

    /// Searches by keywords (BM25).
    ///
    /// BM25 ranks by term frequency: rare words count more than common ones, and matches in a short
    /// text more than in a long one. It searches the inverted index of text properties. Results
    /// carry their score.
    ///
    /// See [keyword search](https://docs.weaviate.io/weaviate/search/bm25) in Weaviate's
    /// documentation.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; [`Validation`](crate::ErrorKind::Validation) also for an empty text.
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
    #[doc(alias = "keyword")]
    #[doc(alias = "full_text")]
    pub fn bm25(&self, text: impl Into<String>) -> Query<P, Bm25> {
        Query::new(&self.scope, Bm25::new(text.into()))
    }

    /// Searches by keywords and by vector (hybrid search), and fuses both into one list.
    ///
    /// [`alpha`](Query::alpha) weighs the vector search against the keyword search; its default is
    /// 0.75. Without [`vector`](Query::vector), the server makes the query vector from the text,
    /// which needs a vectorizer. The text can be empty if there is a vector. Results carry their
    /// score.
    ///
    /// See [hybrid search](https://docs.weaviate.io/weaviate/search/hybrid) in Weaviate's
    /// documentation.
    ///
    /// # Errors
    ///
    /// Those of a [`Query`]; [`Validation`](crate::ErrorKind::Validation) also for an empty text
    /// without a vector, and for an alpha outside of 0 to 1.
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
