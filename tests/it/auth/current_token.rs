//! `Client::access_token`: the token that calls send.

use std::time::Duration;

use weaviate::auth::{AccessToken, TokenError};
use weaviate::{Client, ErrorKind};
#[cfg(feature = "oidc")]
use weaviate_emulator::Emulator;

#[cfg(feature = "oidc")]
use super::issuer::{CLIENT_SECRET, Issuer, client};

/// A client of a server that does not matter.
fn builder() -> weaviate::connect::ClientBuilder {
    Client::custom("http://127.0.0.1:1").grpc("http://127.0.0.1:1")
}

#[tokio::test]
async fn access_token_returns_what_each_credential_sends() {
    let lives = |token: &str| AccessToken::new(token).expires_in(Duration::from_secs(300));
    for (builder, expected) in [
        (builder(), None),
        (builder().api_key("key"), Some(("key", false))),
        (builder().bearer("token"), Some(("token", false))),
        (builder().bearer(lives("token")), Some(("token", true))),
        (builder().token_provider(move || std::future::ready(Ok(lives("vault")))), Some(("vault", true))),
    ] {
        let token = builder.connect_lazy().unwrap().access_token().await.unwrap();
        let found = token.as_ref().map(|token| (token.expose_secret(), token.lifetime().is_some()));
        assert_eq!(found, expected);
        let left = token.and_then(|token| token.lifetime()).map_or(300, |left| left.as_secs());
        assert!((290..=300).contains(&left), "{left}");
    }
}

#[tokio::test]
async fn access_token_fails_as_a_call_does() {
    let expired = AccessToken::new("hunter2").expires_in(Duration::ZERO);
    for (builder, kind, words) in [
        (builder().bearer(expired), ErrorKind::Authentication, "has expired"),
        (
            builder().token_provider(|| std::future::ready(Err(TokenError::denied("locked")))),
            ErrorKind::Authentication,
            "no access token: locked",
        ),
    ] {
        let error = builder.connect_lazy().unwrap().access_token().await.unwrap_err();
        assert_eq!((error.kind(), error.operation()), (kind, Some("access token")), "{error}");
        assert!(error.to_string().contains(words) && !error.to_string().contains("127.0.0.1"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn access_token_waits_5_seconds_for_a_provider_that_hangs() {
    let start = tokio::time::Instant::now();
    let client = builder().token_provider(std::future::pending).connect_lazy().unwrap();
    let error = client.access_token().await.unwrap_err();
    assert_eq!((error.kind(), start.elapsed()), (ErrorKind::Timeout, Duration::from_secs(5)), "{error}");
    assert!(error.to_string().contains("the token provider did not answer within 5s"), "{error}");
}

#[test]
fn access_token_outside_of_a_runtime_is_an_error_and_not_a_panic() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = runtime.block_on(async { builder().api_key("key").connect_lazy().unwrap() });
    let mut call = std::pin::pin!(client.access_token());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match call.as_mut().poll(&mut context) {
        std::task::Poll::Ready(Err(error)) => assert_eq!(error.kind(), ErrorKind::Configuration, "{error}"),
        other => panic!("{other:?}"),
    }
}

#[cfg(feature = "oidc")]
#[tokio::test]
async fn access_token_is_that_of_the_calls() {
    let issuer = Issuer::start().await;
    let emulator: Emulator = issuer.server().start().await.unwrap();
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect().await.unwrap();
    let token = client.access_token().await.unwrap().unwrap();
    assert_eq!(issuer.state().secrets.last().map(String::as_str), Some(token.expose_secret()));
    assert!((3500..=3600).contains(&token.lifetime().unwrap().as_secs()), "{token:?}");
    assert_eq!(issuer.asked().len(), 1);
    // Others accept it.
    super::issuer::client(&emulator).bearer(token).connect().await.unwrap();
}
