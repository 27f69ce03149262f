//! From the server to the token endpoint: the server names the issuer, the issuer's document the rest.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::Site;
use super::exchange::{TIMEOUT, body, trouble};
use crate::auth::token::TokenError;
use crate::options::Endpoint;

/// Microsoft's identity service, the public one and those of the national clouds.
const AZURE: [&str; 3] = ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

/// Who hands out tokens, as far as that matters here.
#[derive(Debug)]
pub(super) struct Issuer {
    pub(super) client_id: String,
    pub(super) token_endpoint: Url,
    /// That the server asks for.
    pub(super) scopes: Vec<String>,
    pub(super) is_azure: bool,
    /// `None` where the issuer does not say.
    grants: Option<Vec<String>>,
    pub(super) secret_in_header: bool,
}

/// What the server says of its issuer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServerDocument {
    href: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

/// What the issuer says of itself.
#[derive(Deserialize)]
struct IssuerDocument {
    token_endpoint: String,
    grant_types_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Issuer {
    pub(super) async fn discover(site: &Site, plaintext: bool) -> Result<Self, TokenError> {
        let address = format!("{}/v1/.well-known/openid-configuration", site.base);
        let address = Url::parse(&address).map_err(|_| TokenError::misfit("the REST address is no URL"))?;
        let server: ServerDocument = read(&site.web, "the server", address).await?.ok_or_else(|| {
            TokenError::misfit(
                "the server knows no OIDC: use an API key, or no credential at all, if that is what it takes",
            )
        })?;
        let href = secure("address of the issuer", &server.href, plaintext)?;
        let issuer: IssuerDocument = read(&site.web, "the issuer", href.clone())
            .await?
            .ok_or_else(|| TokenError::denied(format!("the issuer has no document at {}", shown(&href))))?;
        let token_endpoint = secure("token endpoint", &issuer.token_endpoint, plaintext)?;
        let is_azure = [&href, &token_endpoint].iter().any(|url| url.host_str().is_some_and(|it| AZURE.contains(&it)));
        let methods = issuer.token_endpoint_auth_methods_supported;
        Ok(Self {
            client_id: server.client_id,
            token_endpoint,
            scopes: server.scopes.unwrap_or_default(),
            is_azure,
            grants: issuer.grant_types_supported,
            // In the body, as every client of this server has always done it, unless the issuer will not have that.
            secret_in_header: methods
                .is_some_and(|methods| !methods.iter().any(|method| method == "client_secret_post")),
        })
    }

    /// Finds out before a secret is sent that it would be in vain.
    pub(super) fn check_grant(&self, grant: &str) -> Result<(), TokenError> {
        match &self.grants {
            Some(grants) if !grants.iter().any(|known| known == grant) => Err(TokenError::misfit(format!(
                "the issuer does not know the grant type `{grant}`, only: {}",
                grants.join(", ")
            ))),
            _ => Ok(()),
        }
    }

    pub(super) fn address(&self) -> String {
        shown(&self.token_endpoint)
    }
}

/// Scheme, host and port.
fn shown(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// An address that a secret may go to, or that says where one may.
fn secure(what: &str, address: &str, plaintext: bool) -> Result<Url, TokenError> {
    let no = |why: &str| TokenError::misfit(format!("the {what}, as the server or the issuer names it, {why}"));
    let url = Url::parse(address).map_err(|_| no("is no URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(no("holds a user or password"));
    }
    let Ok(endpoint) = Endpoint::parse("issuer", &shown(&url)) else {
        return Err(no("is neither http nor https, or https without the feature `tls` of the crate `weaviate`"));
    };
    if plaintext || endpoint.is_https() || endpoint.is_loopback() {
        return Ok(url);
    }
    Err(no(&format!(
        "is {endpoint}, where a secret would go unencrypted: let it be https, or allow it with allow_plaintext_credentials"
    )))
}

/// A document, or `None` where there is none.
async fn read<T: DeserializeOwned>(web: &reqwest::Client, who: &str, url: Url) -> Result<Option<T>, TokenError> {
    let at = shown(&url);
    let request = web.get(url).header(http::header::ACCEPT, "application/json").timeout(TIMEOUT);
    let reply = request.send().await.map_err(|error| trouble(who, &at, error))?;
    let status = reply.status();
    if status == http::StatusCode::NOT_FOUND {
        return Ok(None);
    }
    if !status.is_success() {
        let message = format!("{who} at {at} answers HTTP {} instead of its OIDC document", status.as_u16());
        return Err(if status.is_client_error() || status.is_redirection() {
            TokenError::denied(message)
        } else {
            TokenError::unavailable(message)
        });
    }
    let body = body(reply).await.map_err(|error| trouble(who, &at, error))?;
    serde_json::from_slice(&body)
        .map(Some)
        .map_err(|error| TokenError::unavailable(format!("the OIDC document of {who} at {at} cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_to_https_or_stay_on_this_machine() {
        for (address, plaintext, fine) in [
            ("http://127.0.0.1:1/token", false, true),
            ("http://issuer.example/token", false, false),
            ("http://issuer.example/token", true, true),
            ("ftp://issuer.example/token", true, false),
            ("http://user:hunter2@127.0.0.1/token", true, false),
            ("hunter2", true, false),
            #[cfg(feature = "tls")]
            ("https://issuer.example/token?p=policy", false, true),
        ] {
            let result = secure("token endpoint", address, plaintext);
            assert_eq!(result.is_ok(), fine, "{address}");
            assert!(result.map_err(|error| assert!(!format!("{error:?}").contains("hunter2"))).is_ok() == fine);
        }
    }
}
