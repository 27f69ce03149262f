//! Where the token cache gets its tokens from.

use std::sync::Arc;

use super::access_token::AccessToken;
#[cfg(feature = "oidc")]
use super::oidc::Oidc;
use super::token_error::TokenError;
use super::token_provider::TokenProvider;

/// Source of a client's tokens: a provider of the program, or the OIDC issuer of the server.
pub(super) enum TokenSource {
    Provider(Arc<dyn TokenProvider>),
    #[cfg(feature = "oidc")]
    Oidc(Oidc),
}

impl TokenSource {
    /// Requests a new token.
    pub(super) async fn token(&self) -> Result<AccessToken, TokenError> {
        match self {
            Self::Provider(provider) => provider.token().await,
            #[cfg(feature = "oidc")]
            Self::Oidc(oidc) => oidc.token().await,
        }
    }

    /// Returns what was asked last, for messages: `the issuer at https://login.example.com`.
    pub(super) fn place(&self) -> String {
        match self {
            Self::Provider(_) => "the token provider".to_owned(),
            #[cfg(feature = "oidc")]
            Self::Oidc(oidc) => oidc.place(),
        }
    }
}
