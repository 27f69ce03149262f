//! Tokens, and the trait of what hands them out.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use crate::error::Verdict;
use crate::{Error, ErrorKind};

/// A token that a server takes for a while. Its text appears in no output of this crate.
///
/// ```
/// use std::time::Duration;
/// use weaviate::auth::AccessToken;
///
/// let token = AccessToken::new("eyJhbGci…").expires_in(Duration::from_secs(300));
/// assert!(!format!("{token:?}").contains("eyJhbGci"));
/// ```
#[derive(Clone, Debug)]
pub struct AccessToken {
    secret: SecretString,
    expires: Option<Instant>,
}

impl AccessToken {
    /// A token of unknown age: used until the server refuses it.
    #[must_use]
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self { secret: secret.into(), expires: None }
    }

    /// How long it is good for, from now on. It is replaced some time before that.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        Self { expires: Instant::now().checked_add(lifetime), ..self }
    }

    /// When it ends. It is replaced some time before that.
    #[must_use]
    pub fn expires_at(self, end: SystemTime) -> Self {
        self.expires_in(end.duration_since(SystemTime::now()).unwrap_or_default())
    }

    pub(super) fn secret(&self) -> &SecretString {
        &self.secret
    }

    pub(super) fn expires(&self) -> Option<Instant> {
        self.expires
    }

    /// The value of `authorization`, marked as sensitive.
    pub(super) fn header(&self) -> Result<HeaderValue, TokenError> {
        bearer(&self.secret).map_err(|why| TokenError::denied(format!("the token {why}")))
    }
}

impl From<&str> for AccessToken {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl From<String> for AccessToken {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl From<SecretString> for AccessToken {
    fn from(secret: SecretString) -> Self {
        Self::new(secret)
    }
}

/// A secret as a header, or what is wrong with it. The library's own error may quote the secret, so it is not passed on.
pub(super) fn bearer(secret: &SecretString) -> Result<HeaderValue, &'static str> {
    let secret = secret.expose_secret();
    if secret.trim().is_empty() {
        return Err("is empty");
    }
    match HeaderValue::try_from(format!("Bearer {secret}")) {
        Ok(mut value) if value.to_str().is_ok() => {
            value.set_sensitive(true);
            Ok(value)
        }
        _ => Err("holds characters that no HTTP header can carry, a line break perhaps"),
    }
}

/// What a [`TokenProvider`] returns: a future that can move between threads.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, TokenError>> + Send + 'a>>;

/// Hands out tokens: the way to any identity service that this crate does not know.
///
/// Asked when there is no token yet, ahead of the end of the last one, and when the server refused it; never twice at the
/// same time, however many calls wait. So a provider needs no cache of its own, and should not have one: after a refusal, the
/// same token again is of no use. It has 30 seconds to answer.
///
/// Closures that return a future are providers:
///
/// ```no_run
/// use std::time::Duration;
/// use weaviate::auth::{AccessToken, TokenError};
/// use weaviate::Client;
///
/// async fn ask_the_vault() -> std::io::Result<String> {
///     std::fs::read_to_string("/run/secrets/weaviate-token")
/// }
///
/// # async fn example() -> weaviate::Result<()> {
/// let client = Client::custom("https://weaviate.example.com")
///     .grpc("https://grpc.weaviate.example.com")
///     .token_provider(|| async {
///         let token = ask_the_vault().await.map_err(TokenError::unavailable)?;
///         Ok(AccessToken::new(token.trim()).expires_in(Duration::from_secs(300)))
///     })
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
pub trait TokenProvider: Send + Sync + 'static {
    /// A fresh token.
    fn token(&self) -> TokenFuture<'_>;
}

impl<F, T> TokenProvider for F
where
    F: Fn() -> T + Send + Sync + 'static,
    T: Future<Output = Result<AccessToken, TokenError>> + Send + 'static,
{
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(self())
    }
}

/// Why there is no token. Calls that need one fail with an error of kind
/// [`Authentication`](crate::ErrorKind::Authentication) and have this text in it; no secret belongs there.
#[derive(Clone, thiserror::Error)]
#[error("{message}")]
pub struct TokenError {
    kind: ErrorKind,
    transient: bool,
    message: Cow<'static, str>,
    source: Option<Shared>,
}

impl TokenError {
    /// The identity service said no, and will say it again: a wrong secret, a locked account.
    pub fn denied(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::because(false, cause.into())
    }

    /// No answer, or none that counts: the next call asks again.
    pub fn unavailable(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::because(true, cause.into())
    }

    fn because(transient: bool, cause: Box<dyn StdError + Send + Sync>) -> Self {
        let message = cause.to_string().into();
        // A cause that is nothing but its text would only repeat it.
        let source = cause.source().is_some().then(|| Shared(cause.into()));
        Self { kind: ErrorKind::Authentication, transient, message, source }
    }

    /// Nothing was asked for: what was asked of this crate does not fit the identity service.
    #[cfg(feature = "oidc")]
    pub(super) fn misfit(message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind: ErrorKind::Configuration, transient: false, message: message.into(), source: None }
    }

    #[cfg(feature = "oidc")]
    pub(super) fn with_source(self, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { source: Some(Shared(Arc::new(source))), ..self }
    }

    /// Whether asking again may help.
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

/// A cause that every waiting call is given.
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
struct Shared(Arc<dyn StdError + Send + Sync>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Outcome;

    #[test]
    fn a_token_becomes_a_sensitive_header() {
        let header = AccessToken::from("hunter2").header().unwrap();
        assert_eq!(header, "Bearer hunter2");
        assert!(header.is_sensitive());
    }

    #[test]
    fn a_token_that_cannot_be_sent_is_refused_and_not_shown() {
        for text in ["hunter2\n", "hunter2\u{e9}", "\0hunter2", "", "  "] {
            let token = AccessToken::new(text);
            let error = token.header().unwrap_err();
            assert!(!error.is_transient());
            assert!(!format!("{error} {error:?} {token:?}").contains("hunter2"), "{error:?}");
        }
    }

    #[test]
    fn an_end_may_be_given_either_way() {
        let expires = |token: AccessToken| token.expires().map(|end| (end - Instant::now()).as_secs_f64().round());
        assert_eq!(expires(AccessToken::new("t")), None);
        assert_eq!(expires(AccessToken::new("t").expires_in(Duration::from_secs(60))), Some(60.0));
        assert_eq!(expires(AccessToken::new("t").expires_in(Duration::MAX)), None);
        assert_eq!(expires(AccessToken::new("t").expires_at(SystemTime::now() + Duration::from_secs(60))), Some(60.0));
        let past = AccessToken::new("t").expires_at(SystemTime::now() - Duration::from_secs(60));
        assert!(past.expires().unwrap() <= Instant::now());
    }

    #[test]
    fn the_cause_is_told_once_and_its_own_causes_are_in_the_chain() {
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
