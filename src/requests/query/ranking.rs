//! Setters of what changes the ranking of results, and of the query profile.

use super::Query;
use crate::values::properties::Typed;
use crate::values::query::{Boost, Listed, Rerank};

impl<P, K, Out> Query<P, K, Out> {
    /// Reranks the results: the collection's reranker model sorts them once more.
    ///
    /// Only the results up to the limit are sorted. The score is in
    /// [`HitMetadata::rerank_score`](crate::query::HitMetadata::rerank_score). See
    /// [reranking](https://docs.weaviate.io/weaviate/search/rerank) in Weaviate's documentation.
    ///
    /// Takes a [`Rerank`], or one made by a field handle: `fields.body.rerank("owls in snow")`.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::query::Rerank;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let by_body = Rerank::new("body", "owls in snow");
    /// let hits = articles.query().bm25("owl").rerank(by_body).limit(20).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn rerank(mut self, rerank: impl Into<Typed<P, Rerank>>) -> Self
    where
        K: Listed,
    {
        self.options.rerank = Some(rerank.into().into_inner());
        self
    }

    /// Boosts the results that meet conditions. Needs Weaviate 1.38.
    ///
    /// Takes a [`Boost`], or a single condition. The score replaces that of the search. Excludes a
    /// [sort order](Query::sort) and a [cursor](Query::after).
    ///
    /// A property that a condition needs is requested, and removed from the results if it was not
    /// [selected](Self::properties). Groups of a vector or hybrid search are boosted by their best
    /// objects.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use weaviate::prelude::*;
    /// use weaviate::query::BoostCondition;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let week = Duration::from_secs(7 * 24 * 60 * 60);
    /// let recent = BoostCondition::time_decay("published", week);
    /// let hits = articles.query().bm25("owl").boost(recent).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn boost(mut self, boost: impl Into<Typed<P, Boost>>) -> Self
    where
        K: Listed,
    {
        self.options.boost = Some(boost.into().into_inner());
        self
    }

    /// Returns the query profile: where the server spent the time. Default: off. Needs Weaviate
    /// 1.36.9.
    ///
    /// There is none without a result, and if a boost takes the best result off the page.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().bm25("owls").query_profile(true).await?;
    /// println!("{:#?}", hits.query_profile());
    /// # Ok(())
    /// # }
    /// ```
    pub fn query_profile(mut self, include: bool) -> Self
    where
        K: Listed,
    {
        self.options.query_profile = include;
        self
    }
}
