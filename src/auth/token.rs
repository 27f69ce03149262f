//! Access tokens, and the trait of token providers.

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

/// Access token (bearer token) with an optional expiry. `Debug` does not print its text.
///
/// Set it with [`ClientBuilder::bearer`](crate::connect::ClientBuilder::bearer), or return it from a
/// [`TokenProvider`].
///
/// ```
/// use std::time::Duration;
/// use weaviate::auth::AccessToken;
///
/// let token = AccessToken::new("eyJhbGci…").expires_in(Duration::from_secs(300));
/// assert!(!format!("{token:?}").contains("eyJhbGci"));
/// ```
#[doc(alias = "bearer")]
#[doc(alias = "jwt")]
#[doc(alias = "oauth")]
#[derive(Clone, Debug)]
pub struct AccessToken {
    secret: SecretString,
    expires: Option<Instant>,
}

impl AccessToken {
    /// Creates a token without an expiry. It is used until the server refuses it.
    #[must_use]
    pub fn new(secret: impl Into<SecretString>) -> Self {
        Self { secret: secret.into(), expires: None }
    }

    /// Sets the lifetime, counted from now. The client renews the token before the expiry.
    #[must_use]
    pub fn expires_in(self, lifetime: Duration) -> Self {
        Self { expires: Instant::now().checked_add(lifetime), ..self }
    }

    /// Sets the time of expiry. The client renews the token before that time.
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

    /// Returns the `authorization` header, marked as sensitive.
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

/// Converts a secret to a header. The library's own error may quote the secret, so it is dropped.
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
        _ => Err("contains characters that are not valid in an HTTP header, such as a line break"),
    }
}

/// Future of a [`TokenProvider`], which can move between threads.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, TokenError>> + Send + 'a>>;

/// Source of access tokens from an identity provider of your own, such as a vault or an OAuth flow.
///
/// Set it with [`ClientBuilder::token_provider`](crate::connect::ClientBuilder::token_provider). For
/// OIDC grants of the server's own identity provider, no implementation is needed.
///
/// The client calls it without a token, before a token expires, and after the server refused one.
/// It never runs twice at the same time, however many calls wait. It must answer within 30 seconds.
/// Do not cache tokens here: the client caches them, and after a refusal it needs a new one.
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
#[doc(alias = "oidc")]
#[doc(alias = "oauth")]
pub trait TokenProvider: Send + Sync + 'static {
    /// Requests a new access token.
    ///
    /// # Errors
    ///
    /// Return [`TokenError::denied`] if the identity provider refuses, and
    /// [`TokenError::unavailable`] if a later request may succeed.
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

/// Error of a token request, from a [`TokenProvider`] or an OIDC grant.
///
/// Calls that need the token fail with an error of kind
/// [`Authentication`](crate::ErrorKind::Authentication), whose message has this text. Do not put
/// secrets into it.
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
    fn a_token_becomes_a_sensitive_header() {
        let header = AccessToken::from("hunter2").header().unwrap();
        assert_eq!(header, "Bearer hunter2");
        assert!(header.is_sensitive());
    }

    #[test]
    fn an_invalid_token_is_refused_and_hidden() {
        for text in ["hunter2\n", "hunter2\u{e9}", "\0hunter2", "", "  "] {
            let token = AccessToken::new(text);
            let error = token.header().unwrap_err();
            assert!(!error.is_transient());
            assert!(!format!("{error} {error:?} {token:?}").contains("hunter2"), "{error:?}");
        }
    }

    #[test]
    fn the_expiry_is_a_lifetime_or_a_time() {
        let expires = |token: AccessToken| token.expires().map(|end| (end - Instant::now()).as_secs_f64().round());
        assert_eq!(expires(AccessToken::new("t")), None);
        assert_eq!(expires(AccessToken::new("t").expires_in(Duration::from_secs(60))), Some(60.0));
        assert_eq!(expires(AccessToken::new("t").expires_in(Duration::MAX)), None);
        assert_eq!(expires(AccessToken::new("t").expires_at(SystemTime::now() + Duration::from_secs(60))), Some(60.0));
        let past = AccessToken::new("t").expires_at(SystemTime::now() - Duration::from_secs(60));
        assert!(past.expires().unwrap() <= Instant::now());
    }

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
