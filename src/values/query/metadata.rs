//! Metadata that a query can request.

/// Metadata that a query can request, besides id and properties.
///
/// It arrives in [`HitMetadata`](super::HitMetadata). Vector searches always return the distance,
/// keyword and hybrid searches the score.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let wanted = [Metadata::CreationTime, Metadata::ExplainScore];
/// for hit in &articles.query().bm25("owls").metadata(wanted).await? {
///     println!("{:?}: {:?}", hit.metadata.creation_time, hit.metadata.explain_score);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "MetadataQuery")]
#[doc(alias = "_additional")]
pub enum Metadata {
    /// Time when the object was first stored.
    CreationTime,
    /// Time when the object was last changed.
    LastUpdateTime,
    /// Distance between the vectors of object and query. Vector searches always return it.
    Distance,
    /// Certainty: the cosine distance as a number from 0 to 1, where 1 is nearest. Only for the
    /// cosine distance metric.
    Certainty,
    /// BM25 or hybrid score. Keyword and hybrid searches always return it.
    Score,
    /// Explanation of the score, as text.
    ExplainScore,
    /// Agreement of all replicas about the object. Only for a replication factor above 1.
    IsConsistent,
}
