//! Setters of keyword and hybrid searches.

use super::Query;
use crate::values::properties::IntoList;
use crate::values::query::{Bm25, Bm25Operator, Fusion, Hybrid, HybridVector, SearchProperty};

impl<P, Out> Query<P, Bm25, Out> {
    /// Searches these text properties alone, in place of all whose index is searchable. The name may carry a weight:
    /// `title^2` counts matches in the title twice; [`SearchProperty`] says the same with types. A tuple holds handles of the
    /// struct: `(fields.title.weight(2.0), fields.body)`.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection) -> weaviate::Result<()> {
    /// let hits = articles.query().bm25("owls").query_properties(["title^2", "body"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query_properties(mut self, properties: impl IntoList<P, SearchProperty>) -> Self {
        self.kind.keywords.properties = Some(properties.into_list());
        self
    }

    /// How many of the words must match; without it, one is enough. Needs Weaviate 1.31.0, or 1.30.17.
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
    /// How much the vector counts against the words: from 0, the words alone, to 1, the vector alone. Without it 0.75, on
    /// every version of the server.
    pub fn alpha(mut self, alpha: f32) -> Self {
        self.kind.alpha = alpha;
        self
    }

    /// How the two lists become one. Without it, [`Fusion::RelativeScore`].
    pub fn fusion(mut self, fusion: Fusion) -> Self {
        self.kind.fusion = Some(fusion);
        self
    }

    /// The vector to search for. Without it the server makes one of the text, which takes a collection with a vectorizer;
    /// with an alpha of 0 it needs none.
    ///
    /// It takes what [`near_vector`](super::Queries::near_vector) takes, or a [`HybridVector`] with options of its own.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(articles: Collection, embedding: Vec<f32>) -> weaviate::Result<()> {
    /// let near_by = HybridVector::near_vector(embedding).distance(0.3);
    /// let hits = articles.query().hybrid("owls").vector(near_by).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn vector(mut self, vector: impl Into<HybridVector>) -> Self {
        self.kind.vector = Some(vector.into());
        self
    }

    /// Which of the object's vectors is compared, by its name. Needed where a collection has several.
    pub fn target(mut self, name: impl Into<String>) -> Self {
        self.kind.target = Some(name.into());
        self
    }

    /// Only objects whose vectors are at most so far away, in the collection's own measure, however well their words
    /// match. Needs Weaviate 1.27.0, or 1.26.3.
    pub fn max_vector_distance(mut self, distance: f32) -> Self {
        self.kind.max_vector_distance = Some(distance);
        self
    }

    /// Searches these text properties alone for the words, in place of all whose index is searchable. The name may carry
    /// a weight, `title^2`; [`SearchProperty`] says the same with types.
    pub fn query_properties(mut self, properties: impl IntoList<P, SearchProperty>) -> Self {
        self.kind.keywords.properties = Some(properties.into_list());
        self
    }

    /// How many of the words must match for an object to be found by its words; without it, one is enough. The vector may
    /// find it all the same. Needs Weaviate 1.31.0, or 1.30.17.
    pub fn operator(mut self, operator: Bm25Operator) -> Self {
        self.kind.keywords.operator = Some(operator);
        self
    }
}
