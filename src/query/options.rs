//! What all kinds of search can be told.

use super::{GroupBy, Metadata};
use crate::transport::CallOptions;
use crate::{ConsistencyLevel, Filter};

/// What all kinds of search have in common. What the caller did not set is not sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) filter: Option<Filter>,
    pub(crate) limit: Option<u32>,
    pub(crate) offset: Option<u32>,
    pub(crate) auto_limit: Option<u32>,
    pub(crate) group_by: Option<GroupBy>,
    pub(crate) metadata: Vec<Metadata>,
    pub(crate) vectors: IncludeVectors,
    pub(crate) properties: Option<Vec<String>>,
    pub(crate) consistency_level: Option<ConsistencyLevel>,
    pub(crate) call: CallOptions,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum IncludeVectors {
    #[default]
    None,
    All,
    Named(Vec<String>),
}
