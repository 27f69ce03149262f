//! Reasons why the vectors of a request cannot be read, or a reply cannot be made, in the server's words.

use thiserror::Error;

use crate::engine::search::fault::LinkedFault;

/// Reason why a found object cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ReplyFault {
    #[error("resolve cross-refs: build reference cache: build request cache: fetch job list: {0}")]
    References(#[from] LinkedFault),
    /// The property holds references, but has been made one of another type.
    #[error("creating primitive value for {0}: proto:\u{a0}invalid type: models.MultipleRef")]
    NotPrimitive(String),
}

/// Vectors that cannot be read out of their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("dimension cannot be 0")]
pub(crate) struct NoDimension;

/// Target vectors that a collection does not have, or that are not told apart.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TargetFault {
    #[error("class {class} does not have named vector {vector} configured. Available named vectors [{available}]")]
    Unknown { class: String, vector: String, available: String },
    #[error("class {0} has multiple vectors, but no target vectors were provided")]
    Ambiguous(String),
    #[error("number of weights ({weights}) does not match number of targets ({targets})")]
    Weights { weights: usize, targets: usize },
    #[error("target vector {0} not found in target vectors")]
    Weight(String),
}

/// Certainties that do not go with the targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum CertaintyFault {
    #[error("multiple target vectors are not supported with certainty")]
    SeveralTargets,
    #[error("can't compute and return certainty when vector index is configured with {0} distance")]
    Distance(&'static str),
}

/// Vectors to search near that do not fit their targets.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NearVectorFault {
    #[error("extract vector: {0}")]
    Unreadable(#[from] NoDimension),
    #[error("only 1 vector supported, found {0} vectors")]
    Several(usize),
    #[error("either vector or VectorPerTarget must be provided, not both")]
    Both,
    #[error("vector is required")]
    Missing,
    #[error("vector per target must be provided for all targets")]
    PerTarget,
    /// The server looks for the combination without asking whether there is one.
    #[error("panic occurred: runtime error: invalid memory address or nil pointer dereference")]
    NoCombination,
    #[error("vector for target must have the same lengths as target vectors")]
    ForTargets,
    #[error("vector for target {target} is required. All target vectors: [{wanted}] all vectors for targets [{given}]")]
    NoVector { target: String, wanted: String, given: String },
    #[error(
        "explorer: get class: validate target vector: multiple vectorizers configuration found, please specify target vector name"
    )]
    NoneOfSeveral,
    #[error(
        "explorer: get class: concurrentTargetVectorSearch): explorer: get class: vectorize search vector: nearVector.vectorFromParams was called with invalid index"
    )]
    NothingToSearch,
    #[error("provided vector is a multi vector but vector index supports regular vectors")]
    Rows,
    #[error("provided vector is a regular vector but vector index supports multi vectors")]
    NoRows,
}
