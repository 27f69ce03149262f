use std::fmt;

/// What went wrong, sorted by what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument is wrong, by our own check ([`Outcome::NotSent`]) or by the server's ([`Outcome::Refused`]).
    /// Correct the call.
    Validation,
    /// The client is set up wrongly: an address, a credential, a feature of this crate. Correct the set-up.
    Configuration,
    /// No connection, or it broke. Check address, port, firewall and whether the server runs.
    Connection,
    /// The deadline passed. Raise it, or find out what keeps the server.
    Timeout,
    /// The server does not know who is calling. Check the API key.
    Authentication,
    /// The server knows who is calling and does not allow it. Check roles and permissions.
    Permission,
    /// The collection or object does not exist.
    NotFound,
    /// The collection or object exists already.
    AlreadyExists,
    /// What was read is no longer what is there: somebody else changed it meanwhile. Read it again and decide anew.
    Conflict,
    /// A collection is not what the program expects: a property, a vector or a setting differs. Change one of the two.
    SchemaDrift,
    /// The tenant is missing, unknown or not active, or the collection has no tenants at all.
    Tenant,
    /// Too many requests at once, at the server or at a model provider behind it. Slow down, then try again.
    RateLimited,
    /// A limit of the server: results of a query, size of a message, number of objects. Repeating does not help.
    LimitExceeded,
    /// The server is there and cannot answer now: starting, electing a leader, read-only, overloaded.
    Unavailable,
    /// This server, or this build of the client, cannot do that.
    Unsupported,
    /// A part of a bulk operation failed, the rest is done.
    Partial,
    /// The reply could not be read, or does not fit the type it is read into.
    Decode,
    /// The server failed in a way that says nothing else.
    Server,
}

impl ErrorKind {
    /// How the kind reads at the start of a message.
    pub(super) fn phrase(self) -> &'static str {
        match self {
            Self::Validation => "invalid argument",
            Self::Configuration => "wrong configuration",
            Self::Connection => "connection failed",
            Self::Timeout => "timed out",
            Self::Authentication => "not authenticated",
            Self::Permission => "not permitted",
            Self::NotFound => "not found",
            Self::AlreadyExists => "exists already",
            Self::Conflict => "changed meanwhile",
            Self::SchemaDrift => "schema drift",
            Self::Tenant => "wrong tenant",
            Self::RateLimited => "rate limit reached",
            Self::LimitExceeded => "limit exceeded",
            Self::Unavailable => "unavailable",
            Self::Unsupported => "not supported",
            Self::Partial => "partly failed",
            Self::Decode => "unreadable reply",
            Self::Server => "server error",
        }
    }
}

/// What became of the request. It decides whether a write may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It never left this process, or never reached the server: repeating it is safe.
    NotSent,
    /// The server answered that it did not do it.
    Refused,
    /// The server may have done it: the reply was lost, unclear or too late.
    Unknown,
}

/// The status code of a gRPC reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "gRPC's own names, documented there")]
pub enum GrpcCode {
    Ok,
    Cancelled,
    Unknown,
    InvalidArgument,
    DeadlineExceeded,
    NotFound,
    AlreadyExists,
    PermissionDenied,
    ResourceExhausted,
    FailedPrecondition,
    Aborted,
    OutOfRange,
    Unimplemented,
    Internal,
    Unavailable,
    DataLoss,
    Unauthenticated,
}

impl fmt::Display for GrpcCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "OK",
            Self::Cancelled => "CANCELLED",
            Self::Unknown => "UNKNOWN",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Aborted => "ABORTED",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DataLoss => "DATA_LOSS",
            Self::Unauthenticated => "UNAUTHENTICATED",
        })
    }
}
