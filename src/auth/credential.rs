//! What every attempt asks for its `authorization`, whatever protocol it speaks.

use http::HeaderValue;
use tokio::time::Instant;

use super::cache::TokenCache;
use super::token::TokenError;
use crate::{Error, Result};

/// The source of `authorization`, shared by REST and gRPC.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// None: a server without authentication answers 401 to any `authorization`.
    Anonymous,
    /// Always the same: a key, or a token that nobody can renew.
    Fixed {
        header: HeaderValue,
        expires: Option<Instant>,
    },
    Renewed(TokenCache),
}

/// What one attempt was sent with.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) header: HeaderValue,
    /// Which of the tokens it was; 0 for what is always the same.
    pub(super) serial: u64,
}

impl Credential {
    /// For one attempt. May wait for the issuer of tokens; dropping the future harms nothing.
    pub(crate) async fn authorize(&self) -> Result<Option<Authorization>> {
        match self {
            Self::Anonymous => Ok(None),
            Self::Fixed { expires: Some(end), .. } if *end <= Instant::now() => {
                Err(TokenError::denied("the bearer token has expired, and came without a refresh token").into())
            }
            Self::Fixed { header, .. } => Ok(Some(Authorization { header: header.clone(), serial: 0 })),
            Self::Renewed(cache) => Ok(Some(cache.authorize().await.map_err(Error::from)?)),
        }
    }

    /// The server refused this. Says whether another attempt would have something else to show.
    pub(crate) fn refused(&self, sent: &Authorization) -> bool {
        match self {
            Self::Anonymous | Self::Fixed { .. } => false,
            Self::Renewed(cache) => cache.refused(sent.serial),
        }
    }
}
