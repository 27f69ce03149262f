//! Guard of the real server of `make live`: the tests delete and create collections there.

use weaviate::prelude::*;

async fn client() -> Client {
    let (rest, grpc) = super::live_urls().expect("make live needs WEAVIATE_URL");
    Client::custom(rest).grpc(grpc).connect().await.unwrap()
}

#[tokio::test]
#[ignore = "make live runs it before the others"]
async fn the_server_has_no_collections_to_lose() {
    let found = client().await.collections().list().await.unwrap();
    let names: Vec<_> = found.iter().map(CollectionConfig::name).collect();
    assert!(names.is_empty(), "the tests delete collections, and this server has {names:?}: use an empty one");
}

#[tokio::test]
#[ignore = "make live runs it after the others"]
async fn the_collections_of_the_tests_are_deleted() {
    client().await.collections().delete_all().await.unwrap();
}
