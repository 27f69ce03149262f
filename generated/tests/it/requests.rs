//! What goes over the wire, and what does not.

use std::sync::Arc;

use weaviate_generated::rest::types::{CreateUserBody, IndexUpsertRequest, Object};
use weaviate_generated::rest::{Error, RestHooks};

use crate::stub::{Plain, Stub};

const EMPTY: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
const EMPTY_OK: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const OBJECT: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[tokio::test]
async fn a_path_parameter_that_changes_the_route_is_refused_before_anything_is_sent() {
    let stub = Stub::start(EMPTY).await;
    for id in ["", ".", ".."] {
        let result = stub.client().objects_class_delete("Article", id, None, None).await;
        assert!(matches!(result, Err(Error::InvalidRequest(text)) if text.contains("id")), "{id:?}");
        let result = stub.client().schema_objects_delete(id).await;
        assert!(matches!(result, Err(Error::InvalidRequest(_))), "{id:?}");
    }
    assert!(stub.requests().is_empty());
}

#[tokio::test]
async fn any_other_path_parameter_stays_one_segment() {
    for (name, sent) in [
        ("a/b", "a%2Fb"),
        ("..\\x", "..%5Cx"),
        ("%2e%2e", "%252e%252e"),
        ("a?b#c", "a%3Fb%23c"),
        ("...", "..."),
        ("ü ", "%C3%BC%20"),
    ] {
        let stub = Stub::start(EMPTY_OK).await;
        stub.client().schema_objects_delete(name).await.unwrap();
        let request = stub.request();
        assert!(request.starts_with(&format!("DELETE /v1/schema/{sent} HTTP/1.1\r\n")), "{request}");
    }
}

#[tokio::test]
async fn a_list_is_one_value_joined_with_commas() {
    let index = "filterable".into();
    let tenants = ["a".to_owned(), "b".to_owned()];
    let stub = Stub::start(OBJECT).await;
    let request = IndexUpsertRequest::default();
    stub.client().schema_objects_index_upsert("A", "p", index, Some(&tenants), &request).await.unwrap();
    assert!(stub.request().contains("?tenants=a%2Cb HTTP/1.1"), "{}", stub.request());
}

#[tokio::test]
async fn a_list_that_the_server_would_split_elsewhere_is_refused() {
    let stub = Stub::start(OBJECT).await;
    for tenant in ["a,b", ""] {
        let tenants = [tenant.to_owned()];
        let request = IndexUpsertRequest::default();
        let result =
            stub.client().schema_objects_index_upsert("A", "p", "filterable".into(), Some(&tenants), &request).await;
        assert!(matches!(result, Err(Error::InvalidRequest(text)) if text.contains("tenants")));
    }
    assert!(stub.requests().is_empty());
}

#[tokio::test]
async fn an_empty_list_is_not_sent() {
    let stub = Stub::start(OBJECT).await;
    let request = IndexUpsertRequest::default();
    stub.client().schema_objects_index_upsert("A", "p", "filterable".into(), Some(&[]), &request).await.unwrap();
    assert!(!stub.request().contains("tenants="));
}

#[tokio::test]
async fn an_optional_body_can_be_left_out() {
    let stub = Stub::start(EMPTY).await;
    stub.client().objects_class_patch("A", "b", None, None).await.unwrap();
    assert_eq!(body(&stub.request()), "");
    assert!(!stub.request().to_lowercase().contains("content-type"));

    let stub = Stub::start(EMPTY).await;
    let object = Object { class: Some("A".into()), ..Object::default() };
    stub.client().objects_class_patch("A", "b", None, Some(&object)).await.unwrap();
    assert_eq!(body(&stub.request()), r#"{"class":"A"}"#);

    // The others of the contract: these lines compile only while the bodies are optional.
    let stub = Stub::start("HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}").await;
    stub.client().create_user("u", None::<&CreateUserBody>).await.unwrap();
    assert_eq!(body(&stub.request()), "");
    drop(stub.client().deactivate_user("u", None));
    drop(stub.client().force_delete_replications(None));
    drop(stub.client().create_namespace("n", None));
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let stub = Stub::start(OBJECT).await;
    stub.client().objects_class_get("A", "b", None, None, None, None).await.unwrap();
    let request = stub.request();
    assert!(request.starts_with("GET /v1/objects/A/b HTTP/1.1\r\n"), "{request}");
    assert!(!request.to_lowercase().contains("api-version"), "{request}");
}

#[tokio::test]
async fn hooks_see_every_request_and_know_the_operation() {
    let stub = Stub::start(OBJECT).await;
    stub.client_with(Arc::new(Plain)).meta_get().await.unwrap();
    assert!(stub.request().contains("x-operation: meta_get"));
}

#[tokio::test]
async fn what_a_hook_refuses_is_not_sent() {
    struct Refuse;
    impl RestHooks for Refuse {
        fn before(&self, _: &mut reqwest::Request, operation: &'static str) -> Result<(), String> {
            Err(format!("{operation} is refused"))
        }
    }
    let stub = Stub::start(OBJECT).await;
    let result = stub.client_with(Arc::new(Refuse)).meta_get().await;
    assert!(matches!(result, Err(Error::Custom(text)) if text == "meta_get is refused"));
    assert!(stub.requests().is_empty());
}

#[test]
fn calls_can_be_spawned() {
    fn spawnable<T: Send>(_: T) {}
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stub = runtime.block_on(Stub::start(OBJECT));
    let client = stub.client();
    spawnable(client.meta_get());
}

#[tokio::test]
#[expect(deprecated, reason = "that the compiler knows of it is the point")]
async fn a_deprecated_operation_is_marked() {
    let stub = Stub::start(OBJECT).await;
    stub.client().objects_get("b", None).await.unwrap();
    assert!(stub.request().starts_with("GET /v1/objects/b HTTP/1.1"));
}
