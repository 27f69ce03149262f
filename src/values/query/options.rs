//! Options that all kinds of search share.

use super::{Boost, Diversity, GroupBy, Rerank, Selected, Targets};
use crate::Filter;
use crate::values::query::generate::Generate;

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
    pub(crate) generate: Option<Box<Generate>>,
    pub(crate) query_profile: bool,
    pub(crate) selected: Selected,
}
