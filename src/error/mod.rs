//! The one error of the crate, and the tables that turn a reply of the server into it.

mod body;
mod classify;
mod kind;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

pub(crate) use body::ErrorBody;
pub(crate) use classify::Verdict;
pub use kind::{ErrorKind, GrpcCode, Outcome};

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// [`kind`](Self::kind) says what can be done about it, [`outcome`](Self::outcome) whether the server may have acted.
/// `Display` prints this level alone; what lies beneath is in [`source`](StdError::source).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    outcome: Outcome,
    transient: bool,
    message: Cow<'static, str>,
    field: Option<Cow<'static, str>>,
    feature: Option<&'static str>,
    operation: Option<&'static str>,
    collection: Option<String>,
    tenant: Option<String>,
    attempts: u32,
    http_status: Option<u16>,
    grpc_code: Option<GrpcCode>,
    server_message: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// What can be done about it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the server may have acted. Ask before repeating a write.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The operation that failed, such as `search` or `create collection`.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The collection it was about.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        self.0.collection.as_deref()
    }

    /// The tenant it was about, where many are dealt with at once.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.0.tenant.as_deref()
    }

    /// Returns the argument that is wrong, for errors of kind [`ErrorKind::Validation`] found before anything was sent.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Returns the feature that the server lacks, for errors of kind [`ErrorKind::Unsupported`]: the name of a
    /// [`Feature`](crate::server::Feature), or of a symbol of the contract.
    #[must_use]
    pub fn feature(&self) -> Option<&str> {
        self.0.feature
    }

    /// How often the request was tried; 0 if it never got that far.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The HTTP status of the reply, if REST was spoken and a reply came.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The gRPC status of the reply, if gRPC was spoken. It may also have been made on this side, see
    /// [`outcome`](Self::outcome).
    #[must_use]
    pub fn grpc_code(&self) -> Option<GrpcCode> {
        self.0.grpc_code
    }

    /// What the server said, word for word.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }

    /// The same call may succeed later. For a write, look at [`outcome`](Self::outcome) too: where it is
    /// [`Outcome::Unknown`], a repetition may do it twice.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.transient
    }

    /// How long the server, or a proxy before it, asked to wait before the next attempt. Retries keep to it.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The collection or object does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// The collection or object exists already.
    #[must_use]
    pub fn is_already_exists(&self) -> bool {
        self.0.kind == ErrorKind::AlreadyExists
    }

    /// The deadline passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// No connection, or it broke.
    #[must_use]
    pub fn is_connection(&self) -> bool {
        self.0.kind == ErrorKind::Connection
    }

    /// The server does not know who is calling, or does not allow it.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Authentication | ErrorKind::Permission)
    }

    /// An argument is wrong.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        self.0.kind == ErrorKind::Validation
    }
}

