//! OIDC tokens of the identity provider that the server names: discovery and grants.

mod discovery;
mod exchange;
mod token_reply;
mod web_requests;

use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use self::discovery::Issuer;
use self::exchange::Granted;
use self::web_requests::Web;
use super::access_token::AccessToken;
use super::token_error::TokenError;

/// Grant type with its secrets.
pub(super) enum Grant {
    ClientCredentials {
        secret: SecretString,
    },
    Password {
        user: String,
        password: SecretString,
        /// Secret of the OIDC client, if the issuer requires one for this grant.
        client_secret: Option<SecretString>,
    },
    /// Only a refresh token, given with the first access token.
    RefreshToken {
        refresh_token: SecretString,
        client_secret: Option<SecretString>,
    },
}

/// REST side of the server, which names the identity provider, and the HTTP client for both.
pub(crate) struct Site {
    /// Does not follow redirects, so that secrets are not sent to their targets.
    pub(crate) web: reqwest::Client,
    /// Base URL of the REST side, without a trailing slash.
    pub(crate) base: String,
}

/// The tokens of a grant.
pub(super) struct Oidc {
    web: Web,
    /// Base URL of the server's REST side.
    server: String,
    /// Whether secrets may be sent over plain http.
    allow_plaintext: bool,
    grant: Grant,
    scopes: Vec<String>,
    refresh_token: Mutex<Option<SecretString>>,
    issuer: Mutex<Option<Arc<Issuer>>>,
}

impl Oidc {
    pub(super) fn new(site: Site, allow_plaintext: bool, grant: Grant, scopes: Vec<String>) -> Self {
        let refresh_token = match &grant {
            Grant::RefreshToken { refresh_token, .. } => Some(refresh_token.clone()),
            Grant::ClientCredentials { .. } | Grant::Password { .. } => None,
        };
        Self {
            web: Web::new(site.web),
            server: site.base,
            allow_plaintext,
            grant,
            scopes,
            refresh_token: Mutex::new(refresh_token),
            issuer: Mutex::default(),
        }
    }

    /// Requests a new token. Finds the issuer first, if it is not known.
    pub(super) async fn token(&self) -> Result<AccessToken, TokenError> {
        let known = get(&self.issuer);
        let issuer = match known {
            Some(issuer) => issuer,
            None => Arc::new(Issuer::discover(&self.web, &self.server, self.allow_plaintext).await?),
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

    /// Returns what was asked last, such as `the issuer at https://login.example.com`.
    pub(super) fn place(&self) -> String {
        self.web.place()
    }

    async fn request_grant(&self, issuer: &Issuer) -> Result<Granted, TokenError> {
        if let Some(token) = get(&self.refresh_token) {
            match issuer.refresh(&self.web, &token, self.grant.client_secret()).await {
                // Refresh tokens expire, too. With another secret, the grant starts over.
                Err(error) if !error.is_transient() && !matches!(self.grant, Grant::RefreshToken { .. }) => {
                    set(&self.refresh_token, None);
                }
                answer => return answer,
            }
        }
        match &self.grant {
            Grant::ClientCredentials { secret } => issuer.client_credentials(&self.web, secret, &self.scopes).await,
            Grant::Password { user, password, client_secret } => {
                issuer.password(&self.web, user, password, client_secret.as_ref(), &self.scopes).await
            }
            Grant::RefreshToken { .. } => Err(TokenError::denied(
                "there is no refresh token: log in again and set ClientBuilder::bearer and refresh_token",
            )),
        }
    }
}

impl Grant {
    fn client_secret(&self) -> Option<&SecretString> {
        match self {
            Self::ClientCredentials { secret } => Some(secret),
            Self::Password { client_secret, .. } | Self::RefreshToken { client_secret, .. } => client_secret.as_ref(),
        }
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
