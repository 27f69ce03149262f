//! Headers of client, collection and call, over each protocol.

use std::collections::BTreeSet;

use weaviate::ErrorKind;
use weaviate::connect::{Integrations, Protocol};
use weaviate::prelude::*;
use weaviate::schema::{PropertyIndex, ShardStatus};

use super::at;
use crate::support::PROTOCOLS;
use crate::support::recorder::{Recorder, Side};
use crate::support::time::SOON;

#[tokio::test]
async fn header_of_the_call_overrides_collection_and_client() {
    let recorder = Recorder::start().await;
    let client = at(&recorder.rest_url(), &recorder.grpc_url())
        .header("X-A", "client")
        .header("X-B", "client")
        .header("X-C", "client")
        .integrations(Integrations::new().openai_api_key("client"))
        .client_integration("framework/1.2")
        .connect_lazy()
        .unwrap();
    let handle = client.collection("Article").header("x-b", "collection").header("x-c", "collection");
    let handle = handle.integrations(&Integrations::new().cohere_api_key("collection"));
    for protocol in PROTOCOLS {
        recorder.take();
        let insert = handle.data().insert_many([PropertyMap::new()]).protocol(protocol).header("X-C", "call");
        // What the recorder makes of it does not matter.
        let _ = insert.await;
        let calls = recorder.take();
        let call = calls.last().unwrap();
        assert_eq!(call.side == Side::Grpc, protocol == Protocol::Grpc);
        let version = concat!("weaviate-client-rust/", env!("CARGO_PKG_VERSION"));
        for (name, value) in [
            ("x-a", "client"),
            ("x-b", "collection"),
            ("x-c", "call"),
            ("x-openai-api-key", "client"),
            ("x-cohere-api-key", "collection"),
            ("x-weaviate-client", version),
            ("x-weaviate-client-integration", "framework/1.2"),
        ] {
            assert_eq!(call.header(name), value, "{protocol}: {name}");
            assert_eq!(call.headers.get_all(name).iter().count(), 1, "{protocol}: {name}");
        }
    }
}

#[tokio::test]
async fn client_headers_are_sent_with_every_operation() {
    let recorder = Recorder::start().await;
    let client =
        at(&recorder.rest_url(), &recorder.grpc_url()).header("X-A", "1").api_key("key").connect_lazy().unwrap();
    let _ = client.meta().await;
    let _ = client.is_live().await;
    let _ = client.is_ready().await;
    let _ = client.collections().exists("Article").await;
    let _ = client.collections().create(CollectionConfig::new("Article")).await;
    let _ = client.collections().delete("Article").await;
    for protocol in PROTOCOLS {
        let _ = client.collection("Article").query().fetch_objects().protocol(protocol).await;
        let _ = client.collection("Article").data().insert_many([PropertyMap::new()]).protocol(protocol).await;
    }
    let calls = recorder.take();
    assert!(calls.len() >= 11, "{calls:?}");
    for call in calls {
        assert_eq!((call.header("x-a"), call.header("authorization")), ("1", "Bearer key"), "{call:?}");
    }
}

