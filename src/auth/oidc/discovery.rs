//! Discovery of the token endpoint: the server names the issuer, whose document names the endpoint.

use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::web_requests::{Web, WebReply};
use crate::auth::token_error::TokenError;
use crate::options::Endpoint;

/// Hosts of Microsoft's identity service: public and national clouds.
const AZURE: [&str; 3] = ["login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"];

/// The parts of an issuer's configuration that matter here.
#[derive(Debug)]
pub(super) struct Issuer {
    pub(super) client_id: String,
    pub(super) token_endpoint: Url,
    /// Scopes the server requires.
    pub(super) scopes: Vec<String>,
    pub(super) is_azure: bool,
    /// Supported grant types; `None` if the issuer does not list them.
    grants: Option<Vec<String>>,
    pub(super) secret_in_header: bool,
}

/// OIDC document of the server.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServerDocument {
    href: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

/// OIDC document of the issuer.
#[derive(Deserialize)]
struct IssuerDocument {
    token_endpoint: String,
    grant_types_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Issuer {
    /// Reads the document of the server, and then that of the issuer it names.
    pub(super) async fn discover(web: &Web, server: &str, allow_plaintext: bool) -> Result<Self, TokenError> {
        let address = format!("{server}/v1/.well-known/openid-configuration");
        let address = Url::parse(&address).map_err(|_| TokenError::misfit("the REST address is not a URL"))?;
        let place = format!("the server at {}", origin(&address));
        let reply = get(web, &place, address).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Err(TokenError::misfit(without_oidc(&place, &reply)));
        }
        let server: ServerDocument = read(&place, &reply)?;
        let href = parse_secure("address of the issuer", &server.href, allow_plaintext)?;
        let place = issuer_at(&href);
        let reply = get(web, &place, href.clone()).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Err(TokenError::denied(format!("the issuer has no OIDC document at {}", origin(&href))));
        }
        let issuer: IssuerDocument = read(&place, &reply)?;
        let token_endpoint = parse_secure("token endpoint", &issuer.token_endpoint, allow_plaintext)?;
        let is_azure = [&href, &token_endpoint].iter().any(|url| url.host_str().is_some_and(|it| AZURE.contains(&it)));
        let methods = issuer.token_endpoint_auth_methods_supported;
        Ok(Self {
            client_id: server.client_id,
            token_endpoint,
            scopes: server.scopes.unwrap_or_default(),
            is_azure,
            grants: issuer.grant_types_supported,
            // In the body, as in all Weaviate clients, unless the issuer requires the header.
            secret_in_header: methods
                .is_some_and(|methods| !methods.iter().any(|method| method == "client_secret_post")),
        })
    }

    /// Refuses a grant type the issuer does not support, before a secret is sent.
    pub(super) fn check_grant(&self, grant: &str) -> Result<(), TokenError> {
        match &self.grants {
            Some(grants) if !grants.iter().any(|known| known == grant) => Err(TokenError::misfit(format!(
                "the issuer does not support the grant type `{grant}`; it supports: {}",
                grants.join(", ")
            ))),
            _ => Ok(()),
        }
    }

    /// Names the token endpoint in messages.
    pub(super) fn place(&self) -> String {
        issuer_at(&self.token_endpoint)
    }
}

/// Returns what to do about a server without an OIDC document. Weaviate answers without a body.
fn without_oidc(place: &str, reply: &WebReply) -> String {
    if reply.body.is_empty() {
        format!(
            "{place} does not use OIDC: use an API key (ClientBuilder::api_key), or no credential if it allows \
             anonymous access"
        )
    } else {
        format!("{place} answered HTTP 404 in another form than Weaviate: check the REST address")
    }
}

fn issuer_at(url: &Url) -> String {
    format!("the issuer at {}", origin(url))
}

/// Formats scheme, host and port of a URL.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Parses an address and checks that secrets may be sent to it.
fn parse_secure(what: &str, address: &str, allow_plaintext: bool) -> Result<Url, TokenError> {
    let invalid = |why: &str| TokenError::misfit(format!("the {what}, as configured at the server or issuer, {why}"));
    let url = Url::parse(address).map_err(|_| invalid("is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("contains a user or password"));
    }
    let Ok(endpoint) = Endpoint::parse("issuer", &origin(&url)) else {
        return Err(invalid("is neither http nor https, or https without the crate feature `tls`"));
    };
    if allow_plaintext || endpoint.is_https() || endpoint.is_loopback() {
        return Ok(url);
    }
    Err(invalid(&format!(
        "is {endpoint}, to which a secret would be sent without encryption: use https, or allow this with \
         ClientBuilder::allow_plaintext_credentials"
    )))
}

/// Reads a document, which `place` has.
fn read<T: DeserializeOwned>(place: &str, reply: &WebReply) -> Result<T, TokenError> {
    let status = reply.status;
    if !status.is_success() {
        let message = format!("{place} answered HTTP {} instead of its OIDC document", status.as_u16());
        return Err(if reply.is_transient() { TokenError::unavailable(message) } else { TokenError::denied(message) });
    }
    serde_json::from_slice(&reply.body)
        .map_err(|error| TokenError::unavailable(format!("could not parse the OIDC document of {place}: {error}")))
}

async fn get(web: &Web, place: &str, url: Url) -> Result<WebReply, TokenError> {
    let mut request = reqwest::Request::new(http::Method::GET, url);
    request.headers_mut().insert(http::header::ACCEPT, HeaderValue::from_static("application/json"));
    web.send(place, request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_sent_to_https_or_loopback_only() {
        for (address, allow_plaintext, fine) in [
            ("http://127.0.0.1:1/token", false, true),
            ("http://issuer.example/token", false, false),
            ("http://issuer.example/token", true, true),
            ("ftp://issuer.example/token", true, false),
            ("http://user:hunter2@127.0.0.1/token", true, false),
            ("hunter2", true, false),
            #[cfg(feature = "tls")]
            ("https://issuer.example/token?p=policy", false, true),
        ] {
            let result = parse_secure("token endpoint", address, allow_plaintext);
            assert_eq!(result.is_ok(), fine, "{address}");
            assert!(result.map_err(|error| assert!(!format!("{error:?}").contains("hunter2"))).is_ok() == fine);
        }
    }
}
