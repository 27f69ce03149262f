//! OIDC credentials at a server without OIDC: an emulator, or the real server of `make live`.

use std::time::Duration;

use weaviate::auth::AccessToken;
use weaviate::connect::{ClientBuilder, RetryPolicy};
use weaviate::{Client, Error, ErrorKind};
use weaviate_emulator::Emulator;

use super::issuer::{CLIENT_SECRET, PASSWORD, USER, client};
use crate::support::broken_ports::Canned;
use crate::support::{Bed, PROTOCOLS, live_bed};

fn at(bed: &Bed) -> ClientBuilder {
    Client::custom(bed.rest_url()).grpc(bed.grpc_url()).retry(RetryPolicy::none())
}

fn old_token() -> AccessToken {
    AccessToken::new("hunter2").expires_in(Duration::ZERO)
}

fn check(error: &Error, words: &[&str]) {
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Configuration, false), "{error}");
    for words in words {
        assert!(error.to_string().contains(words), "{error}");
    }
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
}

/// The way out, and the address without the path.
fn words(rest_url: &str) -> [String; 2] {
    [format!("the server at {rest_url} does not use OIDC"), "use an API key (ClientBuilder::api_key)".to_owned()]
}

#[tokio::test]
async fn each_grant_names_the_way_out() {
    let bed = live_bed().await;
    let [place, way_out] = words(&bed.rest_url());
    for builder in [
        at(&bed).client_credentials(CLIENT_SECRET),
        at(&bed).password(USER, PASSWORD),
        at(&bed).bearer(old_token()).refresh_token("hunter2-refresh"),
    ] {
        check(&builder.clone().connect().await.unwrap_err(), &[&place, &way_out]);
        let client = builder.connect_lazy().unwrap();
        check(&client.access_token().await.unwrap_err(), &[&place, &way_out]);
        for protocol in PROTOCOLS {
            let insert = client.collection("Owl").data().insert_many([weaviate::PropertyMap::new()]);
            let error = insert.protocol(protocol).await.unwrap_err();
            check(&error, &[&place, &way_out]);
        }
    }
}

/// The server refuses the first token, and there is no issuer for another one.
#[tokio::test]
async fn a_refused_token_with_a_refresh_token_names_the_way_out() {
    let bed = live_bed().await;
    let [place, way_out] = words(&bed.rest_url());
    let builder = at(&bed).bearer("hunter2").refresh_token("hunter2-refresh");
    check(&builder.connect().await.unwrap_err(), &[&place, &way_out]);
}

/// Without a refresh token, the client needs no issuer.
#[tokio::test]
async fn a_bearer_token_is_refused_by_the_server() {
    let bed = live_bed().await;
    let error = at(&bed).bearer("hunter2").connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
    assert!(error.to_string().contains("no authentication scheme is configured"), "{error}");
}

#[tokio::test]
async fn a_server_with_api_keys_only_is_the_same() {
    let emulator = Emulator::builder().anonymous_access(false).api_key("key", "jane").start().await.unwrap();
    let error = client(&emulator).client_credentials(CLIENT_SECRET).connect().await.unwrap_err();
    check(&error, &["does not use OIDC"]);
}

/// The 404 of something else is not Weaviate's word.
#[tokio::test]
async fn a_404_of_a_gateway_is_not_a_server_without_oidc() {
    let body = "<html>no such host</html>";
    let head = "HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-type: text/html";
    let gateway = Canned::answering(format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await;
    let error = Client::custom(gateway.url()).client_credentials(CLIENT_SECRET).connect().await.unwrap_err();
    check(&error, &[&gateway.url(), "check the REST address"]);
}
