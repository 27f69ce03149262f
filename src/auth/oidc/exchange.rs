//! Exchanges with the token endpoint. The `oauth2` crate makes requests and parses replies; the
//! crate's own HTTP client sends them.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use oauth2::basic::{BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, RefreshToken,
    RequestTokenError, ResourceOwnerPassword, ResourceOwnerUsername, Scope, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value as Json;
use tokio::time::Instant;

use super::discovery::Issuer;
use crate::auth::access_token::AccessToken;
use crate::auth::token_error::TokenError;

/// Timeout of one exchange. A token may need several.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);
/// Limit of a reply, in bytes. Documents and tokens have a few kilobytes.
const MAX_BODY: usize = 256 * 1024;
/// Limit of quoted issuer texts, in characters.
const MAX_CHARS: usize = 300;

/// Tokens of a grant.
pub(super) struct Granted {
    pub(super) token: AccessToken,
    pub(super) refresh_token: Option<SecretString>,
}

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;
type GrantResult = Result<BasicTokenResponse, RequestTokenError<TokenError, BasicErrorResponse>>;

impl Issuer {
    pub(super) async fn client_credentials(
        &self,
        web: &reqwest::Client,
        secret: &SecretString,
        scopes: &[String],
    ) -> Result<Granted, TokenError> {
        self.check_grant("client_credentials")?;
        let scopes = if !self.is_azure {
            merged(&[], &self.scopes, scopes)
        } else if !scopes.is_empty() {
            // Azure allows no other scope beside one that ends in `/.default`.
            merged(&[], &[], scopes)
        } else if self.client_id.is_empty() {
            return Err(TokenError::misfit(
                "Azure needs a scope, and the server names no client id to derive it from: set it with scope",
            ));
        } else {
            vec![Scope::new(format!("{}/.default", self.client_id))]
        };
        let client = self.client().set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        let start = Instant::now();
        let answer = client
            .exchange_client_credentials()
            .add_scopes(scopes)
            .request_async(&http_function(web, self.address()))
            .await;
        // The secret can request the next token, so a refresh token is not needed.
        Ok(Granted { refresh_token: None, ..self.parse_grant(answer, start, secret)? })
    }

    pub(super) async fn password(
        &self,
        web: &reqwest::Client,
        user: &str,
        password: &SecretString,
        scopes: &[String],
    ) -> Result<Granted, TokenError> {
        if self.is_azure {
            return Err(TokenError::misfit("Azure does not support the password grant: use client_credentials"));
        }
        self.check_grant("password")?;
        let client = self.client();
        let user = ResourceOwnerUsername::new(user.to_owned());
        let secret = password;
        let password = ResourceOwnerPassword::new(password.expose_secret().to_owned());
        let start = Instant::now();
        let answer = client
            .exchange_password(&user, &password)
            .add_scopes(merged(&["offline_access"], &self.scopes, scopes))
            .request_async(&http_function(web, self.address()))
            .await;
        self.parse_grant(answer, start, secret)
    }

    pub(super) async fn refresh(&self, web: &reqwest::Client, secret: &SecretString) -> Result<Granted, TokenError> {
        let client = self.client();
        let token = RefreshToken::new(secret.expose_secret().to_owned());
        let start = Instant::now();
        let answer = client.exchange_refresh_token(&token).request_async(&http_function(web, self.address())).await;
        self.parse_grant(answer, start, secret)
    }

    fn client(&self) -> Client {
        let auth = if self.secret_in_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_token_uri(TokenUrl::from_url(self.token_endpoint.clone()))
            .set_auth_type(auth)
    }

    fn parse_grant(&self, answer: GrantResult, start: Instant, secret: &SecretString) -> Result<Granted, TokenError> {
        let at = self.address();
        let reply = answer.map_err(|error| match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(refusal) => refusal_error(&at, &refusal, secret),
            // The library's error quotes the body, which may hold a token.
            RequestTokenError::Parse(error, _) => {
                let (line, column) = (error.inner().line(), error.inner().column());
                TokenError::unavailable(format!(
                    "the reply of the issuer at {at} is not a token response (line {line}, column {column})"
                ))
            }
            RequestTokenError::Other(why) => TokenError::unavailable(format!("the issuer at {at}: {}", one_line(&why))),
        })?;
        let token = AccessToken::new(reply.access_token().secret().clone());
        let token = match reply.expires_in() {
            // The lifetime began before the reply arrived.
            Some(lifetime) => token.expires_in(lifetime.saturating_sub(start.elapsed())),
            None => token,
        };
        let refresh_token = reply.refresh_token().map(|token| token.secret().clone().into());
        Ok(Granted { token, refresh_token })
    }
}

