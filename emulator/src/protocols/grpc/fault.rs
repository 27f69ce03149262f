//! Why a gRPC reply cannot be made, in the server's words.

use thiserror::Error;

use crate::engine::search::fault::LinkedFault;

/// Why a found object cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ReplyFault {
    #[error("resolve cross-refs: build reference cache: build request cache: fetch job list: {0}")]
    References(#[from] LinkedFault),
    /// The property holds references, but has been made one of another type.
    #[error("creating primitive value for {0}: proto:\u{a0}invalid type: models.MultipleRef")]
    NotPrimitive(String),
}
