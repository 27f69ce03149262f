//! Credentials: API key, access tokens, OIDC.

use super::ClientBuilder;
use crate::auth::{AccessToken, TokenProvider};

impl ClientBuilder {
    /// Authenticates every call with an API key.
    ///
    /// A key is not sent over plain HTTP to another machine, see
    /// [`allow_plaintext_credentials`](Self::allow_plaintext_credentials). A server without
    /// authentication refuses calls that have a key. See Weaviate's guide to
    /// [authentication](https://docs.weaviate.io/deploy/configuration/authentication).
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// # fn example(key: String) {
    /// let builder = Client::cloud("my-cluster.c0.europe-west3.gcp.weaviate.cloud").api_key(key);
    /// # }
    /// ```
    #[doc(alias = "auth")]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.auth.api_key(key.into().into());
        self
    }

    /// Authenticates every call with an access token that the program has obtained, such as
    /// `"eyJhbGci…"`.
    ///
    /// An [`AccessToken`] also states when the token expires. After that, calls fail, unless a
    /// refresh token came with it (`refresh_token`, feature `oidc`). A warning,
    /// [`TokenExpires`](crate::connect::WarningCode::TokenExpires), says so when the client is made.
    /// For tokens that the program renews itself, use [`token_provider`](Self::token_provider).
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::Client;
    /// use weaviate::auth::AccessToken;
    ///
    /// let token = AccessToken::new("eyJhbGci…").expires_in(Duration::from_secs(300));
    /// let builder = Client::local().bearer(token);
    /// ```
    #[doc(alias = "jwt")]
    pub fn bearer(mut self, token: impl Into<AccessToken>) -> Self {
        self.auth.bearer(token.into());
        self
    }

    /// Sets the refresh token that belongs to [`bearer`](Self::bearer).
    ///
    /// The OIDC issuer that the server names exchanges it for the next access token, before the
    /// current one expires. If the issuer returns another refresh token, that one is used next. If it
    /// requires the secret of the OIDC client, set [`client_secret`](Self::client_secret), too. See
    /// [OIDC](crate::auth#oidc) for a server without an issuer, and Weaviate's guide to
    /// [OIDC](https://docs.weaviate.io/deploy/configuration/oidc).
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::Client;
    /// use weaviate::auth::AccessToken;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::custom("https://weaviate.example.com")
    ///     .grpc("https://grpc.weaviate.example.com")
    ///     .bearer(AccessToken::new("eyJhbGci…").expires_in(Duration::from_secs(300)))
    ///     .refresh_token("8xLOxBtZp8")
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "oidc")]
    pub fn refresh_token(mut self, token: impl Into<String>) -> Self {
        self.auth.refresh_token(token.into().into());
        self
    }

    /// Authenticates as a service, by the OIDC grant `client_credentials`.
    ///
    /// The issuer and the client id are those that the server names; this is the client's secret. See
    /// [OIDC](crate::auth#oidc) for the scopes and for a server without an issuer, and Weaviate's
    /// guide to [OIDC](https://docs.weaviate.io/deploy/configuration/oidc).
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::custom("https://weaviate.example.com")
    ///     .grpc("https://grpc.weaviate.example.com")
    ///     .client_credentials("secret")
    ///     .scope("weaviate")
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "oidc")]
    #[cfg(feature = "oidc")]
    pub fn client_credentials(mut self, secret: impl Into<String>) -> Self {
        self.auth.client_credentials(secret.into().into());
        self
    }

    /// Authenticates as a user, by the OIDC grant `password`.
    ///
    /// The issuer that the server names exchanges user name and password for tokens. Not every
    /// issuer has this grant; Azure does not. If the issuer requires the secret of the OIDC client,
    /// set [`client_secret`](Self::client_secret), too. See [OIDC](crate::auth#oidc) for the scopes
    /// and for a server without an issuer.
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example(password: String) -> weaviate::Result<()> {
    /// let client = Client::custom("https://weaviate.example.com")
    ///     .grpc("https://grpc.weaviate.example.com")
    ///     .password("ann", password)
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "oidc")]
    #[cfg(feature = "oidc")]
    pub fn password(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.auth.password(user.into(), password.into().into());
        self
    }

    /// Sets the secret of the OIDC client for [`password`](Self::password) and
    /// [`refresh_token`](Self::refresh_token).
    ///
    /// Issuers require it if the client that the server names is confidential. For
    /// [`client_credentials`](Self::client_credentials), the secret is the argument.
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example(password: String, client_secret: String) -> weaviate::Result<()> {
    /// let client = Client::custom("https://weaviate.example.com")
    ///     .grpc("https://grpc.weaviate.example.com")
    ///     .password("ann", password)
    ///     .client_secret(client_secret)
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "oidc")]
    #[cfg(feature = "oidc")]
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.auth.client_secret(secret.into().into());
        self
    }

    /// Adds an OIDC scope to those that the server names.
    ///
    /// For [`client_credentials`](Self::client_credentials) and [`password`](Self::password). Each
    /// call adds one. See [OIDC](crate::auth#oidc) for the scopes that are requested without it.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder =
    ///     Client::local().client_credentials("secret").scope("weaviate").scope("offline_access");
    /// ```
    #[cfg(feature = "oidc")]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.auth.scope(scope.into());
        self
    }

    /// Authenticates every call with tokens of a [`TokenProvider`], which the program implements.
    ///
    /// The client asks for a token before the current one expires, once for all calls.
    ///
    /// ```
    /// use weaviate::Client;
    /// use weaviate::auth::{AccessToken, TokenError};
    ///
    /// # async fn read_token() -> Result<String, std::io::Error> { Ok(String::new()) }
    /// let builder = Client::local().token_provider(|| async {
    ///     read_token().await.map(AccessToken::new).map_err(TokenError::unavailable)
    /// });
    /// ```
    pub fn token_provider(mut self, provider: impl TokenProvider) -> Self {
        self.auth.provider(provider);
        self
    }

    /// Allows credentials over plain HTTP to another machine, be it the server or an OIDC issuer.
    ///
    /// Anyone on the network path can then read the credential. For private networks and for
    /// encryption below HTTP, such as a service mesh. Default: off; such a client is refused with
    /// [`Configuration`](crate::ErrorKind::Configuration).
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::custom("http://weaviate.mesh:8080")
    ///     .api_key("secret")
    ///     .allow_plaintext_credentials(true);
    /// ```
    pub fn allow_plaintext_credentials(mut self, allow: bool) -> Self {
        self.auth.allow_plaintext(allow);
        self
    }
}
