//! Reasons why a call over gRPC that writes fails, in the server's words.

use thiserror::Error;

use super::fault::{FilterFault, NoDimension};
use crate::access::rbac::Forbidden;
use crate::engine::schema::LimitReached;
use crate::engine::search::filter;
use crate::engine::store::Refusal;
use crate::engine::store::fault::{NoSuchCollection, NoSuchProperty, ReadOnly, TenantFault, UuidFault};

/// Reason why a batch of objects or references, or one object of it, is not taken.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum BatchFault {
    /// A fault of the server's own.
    #[error("panic occurred: runtime error: invalid memory address or nil pointer dereference")]
    NoCollection,
    /// Of all objects.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    #[error("auto create tenants: {}", .0.batch_text())]
    AutoTenants(Box<Refusal>),
    #[error("invalid params: length cannot be 0, need at least one reference for batching")]
    NoReferences,
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Id(#[from] UuidFault),
    #[error(transparent)]
    Vector(#[from] NoDimension),
    #[error(transparent)]
    Unknown(#[from] NoSuchProperty),
    #[error("target is a multi-target reference, need single target [{}]", .0.join(" "))]
    SeveralTargets(Vec<String>),
    #[error("target is a single-target reference, need multi-target [{}]", .0.join(" "))]
    OneTarget(Vec<String>),
}

/// Reason why nothing is deleted, without the words of the protocol around it.
#[derive(Debug, Clone, PartialEq, Error)]
pub(crate) enum DeleteFault {
    #[error(transparent)]
    NoCollection(#[from] NoSuchCollection),
    #[error("no filters in batch delete request")]
    NoFilter,
    #[error(transparent)]
    Filter(#[from] FilterFault),
    #[error(transparent)]
    Tenant(#[from] TenantFault),
    #[error("find matching doc ids in shard {shard:?}: docIds: {fault}")]
    Evaluation { shard: String, fault: filter::Fault },
}

/// Reason why one object is not deleted, or not from everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ObjectDeleteFault {
    #[error(transparent)]
    ReadOnly(#[from] ReadOnly),
    /// Of a property that holds references, but has been made one of another type.
    #[error(
        "delete object from bucket: analyze previous object: analyze props: analyze primitive prop: analyze property {property}: expected {expected}, got models.MultipleRef"
    )]
    LeftInIndex { property: String, expected: &'static str },
}
