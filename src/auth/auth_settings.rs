//! The authentication settings of a builder, and the credential that they make.

use std::fmt;
use std::sync::Arc;

use secrecy::SecretString;
use tokio::time::Instant;

use super::access_token::{AccessToken, bearer};
use super::cache::TokenCache;
use super::credential::{Authorization, Credential};
#[cfg(feature = "oidc")]
use super::oidc::{Grant, Oidc, Site};
use super::token_provider::TokenProvider;
use super::token_source::TokenSource;
use crate::options::Endpoint;
use crate::values::warning::{WarningCode, Warnings};
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
    #[cfg(feature = "oidc")]
    client_secret: Option<SecretString>,
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

    /// Makes the credential. No I/O.
    pub(crate) fn credential(
        &self,
        warnings: &Arc<Warnings>,
        #[cfg(feature = "oidc")] site: Site,
    ) -> Result<Credential> {
        #[cfg(feature = "oidc")]
        self.check_companions()?;
        let cache = |source| Credential::Renewed(TokenCache::new(source, Arc::clone(warnings)));
        #[cfg(feature = "oidc")]
        let oidc = |grant| TokenSource::Oidc(Oidc::new(site, self.plaintext, grant, self.scopes.clone()));
        match &self.kind {
            AuthKind::Anonymous => Ok(Credential::Anonymous),
            AuthKind::ApiKey(key) => self.fixed(key, None),
            AuthKind::Bearer(token) => {
                let fixed = self.fixed(token.secret(), token.expires())?;
                #[cfg(feature = "oidc")]
                if let Some(refresh_token) = self.refresh_token.clone() {
                    let grant = Grant::RefreshToken { refresh_token, client_secret: self.client_secret.clone() };
                    let cache = TokenCache::new(oidc(grant), Arc::clone(warnings));
                    return Ok(Credential::Renewed(cache.seeded(token)?));
                }
                warn_of_expiry(token, warnings);
                Ok(fixed)
            }
            AuthKind::Provider(provider) => Ok(cache(TokenSource::Provider(Arc::clone(provider)))),
            #[cfg(feature = "oidc")]
            AuthKind::ClientCredentials(secret) => Ok(cache(oidc(Grant::ClientCredentials { secret: secret.clone() }))),
            #[cfg(feature = "oidc")]
            AuthKind::Password(user, password) => Ok(cache(oidc(Grant::Password {
                user: user.clone(),
                password: password.clone(),
                client_secret: self.client_secret.clone(),
            }))),
        }
    }

    fn fixed(&self, secret: &SecretString, expires: Option<Instant>) -> Result<Credential> {
        let what = self.kind.name();
        let header = bearer(secret).map_err(|why| {
            Error::configuration(format!(
                "the {what} {why}: correct it, or omit it for a server without authentication"
            ))
        })?;
        Ok(Credential::Fixed(Authorization { header, serial: 0, expires }))
    }
}

/// Warns that nothing renews a token, before it expires.
fn warn_of_expiry(token: &AccessToken, warnings: &Warnings) {
    // Calls with an expired token fail, and say why.
    let Some(left) = token.lifetime().filter(|left| !left.is_zero()) else { return };
    warnings.warn(WarningCode::TokenExpires, || {
        format!(
            "the bearer token expires in {left:.0?} and has no refresh token; calls fail from then on. Set \
             ClientBuilder::refresh_token (feature `oidc`) or token_provider, or silence this with \
             suppress_warning(WarningCode::TokenExpires)"
        )
    });
}

#[cfg(feature = "oidc")]
impl Auth {
    pub(crate) fn client_credentials(&mut self, secret: SecretString) {
        self.kind = AuthKind::ClientCredentials(secret);
    }

    pub(crate) fn password(&mut self, user: String, password: SecretString) {
        self.kind = AuthKind::Password(user, password);
    }

    pub(crate) fn client_secret(&mut self, secret: SecretString) {
        self.client_secret = Some(secret);
    }

