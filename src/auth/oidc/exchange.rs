//! Exchanges with the token endpoint. The `oauth2` crate makes requests and parses replies; the
//! crate's own HTTP client sends them.

use std::future::Future;
use std::pin::Pin;

use http::StatusCode;
use oauth2::basic::{BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, RefreshToken,
    RequestTokenError, ResourceOwnerPassword, ResourceOwnerUsername, Scope, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};
use tokio::time::Instant;
use url::form_urlencoded;

use super::discovery::Issuer;
use super::token_reply::normalized;
use super::web_requests::{Web, WebReply};
use crate::auth::access_token::AccessToken;
use crate::auth::token_error::TokenError;

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
        web: &Web,
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
        let start = Instant::now();
        let answer = self
            .client(Some(secret))
            .exchange_client_credentials()
            .add_scopes(scopes)
            .request_async(&http_function(web, self.place()))
            .await;
        // The secret can request the next token, so a refresh token is not needed.
        Ok(Granted { refresh_token: None, ..self.parse_grant(answer, start, [Some(secret), None])? })
    }

    pub(super) async fn password(
        &self,
        web: &Web,
        user: &str,
        password: &SecretString,
        client_secret: Option<&SecretString>,
        scopes: &[String],
    ) -> Result<Granted, TokenError> {
        if self.is_azure {
            return Err(TokenError::misfit("Azure does not support the password grant: use client_credentials"));
        }
        self.check_grant("password")?;
        let user = ResourceOwnerUsername::new(user.to_owned());
        let start = Instant::now();
        let answer = self
            .client(client_secret)
            .exchange_password(&user, &ResourceOwnerPassword::new(password.expose_secret().to_owned()))
            .add_scopes(merged(&["offline_access"], &self.scopes, scopes))
            .request_async(&http_function(web, self.place()))
            .await;
        self.parse_grant(answer, start, [Some(password), client_secret])
    }

    pub(super) async fn refresh(
        &self,
        web: &Web,
        refresh_token: &SecretString,
        client_secret: Option<&SecretString>,
    ) -> Result<Granted, TokenError> {
        let start = Instant::now();
        let answer = self
            .client(client_secret)
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose_secret().to_owned()))
            .request_async(&http_function(web, self.place()))
            .await;
        self.parse_grant(answer, start, [Some(refresh_token), client_secret])
    }

    fn client(&self, secret: Option<&SecretString>) -> Client {
        let auth = if self.secret_in_header { AuthType::BasicAuth } else { AuthType::RequestBody };
        let client = BasicClient::new(ClientId::new(self.client_id.clone()))
            .set_token_uri(TokenUrl::from_url(self.token_endpoint.clone()))
            .set_auth_type(auth);
        match secret {
            Some(secret) => client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned())),
            None => client,
        }
    }

    /// Reads the answer to a request that had these secrets.
    fn parse_grant(
        &self,
        answer: GrantResult,
        start: Instant,
        secrets: [Option<&SecretString>; 2],
    ) -> Result<Granted, TokenError> {
        let reply = answer.map_err(|error| match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(refusal) => refusal_error(&self.place(), &refusal, &secrets),
            // Such a reply was refused before. The library's error would quote it.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => unreadable(&self.place(), "cannot be read"),
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

fn unreadable(place: &str, why: &str) -> TokenError {
    TokenError::unavailable(format!("the token reply of {place} {why}"))
}

fn refusal_error(place: &str, refusal: &BasicErrorResponse, secrets: &[Option<&SecretString>]) -> TokenError {
    let quoted = |text: &str| one_line(&without_secrets(text, secrets));
    let code = quoted(refusal.error().as_ref());
    let message = match refusal.error_description() {
        Some(why) => format!("{place} refuses the request: {code}: {}", quoted(why)),
        None => format!("{place} refuses the request: {code}"),
    };
    match refusal.error() {
        BasicErrorResponseType::Extension(code) if matches!(&**code, "temporarily_unavailable" | "server_error") => {
            TokenError::unavailable(message)
        }
        _ => TokenError::denied(message),
    }
}

/// Removes the secrets of a request from a text of the issuer, which may quote the request: as they
/// are, and as they were encoded.
pub(super) fn without_secrets(text: &str, secrets: &[Option<&SecretString>]) -> String {
    let mut spellings = Vec::new();
    for secret in secrets.iter().flatten() {
        let plain = secret.expose_secret();
        spellings.push(form_urlencoded::byte_serialize(plain.as_bytes()).collect());
        spellings.push(plain.to_owned());
    }
    // One may be a part of another.
    spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
    spellings.iter().fold(text.to_owned(), |text, spelling| text.replace(spelling, "…"))
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
fn http_function(web: &Web, place: String) -> impl Fn(HttpRequest) -> Reply + Send + Sync + 'static {
    let web = web.clone();
    move |request| Box::pin(exchange(web.clone(), place.clone(), request))
}

/// Sends a token request. Returns a grant or a refusal in the form that the library reads.
async fn exchange(web: Web, place: String, request: HttpRequest) -> Result<HttpResponse, TokenError> {
    let request = reqwest::Request::try_from(request)
        .map_err(|_| TokenError::misfit(format!("the token endpoint of {place} is not a URL")))?;
    let reply = web.send(&place, request).await?;
    let status = reply.status;
    if status.is_redirection() {
        return Err(TokenError::denied(format!(
            "{place} answered with a redirect; credentials are not sent to redirect targets: let the server name the \
             final address"
        )));
    }
    if reply.is_transient() {
        return Err(TokenError::unavailable(format!("{place} answered HTTP {}", status.as_u16())));
    }
    let json: Option<Json> = serde_json::from_slice(&reply.body).ok();
    let (status, body) = match json {
        // Some issuers refuse with status 200.
        Some(json) if json["error"].is_string() && !json["access_token"].is_string() => {
            let why = json["error_description"].as_str();
            (StatusCode::BAD_REQUEST, json!({"error": json["error"], "error_description": why}))
        }
        _ if status.is_client_error() => {
            return Err(TokenError::denied(format!("{place} answered HTTP {} without a reason", status.as_u16())));
        }
        Some(json) => (StatusCode::OK, normalized(&json).map_err(|why| unreadable(&place, &why))?),
        None => return Err(unreadable(&place, &not_json(&reply))),
    };
    let mut response = HttpResponse::new(body.to_string().into_bytes());
    *response.status_mut() = status;
    Ok(response)
}

/// Returns what a reply is that is not JSON, such as the login page of a proxy.
fn not_json(reply: &WebReply) -> String {
    let content_type = reply.content_type.as_ref().and_then(|value| value.to_str().ok());
    match content_type {
        _ if reply.body.is_empty() => "is empty".to_owned(),
        Some(other) if !other.contains("json") => format!("is not JSON but {}", one_line(other)),
        _ => "is not JSON".to_owned(),
    }
}
