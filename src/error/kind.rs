use std::fmt;

/// The kind of an [`Error`](crate::Error): what failed, by what the caller can do about it.
///
/// ```
/// use weaviate::{Error, ErrorKind};
///
/// fn advice(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::Validation => "correct the call",
///         ErrorKind::Authentication | ErrorKind::Permission => "check the API key and its roles",
///         ErrorKind::RateLimited | ErrorKind::Unavailable => "try again later",
///         _ => "read the message",
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Invalid argument, found by this client ([`Outcome::NotSent`]) or by the server ([`Outcome::Refused`]). Correct the
    /// call.
    Validation,
    /// Wrong set-up of the client: an address, a credential, a feature of this crate. Correct the builder's settings.
    Configuration,
    /// No connection, or a connection that broke. Check address, port, firewall and whether the server runs;
    /// [`Client::diagnose`](crate::Client::diagnose) helps.
    Connection,
    /// Deadline exceeded. Raise it ([`Timeouts`](crate::connect::Timeouts)), or find out what keeps the server.
    Timeout,
    /// Unknown caller. Check the API key or token.
    Authentication,
    /// Known caller without the permission. Check roles and permissions.
    Permission,
    /// Missing collection, object or other resource.
    NotFound,
    /// Collection or object that exists already.
    AlreadyExists,
    /// Concurrent change: another process changed what this call had read. Read it again and repeat the change.
    Conflict,
    /// Collection that differs from what the program expects: a property, a vector or a setting. Change one of the two.
    SchemaDrift,
    /// Missing, unknown or inactive tenant, or a collection without multi-tenancy.
    Tenant,
    /// Too many requests, at the server or at a model provider behind it. Slow down, then try again.
    RateLimited,
    /// Limit of the server: results of a query, size of a message, number of objects. Repeating does not help.
    LimitExceeded,
    /// Server that cannot answer now: starting, electing a leader, read-only, overloaded. Try again later.
    Unavailable,
    /// Feature that this server, or this build of the client, does not have. See [`Error::feature`](crate::Error::feature).
    Unsupported,
    /// Bulk operation of which a part failed; the rest is done.
    Partial,
    /// Failure of an [embedder](crate::embed::Embedder). Nothing was sent; its error is the source.
    Embedding,
    /// Reply that could not be read, or that does not fit the type it is read into.
    Decode,
    /// Failure of the server that no other kind describes. The server's text is in the message.
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
            Self::Embedding => "embedding failed",
            Self::Decode => "unreadable reply",
            Self::Server => "server error",
        }
    }
}

/// The outcome of a failed request: whether the server may have acted. It decides whether a write may be repeated.
///
/// ```
/// use weaviate::Error;
/// use weaviate::error::Outcome;
///
/// fn may_repeat_the_write(error: &Error) -> bool {
///     error.outcome() != Outcome::Unknown
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The request did not reach the server. Repeating it is safe.
    NotSent,
    /// The server answered that it did not act. Repeating is safe, and fails again unless something changes.
    Refused,
    /// The server may have acted: the reply was lost, unclear or too late. Read before repeating a write that is not
    /// idempotent.
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
