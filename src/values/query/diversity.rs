//! Diversity of results: similar objects make room for others.

/// Selection of diverse results by maximal marginal relevance (MMR).
///
/// Of the results up to the query's limit, the nearest comes first. Then each next one has the
/// greatest `(1 − b)·d − b·q`: `q` is its distance to the query, `d` its distance to the nearest
/// one selected, `b` the balance. The formula is the server's.
///
/// Needs Weaviate 1.37. The index must not hold multi-vectors. See
/// [diversity](https://docs.weaviate.io/weaviate/search/similarity) in Weaviate's documentation.
///
/// ```no_run
/// use weaviate::prelude::*;
/// use weaviate::query::Diversity;
///
/// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
/// let search = articles.query().near_vector(embedding).limit(50);
/// let ten_of_fifty = search.diversity(Diversity::mmr(10).balance(0.3)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "it does nothing until a query takes it"]
pub struct Diversity {
    pub(crate) limit: u32,
    pub(crate) balance: f32,
}

impl Diversity {
    /// Creates a selection of at most `limit` results. Range: 1 to the limit of the query.
    ///
    /// ```
    /// use weaviate::query::Diversity;
    ///
    /// assert_eq!(Diversity::mmr(10), Diversity::mmr(10).balance(0.5));
    /// ```
    #[doc(alias = "maximal marginal relevance")]
    pub fn mmr(limit: u32) -> Self {
        Self { limit, balance: 0.5 }
    }

    /// Sets the balance. Range: 0 (diversity only) to 1 (relevance only). Default: 0.5.
    ///
    /// ```
    /// use weaviate::query::Diversity;
    ///
    /// let mostly_relevant = Diversity::mmr(10).balance(0.8);
    /// ```
    pub fn balance(mut self, balance: f32) -> Self {
        self.balance = balance;
        self
    }
}
