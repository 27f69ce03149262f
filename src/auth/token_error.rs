//! The error of a token request, shared by all calls that wait for the token.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::Verdict;
use crate::{Error, ErrorKind};

/// Error of a token request, from a [`TokenProvider`](crate::auth::TokenProvider) or an OIDC grant.
///
/// Calls that need the token fail with an error of kind
/// [`Authentication`](crate::ErrorKind::Authentication), whose message has this text. Do not put
/// secrets into it. If there is no answer in time, the kind is
/// [`Timeout`](crate::ErrorKind::Timeout).
///
/// ```
/// use weaviate::auth::TokenError;
///
/// let error = TokenError::denied("the account is locked");
/// assert_eq!(error.to_string(), "the account is locked");
/// assert!(!error.is_transient());
/// assert!(TokenError::unavailable("connection refused").is_transient());
/// ```
#[derive(Clone, thiserror::Error)]
#[error("{message}")]
pub struct TokenError {
    kind: ErrorKind,
    transient: bool,
    message: Cow<'static, str>,
    source: Option<SharedError>,
}

impl TokenError {
    /// Creates a permanent error: the identity provider refused, and would again. Examples are a
    /// wrong secret or a locked account.
    ///
    /// The refusal is remembered for a second, so that not every call repeats the request.
    pub fn denied(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::because(false, cause.into())
    }

    /// Creates a transient error: no usable answer. The next call requests a token again.
    pub fn unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::because(true, cause.into())
    }

    fn because(transient: bool, cause: Box<dyn StdError + Send + Sync>) -> Self {
        let message = cause.to_string().into();
        // A cause without a source would only repeat the message.
        let source = cause.source().is_some().then(|| SharedError(cause.into()));
        Self { kind: ErrorKind::Authentication, transient, message, source }
    }

    /// Creates a configuration error: the settings do not fit the identity provider, and no token
    /// was requested.
    #[cfg(feature = "oidc")]
    pub(super) fn misfit(message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: ErrorKind::Configuration, transient: false, message: message.into(), source: None }
    }

    /// Creates a transient error of kind [`Timeout`](ErrorKind::Timeout): there was no answer in
    /// time. A call does not wait for a second one.
    pub(super) fn timed_out(message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: ErrorKind::Timeout, transient: true, message: message.into(), source: None }
    }

    #[cfg(feature = "oidc")]
    pub(super) fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { source: Some(SharedError(Arc::new(source))), ..self }
    }

    /// Returns whether a new request may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.transient
    }
}

impl fmt::Debug for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("TokenError");
        out.field("message", &self.message).field("transient", &self.transient).field("source", &self.source);
        out.finish_non_exhaustive()
    }
}

impl From<TokenError> for Error {
    fn from(error: TokenError) -> Self {
        let verdict = Verdict { transient: error.transient, ..Verdict::not_sent(error.kind) };
        let made = Self::new(verdict, format!("no access token: {}", error.message));
        match error.source {
            Some(source) => made.with_source(source),
            None => made,
        }
    }
}

/// A cause shared by all waiting calls.
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
struct SharedError(Arc<dyn StdError + Send + Sync>);

impl fmt::Debug for SharedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Outcome;

    #[test]
    fn the_cause_is_in_the_message_and_its_causes_in_the_source_chain() {
        let plain = Error::from(TokenError::denied("wrong secret"));
        assert_eq!(plain.to_string(), "not authenticated: no access token: wrong secret");
        assert_eq!((plain.outcome(), plain.is_retryable()), (Outcome::NotSent, false));
        assert!(plain.source().is_none());

        let inner = Error::decode("outer").with_source(std::io::Error::other("inner"));
        let error = Error::from(TokenError::unavailable(inner));
        assert!(error.is_retryable());
        assert_eq!(error.source().unwrap().source().unwrap().to_string(), "inner");
    }
}
