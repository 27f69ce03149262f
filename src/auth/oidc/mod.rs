//! Tokens of the identity service that the server names: discovery, and the three ways to be given one.

mod discovery;
mod exchange;

use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use self::discovery::Issuer;
use self::exchange::Granted;
use super::token::{AccessToken, TokenError, TokenFuture, TokenProvider};

/// What is shown to the issuer.
#[derive(Clone)]
pub(super) enum Grant {
    ClientCredentials {
        secret: SecretString,
    },
    Password {
        user: String,
        password: SecretString,
    },
    /// Nothing but a refresh token, given beside the first access token.
    RefreshToken,
}

/// The server that names the issuer, and the way to both.
#[derive(Clone)]
pub(crate) struct Site {
    /// Follows no redirect, so that no secret does.
    pub(crate) web: reqwest::Client,
    /// Of the REST side, without a slash at its end.
    pub(crate) base: String,
}

pub(super) struct Oidc {
    site: Site,
    /// Plain http is good enough for a secret.
    plaintext: bool,
    grant: Grant,
    scopes: Vec<String>,
    refresh_token: Mutex<Option<SecretString>>,
    issuer: Mutex<Option<Arc<Issuer>>>,
}

impl Oidc {
    pub(super) fn new(
        site: Site,
        plaintext: bool,
        grant: Grant,
        scopes: Vec<String>,
        refresh_token: Option<SecretString>,
    ) -> Self {
        let refresh_token = Mutex::new(refresh_token);
        Self { site, plaintext, grant, scopes, refresh_token, issuer: Mutex::default() }
    }

    async fn obtain(&self) -> Result<AccessToken, TokenError> {
        let known = get(&self.issuer);
        let issuer = match known {
            Some(issuer) => issuer,
            None => Arc::new(Issuer::discover(&self.site, self.plaintext).await?),
        };
        let granted = self.ask(&issuer).await;
        // What fails may have moved: the next attempt looks again.
        set(&self.issuer, granted.is_ok().then_some(issuer));
        let granted = granted?;
        // One that rotates comes with each reply, one that stays comes once.
        if granted.refresh_token.is_some() {
            set(&self.refresh_token, granted.refresh_token);
        }
        Ok(granted.token)
    }

    async fn ask(&self, issuer: &Issuer) -> Result<Granted, TokenError> {
        if let Some(token) = get(&self.refresh_token) {
            match issuer.refresh(&self.site.web, &token).await {
                // Refresh tokens end too; who has more than that to show starts over.
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
            Grant::RefreshToken => Err(TokenError::denied("there is no refresh token")),
        }
    }
}

impl TokenProvider for Oidc {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(self.obtain())
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
