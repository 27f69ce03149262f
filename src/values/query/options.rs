//! Options that all kinds of search share.

use super::{Boost, Diversity, GroupBy, Metadata, Rerank, Targets};
use crate::Filter;

/// Options that all kinds of search share. Options that the caller did not set are not sent.
#[expect(unnameable_types, reason = "a sealed trait takes it")]
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub(crate) filter: Option<Filter>,
    pub(crate) limit: Option<u32>,
    pub(crate) offset: Option<u32>,
    pub(crate) auto_limit: Option<u32>,
    /// Targets of a kind that is [`Targeted`](super::Targeted).
    pub(crate) target: Option<Targets>,
    pub(crate) rerank: Option<Rerank>,
    pub(crate) boost: Option<Boost>,
    pub(crate) diversity: Option<Diversity>,
    pub(crate) group_by: Option<GroupBy>,
    pub(crate) metadata: Vec<Metadata>,
    pub(crate) query_profile: bool,
    pub(crate) vectors: IncludeVectors,
    pub(crate) properties: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum IncludeVectors {
    #[default]
    None,
    All,
    Named(Vec<String>),
}

/// Setters of the returned vectors, for requests that hold their [`Options`] in `options`.
macro_rules! vector_selection {
    () => {
        /// Returns all vectors with each object. Default: off.
        ///
        /// [`include_vectors`](Self::include_vectors) is cheaper if the names are known.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// for hit in &articles.query().fetch_objects().include_vector(true).await? {
        ///     println!("{:?}", hit.vector());
        /// }
        /// # Ok(())
        /// # }
        /// ```
        #[doc(alias = "return_vector")]
        pub fn include_vector(mut self, include: bool) -> Self {
            self.options.vectors = if include {
                crate::values::query::IncludeVectors::All
            } else {
                crate::values::query::IncludeVectors::None
            };
            self
        }

        /// Returns the named vectors with each object. Default: none.
        ///
        /// ```no_run
        /// # use weaviate::prelude::*;
        /// # async fn example(articles: Collection) -> weaviate::Result<()> {
        /// for hit in &articles.query().fetch_objects().include_vectors(["title"]).await? {
        ///     println!("{:?}", hit.vectors().get("title"));
        /// }
        /// # Ok(())
        /// # }
        /// ```
        #[doc(alias = "return_vectors")]
        pub fn include_vectors<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
            self.options.vectors =
                crate::values::query::IncludeVectors::Named(names.into_iter().map(Into::into).collect());
            self
        }
    };
}

pub(crate) use vector_selection;
