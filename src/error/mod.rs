//! Errors: the one error type of the crate, its kinds, and the outcome of a failed request.
//!
//! [`Error`] has a [kind](Error::kind), which says what can be done, and an [outcome](Error::outcome), which says whether the
//! server may have acted. Its text names the operation, the collection and the remedy.

mod body;
mod classify;
mod construct;
mod kind;
mod server_texts;
mod template;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

pub(crate) use body::{Author, ErrorBody};
pub(crate) use classify::Verdict;
pub(crate) use construct::check_runtime;
pub use kind::{ErrorKind, GrpcCode, Outcome};
pub(crate) use server_texts::missing_collection;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of every call.
///
/// [`kind`](Self::kind) says what can be done about it, [`outcome`](Self::outcome) whether the server may have acted.
/// `Display` names the operation, the collection, what failed and what to do; the causes beneath are in
/// [`source`](StdError::source). No secret, vector or property is in any output. The type is one pointer wide.
///
/// ```no_run
/// use weaviate::error::Outcome;
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, id: Uuid) -> weaviate::Result<()> {
/// match articles.data().insert(PropertyMap::from([("title", "Owls")])).id(id).await {
///     Ok(id) => println!("stored as {id}"),
///     Err(error) if error.kind() == ErrorKind::AlreadyExists => println!("stored before"),
///     Err(error) if error.outcome() == Outcome::Unknown => println!("was {id} stored? {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
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
    no_retry_budget: bool,
    http_status: Option<u16>,
    grpc_code: Option<GrpcCode>,
    server_message: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Returns the kind: what failed, by what can be done about it.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if error.kind() == weaviate::ErrorKind::Unavailable {
    ///     println!("the server is starting or overloaded");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the outcome: whether the server may have acted. Read it before repeating a write.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if error.outcome() == weaviate::error::Outcome::Unknown {
    ///     println!("read the object before writing it again");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Returns the operation that failed, such as `search` or `create collection`.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// println!("{} failed", error.operation().unwrap_or("the call"));
    /// # }
    /// ```
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the collection that the call was about.
    ///
    /// ```no_run
    /// # async fn example(articles: weaviate::Collection) {
    /// if let Err(error) = articles.query().fetch_objects().await {
    ///     eprintln!("{:?} failed on {:?}", error.operation(), error.collection());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        self.0.collection.as_deref()
    }

    /// Returns the tenant that the error is about, for calls about many tenants.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// println!("tenant {:?}: {error}", error.tenant());
    /// # }
    /// ```
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.0.tenant.as_deref()
    }

    /// Returns the argument that is wrong, for errors of kind [`ErrorKind::Validation`] found before anything was sent.
    ///
    /// ```no_run
    /// # async fn example(articles: weaviate::Collection) {
    /// let error = articles.query().hybrid("owls").alpha(2.0).await.unwrap_err();
    /// assert_eq!(error.field(), Some("alpha"));
    /// # }
    /// ```
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.0.field.as_deref()
    }

    /// Returns the feature that the server lacks, for errors of kind [`ErrorKind::Unsupported`]: the name of a
    /// [`Feature`](crate::server::Feature), or of a symbol of the contract.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if let Some(feature) = error.feature() {
    ///     println!("upgrade the server for {feature}");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn feature(&self) -> Option<&str> {
        self.0.feature
    }

    /// Returns the number of attempts; 0 if the request was never sent.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// eprintln!("gave up after {} attempts: {error}", error.attempts());
    /// # }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the HTTP status of the reply, if one came over REST or gRPC-Web.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if error.http_status() == Some(413) {
    ///     eprintln!("a proxy in front of the server limits the size of requests");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// Returns the gRPC status code, if gRPC was spoken. The client sets `UNAVAILABLE` itself if there is no connection.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// use weaviate::error::GrpcCode;
    ///
    /// if error.grpc_code() == Some(GrpcCode::ResourceExhausted) {
    ///     eprintln!("the message is too large");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn grpc_code(&self) -> Option<GrpcCode> {
        self.0.grpc_code
    }

    /// Returns the server's text, word for word.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// eprintln!("the server says: {}", error.server_message().unwrap_or("nothing"));
    /// # }
    /// ```
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }

    /// Whether the same call may succeed later. The client retries such errors itself, as its
    /// [`RetryPolicy`](crate::connect::RetryPolicy) says. For a write, read [`outcome`](Self::outcome) too: a repetition
    /// after [`Outcome::Unknown`] may do it twice.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// use weaviate::error::Outcome;
    ///
    /// let safe_to_repeat = error.is_retryable() && error.outcome() != Outcome::Unknown;
    /// # }
    /// ```
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.transient
    }

    /// Returns the pause that the server, or a proxy before it, asked for (`Retry-After`). Retries keep to it.
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// use std::time::Duration;
    ///
    /// let pause = error.retry_after().unwrap_or(Duration::from_secs(1));
    /// # }
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether a collection, object or other resource does not exist ([`ErrorKind::NotFound`]).
    ///
    /// ```no_run
    /// # async fn example(client: weaviate::Client) -> weaviate::Result<()> {
    /// match client.collection("Article").config().get().await {
    ///     Ok(config) => println!("{} properties", config.properties.len()),
    ///     Err(error) if error.is_not_found() => println!("the collection does not exist"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether a collection or object exists already ([`ErrorKind::AlreadyExists`]).
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if error.is_already_exists() {
    ///     println!("stored before");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_already_exists(&self) -> bool {
        self.0.kind == ErrorKind::AlreadyExists
    }

    /// Whether a deadline passed ([`ErrorKind::Timeout`]).
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if error.is_timeout() {
    ///     println!("raise the timeout, or ask for less");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether there was no connection, or it broke ([`ErrorKind::Connection`]).
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if error.is_connection() {
    ///     println!("does the server run?");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_connection(&self) -> bool {
        self.0.kind == ErrorKind::Connection
    }

    /// Whether the server does not know the caller ([`ErrorKind::Authentication`]) or refuses it
    /// ([`ErrorKind::Permission`]).
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if error.is_access_denied() {
    ///     println!("check the API key and its roles");
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Authentication | ErrorKind::Permission)
    }

    /// Whether an argument is wrong ([`ErrorKind::Validation`]).
    ///
    /// ```
    /// # fn example(error: weaviate::Error) {
    /// if error.is_validation() {
    ///     println!("correct {:?}", error.field());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn is_validation(&self) -> bool {
        self.0.kind == ErrorKind::Validation
    }
}

