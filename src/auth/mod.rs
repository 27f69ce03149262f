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
//! [`Client::access_token`](crate::Client::access_token) returns the current token. See Weaviate's
//! guide to [authentication](https://docs.weaviate.io/deploy/configuration/authentication).
//!
//! # Renewal
//!
//! All calls of a client share one token. It is renewed by one request at a time, up to 45 s before
//! it expires, while calls use the old one. An issuer that gives tokens with a lifetime below a
//! second is asked once a second.
//!
//! - **No answer.** A call without a valid token waits at most 5 s, together with all others, and
//!   fails with [`Timeout`](crate::ErrorKind::Timeout). The message names the address. Further calls
//!   fail at once: while the request goes on, which is given up after 30 s, and up to 5 s afterwards.
//! - **An error.** A failure that a later request may not have, such as HTTP 503, is retried like
//!   that of a call. A refusal, such as a wrong secret, is remembered for a second.
//! - **A warning.** The first failure of a client is also a warning,
//!   [`TokenUnavailable`](crate::connect::WarningCode::TokenUnavailable).
//!
//! # OIDC
//!
//! The server names its issuer, the id of the OIDC client, and scopes at
//! `/v1/.well-known/openid-configuration`.
//!
//! - **A server without OIDC** answers with 404. Then `client_credentials`, `password` and
//!   `refresh_token` fail with [`Configuration`](crate::ErrorKind::Configuration): `connect` at once,
//!   a client of `connect_lazy` with the first call that needs a token. Use an API key, or no
//!   credential if the server allows anonymous access.
//! - **The scopes** are those of the server and of `scope`. `password` adds `offline_access`, to get
//!   a refresh token.
//! - **Without a known scope**, `client_credentials` sends none, and the issuer applies its default.
//!   `password` sends `offline_access` alone.
//! - **Azure** allows one scope. Unless `scope` sets it, it is `<client id>/.default`. A server that
//!   names no client id is a `Configuration` error.

mod access_token;
mod auth_settings;
mod cache;
mod credential;
#[cfg(feature = "oidc")]
mod oidc;
mod token_error;
mod token_provider;
mod token_source;

pub use self::access_token::AccessToken;
pub(crate) use self::auth_settings::Auth;
pub(crate) use self::cache::TOKEN_WAIT;
pub(crate) use self::credential::{Authorization, Credential};
#[cfg(feature = "oidc")]
pub(crate) use self::oidc::Site;
pub use self::token_error::TokenError;
pub use self::token_provider::{TokenFuture, TokenProvider};
