//! Setters of keyword and hybrid searches.

use super::Query;
use crate::values::embed::{Embedder, ToEmbed};
use crate::values::properties::IntoList;
use crate::values::query::{Bm25, Bm25Operator, Fusion, Hybrid, HybridVector, NearVector, SearchProperty};
#[cfg(doc)]
use crate::values::query::{NearText, QueryVectors};

impl<P, Out> Query<P, Bm25, Out> {
    /// Searches only these text properties instead of all searchable ones.
    ///
    /// A name can carry a weight: `title^2` counts matches in the title twice.
    /// [`SearchProperty`] is the typed form. A tuple takes field handles of the struct:
    /// `(fields.title.weight(2.0), fields.body)`.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().bm25("owls").query_properties(["title^2", "body"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "boost")]
    pub fn query_properties(mut self, properties: impl IntoList<P, SearchProperty>) -> Self {
        self.kind.keywords.properties = Some(properties.into_list());
        self
    }

    /// Sets the search operator: the number of query words (tokens) that must match.
    ///
    /// Default: one matching token is enough. Needs Weaviate 1.30.17 or 1.31.0.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().bm25("quick brown fox").operator(Bm25Operator::or(2)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn operator(mut self, operator: Bm25Operator) -> Self {
        self.kind.keywords.operator = Some(operator);
        self
    }
}

impl<P, Out> Query<P, Hybrid, Out> {
    /// Sets alpha, the weight of the vector search against the keyword search.
    ///
    /// Range: 0 (keywords only) to 1 (vector only). Default: 0.75, on every server version.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().hybrid("snowy owl").alpha(0.5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn alpha(mut self, alpha: f32) -> Self {
        self.kind.alpha = alpha;
        self
    }

    /// Sets the fusion algorithm. Default: [`Fusion::RelativeScore`].
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().hybrid("snowy owl").fusion(Fusion::Ranked).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "fusion_type")]
    pub fn fusion(mut self, fusion: Fusion) -> Self {
        self.kind.fusion = Some(fusion);
        self
    }

    /// Sets the vector search.
    ///
    /// Without it the server makes a vector from the text, which needs a collection with a
    /// vectorizer. With an [`alpha`](Self::alpha) of 0 no vector is needed.
    ///
    /// Takes a query vector, a [`NearVector`] with a threshold, a [`NearText`] with a text of its
    /// own, or [`QueryVectors`] for several target vectors.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    /// use weaviate::query::NearVector;
    ///
    /// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let near = NearVector::new(embedding).distance(0.3);
    /// let hits = articles.query().hybrid("owls").vector(near).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn vector(mut self, vector: impl Into<HybridVector>) -> Self {
        self.kind.vector = Some(vector.into());
        self
    }

    /// Sets the vector search to the vector that a model of the caller makes of the search text.
    ///
    /// See [`Embedder`] and [`near_text_with`](crate::query::Queries::near_text_with).
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn model(_: Vec<String>) -> std::io::Result<Vec<Vec<f32>>> { Ok(vec![]) }
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().hybrid("snowy owl").vector_with(model).alpha(0.5).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn vector_with(mut self, embedder: impl Embedder + 'static) -> Self {
        let text = self.kind.keywords.text.clone();
        self.kind.vector = Some(NearVector::embedded(ToEmbed::new(embedder, text, "hybrid")).into());
        self
    }

    /// Sets the maximal vector distance of results, in the distance metric of the vector index.
    ///
    /// It also excludes objects that the keyword search finds. Default: no maximum. Needs
    /// Weaviate 1.26.3 or 1.27.0.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().hybrid("snowy owl").max_vector_distance(0.4).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "threshold")]
    pub fn max_vector_distance(mut self, distance: f32) -> Self {
        self.kind.max_vector_distance = Some(distance);
        self
    }

    /// Searches only these text properties for keywords instead of all searchable ones.
    ///
    /// A name can carry a weight: `title^2` counts matches in the title twice.
    /// [`SearchProperty`] is the typed form. A tuple takes field handles of the struct:
    /// `(fields.title.weight(2.0), fields.body)`.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().hybrid("owls").query_properties(["title^2", "body"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "boost")]
    pub fn query_properties(mut self, properties: impl IntoList<P, SearchProperty>) -> Self {
        self.kind.keywords.properties = Some(properties.into_list());
        self
    }

    /// Sets the search operator of the keyword search: the number of words that must match.
    ///
    /// The vector search can still find objects with fewer matches. Default: one matching token is
    /// enough. Needs Weaviate 1.30.17 or 1.31.0.
    ///
    /// ```no_run
    /// # use weaviate::prelude::*;
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().hybrid("snowy owl").operator(Bm25Operator::and()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn operator(mut self, operator: Bm25Operator) -> Self {
        self.kind.keywords.operator = Some(operator);
        self
    }
}
