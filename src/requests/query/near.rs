//! Setters of vector searches: targets, thresholds, moves and diversity.

use super::Query;
use crate::values::properties::Typed;
use crate::values::query::{Diverse, Diversity, Move, NearText, Targeted, Targets, Thresholded};

impl<P, K, Out> Query<P, K, Out> {
    /// Sets the target vectors: the names of the vectors that are compared.
    ///
    /// Takes one name or vector handle, or several as [`Targets`] with the join of their distances; a search by media
    /// takes one. Required if the collection has several named vectors.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::query::Targets;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let by_title = articles.query().near_vector([0.1, 0.9]).target("title").await?;
    /// let nearest_of_both = Targets::minimum(["title", "body"]);
    /// let by_both = articles.query().near_text("owls").target(nearest_of_both).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A keyword search has no target. It does not compile:
    ///
    /// ```compile_fail,E0277
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// articles.query().bm25("owls").target("title").await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "target_vector")]
    pub fn target(mut self, targets: impl Into<Typed<P, Targets>>) -> Self
    where
        K: Targeted,
    {
        self.options.target = Some(targets.into().into_inner());
        self
    }

    /// Sets the maximal distance of results, in the metric of the vector index.
    ///
    /// Range: any finite number; the cosine distance is between 0 and 2. Default: no maximum.
    /// Excludes [`certainty`](Self::certainty).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().near_vector([0.1, 0.9]).distance(0.3).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "max_distance")]
    #[doc(alias = "threshold")]
    pub fn distance(mut self, distance: f64) -> Self
    where
        K: Thresholded,
    {
        self.kind.threshold().distance = Some(distance);
        self
    }

    /// Sets the minimal certainty of results. Range: 0 to 1. Default: no minimum.
    ///
    /// Only for the cosine distance metric. Excludes [`distance`](Self::distance).
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().near_vector([0.1, 0.9]).certainty(0.7).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "threshold")]
    pub fn certainty(mut self, certainty: f64) -> Self
    where
        K: Thresholded,
    {
        self.kind.threshold().certainty = Some(certainty);
        self
    }

    /// Selects diverse results by maximal marginal relevance (MMR). Needs Weaviate 1.37.
    ///
    /// Excludes groups, other than those of a hybrid search. A distance or certainty is applied to
    /// the selected results, so that fewer may remain.
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
    #[doc(alias = "mmr")]
    pub fn diversity(mut self, diversity: Diversity) -> Self
    where
        K: Diverse,
    {
        self.options.diversity = Some(diversity);
        self
    }
}

impl<P, Out> Query<P, NearText, Out> {
    /// Moves the query vector towards other concepts or objects.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::query::Move;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let arctic = Move::force(0.5).concepts(["arctic", "tundra"]);
    /// let hits = articles.query().near_text("owl").move_to(arctic).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn move_to(mut self, target: Move) -> Self {
        self.kind.move_to = Some(target);
        self
    }

    /// Moves the query vector away from other concepts or objects, after
    /// [`move_to`](Self::move_to).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::query::Move;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let zoo = Move::force(0.5).concepts(["zoo"]);
    /// let hits = articles.query().near_text("owl").move_away(zoo).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn move_away(mut self, target: Move) -> Self {
        self.kind.move_away = Some(target);
        self
    }
}
