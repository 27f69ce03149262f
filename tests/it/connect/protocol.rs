//! Protocol selection: gRPC, gRPC-Web, and the fallback between them.

use weaviate::connect::{Protocol, WarningCode};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use crate::support::{Article, article, article_config};

/// The steps of the quickstart.
async fn quickstart(client: &Client) {
    client.collections().delete("Article").await.unwrap();
    let articles = client.collections().create_of::<Article>(article_config()).await.unwrap();
    let object = |n: i16| NewObject::new(article(&format!("number {n}"), n.into())).vector([1.0, f32::from(n), 0.0]);
    articles.data().insert_many((0..20).map(object)).await.unwrap().into_result().unwrap();
    let hits = articles
        .query()
        .near_vector([1.0, 0.0, 0.0])
        .filter(Filter::property("year").greater_or_equal(3))
        .limit(2)
        .await
        .unwrap();
    assert_eq!(hits.iter().map(|hit| hit.properties.year).collect::<Vec<_>>(), [3, 4]);
    client.collections().delete("Article").await.unwrap();
    assert!(articles.query().fetch_objects().await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn quickstart_runs_over_grpc_and_grpc_web() {
    let emulator = Emulator::start().await.unwrap();
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url());
        let client = builder.protocol(protocol).connect().await.unwrap();
        assert_eq!((client.connection_info().active, client.connection_info().confirmed), (protocol, true));
        quickstart(&client).await;
    }
}

/// Runs at `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`, if they are set.
#[tokio::test]
async fn quickstart_runs_on_a_real_server() {
    if std::env::var_os("WEAVIATE_URL").is_none() {
        return;
    }
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let client = Client::from_env().unwrap().protocol(protocol).connect().await.unwrap();
        quickstart(&client).await;
    }
}

#[tokio::test]
async fn connect_falls_back_to_grpc_web_without_a_grpc_port() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::custom(emulator.rest_url()).connect().await.unwrap();
    assert_eq!(client.connection_info().active, Protocol::GrpcWeb);
    quickstart(&client).await;

    let closed = Client::custom(emulator.rest_url()).grpc("http://127.0.0.1:1");
    let client = closed.suppress_warning(WarningCode::ProtocolFallback).connect().await.unwrap();
    assert_eq!(client.connection_info().active, Protocol::GrpcWeb);
    quickstart(&client).await;
}
