//! Credentials: access tokens, and token providers for those that a program obtains itself.
//!
//! A client authenticates with one of these, which [`ClientBuilder`](crate::connect::ClientBuilder)
//! sets:
//!
//! - [`api_key`](crate::connect::ClientBuilder::api_key): a key of the server.
//! - [`bearer`](crate::connect::ClientBuilder::bearer): an [`AccessToken`], with a refresh token if
//!   there is one.
//! - [`token_provider`](crate::connect::ClientBuilder::token_provider): a [`TokenProvider`], which
//!   asks an identity provider of the program's own.
//! - `client_credentials` and `password` (feature `oidc`): grants of the OIDC issuer that the server
//!   names.
//!
//! See Weaviate's guide to
//! [authentication](https://docs.weaviate.io/deploy/configuration/authentication).

mod access_token;
mod auth_settings;
mod cache;
mod credential;
#[cfg(feature = "oidc")]
mod oidc;
mod token_error;
mod token_provider;

pub use self::access_token::AccessToken;
pub(crate) use self::auth_settings::Auth;
pub(crate) use self::credential::{Authorization, Credential};
#[cfg(feature = "oidc")]
pub(crate) use self::oidc::Site;
pub use self::token_error::TokenError;
pub use self::token_provider::{TokenFuture, TokenProvider};
