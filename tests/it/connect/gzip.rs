//! `gzip`: messages are compressed and arrive unchanged.

use weaviate::connect::Protocol;
use weaviate::prelude::*;

use super::{at, emulator};
use crate::support::recorder::Recorder;

#[tokio::test]
async fn gzip_compresses_only_when_enabled() {
    let recorder = Recorder::start().await;
    for (gzip, protocol, header, value) in [
        (true, Protocol::Grpc, "grpc-encoding", "gzip"),
        (true, Protocol::GrpcWeb, "content-encoding", "gzip"),
        (true, Protocol::GrpcWeb, "accept-encoding", "gzip"),
        (false, Protocol::Grpc, "grpc-encoding", ""),
        (false, Protocol::GrpcWeb, "content-encoding", ""),
    ] {
        let client = at(&recorder.rest_url(), &recorder.grpc_url()).gzip(gzip).connect_lazy().unwrap();
        let _ = client.collection("Article").query().fetch_objects().protocol(protocol).await;
        let call = recorder.take().pop().unwrap();
        let found = call.headers.get(header).map_or("", |value| value.to_str().unwrap());
        assert_eq!(found, value, "{gzip} {protocol} {header}");
    }
}

#[tokio::test]
async fn gzip_round_trips_a_long_text() {
    let emulator = emulator().await;
    let client =
        at(&emulator.rest_url(), &emulator.grpc_url()).gzip(true).protocol(Protocol::Grpc).connect().await.unwrap();
    let articles = client.collection("Article");
    let title = "owl ".repeat(10_000);
    let insert = articles.data().insert_many([PropertyMap::from([("title", title.as_str())])]);
    insert.await.unwrap().into_result().unwrap();
    let hits = articles.query().fetch_objects().await.unwrap();
    assert_eq!(hits[0].properties.get("title"), Some(&PropertyValue::from(title.as_str())));
}
