//! The authentication settings of a builder, and the credential that they make.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use secrecy::SecretString;

use super::access_token::{AccessToken, bearer};
use super::cache::TokenCache;
use super::credential::Credential;
#[cfg(feature = "oidc")]
use super::oidc::{Grant, Oidc, Site};
use super::token_provider::TokenProvider;
use crate::options::Endpoint;
use crate::{Error, Result};

/// Authentication settings. If several credentials are set, the last one applies.
#[derive(Clone, Default)]
pub(crate) struct Auth {
    kind: AuthKind,
    plaintext: bool,
    #[cfg(feature = "oidc")]
    scopes: Vec<String>,
    #[cfg(feature = "oidc")]
    refresh_token: Option<SecretString>,
}

#[derive(Clone, Default)]
enum AuthKind {
    #[default]
    Anonymous,
    ApiKey(SecretString),
    Bearer(AccessToken),
    Provider(Arc<dyn TokenProvider>),
    #[cfg(feature = "oidc")]
    ClientCredentials(SecretString),
    #[cfg(feature = "oidc")]
    Password(String, SecretString),
}

impl Auth {
    pub(crate) fn api_key(&mut self, key: SecretString) {
        self.kind = AuthKind::ApiKey(key);
    }

    pub(crate) fn bearer(&mut self, token: AccessToken) {
        self.kind = AuthKind::Bearer(token);
    }

    pub(crate) fn provider(&mut self, provider: impl TokenProvider) {
        self.kind = AuthKind::Provider(Arc::new(provider));
    }

    pub(crate) fn allow_plaintext(&mut self, allow: bool) {
        self.plaintext = allow;
    }

    /// Refuses to send a credential over an unencrypted connection.
    pub(crate) fn check_endpoint(&self, endpoint: &Endpoint) -> Result<()> {
        if self.plaintext || matches!(self.kind, AuthKind::Anonymous) || endpoint.is_https() || endpoint.is_loopback() {
            return Ok(());
        }
        let name = self.kind.name();
        Err(Error::configuration(format!(
            "the {name} would be sent to {endpoint} without encryption: use https, or allow this with \
             ClientBuilder::allow_plaintext_credentials"
        )))
    }

    pub(crate) fn credential(&self, #[cfg(feature = "oidc")] site: Site) -> Result<Credential> {
        #[cfg(feature = "oidc")]
        self.check_companions()?;
        let header = |secret| header(self.kind.name(), secret);
        Ok(match &self.kind {
            AuthKind::Anonymous => Credential::Anonymous,
            AuthKind::ApiKey(key) => Credential::Fixed { header: header(key)?, expires: None },
            #[cfg(feature = "oidc")]
            AuthKind::Bearer(token) if self.refresh_token.is_some() => {
                header(token.secret())?;
                Credential::Renewed(TokenCache::new(self.oidc(site, Grant::RefreshToken)).seeded(token)?)
            }
            AuthKind::Bearer(token) => Credential::Fixed { header: header(token.secret())?, expires: token.expires() },
            AuthKind::Provider(provider) => Credential::Renewed(TokenCache::new(Arc::clone(provider))),
            #[cfg(feature = "oidc")]
            AuthKind::ClientCredentials(secret) => {
                let grant = Grant::ClientCredentials { secret: secret.clone() };
                Credential::Renewed(TokenCache::new(self.oidc(site, grant)))
            }
            #[cfg(feature = "oidc")]
            AuthKind::Password(user, password) => {
                let grant = Grant::Password { user: user.clone(), password: password.clone() };
                Credential::Renewed(TokenCache::new(self.oidc(site, grant)))
            }
        })
    }
}

#[cfg(feature = "oidc")]
impl Auth {
    pub(crate) fn client_credentials(&mut self, secret: SecretString) {
        self.kind = AuthKind::ClientCredentials(secret);
    }

    pub(crate) fn password(&mut self, user: String, password: SecretString) {
        self.kind = AuthKind::Password(user, password);
    }

    pub(crate) fn scope(&mut self, scope: String) {
        self.scopes.push(scope);
    }

    pub(crate) fn refresh_token(&mut self, token: SecretString) {
        self.refresh_token = Some(token);
    }

    fn oidc(&self, site: Site, grant: Grant) -> Arc<dyn TokenProvider> {
        Arc::new(Oidc::new(site, self.plaintext, grant, self.scopes.clone(), self.refresh_token.clone()))
    }

    /// Refuses settings without an effect, since they were meant to have one.
    fn check_companions(&self) -> Result<()> {
        use secrecy::ExposeSecret as _;

        let is_empty = |secret: &SecretString| secret.expose_secret().is_empty();
        let why = match &self.kind {
            AuthKind::ClientCredentials(secret) if is_empty(secret) => {
                "the secret of client_credentials is empty: set the client secret"
            }
            AuthKind::Password(user, password) if user.is_empty() || is_empty(password) => {
                "the user or the password is empty: set both"
            }
            AuthKind::ClientCredentials(_) | AuthKind::Password(..) if self.refresh_token.is_some() => {
                "refresh_token applies to bearer only, but another credential is set: remove one of them"
            }
            AuthKind::ClientCredentials(_) | AuthKind::Password(..) => return Ok(()),
            _ if !self.scopes.is_empty() => {
                "scope applies to client_credentials or password only: set one of them, or remove the scope"
            }
            AuthKind::Bearer(_) if self.refresh_token.as_ref().is_some_and(is_empty) => {
                "the refresh token is empty: set it, or remove refresh_token"
            }
            AuthKind::Bearer(_) => return Ok(()),
            _ if self.refresh_token.is_some() => {
                "refresh_token applies to bearer only: set bearer, or remove the refresh_token"
            }
            _ => return Ok(()),
        };
        Err(Error::configuration(why))
    }
}

