//! Reranking of results by a model.

/// Reranking: the collection's reranker model sorts the results of a search once more.
///
/// It compares a property of each result with a query. Only the results up to the limit are sorted.
/// The score is in [`HitMetadata::rerank_score`](super::HitMetadata::rerank_score). See
/// [reranking](https://docs.weaviate.io/weaviate/search/rerank) in Weaviate's documentation.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::Rerank;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let by_body = Rerank::new("body", "owls in snow");
/// for hit in &articles.query().bm25("owl").rerank(by_body).limit(20).await? {
///     println!("{} {:?}", hit.id, hit.metadata.rerank_score);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it does nothing until a query takes it"]
pub struct Rerank {
    pub(crate) property: String,
    pub(crate) query: String,
}

impl Rerank {
    /// Creates a reranking by a text property and a query.
    ///
    /// The query is required: the server does not take that of the search.
    ///
    /// ```
    /// use weaviate::query::Rerank;
    ///
    /// let by_body = Rerank::new("body", "owls in snow");
    /// ```
    pub fn new(property: impl Into<String>, query: impl Into<String>) -> Self {
        Self { property: property.into(), query: query.into() }
    }
}
