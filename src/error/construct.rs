//! Constructors and setters of errors, for this crate alone.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::time::Duration;

use uuid::Uuid;

use super::server_texts::{MESSAGE_TOO_LARGE, MIXED_LENGTHS};
use super::{Error, ErrorKind, GrpcCode, Inner, Outcome, Verdict};

/// Returns an error outside of a tokio runtime, where timers and connections would panic.
pub(crate) fn check_runtime() -> crate::Result<()> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Ok(());
    }
    Err(Error::configuration("the call needs a tokio runtime: await it within `#[tokio::main]` or `Runtime::block_on`"))
}

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
            no_retry_budget: false,
            http_status: None,
            grpc_code: None,
            server_message: None,
            retry_after: None,
            source: None,
        }))
    }

    /// A wrong argument, found before anything was sent. The message says what would be right.
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

    /// A request that needs a feature which the server does not have.
    pub(crate) fn lacks(feature: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::unsupported(message);
        error.0.feature = Some(feature);
        error
    }

    /// Names the object of a write that was not found. The server's reply has no text.
    pub(crate) fn of_object(mut self, id: Uuid) -> Self {
        if self.0.kind == ErrorKind::NotFound && self.0.message.is_empty() && self.0.server_message.is_none() {
            self.0.message = format!("object {id}, or the collection").into();
        }
        self
    }

    /// A refusal that is not the server's. `place` names protocol and address.
    pub(crate) fn of_gateway(status: u16, place: &str) -> Self {
        let message = format!(
            "the {status} of {place} is not Weaviate's; check host and port, and the routes of a proxy before the server"
        );
        Self::new(Verdict::refused(ErrorKind::Connection), message).with_http_status(status)
    }

    /// A reply that cannot be read.
    pub(crate) fn decode(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Verdict::unknown(ErrorKind::Decode), message)
    }

    /// `than` is what the collection was compared with.
    pub(crate) fn schema_drift(collection: &str, than: &str, differences: &str) -> Self {
        let message = format!(
            "collection {collection} differs from {than}: {differences}. Change one of the two; `CollectionConfig::plan` lists the changes that the server allows"
        );
        Self::new(Verdict::not_sent(ErrorKind::SchemaDrift), message)
    }

    /// A bulk operation of which a part failed. The rest is done, so that the call is not to be repeated.
    pub(crate) fn partial(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Verdict::unknown(ErrorKind::Partial), message)
    }

    /// No reply within the time allowed.
    pub(crate) fn timeout(after: Duration) -> Self {
        let after = rounded(after);
        Self::new(Verdict::unknown(ErrorKind::Timeout).transient(), format!("no reply within {after:?}"))
    }

    /// Names the address, `REST at http://localhost:8080`, in errors of which it is the first thing to check. Does nothing
    /// if the message names an address already.
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

    /// Sets the server's text, which becomes part of the message.
    pub(crate) fn with_server_message(mut self, text: impl Into<String>) -> Self {
        let mut text = text.into();
        // A terminal would obey escape sequences.
        let unprintable = |c: char| c.is_control() && c != '\n' && c != '\t';
        if text.contains(unprintable) {
            text = text.replace(unprintable, "\u{FFFD}");
        }
        self.0.server_message = Some(text).filter(|text| !text.is_empty());
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

    /// For a call of which an earlier attempt may have had its effect.
    pub(crate) fn with_unknown_outcome(mut self) -> Self {
        self.0.outcome = Outcome::Unknown;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Returns whether the server met a vector of another length and stopped indexing its message.
    pub(crate) fn stopped_indexing(&self) -> bool {
        self.0.server_message.as_deref().is_some_and(|text| text.starts_with(MIXED_LENGTHS))
    }

    /// Notes that the call was not retried because the retry budget was empty.
    /// Returns whether a shard takes no writes. Of all errors of objects, only this one is refused as
    /// unavailable for good.
    pub(crate) fn is_read_only(&self) -> bool {
        self.0.kind == ErrorKind::Unavailable && self.0.outcome == Outcome::Refused && !self.0.transient
    }

    /// Returns whether the request was refused for its size, so that smaller ones may pass.
    pub(crate) fn is_message_too_large(&self) -> bool {
        let text = self.0.server_message.as_deref().unwrap_or_default();
        self.0.kind == ErrorKind::LimitExceeded
            && (self.0.http_status == Some(413) || text.starts_with(MESSAGE_TOO_LARGE))
    }

    pub(crate) fn without_retry_budget(mut self) -> Self {
        self.0.no_retry_budget = true;
        self
    }

    /// Names operation and collection, unless they are set already.
    pub(crate) fn in_operation(mut self, operation: &'static str, collection: Option<&str>) -> Self {
        if self.0.operation.is_none() {
            self.0.operation = Some(operation);
            self.0.collection = collection.map(str::to_owned);
        }
        self
    }

    /// Names the tenant, for calls about many.
    pub(crate) fn of_tenant(mut self, tenant: &str) -> Self {
        self.0.tenant = Some(tenant.to_owned());
        self
    }
}

/// Rounds to milliseconds, so that the rest of a timeout reads like the timeout.
fn rounded(time: Duration) -> Duration {
    let milliseconds = (time.as_micros() + 500) / 1000;
    u64::try_from(milliseconds).ok().filter(|some| *some > 0).map_or(time, Duration::from_millis)
}
