//! Results of searches: objects, their metadata and their vectors.

use std::ops::Deref;
use std::time::Duration;

use super::{QueryProfile, Reference};
use crate::Uuid;
use crate::values::query::generate::Generated;
use crate::values::types::{DateTime, Vector, Vectors};

/// Object that a search, a listing or [`Data::get`](crate::data::Data::get) returned.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
/// let search = articles.query().near_vector(embedding).include_vector(true).limit(5);
/// for hit in &search.await? {
///     println!("{}: {:?}", hit.id, hit.properties.get("title"));
///     println!("distance {:?}, vector {:?}", hit.metadata.distance, hit.vector());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Hit<P> {
    /// Id of the object.
    pub id: Uuid,
    /// Properties of the object.
    pub properties: P,
    /// Metadata that was requested or that the kind of search returns by default.
    pub metadata: HitMetadata,
    pub(crate) vector: Option<Vector>,
    pub(crate) vectors: Vectors,
    /// Targets by the name of the reference property.
    pub(crate) references: Vec<(String, Vec<Reference>)>,
    pub(crate) generated: Option<Box<Generated>>,
}

impl<P> Hit<P> {
    /// Returns the only vector of the object: the unnamed one, or the only named one.
    ///
    /// `None` if no vector was requested, and if several named vectors were returned:
    /// [`vectors`](Self::vectors) has those.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
    /// if let Some(article) = articles.data().get(id).include_vector(true).await? {
    ///     println!("{:?} dimensions", article.vector().map(|vector| vector.dimension()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn vector(&self) -> Option<&Vector> {
        let mut named = self.vectors.iter().map(|(_, vector)| vector);
        match (&self.vector, named.next(), named.next()) {
            (Some(vector), _, _) | (None, Some(vector), None) => Some(vector),
            _ => None,
        }
    }

    /// Returns the named vectors that came with the object.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().fetch_objects().include_vectors(["title", "body"]).await?;
    /// for (name, vector) in hits.iter().flat_map(|hit| hit.vectors().iter()) {
    ///     println!("{name}: {} dimensions", vector.dimension());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn vectors(&self) -> &Vectors {
        &self.vectors
    }

    /// Returns the cross-references of a property, in the server's order.
    ///
    /// Empty if the property refers to nothing, and if references were not returned: searches return
    /// those that are [selected](crate::query::Selection), and
    /// [`Data::get`](crate::data::Data::get) the addresses of all. References that are
    /// [fields of the struct](crate::Properties#references) are there and not here. See
    /// [cross-references](https://docs.weaviate.io/weaviate/manage-collections/cross-references)
    /// in Weaviate's documentation.
    ///
    /// ```no_run
    /// use weaviate::Uuid;
    ///
    /// # async fn example(books: weaviate::Collection, book: Uuid) -> weaviate::Result<()> {
    /// if let Some(book) = books.data().get(book).await? {
    ///     for author in book.references("writtenBy") {
    ///         println!("{:?} of {:?}", author.id(), author.collection());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn references(&self, property: &str) -> &[Reference] {
        self.references.iter().find(|(name, _)| name == property).map_or(&[], |(_, all)| all)
    }

    /// Returns the text that a language model wrote for this object, if the query had a
    /// [single prompt](crate::generate::Generate::single).
    ///
    /// In groups the text is with the [group](crate::query::Group::generated).
    ///
    /// ```no_run
    /// use weaviate::generate::Generate;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let generate = Generate::single("Sum up {title}");
    /// for hit in &articles.query().bm25("owls").generate(generate).await? {
    ///     println!("{:?}", hit.generated().map(|summary| &summary.text));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn generated(&self) -> Option<&Generated> {
        self.generated.as_deref()
    }

    /// Iterates over the names of the properties that have references.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # fn example(book: Hit<PropertyMap>) {
    /// for property in book.referring_properties() {
    ///     println!("{property}: {} references", book.references(property).len());
    /// }
    /// # }
    /// ```
    pub fn referring_properties(&self) -> impl Iterator<Item = &str> {
        self.references.iter().map(|(name, _)| name.as_str())
    }
}

