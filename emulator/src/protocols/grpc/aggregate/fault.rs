//! Reasons why an aggregation over gRPC fails, in the server's words.

use thiserror::Error;

use super::super::fault::{FilterFault, NearObjectFault, NearVectorFault, SearchFault};
use crate::engine::search::aggregate::fault::{self as engine, Unbounded};
use crate::engine::search::fault::AimFault;
use crate::engine::store::fault::{NoSuchCollection, TenantFault};

/// Reason why objects are not aggregated.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum AggregateFault {
    #[error("parse params: {0}")]
    NoCollection(#[from] NoSuchCollection),
    #[error("parse params: extract filters: {0}")]
    Filter(#[from] FilterFault),
    #[error("parse params: {0}")]
    Search(Box<SearchFault>),
    #[error("{0}")]
    Near(Box<NearFault>),
    #[error("{0}")]
    Aim(Box<AimFault>),
    #[error(transparent)]
    Unbounded(#[from] Unbounded),
    #[error(transparent)]
    Tenant(#[from] TenantFault),
    #[error("{0}")]
    Shard(#[from] Box<engine::AggregateFault>),
    /// A value that groups are made of, but not shown. With Go's name of its type.
    #[error("prepare reply: groupedBy: unrecognized grouped by value type: {0}")]
    GroupValue(&'static str),
    /// A property of which nothing is known but a type.
    #[error("prepare reply: aggregations: parse aggregation property: unknown property type: ")]
    NoKind,
}

/// Reason why the target of a near search is refused.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum NearFault {
    #[error(
        "parse params: extract target vectors: class {class} does not have named vector {vector} configured. Available named vectors map[]"
    )]
    Target { class: String, vector: String },
    #[error("parse params: found more than one target vector for aggregation")]
    SeveralTargets,
    #[error("parse params: parse near vector: near_vector: {0}")]
    Vector(NearVectorFault),
    #[error("nearObject params: {0}")]
    Object(NearObjectFault),
    /// A hybrid search with `near_text` that has no text.
    #[error("panic occurred: runtime error: index out of range [0] with length 0")]
    NoText,
    #[error("nearObject params: search index {index}: determine shard: {fault}")]
    Shard { index: String, fault: TenantFault },
}

impl From<SearchFault> for AggregateFault {
    fn from(fault: SearchFault) -> Self {
        Self::Search(Box::new(fault))
    }
}

impl From<NearFault> for AggregateFault {
    fn from(fault: NearFault) -> Self {
        Self::Near(Box::new(fault))
    }
}

impl From<AimFault> for AggregateFault {
    fn from(fault: AimFault) -> Self {
        Self::Aim(Box::new(fault))
    }
}

impl AggregateFault {
    /// Returns whether the request or its reply is at fault. The server puts `aggregate:` before all others.
    pub(super) fn is_of_the_request(&self) -> bool {
        match self {
            Self::NoCollection(_) | Self::Filter(_) | Self::Search(_) | Self::GroupValue(_) | Self::NoKind => true,
            Self::Near(fault) => !matches!(**fault, NearFault::Object(_) | NearFault::Shard { .. }),
            Self::Shard(fault) => **fault == engine::AggregateFault::Unhashable,
            Self::Aim(_) | Self::Unbounded(_) | Self::Tenant(_) => false,
        }
    }
}