/// Objects and searches are requests of their own; this is what is done to the collection itself.
#[tokio::test]
async fn collection_headers_are_sent_with_config_and_tenants() {
    let recorder = Recorder::start().await;
    let client = at(&recorder.rest_url(), &recorder.grpc_url()).header("X-A", "client").connect_lazy().unwrap();
    let handle = client.collection("Article").header("X-A", "collection");
    let handle = handle.integrations(&Integrations::new().cohere_api_key("collection"));
    let settings = handle.config();
    let plan = CollectionConfig::new("Article").plan(&CollectionConfig::new("Article").description("Texts"));
    // What the recorder makes of it does not matter.
    let _ = handle.check().await;
    let _ = settings.get().await;
    let _ = settings.update(CollectionUpdate::new().description("Texts")).await;
    let _ = settings.apply(&plan).await;
    let _ = settings.add_property(Property::new("title", DataType::Text)).await;
    let _ = settings.add_vector(VectorConfig::self_provided()).await;
    let _ = settings.drop_property_index("title", PropertyIndex::Searchable).await;
    let _ = settings.drop_vector_index("default").await;
    let _ = settings.property_indexes().await;
    let _ = settings.upsert_property_index("title", PropertyIndex::Searchable).await;
    let _ = settings.rebuild_property_index("title", PropertyIndex::Searchable).await;
    let _ = settings.cancel_property_index("title", PropertyIndex::Searchable).await;
    let _ = settings.shards().await;
    let _ = settings.update_shards(["one"], ShardStatus::ReadOnly).await;
    let tenants = handle.tenants();
    let _ = tenants.create(["one"]).await;
    let _ = tenants.activate(["one"]).await;
    let _ = tenants.delete(["one"]).await;
    let _ = tenants.get("one").await;
    let _ = tenants.exists("two").await;
    let _ = tenants.wait_for_status(["three"], TenantStatus::Active, SOON).await;
    for protocol in PROTOCOLS {
        let _ = tenants.list().protocol(protocol).await;
    }
    let calls = recorder.take();
    let calls: Vec<_> = calls.iter().filter(|call| call.path != "/v1/meta").collect();
    for call in &calls {
        let seen = (call.header("x-a"), call.header("x-cohere-api-key"));
        assert_eq!(seen, ("collection", "collection"), "{} {}", call.method, call.path);
    }
    let all: BTreeSet<_> = calls.iter().map(|call| format!("{} {}", call.method, call.path)).collect();
    let index = "/v1/schema/Article/properties/title/index/searchable";
    let expected = [
        format!("DELETE {index}"),
        "DELETE /v1/schema/Article/tenants".to_owned(),
        "DELETE /v1/schema/Article/vectors/default/index".to_owned(),
        "GET /v1/schema/Article".to_owned(),
        "GET /v1/schema/Article/indexes".to_owned(),
        "GET /v1/schema/Article/shards".to_owned(),
        "GET /v1/schema/Article/tenants".to_owned(),
        "GET /v1/schema/Article/tenants/one".to_owned(),
        "GET /v1/schema/Article/tenants/three".to_owned(),
        "GET /v1/schema/Article/tenants/two".to_owned(),
        format!("POST {index}/cancel"),
        format!("POST {index}/rebuild"),
        "POST /v1/grpc-web/weaviate.v1.Weaviate/TenantsGet".to_owned(),
        "POST /v1/schema/Article/properties".to_owned(),
        "POST /v1/schema/Article/tenants".to_owned(),
        "PUT /v1/schema/Article".to_owned(),
        format!("PUT {index}"),
        "PUT /v1/schema/Article/shards/one".to_owned(),
        "PUT /v1/schema/Article/tenants".to_owned(),
        "POST /weaviate.v1.Weaviate/TenantsGet".to_owned(),
    ];
    assert_eq!(all, BTreeSet::from(expected));
}

#[tokio::test]
async fn set_integrations_replaces_the_keys_of_a_client() {
    let recorder = Recorder::start().await;
    let client = at(&recorder.rest_url(), &recorder.grpc_url())
        .integrations(Integrations::new().openai_api_key("old").cohere_api_key("old"))
        .connect_lazy()
        .unwrap();
    let other = client.clone();
    let seen = async |client: &Client| {
        recorder.take();
        let _ = client.collection("Article").query().fetch_objects().protocol(Protocol::Grpc).await;
        let call = recorder.take().pop().unwrap();
        let value = |name| call.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        [value("x-openai-api-key"), value("x-cohere-api-key")]
    };
    assert_eq!(seen(&client).await, [Some("old".to_owned()), Some("old".to_owned())]);
    client.set_integrations(&Integrations::new().openai_api_key("new")).unwrap();
    assert_eq!(seen(&other).await, [Some("new".to_owned()), None]);
    let error = client.set_integrations(&Integrations::new().openai_api_key("hunter2\n")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    assert!(!format!("{error:?}").contains("hunter2"));
    assert_eq!(seen(&client).await, [Some("new".to_owned()), None]);
}

#[tokio::test]
async fn invalid_headers_are_refused_before_sending() {
    let recorder = Recorder::start().await;
    let client = at(&recorder.rest_url(), &recorder.grpc_url()).connect_lazy().unwrap();
    let articles = client.collection("Article");
    for error in [
        articles.query().fetch_objects().header("a b", "hunter2").await.unwrap_err(),
        articles.header("authorization", "hunter2").query().fetch_objects().await.unwrap_err(),
        articles.data().insert_many([PropertyMap::new()]).header("x-a", "hunter2\n").await.unwrap_err(),
        at(&recorder.rest_url(), &recorder.grpc_url()).header("Authorization", "hunter2").connect().await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("header")), "{error:?}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    let named = at(&recorder.rest_url(), &recorder.grpc_url()).client_integration("no version");
    assert_eq!(named.connect_lazy().unwrap_err().kind(), ErrorKind::Configuration);
    assert!(recorder.calls().is_empty());
}