/// Metadata of a [`Hit`]. A field is `None` if it was not requested or does not apply.
///
/// [`Metadata`](super::Metadata) lists what a query can request.
///
/// ```no_run
/// # use weaviate::prelude::*;
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let wanted = [Metadata::ExplainScore, Metadata::LastUpdateTime];
/// for hit in &articles.query().bm25("owls").metadata(wanted).await? {
///     let found = &hit.metadata;
///     println!("{:?} {:?} {:?}", found.score, found.explain_score, found.last_update_time);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HitMetadata {
    /// Time when the object was first stored, in UTC, to the millisecond.
    pub creation_time: Option<DateTime>,
    /// Time when the object was last changed, in UTC, to the millisecond.
    pub last_update_time: Option<DateTime>,
    /// Distance between the vectors of object and query, in the metric of the vector index. Less is
    /// nearer. The dot product can be negative.
    pub distance: Option<f32>,
    /// Certainty: the cosine distance as a number from 0 to 1, where 1 is nearest.
    pub certainty: Option<f32>,
    /// BM25 score, or fused score of a hybrid search. More is better.
    pub score: Option<f32>,
    /// Explanation of the score, as text.
    pub explain_score: Option<String>,
    /// All replicas have the same version of the object.
    pub is_consistent: Option<bool>,
    /// Score of the reranker model, if the query was [reranked](crate::query::Query::rerank). More
    /// is better.
    pub rerank_score: Option<f64>,
}

/// Results of a search, best first. Derefs to a slice of [`Hit`]s.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let hits = articles.query().bm25("owls").limit(10).await?;
/// println!("{} hits in {:?}", hits.len(), hits.took());
/// for hit in hits.into_vec() {
///     println!("{}", hit.id);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResults<P> {
    pub(crate) hits: Vec<Hit<P>>,
    pub(crate) took: Duration,
    pub(crate) query_profile: Option<Box<QueryProfile>>,
    pub(crate) generated: Option<Box<Generated>>,
}

impl<P> SearchResults<P> {
    /// Returns the duration of the search, as the server measured it.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.took
    }

    /// Returns the query profile, if it was [requested](crate::query::Query::query_profile).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().bm25("owls").query_profile(true).await?;
    /// println!("{:#?}", hits.query_profile());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn query_profile(&self) -> Option<&QueryProfile> {
        self.query_profile.as_deref()
    }

    /// Returns the text that a language model wrote for all objects together, if the query had a
    /// [grouped task](crate::generate::Generate::grouped).
    ///
    /// `None` if nothing was found: nothing is generated then.
    ///
    /// ```no_run
    /// use weaviate::generate::Generate;
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let generate = Generate::grouped("What do these articles agree on?");
    /// let hits = articles.query().bm25("owls").limit(5).generate(generate).await?;
    /// println!("{:?}", hits.generated().map(|answer| &answer.text));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn generated(&self) -> Option<&Generated> {
        self.generated.as_deref()
    }

    /// Returns the objects as a vector.
    #[must_use]
    pub fn into_vec(self) -> Vec<Hit<P>> {
        self.hits
    }
}

impl<P> Deref for SearchResults<P> {
    type Target = [Hit<P>];

    fn deref(&self) -> &[Hit<P>] {
        &self.hits
    }
}

impl<P> IntoIterator for SearchResults<P> {
    type Item = Hit<P>;
    type IntoIter = std::vec::IntoIter<Hit<P>>;

    fn into_iter(self) -> Self::IntoIter {
        self.hits.into_iter()
    }
}

impl<'a, P> IntoIterator for &'a SearchResults<P> {
    type Item = &'a Hit<P>;
    type IntoIter = std::slice::Iter<'a, Hit<P>>;

    fn into_iter(self) -> Self::IntoIter {
        self.hits.iter()
    }
}
