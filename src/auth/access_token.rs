//! Access tokens, and the `authorization` header made of a secret.

use std::time::{Duration, SystemTime};

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use super::token_error::TokenError;

/// Access token (bearer token) with an optional expiry. `Debug` does not print its text.
///
/// Set it with [`ClientBuilder::bearer`](crate::connect::ClientBuilder::bearer), or return it from a
/// [`TokenProvider`](super::TokenProvider). [`Client::access_token`](crate::Client::access_token)
/// returns the current one.
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

    /// Returns the text of the token. It is a secret: keep it out of logs.
    ///
    /// ```
    /// use weaviate::auth::AccessToken;
    ///
    /// let token = AccessToken::new("eyJhbGci…");
    /// assert_eq!(token.expose_secret(), "eyJhbGci…");
    /// ```
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Returns the time until the token expires, zero if it has expired, and `None` if its expiry is
    /// not known.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::auth::AccessToken;
    ///
    /// let token = AccessToken::new("eyJhbGci…").expires_in(Duration::from_secs(300));
    /// assert!(token.lifetime().is_some_and(|left| left > Duration::from_secs(200)));
    /// ```
    #[must_use]
    pub fn lifetime(&self) -> Option<Duration> {
        self.expires.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// Takes the token out of an `authorization` header.
    pub(super) fn from_header(header: &HeaderValue, expires: Option<Instant>) -> Self {
        let text = header.to_str().unwrap_or_default();
        Self { secret: text.strip_prefix(SCHEME).unwrap_or(text).into(), expires }
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

/// Authentication scheme of the `authorization` header.
const SCHEME: &str = "Bearer ";

/// Converts a secret to a header. The library's own error may quote the secret, so it is dropped.
pub(super) fn bearer(secret: &SecretString) -> Result<HeaderValue, &'static str> {
    let secret = secret.expose_secret();
    if secret.trim().is_empty() {
        return Err("is empty");
    }
    match HeaderValue::try_from(format!("{SCHEME}{secret}")) {
        Ok(mut value) if value.to_str().is_ok() => {
            value.set_sensitive(true);
            Ok(value)
        }
        _ => Err("contains characters that are not valid in an HTTP header, such as a line break"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
