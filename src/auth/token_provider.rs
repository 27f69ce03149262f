//! The trait of token providers, which programs implement.

use std::future::Future;
use std::pin::Pin;

use super::access_token::AccessToken;
use super::token_error::TokenError;

/// Future of a [`TokenProvider`], which can move between threads.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, TokenError>> + Send + 'a>>;

/// Source of access tokens from an identity provider of your own, such as a vault or an OAuth flow.
///
/// Set it with [`ClientBuilder::token_provider`](crate::connect::ClientBuilder::token_provider). For
/// OIDC grants of the server's own identity provider, no implementation is needed.
///
/// The client calls it without a token, before a token expires, and after the server refused one.
/// It never runs twice at the same time, however many calls wait, and at most once a second after a
/// success, unless the server refuses the token. Do not cache tokens here: the client caches them,
/// and after a refusal it needs a new one.
///
/// A call that needs the token waits for it at most 5 s, and then fails with
/// [`Timeout`](crate::ErrorKind::Timeout). The provider has 30 s: a token that arrives late serves
/// the next calls.
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
