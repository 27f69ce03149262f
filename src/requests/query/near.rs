//! Setters of vector searches: target vector and thresholds.

use super::Query;
use crate::values::query::{NearObject, NearVector};

macro_rules! near_options {
    ($($kind:ty),*) => {
        $(
            impl<P, Out> Query<P, $kind, Out> {
                /// Sets the target vector: the name of the vector that is compared.
                ///
                /// Required if the collection has several named vectors.
                ///
                /// ```no_run
                /// # use weaviate::prelude::*;
                /// # async fn example(articles: Collection) -> weaviate::Result<()> {
                /// let hits = articles.query().near_vector([0.1, 0.9]).target("title").await?;
                /// # Ok(())
                /// # }
                /// ```
                #[doc(alias = "target_vector")]
                pub fn target(mut self, name: impl Into<String>) -> Self {
                    self.kind.near.target = Some(name.into());
                    self
                }

                /// Sets the maximal distance of results, in the metric of the vector index.
                ///
                /// Range: any finite number; the cosine distance is between 0 and 2. Default: no
                /// maximum. Excludes [`certainty`](Self::certainty).
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
                pub fn distance(mut self, distance: f64) -> Self {
                    self.kind.near.threshold.distance = Some(distance);
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
                pub fn certainty(mut self, certainty: f64) -> Self {
                    self.kind.near.threshold.certainty = Some(certainty);
                    self
                }
            }
        )*
    };
}

near_options!(NearVector, NearObject);
