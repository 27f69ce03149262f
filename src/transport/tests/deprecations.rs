//! Warnings about deprecated fields, settings and operations that a request uses.

use std::sync::{Arc, Mutex};

use weaviate_emulator::Emulator;
use weaviate_generated::grpc::{Hybrid, NearVector, SearchRequest};

use super::*;
use crate::call::{Call, Idempotency};
use crate::values::warning::WarningCode;

type Heard = Arc<Mutex<Vec<String>>>;

/// Starts an emulator, and a client that records its warnings about deprecations.
async fn listening(version: &str) -> (Emulator, Client, Heard) {
    let emulator = Emulator::builder().version(version).start().await.unwrap();
    let heard = Heard::default();
    let into = Arc::clone(&heard);
    let client = at(&emulator.rest_url(), &emulator.grpc_url()).suppress_warning(WarningCode::ServerOlder);
    let client = client.on_warning(move |warning| into.lock().unwrap().push(warning.to_string()));
    let client = client.connect_lazy().unwrap();
    client.collections().create(CollectionConfig::new("Owl")).await.unwrap();
    (emulator, client, heard)
}

fn owls() -> SearchRequest {
    SearchRequest { collection: "Owl".to_owned(), limit: 3, uses_127_api: true, ..SearchRequest::default() }
}

async fn search(client: &Client, request: SearchRequest) {
    let call = Call::new("search", Idempotency::Read).collection(CollectionName::new("Owl"));
    let _ = operations::search::search(client.transport(), call, request).await;
}

#[tokio::test]
#[expect(deprecated, reason = "the deprecated field is the subject")]
async fn a_search_with_a_deprecated_field_warns_once() {
    let (_emulator, client, heard) = listening("1.39.0").await;
    let near = NearVector { vector: vec![1.0], ..NearVector::default() };
    for _ in 0..2 {
        search(&client, SearchRequest { near_vector: Some(near.clone()), ..owls() }).await;
    }
    assert_eq!(
        *heard.lock().unwrap(),
        ["[deprecated] `NearVector.vector` is deprecated in the API of Weaviate, and a later version may ignore or \
          refuse it. The request is sent as it is. Silence this with suppress_warning(WarningCode::Deprecated)"]
    );
}

/// Fields that the client sets for older servers are not the user's.
#[tokio::test]
#[expect(deprecated, reason = "the client sets these fields for older servers")]
async fn a_search_with_fields_for_older_servers_does_not_warn() {
    let (_emulator, client, heard) = listening("1.39.0").await;
    let hybrid = Hybrid { query: "owl".to_owned(), alpha: 0.5, ..Hybrid::default() };
    let request = SearchRequest { uses_123_api: true, uses_125_api: true, ..owls() };
    search(&client, SearchRequest { hybrid_search: Some(Box::new(hybrid)), ..request }).await;
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_deprecated_operation_warns_once() {
    let (_emulator, client, heard) = listening("1.39.0").await;
    let id = "00000000-0000-0000-0000-000000000000";
    for _ in 0..2 {
        let call = Call::new("get object", Idempotency::Read);
        #[expect(deprecated, reason = "the deprecated operation is the subject")]
        let found = client.transport().rest(&call, |rest| rest.objects_get(id, None)).await;
        assert!(found.is_err());
    }
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].starts_with("[deprecated] `GET /objects/{id}` is deprecated in the API of Weaviate"), "{heard:?}");
}