fn refusal_error(at: &str, refusal: &BasicErrorResponse, secret: &SecretString) -> TokenError {
    // Some issuers quote the secret.
    let quoted = |text: &str| one_line(&text.replace(secret.expose_secret(), "…"));
    let code = quoted(refusal.error().as_ref());
    let message = match refusal.error_description() {
        Some(why) => format!("the issuer at {at} refuses the request: {code}: {}", quoted(why)),
        None => format!("the issuer at {at} refuses the request: {code}"),
    };
    match refusal.error() {
        BasicErrorResponseType::Extension(code) if matches!(&**code, "temporarily_unavailable" | "server_error") => {
            TokenError::unavailable(message)
        }
        _ => TokenError::denied(message),
    }
}

/// Shortens a foreign text to one line.
fn one_line(text: &str) -> String {
    text.chars().take(MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Merges scopes without duplicates.
fn merged(first: &[&str], server: &[String], user: &[String]) -> Vec<Scope> {
    let mut all: Vec<&str> = Vec::new();
    for scope in first.iter().copied().chain(server.iter().chain(user).flat_map(|scope| scope.split_whitespace())) {
        if !all.contains(&scope) {
            all.push(scope);
        }
    }
    all.into_iter().map(|scope| Scope::new(scope.to_owned())).collect()
}

type Reply = Pin<Box<dyn Future<Output = Result<HttpResponse, TokenError>> + Send>>;

/// Returns the HTTP client function for the library. It owns its data: a borrowed client would tie
/// the future to its lifetime.
fn http_function(web: &reqwest::Client, at: String) -> impl Fn(HttpRequest) -> Reply + Send + Sync + 'static {
    let web = web.clone();
    move |request| Box::pin(send(web.clone(), request, at.clone()))
}

async fn send(web: reqwest::Client, request: HttpRequest, at: String) -> Result<HttpResponse, TokenError> {
    let connection_error = |error| connection_error("the issuer", &at, error);
    let mut request = reqwest::Request::try_from(request).map_err(connection_error)?;
    *request.timeout_mut() = Some(TIMEOUT);
    let reply = web.execute(request).await.map_err(connection_error)?;
    let status = reply.status();
    if status.is_server_error() || matches!(status.as_u16(), 408 | 429) {
        return Err(TokenError::unavailable(format!("the issuer at {at} answered HTTP {}", status.as_u16())));
    }
    if status.is_redirection() {
        return Err(TokenError::denied(format!(
            "the issuer at {at} answered with a redirect; credentials are not sent to redirect targets: let the \
            server name the final address"
        )));
    }
    let content_type = reply.headers().get(http::header::CONTENT_TYPE).cloned();
    let body = body(reply).await.map_err(connection_error)?;
    let json: Option<Json> = serde_json::from_slice(&body).ok();
    if status.is_client_error() && !json.as_ref().is_some_and(|json| json["error"].is_string()) {
        return Err(TokenError::denied(format!(
            "the issuer at {at} answered HTTP {} without a reason",
            status.as_u16()
        )));
    }
    let mut response = HttpResponse::new(json.and_then(with_numeric_lifetime).unwrap_or(body));
    *response.status_mut() = status;
    response.headers_mut().extend(content_type.map(|value| (http::header::CONTENT_TYPE, value)));
    Ok(response)
}

/// Converts a lifetime written as text, as Azure's v1 endpoint does. `None` if nothing is to
/// convert.
fn with_numeric_lifetime(mut reply: Json) -> Option<Vec<u8>> {
    let seconds: u64 = reply["expires_in"].as_str()?.parse().ok()?;
    reply["expires_in"] = seconds.into();
    serde_json::to_vec(&reply).ok()
}

/// Reads a body up to the limit.
pub(super) async fn body(mut reply: reqwest::Response) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while body.len() < MAX_BODY
        && let Some(chunk) = reply.chunk().await?
    {
        body.extend(chunk.iter().take(MAX_BODY - body.len()));
    }
    Ok(body)
}

pub(super) fn connection_error(who: &str, at: &str, error: reqwest::Error) -> TokenError {
    let error = error.without_url();
    let why = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "closed the connection"
    };
    TokenError::unavailable(format!("{who} at {at} {why}")).with_source(error)
}