impl AuthKind {
    fn name(&self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::ApiKey(_) => "API key",
            Self::Bearer(_) => "bearer token",
            Self::Provider(_) => "access token",
            #[cfg(feature = "oidc")]
            Self::ClientCredentials(_) => "access token for client credentials",
            #[cfg(feature = "oidc")]
            Self::Password(..) => "access token for a password",
        }
    }
}

/// Prints the kind of the credential, not its secrets.
impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (plaintext: {})", self.kind.name(), self.plaintext)
    }
}

fn header(what: &str, secret: &SecretString) -> Result<HeaderValue> {
    bearer(secret).map_err(|why| {
        Error::configuration(format!("the {what} {why}: correct it, or omit it for a server without authentication"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auth(kind: AuthKind) -> Auth {
        Auth { kind, ..Auth::default() }
    }

    fn credential(auth: &Auth) -> Result<Credential> {
        auth.credential(
            #[cfg(feature = "oidc")]
            Site {
                web: crate::transport::web_client(reqwest::Client::builder()).unwrap(),
                base: "http://127.0.0.1:1".to_owned(),
            },
        )
    }

    #[tokio::test]
    async fn a_key_becomes_a_sensitive_header() {
        let sent = credential(&auth(AuthKind::ApiKey("hunter2".into()))).unwrap().authorize().await.unwrap().unwrap();
        assert_eq!(sent.header, "Bearer hunter2");
        assert!(sent.header.is_sensitive());
        assert!(credential(&Auth::default()).unwrap().authorize().await.unwrap().is_none());
    }

    #[test]
    fn an_invalid_key_is_refused_and_hidden() {
        for text in ["hunter2\n", "hunter2\u{e9}", "\0hunter2", "", "  "] {
            for kind in [AuthKind::ApiKey(text.into()), AuthKind::Bearer(text.into())] {
                let error = credential(&auth(kind)).unwrap_err();
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            }
        }
    }

    #[test]
    fn a_secret_is_not_sent_unencrypted() {
        let plain = Endpoint::parse("REST", "http://example.com").unwrap();
        for kind in [
            AuthKind::ApiKey("hunter2".into()),
            AuthKind::Bearer("hunter2".into()),
            AuthKind::Provider(Arc::new(|| async { Ok("hunter2".into()) })),
        ] {
            let mut auth = auth(kind);
            let error = auth.check_endpoint(&plain).unwrap_err();
            assert!(error.to_string().contains("http://example.com:80"), "{error}");
            assert!(auth.check_endpoint(&Endpoint::parse("REST", "http://127.0.0.1:8080").unwrap()).is_ok());
            #[cfg(feature = "tls")]
            assert!(auth.check_endpoint(&Endpoint::parse("REST", "https://example.com").unwrap()).is_ok());
            auth.allow_plaintext(true);
            assert!(auth.check_endpoint(&plain).is_ok());
        }
        assert!(Auth::default().check_endpoint(&plain).is_ok());
    }

    #[tokio::test]
    async fn a_token_without_a_refresh_token_expires() {
        let token = AccessToken::new("hunter2").expires_in(std::time::Duration::ZERO);
        let error = credential(&auth(AuthKind::Bearer(token))).unwrap().authorize().await.unwrap_err();
        assert!(error.is_access_denied() && error.to_string().contains("expired"), "{error}");
    }

    #[cfg(feature = "oidc")]
    #[test]
    fn settings_of_another_credential_are_refused() {
        let with = |kind, scope: &str, refresh: &str| Auth {
            kind,
            plaintext: false,
            scopes: Some(scope.to_owned()).filter(|scope| !scope.is_empty()).into_iter().collect(),
            refresh_token: Some(refresh.into()).filter(|_| !refresh.is_empty()),
        };
        for (auth, word) in [
            (with(AuthKind::ClientCredentials("".into()), "", ""), "secret"),
            (with(AuthKind::Password("jane".into(), "".into()), "", ""), "password"),
            (with(AuthKind::Password(String::new(), "pw".into()), "", ""), "user"),
            (with(AuthKind::ClientCredentials("s".into()), "", "r"), "refresh_token"),
            (with(AuthKind::ApiKey("k".into()), "s", ""), "scope"),
            (with(AuthKind::Anonymous, "s", ""), "scope"),
            (with(AuthKind::Bearer("t".into()), "s", "r"), "scope"),
            (with(AuthKind::ApiKey("k".into()), "", "r"), "refresh_token"),
        ] {
            let error = credential(&auth).unwrap_err();
            assert!(error.to_string().contains(word), "{auth:?}: {error}");
        }
        assert!(credential(&with(AuthKind::ClientCredentials("s".into()), "a", "")).is_ok());
        assert!(credential(&with(AuthKind::Password("u".into(), "p".into()), "a", "")).is_ok());
        assert!(credential(&with(AuthKind::Bearer("t".into()), "", "r")).is_ok());
    }
}
