//! Reasons why a collection of a GraphQL query has no answer, in the server's words.

use thiserror::Error;

use crate::access::rbac::Forbidden;
use crate::protocols::grpc::aggregate::fault::AggregateFault;
use crate::protocols::grpc::fault::SearchFault;
use crate::protocols::rest::fault::{WhereFault, WhereTypeFault};

/// Reason why there is nothing to show for a collection.
#[derive(Debug, Clone, PartialEq, Error)]
pub(super) enum AnswerFault {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("could not extract filters: {0}")]
    Where(#[from] WhereFault),
    #[error("invalid 'where' filter: {0}")]
    WhereType(#[from] WhereTypeFault),
    #[error("cursor api: invalid 'after' parameter: limit parameter must be set")]
    CursorWithoutLimit,
    #[error("explorer: list class: search: invalid pagination params: invalid default limit: 0")]
    NoLimit,
    #[error("nested references depth exceeds QUERY_CROSS_REFERENCE_DEPTH_LIMIT ({0})")]
    Depth(usize),
    #[error(transparent)]
    Search(#[from] SearchFault),
    #[error(transparent)]
    Aggregate(#[from] AggregateFault),
}
