//! Effect of a fault on a request, and its moment.

use std::fmt;
use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};

use super::object_rule::ObjectRule;

/// Kind of a fault, as the log names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// [`Fault::unavailable`](super::Fault::unavailable).
    Unavailable,
    /// [`Fault::reset`](super::Fault::reset).
    Reset,
    /// [`Fault::hang`](super::Fault::hang).
    Hang,
    /// [`Fault::slow`](super::Fault::slow).
    Slow,
    /// [`Fault::rate_limited`](super::Fault::rate_limited).
    RateLimited,
    /// [`Fault::unauthenticated`](super::Fault::unauthenticated).
    Unauthenticated,
    /// [`Fault::read_only`](super::Fault::read_only).
    ReadOnly,
    /// [`Fault::object_errors`](super::Fault::object_errors).
    ObjectErrors,
    /// [`Fault::http_reply`](super::Fault::http_reply).
    HttpReply,
    /// [`Fault::grpc_status`](super::Fault::grpc_status).
    GrpcStatus,
}

impl FaultKind {
    /// The constructor of such a fault.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Reset => "reset",
            Self::Hang => "hang",
            Self::Slow => "slow",
            Self::RateLimited => "rate_limited",
            Self::Unauthenticated => "unauthenticated",
            Self::ReadOnly => "read_only",
            Self::ObjectErrors => "object_errors",
            Self::HttpReply => "http_reply",
            Self::GrpcStatus => "grpc_status",
        }
    }

    /// Returns whether the fault can come after the server has done the work.
    pub(super) fn follows_the_commit(self) -> bool {
        match self {
            Self::Unavailable | Self::Reset | Self::Hang | Self::Slow | Self::HttpReply | Self::GrpcStatus => true,
            Self::RateLimited | Self::Unauthenticated | Self::ReadOnly | Self::ObjectErrors => false,
        }
    }

    /// Returns whether the fault can come in the middle of a reply.
    pub(super) fn interrupts_a_reply(self) -> bool {
        matches!(self, Self::Reset | Self::Hang)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A fault with all that is needed to inject it.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    Unavailable,
    Reset,
    Hang,
    Slow(Duration),
    RateLimited,
    Unauthenticated,
    ReadOnly {
        /// Of the objects of a shard, only the first one of a batch is told.
        first_only: bool,
    },
    ObjectErrors(ObjectRule),
    HttpReply {
        status: StatusCode,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: String,
    },
    GrpcStatus {
        code: i32,
        message: String,
    },
}

impl Effect {
    pub(super) fn kind(&self) -> FaultKind {
        match self {
            Self::Unavailable => FaultKind::Unavailable,
            Self::Reset => FaultKind::Reset,
            Self::Hang => FaultKind::Hang,
            Self::Slow(_) => FaultKind::Slow,
            Self::RateLimited => FaultKind::RateLimited,
            Self::Unauthenticated => FaultKind::Unauthenticated,
            Self::ReadOnly { .. } => FaultKind::ReadOnly,
            Self::ObjectErrors(_) => FaultKind::ObjectErrors,
            Self::HttpReply { .. } => FaultKind::HttpReply,
            Self::GrpcStatus { .. } => FaultKind::GrpcStatus,
        }
    }
}

/// Moment of a request at which it suffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The server has not seen it.
    BeforeCommit,
    /// The server has done it, and the reply is lost or comes late.
    AfterCommit,
    /// The server has done it, and one half of the reply is out.
    MidReply,
}