    pub(crate) fn scope(&mut self, scope: String) {
        self.scopes.push(scope);
    }

    pub(crate) fn refresh_token(&mut self, token: SecretString) {
        self.refresh_token = Some(token);
    }

    /// Refuses settings without an effect, since they were meant to have one, and empty ones.
    fn check_companions(&self) -> Result<()> {
        use AuthKind::{Bearer, ClientCredentials, Password};
        use secrecy::ExposeSecret as _;

        let is_empty = |secret: &SecretString| secret.expose_secret().is_empty();
        let is_set_empty = |secret: &Option<SecretString>| secret.as_ref().is_some_and(is_empty);
        let refreshes = self.refresh_token.is_some();
        let why = match &self.kind {
            ClientCredentials(secret) if is_empty(secret) => {
                "the secret of client_credentials is empty: set the client secret"
            }
            Password(user, password) if user.is_empty() || is_empty(password) => {
                "the user or the password is empty: set both"
            }
            ClientCredentials(_) if self.client_secret.is_some() => {
                "client_secret applies to password and refresh_token only, and client_credentials has the secret: \
                 remove client_secret"
            }
            ClientCredentials(_) | Password(..) if refreshes => {
                "refresh_token applies to bearer only, but another credential is set: remove one of them"
            }
            ClientCredentials(_) | Password(..) if self.scopes.iter().any(|scope| scope.trim().is_empty()) => {
                "the scope is empty: set it, or remove scope"
            }
            Bearer(_) if is_set_empty(&self.refresh_token) => {
                "the refresh token is empty: set it, or remove refresh_token"
            }
            Bearer(_) | Password(..) if is_set_empty(&self.client_secret) => {
                "the client secret is empty: set it, or remove client_secret"
            }
            ClientCredentials(_) | Password(..) => return Ok(()),
            _ if !self.scopes.is_empty() => {
                "scope applies to client_credentials or password only: set one of them, or remove the scope"
            }
            Bearer(_) if refreshes || self.client_secret.is_none() => return Ok(()),
            _ if self.client_secret.is_some() => {
                "client_secret applies to password, or to bearer with refresh_token: set one of them, or remove the \
                 client_secret"
            }
            _ if refreshes => "refresh_token applies to bearer only: set bearer, or remove the refresh_token",
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;
    use crate::values::warning::{Warning, WarningSettings};

    fn auth(kind: AuthKind) -> Auth {
        Auth { kind, ..Auth::default() }
    }

    fn credential(auth: &Auth) -> Result<Credential> {
        credential_with_warnings(auth, WarningSettings::default())
    }

    fn credential_with_warnings(auth: &Auth, settings: WarningSettings) -> Result<Credential> {
        auth.credential(
            &Arc::new(Warnings::new(settings)),
            #[cfg(feature = "oidc")]
            Site {
                web: crate::transport::web_client(reqwest::Client::builder()).unwrap(),
                base: "http://127.0.0.1:1".to_owned(),
            },
        )
    }

    async fn authorize(credential: &Credential) -> Result<Option<Authorization>> {
        credential.authorize(Duration::from_secs(60)).await
    }

    #[tokio::test]
    async fn a_key_becomes_a_sensitive_header() {
        let sent = authorize(&credential(&auth(AuthKind::ApiKey("hunter2".into()))).unwrap()).await.unwrap().unwrap();
        assert_eq!(sent.header, "Bearer hunter2");
        assert!(sent.header.is_sensitive());
        assert_eq!(sent.token().expose_secret(), "hunter2");
        assert!(authorize(&credential(&Auth::default()).unwrap()).await.unwrap().is_none());
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
        let token = AccessToken::new("hunter2").expires_in(Duration::ZERO);
        let error = authorize(&credential(&auth(AuthKind::Bearer(token))).unwrap()).await.unwrap_err();
        assert!(error.is_access_denied() && error.to_string().contains("expired"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_expires_without_a_refresh_token_warns_once() {
        let day = Duration::from_secs(24 * 60 * 60);
        let with = |lifetime| auth(AuthKind::Bearer(AccessToken::new("hunter2").expires_in(lifetime)));
        for (auth, expected) in [
            (with(day), 1),
            // The error of each call says it.
            (with(Duration::ZERO), 0),
            (auth(AuthKind::Bearer("hunter2".into())), 0),
            (auth(AuthKind::ApiKey("hunter2".into())), 0),
            #[cfg(feature = "oidc")]
            (Auth { refresh_token: Some("r".into()), ..with(day) }, 0),
        ] {
            let emitted = Arc::new(Mutex::new(Vec::new()));
            let into = Arc::clone(&emitted);
            let listener: Arc<dyn Fn(&Warning) + Send + Sync> =
                Arc::new(move |warning| into.lock().unwrap().push(warning.to_string()));
            let settings = WarningSettings { listener: Some(listener), ..WarningSettings::default() };
            let credential = credential_with_warnings(&auth, settings).unwrap();
            for _ in 0..3 {
                drop(authorize(&credential).await);
            }
            let emitted = emitted.lock().unwrap();
            assert_eq!(emitted.len(), expected, "{auth:?}: {emitted:?}");
            let words = "[token-expires] the bearer token expires in 86400s and has no refresh token";
            assert!(emitted.iter().all(|warning| warning.starts_with(words)), "{emitted:?}");
        }
    }

    #[cfg(feature = "oidc")]
    #[test]
    fn settings_of_another_credential_are_refused() {
        let with = |kind, scopes: &[&str], refresh: &[&str], client: &[&str]| Auth {
            kind,
            plaintext: false,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            refresh_token: refresh.first().map(|&token| token.into()),
            client_secret: client.first().map(|&secret| secret.into()),
        };
        let service = |secret: &str| AuthKind::ClientCredentials(secret.into());
        let user = |name: &str, password: &str| AuthKind::Password(name.to_owned(), password.into());
        let bearer = || AuthKind::Bearer("t".into());
        let key = || AuthKind::ApiKey("k".into());
        for (auth, word) in [
            (with(service(""), &[], &[], &[]), "secret"),
            (with(user("jane", ""), &[], &[], &[]), "password"),
            (with(user("", "pw"), &[], &[], &[]), "user"),
            (with(user("jane", "pw"), &[], &[], &[""]), "client secret is empty"),
            (with(user("jane", "pw"), &["a", " "], &[], &[]), "scope is empty"),
            (with(service("s"), &[""], &[], &[]), "scope is empty"),
            (with(service("s"), &[], &["r"], &[]), "refresh_token"),
            (with(service("s"), &[], &[], &["s"]), "client_credentials has the secret"),
            (with(key(), &["s"], &[], &[]), "scope"),
            (with(key(), &[], &["r"], &[]), "refresh_token"),
            (with(key(), &[], &[], &["s"]), "client_secret"),
            (with(AuthKind::Anonymous, &["s"], &[], &[]), "scope"),
            (with(AuthKind::Anonymous, &[], &[], &["s"]), "client_secret"),
            (with(bearer(), &["s"], &["r"], &[]), "scope"),
            (with(bearer(), &[], &[""], &[]), "refresh token is empty"),
            (with(bearer(), &[], &[], &["s"]), "client_secret"),
            (with(bearer(), &[], &["r"], &[""]), "client secret is empty"),
        ] {
            let error = credential(&auth).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::Configuration, "{error}");
            assert!(error.to_string().contains(word), "{auth:?}: {error}");
        }
        for auth in [
            with(service("s"), &["a"], &[], &[]),
            with(user("jane", "pw"), &["a"], &[], &[]),
            with(user("jane", "pw"), &[], &[], &["s"]),
            with(bearer(), &[], &["r"], &[]),
            with(bearer(), &[], &["r"], &["s"]),
        ] {
            credential(&auth).unwrap();
        }
    }
}
