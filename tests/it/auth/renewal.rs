//! Renewal of expired tokens during calls over each protocol.

use std::future::IntoFuture as _;
use std::time::Duration;

use tokio::task::JoinSet;
use weaviate::Error;
use weaviate::connect::Protocol;
use weaviate::prelude::*;
use weaviate_emulator::{Emulator, Requests};

use super::issuer::{CLIENT_SECRET, Issuer, client, later};
use crate::support::{Article, PROTOCOLS, article, article_config};

/// Makes a collection with a token of its own.
async fn articles(issuer: &Issuer, emulator: &Emulator) {
    let client = client(emulator).bearer(issuer.token()).connect().await.unwrap();
    client.collections().create(article_config()).await.unwrap();
}

async fn stored(issuer: &Issuer, emulator: &Emulator) -> usize {
    let client = client(emulator).bearer(issuer.token()).connect().await.unwrap();
    client.collection("Article").query().fetch_objects().limit(100).await.unwrap().len()
}

fn counted(requests: Requests, protocol: Protocol) -> u64 {
    match protocol {
        Protocol::Grpc => requests.grpc,
        Protocol::GrpcWeb => requests.grpc_web,
        _ => requests.rest,
    }
}

#[tokio::test]
async fn an_expired_token_is_replaced_and_the_call_is_sent_again() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    articles(&issuer, &emulator).await;
    for protocol in PROTOCOLS {
        issuer.state().stale = 1;
        issuer.state().requests.clear();
        let client = client(&emulator).protocol(protocol).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
        let before = emulator.requests();
        // Where the token comes from is asked of the server first, over REST.
        let discovery = u64::from(protocol == Protocol::Rest);
        if protocol == Protocol::Rest {
            client.meta().await.unwrap();
        } else {
            client.collection("Article").query().fetch_objects().await.unwrap();
        }
        assert_eq!(counted(emulator.requests(), protocol) - counted(before, protocol), 2 + discovery, "{protocol}");
        assert_eq!(issuer.asked().len(), 2, "{protocol}");
    }
}

#[tokio::test]
async fn insert_many_with_an_expired_token_is_stored_once() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    articles(&issuer, &emulator).await;
    for (before, protocol) in PROTOCOLS.into_iter().enumerate() {
        issuer.state().stale = 1;
        issuer.state().requests.clear();
        let client = client(&emulator).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
        let articles = client.collection_of::<Article>("Article");
        articles.data().insert_many([article("x", 1)]).protocol(protocol).await.unwrap().into_result().unwrap();
        assert_eq!(issuer.asked().len(), 2, "{protocol}");
        assert_eq!(stored(&issuer, &emulator).await, before + 1, "{protocol}");
    }
}

#[tokio::test]
async fn connect_replaces_an_expired_token() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    for protocol in PROTOCOLS {
        issuer.state().stale = 1;
        let client = client(&emulator).protocol(protocol).client_credentials(CLIENT_SECRET).connect().await.unwrap();
        assert!(client.server_version().is_some(), "{protocol}");
    }
}

/// A thousand calls over all protocols at once.
async fn thousand(client: &Client) -> Vec<Result<(), Error>> {
    let articles = client.collection_of::<Article>("Article");
    let mut calls = JoinSet::new();
    for number in 0..1000 {
        let (client, articles) = (client.clone(), articles.clone());
        calls.spawn(async move {
            match number % 20 {
                0 => client.meta().await.map(drop),
                1 => articles.query().fetch_objects().protocol(Protocol::GrpcWeb).into_future().await.map(drop),
                _ => articles.query().fetch_objects().into_future().await.map(drop),
            }
        });
    }
    calls.join_all().await
}

#[tokio::test]
async fn a_thousand_calls_at_expiry_request_one_token() {
    let issuer = Issuer::start().await;
    issuer.state().lifetime = Some(0);
    let emulator = issuer.server().start().await.unwrap();
    articles(&issuer, &emulator).await;
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect().await.unwrap();
    // The last token is over. The next one lasts.
    later(Duration::from_secs(1)).await;
    issuer.state().lifetime = Some(3600);
    issuer.state().requests.clear();
    for result in thousand(&client).await {
        result.unwrap();
    }
    assert_eq!(issuer.asked().len(), 1);
}

#[tokio::test]
async fn a_thousand_calls_with_tokens_without_a_lifetime_request_one_token() {
    let issuer = Issuer::start().await;
    issuer.state().lifetime = Some(0);
    let emulator = issuer.server().start().await.unwrap();
    articles(&issuer, &emulator).await;
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
    let start = std::time::Instant::now();
    for result in thousand(&client).await {
        result.unwrap();
    }
    let seconds = start.elapsed().as_secs() + 1;
    assert!(issuer.asked().len() as u64 <= seconds, "{} requests in {seconds} s", issuer.asked().len());
}

#[tokio::test]
async fn a_thousand_refused_calls_request_one_token() {
    let issuer = Issuer::start().await;
    let emulator = issuer.server().start().await.unwrap();
    articles(&issuer, &emulator).await;
    issuer.state().stale = 1;
    let client = client(&emulator).client_credentials(CLIENT_SECRET).connect_lazy().unwrap();
    for result in thousand(&client).await {
        result.unwrap();
    }
    assert_eq!(issuer.asked().len(), 2, "one token that is over, one that is not");
}
