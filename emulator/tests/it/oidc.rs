//! Tokens of an issuer, beyond what is recorded: keys that change, an issuer that is away, claims of other names.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use weaviate_emulator::Emulator;

use crate::http;
use crate::issuer::{Issuer, tampered};

async fn trusting(issuer: &Issuer) -> Emulator {
    Emulator::builder()
        .anonymous_access(false)
        .oidc(issuer.url(), "demo", ["openid"])
        .start()
        .await
        .expect("the emulator starts")
}

/// Claims that the emulator takes for an hour.
fn claims(issuer: &Issuer) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    json!({"iss": issuer.url(), "aud": ["other", "demo"], "sub": "jane", "exp": now + 3600})
}

async fn own_info(emulator: &Emulator, token: &str) -> (u16, Value) {
    let url = format!("{}/v1/users/own-info", emulator.rest_url());
    let reply = http().get(url).bearer_auth(token).send().await.unwrap();
    let status = reply.status().as_u16();
    (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn many_tokens_ask_for_the_keys_once() {
    let issuer = Issuer::start().await;
    let emulator = trusting(&issuer).await;
    assert_eq!(issuer.key_requests(), 0);
    let token = issuer.token(&claims(&issuer));
    let calls = (0..20).map(|_| own_info(&emulator, &token));
    for (status, body) in futures_util::future::join_all(calls).await {
        assert_eq!((status, &body["username"]), (200, &json!("jane")));
    }
    assert_eq!(issuer.key_requests(), 1);
}

#[tokio::test]
async fn new_keys_replace_the_old_ones() {
    let issuer = Issuer::start().await;
    let emulator = trusting(&issuer).await;
    let old = issuer.token(&claims(&issuer));
    assert_eq!(own_info(&emulator, &old).await.0, 200);
    issuer.rotate();
    let new = issuer.token(&claims(&issuer));
    assert_eq!(own_info(&emulator, &new).await.0, 200);
    let (status, body) = own_info(&emulator, &old).await;
    assert_eq!(status, 401);
    let text = "unauthorized: failed to verify signature: failed to verify id token signature";
    assert_eq!(body["message"], text);
    assert_eq!(own_info(&emulator, &tampered(&new)).await.0, 401);
}

#[tokio::test]
async fn a_token_ends_when_it_says_so() {
    let issuer = Issuer::start().await;
    let emulator = trusting(&issuer).await;
    let mut claims = claims(&issuer);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    claims["exp"] = (now + 1).into();
    let token = issuer.token(&claims);
    assert_eq!(own_info(&emulator, &token).await.0, 200);
    let ended = async {
        loop {
            let (status, body) = own_info(&emulator, &token).await;
            if status != 200 {
                return (status, body["message"].as_str().unwrap_or_default().to_owned());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let (status, text) = tokio::time::timeout(Duration::from_secs(5), ended).await.expect("the token ends");
    assert_eq!(status, 401);
    assert!(text.starts_with("unauthorized: oidc: token is expired (Token Expiry: 20"), "{text}");
}

#[tokio::test]
async fn an_issuer_that_is_away_is_named() {
    let issuer = Issuer::start().await;
    let (emulator, token) = (trusting(&issuer).await, issuer.token(&claims(&issuer)));
    let url = issuer.url().to_owned();
    drop(issuer);
    let (status, body) = own_info(&emulator, &token).await;
    let text = body["message"].as_str().unwrap();
    assert_eq!(status, 401);
    assert!(text.starts_with(&format!("unauthorized: failed to verify signature: fetching keys {url}/")), "{text}");
}

#[tokio::test]
async fn without_keys_all_that_comes_is_read_as_a_token() {
    let issuer = Issuer::start().await;
    let emulator = trusting(&issuer).await;
    let (status, body) = own_info(&emulator, "garbage").await;
    let text = "unauthorized: oidc: malformed jwt: oidc: malformed jwt, expected 3 parts got 1";
    assert_eq!((status, body["message"].as_str().unwrap()), (401, text));
    let reply = http().get(format!("{}/v1/meta", emulator.rest_url())).send().await.unwrap();
    assert!(reply.text().await.unwrap().ends_with("available methods: [OIDC]\"}"));
}

#[tokio::test]
async fn user_and_groups_may_be_other_claims() {
    let issuer = Issuer::start().await;
    let builder = Emulator::builder().oidc(format!("{}/", issuer.url()), "demo", ["openid"]);
    let emulator = builder.oidc_claims("email", "teams").start().await.unwrap();
    let mut claims = claims(&issuer);
    claims["email"] = "jane@example.com".into();
    claims["teams"] = json!(["a", "b"]);
    let (_, body) = own_info(&emulator, &issuer.token(&claims)).await;
    assert_eq!(body, json!({"username": "jane@example.com", "groups": ["a", "b"], "roles": null}));
}

#[tokio::test]
async fn an_issuer_that_needs_tls_is_refused_at_the_start() {
    let fault = Emulator::builder().oidc("https://example.com", "demo", ["openid"]).start().await.unwrap_err();
    assert!(fault.to_string().contains("https://example.com"), "{fault}");
}
