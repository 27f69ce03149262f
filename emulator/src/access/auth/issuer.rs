//! Tokens of an OIDC issuer: their audience, expiry and signature.
//!
//! The issuer is asked for its keys when the first token comes, and again when a signature fits none of those it had.
//! It is asked over plain http, since the emulator has no TLS.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::{StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value as Json;
use time::OffsetDateTime;
use time::macros::format_description;

use super::fault::{CredentialFault, KeysFault, TokenFault};
use super::token::{ALGORITHMS, Key, Token};
use super::{Caller, Denied, UserKind};
use crate::config::Oidc;

/// The issuer gets this long to hand out its keys.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bound on what the issuer says of itself, in bytes.
const LARGEST_DOCUMENT: usize = 1 << 20;

/// Path of an issuer's description of itself, below its URL.
pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";

/// An issuer and the keys it was last seen with.
#[derive(Debug)]
pub(crate) struct Issuer {
    settings: Oidc,
    http: Client<HttpConnector, Empty<Bytes>>,
    keys: RwLock<Arc<[Key]>>,
    /// Held while the keys are fetched, so that many tokens at once make one request.
    fetching: tokio::sync::Mutex<()>,
}

impl Issuer {
    pub(crate) fn new(settings: Oidc) -> Self {
        let http = Client::builder(TokioExecutor::new()).build_http();
        Self { settings, http, keys: RwLock::new(Arc::new([])), fetching: tokio::sync::Mutex::new(()) }
    }

    /// URL at which clients find the issuer.
    pub(crate) fn discovery_url(&self) -> String {
        format!("{}{DISCOVERY}", self.settings.issuer)
    }

    /// In the server's order: for whom it is and until when, then the signature, then who it is.
    pub(super) async fn check(&self, token: &Token<'_>) -> Result<Caller, Denied> {
        self.check_claims(token, OffsetDateTime::now_utc()).map_err(CredentialFault::Token)?;
        self.check_signature(token).await.map_err(CredentialFault::Token)?;
        let claim = &self.settings.username_claim;
        let name = token.text(claim).ok_or_else(|| Denied::NoUser(claim.clone()))?;
        let groups = token.texts(&self.settings.groups_claim);
        Ok(Caller::User { name: name.to_owned(), kind: UserKind::Oidc, groups })
    }

    fn check_claims(&self, token: &Token<'_>, now: OffsetDateTime) -> Result<(), TokenFault> {
        let Oidc { issuer, client_id, .. } = &self.settings;
        let from = token.text("iss").unwrap_or_default();
        if from.trim_end_matches('/') != issuer {
            return Err(TokenFault::Issuer { expected: issuer.clone(), found: from.to_owned() });
        }
        let audience = token.texts("aud").unwrap_or_default();
        if !audience.contains(client_id) {
            return Err(TokenFault::Audience { expected: client_id.clone(), found: audience });
        }
        let expiry = token.seconds("exp").unwrap_or_default();
        if expiry < now.unix_timestamp() {
            return Err(TokenFault::Expired(spelled(expiry)));
        }
        if !ALGORITHMS.contains(&token.algorithm()) {
            return Err(TokenFault::Algorithm { expected: ALGORITHMS.join(" "), found: token.algorithm().to_owned() });
        }
        Ok(())
    }

    async fn check_signature(&self, token: &Token<'_>) -> Result<(), TokenFault> {
        let keys = self.keys();
        if token.is_signed_by(&keys) {
            return Ok(());
        }
        let newer = tokio::time::timeout(PATIENCE, self.newer_than(&keys)).await;
        let keys = newer.unwrap_or(Err(KeysFault::Unanswered))?;
        if token.is_signed_by(&keys) { Ok(()) } else { Err(TokenFault::Unsigned) }
    }

    fn keys(&self) -> Arc<[Key]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The keys as they are now; another call may just have fetched them.
    async fn newer_than(&self, seen: &Arc<[Key]>) -> Result<Arc<[Key]>, KeysFault> {
        let _turn = self.fetching.lock().await;
        let known = self.keys();
        if !Arc::ptr_eq(&known, seen) {
            return Ok(known);
        }
        let described = self.fetch(&self.discovery_url()).await?;
        let url = described.get("jwks_uri").and_then(Json::as_str).ok_or(KeysFault::NoAddress)?;
        let document = self.fetch(url).await?;
        let listed = document.get("keys").and_then(Json::as_array).ok_or(KeysFault::NoKeys)?;
        let keys: Arc<[Key]> = listed.iter().filter_map(Key::parse).collect();
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&keys);
        Ok(keys)
    }

    async fn fetch(&self, url: &str) -> Result<Json, KeysFault> {
        let failed = |fault: &dyn fmt::Display| KeysFault::Document { url: url.to_owned(), fault: fault.to_string() };
        let uri: Uri = url.parse().map_err(|_| KeysFault::Url(url.to_owned()))?;
        let response = self.http.get(uri).await.map_err(|fault| failed(&fault))?;
        if response.status() != StatusCode::OK {
            return Err(KeysFault::Status { url: url.to_owned(), status: response.status() });
        }
        let body = Limited::new(response.into_body(), LARGEST_DOCUMENT).collect().await;
        let body = body.map_err(|fault| failed(&fault))?.to_bytes();
        serde_json::from_slice(&body).map_err(|fault| failed(&fault))
    }
}

/// A time as the server writes it into texts.
/// The fault of a token that expires now.
pub(super) fn expired_now() -> TokenFault {
    TokenFault::Expired(spelled(OffsetDateTime::now_utc().unix_timestamp()))
}

fn spelled(seconds: i64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] +0000 UTC");
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(format).ok())
        .unwrap_or_else(|| seconds.to_string())
}
