//! OIDC tokens of the identity provider that the server names: discovery and grants.

mod discovery;
mod exchange;

use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use self::discovery::Issuer;
use self::exchange::Granted;
use super::access_token::AccessToken;
use super::token_error::TokenError;
use super::token_provider::{TokenFuture, TokenProvider};

/// Grant type with its secrets.
#[derive(Clone)]
pub(super) enum Grant {
    ClientCredentials {
        secret: SecretString,
    },
    Password {
        user: String,
        password: SecretString,
    },
    /// Only a refresh token, given with the first access token.
    RefreshToken,
}

/// REST side of the server, which names the identity provider, and the HTTP client for both.
#[derive(Clone)]
pub(crate) struct Site {
    /// Does not follow redirects, so that secrets are not sent to their targets.
    pub(crate) web: reqwest::Client,
    /// Base URL of the REST side, without a trailing slash.
    pub(crate) base: String,
}

pub(super) struct Oidc {
    site: Site,
    /// Whether secrets may be sent over plain http.
    allow_plaintext: bool,
    grant: Grant,
    scopes: Vec<String>,
    refresh_token: Mutex<Option<SecretString>>,
    issuer: Mutex<Option<Arc<Issuer>>>,
}

impl Oidc {
    pub(super) fn new(
        site: Site,
        allow_plaintext: bool,
        grant: Grant,
        scopes: Vec<String>,
        refresh_token: Option<SecretString>,
    ) -> Self {
        let refresh_token = Mutex::new(refresh_token);
        Self { site, allow_plaintext, grant, scopes, refresh_token, issuer: Mutex::default() }
    }

    async fn request_token(&self) -> Result<AccessToken, TokenError> {
        let known = get(&self.issuer);
        let issuer = match known {
            Some(issuer) => issuer,
            None => Arc::new(Issuer::discover(&self.site, self.allow_plaintext).await?),
        };
        let granted = self.request_grant(&issuer).await;
        // The endpoint may have moved after an error, so the next attempt repeats the discovery.
        set(&self.issuer, granted.is_ok().then_some(issuer));
        let granted = granted?;
        // A rotating refresh token is in each reply, a permanent one only in the first.
        if granted.refresh_token.is_some() {
            set(&self.refresh_token, granted.refresh_token);
        }
        Ok(granted.token)
    }

    async fn request_grant(&self, issuer: &Issuer) -> Result<Granted, TokenError> {
        if let Some(token) = get(&self.refresh_token) {
            match issuer.refresh(&self.site.web, &token).await {
                // Refresh tokens expire, too. With another secret, the grant starts over.
                Err(error) if !error.is_transient() && !matches!(self.grant, Grant::RefreshToken) => {
                    set(&self.refresh_token, None);
                }
                answer => return answer,
            }
        }
        match &self.grant {
            Grant::ClientCredentials { secret } => {
                issuer.client_credentials(&self.site.web, secret, &self.scopes).await
            }
            Grant::Password { user, password } => issuer.password(&self.site.web, user, password, &self.scopes).await,
            Grant::RefreshToken => Err(TokenError::denied(
                "there is no refresh token: log in again and set ClientBuilder::bearer and refresh_token",
            )),
        }
    }
}

impl TokenProvider for Oidc {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(self.request_token())
    }
}

fn get<T: Clone>(cell: &Mutex<Option<T>>) -> Option<T> {
    cell.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn set<T>(cell: &Mutex<Option<T>>, value: Option<T>) {
    *cell.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

#[cfg(test)]
mod tests;
