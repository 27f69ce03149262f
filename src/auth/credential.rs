//! The credential of a client, which yields the `authorization` header of each attempt.

use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;

use super::access_token::AccessToken;
use super::cache::TokenCache;
use super::token_error::TokenError;
use crate::{Error, Result};

/// Source of the `authorization` header, shared by all protocols.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// No header: a server without authentication answers 401 to any `authorization`.
    Anonymous,
    /// A constant header: an API key, or a token without a refresh token.
    Fixed(Authorization),
    Renewed(TokenCache),
}

/// The `authorization` header of one attempt.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) header: HeaderValue,
    /// Serial number of the token; 0 for a constant header.
    pub(super) serial: u64,
    pub(super) expires: Option<Instant>,
}

impl Credential {
    /// Returns the header for an attempt. May wait for the identity provider, at most `patience`.
    /// Cancellation safe.
    pub(crate) async fn authorize(&self, patience: Duration) -> Result<Option<Authorization>> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Fixed(fixed) if fixed.expires.is_some_and(|end| end <= Instant::now()) => Err(TokenError::denied(
                "the bearer token has expired and has no refresh token: set \
                    ClientBuilder::refresh_token or token_provider",
            )
            .into()),
            Self::Fixed(fixed) => Ok(Some(fixed.clone())),
            Self::Renewed(cache) => Ok(Some(cache.authorize(patience).await.map_err(Error::from)?)),
        }
    }

    /// Records that the server refused this header. Returns whether the next attempt would have
    /// another one.
    pub(crate) fn refused(&self, sent: &Authorization) -> bool {
        match self {
            Self::Anonymous | Self::Fixed(_) => false,
            Self::Renewed(cache) => cache.refused(sent.serial),
        }
    }
}

impl Authorization {
    /// Returns the token of the header.
    pub(crate) fn token(&self) -> AccessToken {
        AccessToken::from_header(&self.header, self.expires)
    }
}
