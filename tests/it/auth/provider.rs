//! `token_provider`: tokens from the caller, here the API keys of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use weaviate::ErrorKind;
use weaviate::auth::{AccessToken, TokenError, TokenProvider};
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use crate::support::{PROTOCOLS, article, article_config};

/// Hands out these keys, one after the other, and the last one again and again.
fn keys(keys: &'static [&'static str]) -> (impl TokenProvider, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let provider = move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { Ok(AccessToken::new(keys[number.min(keys.len() - 1)])) }
    };
    (provider, asked)
}

async fn server() -> Emulator {
    Emulator::builder().anonymous_access(false).api_key("good", "jane").start().await.unwrap()
}

fn client(emulator: &Emulator, protocol: Protocol, provider: impl TokenProvider) -> Client {
    let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).retry(RetryPolicy::none());
    builder.protocol(protocol).token_provider(provider).connect_lazy().unwrap()
}

async fn articles(emulator: &Emulator) {
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).api_key("good").connect().await.unwrap();
    client.collections().create(article_config()).await.unwrap();
}

/// Number of requests at the server, over all protocols.
fn counted(emulator: &Emulator) -> u64 {
    let requests = emulator.requests();
    requests.rest + requests.grpc + requests.grpc_web
}

#[tokio::test]
async fn token_provider_replaces_a_refused_token_and_the_call_is_sent_again() {
    let emulator = server().await;
    articles(&emulator).await;
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let (provider, asked) = keys(&["old", "good"]);
        let client = client(&emulator, protocol, provider);
        let before = counted(&emulator);
        assert!(client.collection("Article").query().fetch_objects().await.unwrap().is_empty(), "{protocol}");
        assert_eq!((counted(&emulator) - before, asked.load(Ordering::SeqCst)), (2, 2), "{protocol}");
    }
    let (provider, asked) = keys(&["old", "good"]);
    let client = client(&emulator, Protocol::Rest, provider);
    let before = counted(&emulator);
    client.meta().await.unwrap();
    assert_eq!((counted(&emulator) - before, asked.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test]
async fn insert_many_with_a_refused_token_is_sent_again_and_stored_once() {
    let emulator = server().await;
    articles(&emulator).await;
    let check = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).api_key("good").connect().await.unwrap();
    for (stored, protocol) in PROTOCOLS.into_iter().enumerate() {
        let (provider, asked) = keys(&["old", "good"]);
        let client = client(&emulator, protocol, provider);
        let before = counted(&emulator);
        let report =
            client.collection("Article").data().insert_many([PropertyMap::from([("title", PropertyValue::from("x"))])]);
        report.await.unwrap().into_result().unwrap();
        assert_eq!((counted(&emulator) - before, asked.load(Ordering::SeqCst)), (2, 2), "{protocol}");
        let found = check.collection("Article").query().fetch_objects().await.unwrap();
        assert_eq!(found.len(), stored + 1, "{protocol}");
    }
    // One that is not safe to send twice: the server did nothing the first time.
    let (provider, _) = keys(&["old", "good"]);
    let client = client(&emulator, Protocol::Grpc, provider);
    client.collections().create(CollectionConfig::new("Other")).await.unwrap();
}

#[tokio::test]
async fn token_provider_is_asked_once_when_the_new_token_is_refused_too() {
    let emulator = server().await;
    articles(&emulator).await;
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let (provider, asked) = keys(&["old", "older"]);
        let client = client(&emulator, protocol, provider);
        let article = client.collection("Article");
        let before = counted(&emulator);
        let error = article.query().fetch_objects().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Authentication, 2), "{protocol}: {error}");
        assert_eq!(counted(&emulator) - before, 2, "{protocol}");
        // The next calls are sent once and do not ask the provider.
        for _ in 0..5 {
            let error = article.query().fetch_objects().await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Authentication, 1), "{protocol}: {error}");
        }
        assert_eq!((counted(&emulator) - before, asked.load(Ordering::SeqCst)), (7, 2), "{protocol}");
    }
}

#[tokio::test]
async fn token_provider_failure_keeps_calls_from_being_sent() {
    let emulator = server().await;
    for (error, retryable) in [(TokenError::denied("locked"), false), (TokenError::unavailable("gone"), true)] {
        let text = error.to_string();
        let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).retry(RetryPolicy::none());
        let client = builder.token_provider(move || std::future::ready(Err(error.clone()))).connect_lazy().unwrap();
        for protocol in PROTOCOLS {
            let before = counted(&emulator);
            let insert = client.collection_of("Article").data().insert_many([article("x", 1)]).protocol(protocol);
            let report = insert.await;
            let error = report.and_then(weaviate::data::InsertReport::into_result).unwrap_err();
            assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Authentication, retryable), "{error}");
            assert!(error.to_string().contains(&text), "{error}");
            assert_eq!(counted(&emulator), before);
        }
    }
}
