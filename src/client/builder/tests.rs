use super::*;
use crate::ErrorKind;

fn error(builder: ClientBuilder) -> Error {
    builder.connect_lazy().unwrap_err()
}

#[tokio::test]
async fn a_client_is_made_without_io() {
    assert!(Client::local().connect_lazy().is_ok());
    let (rest, grpc) = Client::local().port(9).grpc_port(10).endpoints_of_first().unwrap();
    assert_eq!((rest.base(), grpc.unwrap().base()), ("http://localhost:9", "http://localhost:10"));
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let error = error(Client::local());
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    for (builder, word) in [
        (Client::custom("http://localhost:8080").protocol(Protocol::Grpc), "gRPC address is missing"),
        (Client::cloud("https://user:hunter2@owl.weaviate.cloud"), "address of the cluster"),
        (Client::custom("localhost:8080").grpc("http://localhost:50051"), "REST address"),
        (Client::custom("http://localhost:8080").grpc("localhost:50051"), "gRPC address"),
        (Client::local().api_key(""), "API key is empty"),
        (Client::custom("http://a.example").grpc("http://localhost").api_key("hunter2"), "http://a.example:80"),
        (Client::custom("http://localhost").grpc("http://b.example").api_key("hunter2"), "http://b.example:80"),
    ] {
        let shown = format!("{builder:?}");
        let error = error(builder);
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(word), "{error}");
        assert!(!format!("{shown} {error:?}").contains("hunter2"));
    }
    let allowed = Client::custom("http://a.example").grpc("http://b.example").api_key("hunter2");
    assert!(allowed.allow_plaintext_credentials(true).connect_lazy().is_ok());
}

#[tokio::test]
async fn nothing_public_shows_a_secret() {
    let builder = Client::local().api_key("hunter2");
    let client = builder.clone().connect_lazy().unwrap();
    let password = Client::custom("http://user:hunter2@localhost").grpc("http://:hunter2@localhost");
    let shown = format!("{builder:?} {builder:#?} {client:?} {:?} {password:?}", client.collections());
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn https_needs_no_provider_installed() {
    let client = Client::custom("https://localhost:1").grpc("https://localhost:1").api_key("hunter2");
    let error = client.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn integrations_add_up() {
    let openai = |key| Integrations::new().openai_api_key(key);
    let builder = ClientBuilder::local().integrations(openai("a").cohere_api_key("b")).integrations(openai("c"));
    let map = builder.integrations.headers().map().unwrap().clone();
    let value = |name: &str| map.get(name).and_then(|value| value.to_str().ok());
    assert_eq!((value("x-openai-api-key"), value("x-cohere-api-key"), map.len()), (Some("c"), Some("b"), 2));
}