impl Error {
    /// Returns the message without the words of its kind, to be part of another message.
    pub(crate) fn detail(&self) -> &str {
        &self.0.message
    }

    /// Returns the text of the server, unchanged, or that of the error if the server sent none.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        self.server_message().map_or_else(|| self.to_string().into(), Cow::from)
    }
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
        if self.0.attempts > 1 {
            write!(f, " after {} attempts", self.0.attempts)?;
        }
        if self.0.no_retry_budget {
            f.write_str("; not retried: the client's retry budget is used up (see `RetryPolicy::budget`)")?;
        }
        match server_message.as_deref().map(Verdict::remedy) {
            None | Some("") => Ok(()),
            Some(remedy) => write!(f, "; {remedy}"),
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
    fn a_server_text_has_no_control_characters() {
        let error = Error::new(Verdict::unknown(ErrorKind::Server), "").with_server_message("\u{1b}[31mevil\r\n\tline");
        assert_eq!(error.server_message(), Some("\u{FFFD}[31mevil\u{FFFD}\n\tline"));
    }

    #[test]
    fn the_remedy_of_a_server_text_comes_last() {
        let error = Error::new(Verdict::refused(ErrorKind::Authentication), "")
            .with_server_message("anonymous access not enabled.")
            .with_http_status(401)
            .at("REST at http://localhost:8080");
        let expected = "not authenticated: REST at http://localhost:8080: anonymous access not enabled. (HTTP 401); \
                        set `ClientBuilder::api_key(..)` or another credential";
        assert_eq!(error.to_string(), expected);
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