/// How errors are made, inside this crate alone.
impl Error {
    pub(crate) fn new(verdict: Verdict, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind: verdict.kind,
            outcome: verdict.outcome,
            transient: verdict.transient,
            message: message.into(),
            field: None,
            feature: None,
            operation: None,
            collection: None,
            tenant: None,
            attempts: 0,
            http_status: None,
            grpc_code: None,
            server_message: None,
            retry_after: None,
            source: None,
        }))
    }

    /// An argument is wrong; nothing was sent. The message says what would be right.
    pub(crate) fn validation(field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        let mut error = Self::new(Verdict::not_sent(ErrorKind::Validation), message.into());
        error.0.field = Some(field.into());
        error
    }

    pub(crate) fn configuration(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Verdict::not_sent(ErrorKind::Configuration), message)
    }

    pub(crate) fn unsupported(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Verdict::not_sent(ErrorKind::Unsupported), message)
    }

    /// The server is too old, or too new, for something in the request.
    pub(crate) fn lacks(feature: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::unsupported(message);
        error.0.feature = Some(feature);
        error
    }

    /// A reply came, and it cannot be read.
    pub(crate) fn decode(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Verdict::unknown(ErrorKind::Decode), message)
    }

    /// A part of a bulk operation failed.
    /// `than` is what the collection was compared with.
    pub(crate) fn schema_drift(collection: &str, than: &str, differences: &str) -> Self {
        let message =
            format!("collection {collection} differs from {than}: {differences}. Change one of the two, or migrate");
        Self::new(Verdict::not_sent(ErrorKind::SchemaDrift), message)
    }

    pub(crate) fn partial(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Verdict::refused(ErrorKind::Partial), message)
    }

    /// No reply within the time allowed.
    pub(crate) fn timeout(after: Duration) -> Self {
        let after = rounded(after);
        Self::new(Verdict::unknown(ErrorKind::Timeout).transient(), format!("no reply within {after:?}"))
    }

    /// The deadline passed before there was anything to authenticate with.
    pub(crate) fn no_token(after: Duration) -> Self {
        Self::new(
            Verdict::not_sent(ErrorKind::Timeout).transient(),
            format!("no access token within {:?}", rounded(after)),
        )
    }

    /// Who it was that answered or did not, `REST at http://localhost:8080`. Said where that is what one has to look into,
    /// and is not said already.
    pub(crate) fn at(mut self, place: &str) -> Self {
        use ErrorKind::{Authentication, Connection, Permission, Timeout, Unavailable};
        let inner = &mut *self.0;
        let matters = matches!(inner.kind, Authentication | Connection | Permission | Timeout | Unavailable);
        if matters && !inner.message.contains("://") {
            inner.message = if inner.message.is_empty() {
                place.to_owned().into()
            } else {
                format!("{} from {place}", inner.message).into()
            };
        }
        self
    }

    /// The server's own text, which becomes part of the message.
    pub(crate) fn with_server_message(mut self, text: impl Into<String>) -> Self {
        self.0.server_message = Some(text.into()).filter(|text| !text.is_empty());
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    pub(crate) fn with_grpc_code(mut self, code: GrpcCode) -> Self {
        self.0.grpc_code = Some(code);
        self
    }

    pub(crate) fn with_retry_after(mut self, pause: Option<Duration>) -> Self {
        self.0.retry_after = pause;
        self
    }

    /// An earlier attempt may have done it, whatever became of this one.
    pub(crate) fn with_unknown_outcome(mut self) -> Self {
        self.0.outcome = Outcome::Unknown;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Which operation this was, unless that is known already.
    pub(crate) fn in_operation(mut self, operation: &'static str, collection: Option<&str>) -> Self {
        if self.0.operation.is_none() {
            self.0.operation = Some(operation);
            self.0.collection = collection.map(str::to_owned);
        }
        self
    }

    /// Which of many tenants it was about.
    pub(crate) fn of_tenant(mut self, tenant: &str) -> Self {
        self.0.tenant = Some(tenant.to_owned());
        self
    }
}

/// What is left of a timeout after some microseconds reads like the timeout.
fn rounded(time: Duration) -> Duration {
    let milliseconds = (time.as_micros() + 500) / 1000;
    u64::try_from(milliseconds).ok().filter(|some| *some > 0).map_or(time, Duration::from_millis)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, message, field, operation, collection, tenant, server_message, .. } = &*self.0;
        if let Some(operation) = operation {
            f.write_str(operation)?;
            if let Some(collection) = collection {
                write!(f, " `{collection}`")?;
            }
            if let Some(tenant) = tenant {
                write!(f, " of tenant `{tenant}`")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(kind.phrase())?;
        if let Some(field) = field {
            write!(f, ": {field}")?;
        }
        for part in [Some(message.as_ref()), server_message.as_deref()].into_iter().flatten() {
            if !part.is_empty() {
                write!(f, ": {part}")?;
            }
        }
        match (self.0.http_status, self.0.grpc_code) {
            (Some(status), _) => write!(f, " (HTTP {status})")?,
            (None, Some(code)) => write!(f, " (gRPC {code})")?,
            (None, None) => {}
        }
        match self.0.attempts {
            0 | 1 => Ok(()),
            attempts => write!(f, " after {attempts} attempts"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.0.kind).field("outcome", &self.0.outcome).field("message", &self.to_string());
        out.field("attempts", &self.0.attempts);
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_prints_its_own_level_and_the_rest_is_in_the_chain() {
        let error = Error::new(Verdict::refused(ErrorKind::NotFound), "")
            .with_server_message("could not find class Owl in schema")
            .with_grpc_code(GrpcCode::Unknown)
            .with_source(std::io::Error::other("beneath"))
            .with_attempts(3)
            .in_operation("search", Some("Owl"));
        assert_eq!(
            error.to_string(),
            "search `Owl`: not found: could not find class Owl in schema (gRPC UNKNOWN) after 3 attempts"
        );
        assert_eq!(error.source().unwrap().to_string(), "beneath");
        assert_eq!(error.server_message(), Some("could not find class Owl in schema"));
    }

    #[test]
    fn a_validation_error_names_its_field() {
        let error = Error::validation("limit", "must not be negative");
        assert_eq!(error.to_string(), "invalid argument: limit: must not be negative");
        assert_eq!((error.field(), error.outcome(), error.attempts()), (Some("limit"), Outcome::NotSent, 0));
    }

    #[test]
    fn the_innermost_operation_stays() {
        let error = Error::decode("x").in_operation("search", Some("Owl")).in_operation("outer", None);
        assert_eq!((error.operation(), error.collection()), (Some("search"), Some("Owl")));
    }

    #[test]
    fn an_error_is_one_word() {
        fn check<T: Send + Sync + 'static>() -> usize {
            size_of::<T>()
        }
        assert_eq!(check::<Error>(), size_of::<usize>());
    }
}
