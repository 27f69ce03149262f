//! What all kinds of search can be told.

use super::{GroupBy, Metadata};
use crate::Filter;

/// What all kinds of search have in common. What the caller did not set is not sent.
#[expect(unnameable_types, reason = "a sealed trait takes it")]
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub(crate) filter: Option<Filter>,
    pub(crate) limit: Option<u32>,
    pub(crate) offset: Option<u32>,
    pub(crate) auto_limit: Option<u32>,
    pub(crate) group_by: Option<GroupBy>,
    pub(crate) metadata: Vec<Metadata>,
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

/// The setters of the vectors that come with the objects, for requests that hold their [`Options`] in `options`.
macro_rules! vector_selection {
    () => {
        /// Whether the vectors come with the objects, all of them. Where the names are known,
        /// [`include_vectors`](Self::include_vectors) is cheaper.
        pub fn include_vector(mut self, include: bool) -> Self {
            self.options.vectors = if include {
                crate::values::query::IncludeVectors::All
            } else {
                crate::values::query::IncludeVectors::None
            };
            self
        }

        /// The vectors of these names come with the objects.
        pub fn include_vectors<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
            self.options.vectors =
                crate::values::query::IncludeVectors::Named(names.into_iter().map(Into::into).collect());
            self
        }
    };
}

pub(crate) use vector_selection;
