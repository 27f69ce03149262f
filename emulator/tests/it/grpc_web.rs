//! gRPC-Web and Connect on the REST port, beyond what is recorded: versions, keys, sizes, and what is counted.

use prost::Message as _;
use reqwest::header::CONTENT_TYPE;
use tonic::transport::Endpoint;
use weaviate_emulator::{Builder, Emulator};
use weaviate_generated::grpc::weaviate_client::WeaviateClient;
use weaviate_generated::grpc::{SearchRequest, TenantsGetRequest};

use crate::http;

const GRPC_WEB: &str = "application/grpc-web+proto";

async fn start(builder: Builder) -> Emulator {
    builder.start().await.expect("the emulator starts")
}

fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], length.as_slice(), message].concat()
}

/// Calls `Search`; the reply's HTTP status, gRPC status, message of the status, and body.
async fn search(emulator: &Emulator, key: Option<&str>, body: Vec<u8>) -> (u16, String, String, Vec<u8>) {
    let url = format!("{}/v1/grpc-web/weaviate.v1.Weaviate/Search", emulator.rest_url());
    let mut call = http().post(url).header(CONTENT_TYPE, GRPC_WEB).body(body);
    if let Some(key) = key {
        call = call.bearer_auth(key);
    }
    let reply = call.send().await.unwrap();
    let header = |name: &str| reply.headers().get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
    let (code, message) = (header("grpc-status"), header("grpc-message"));
    (reply.status().as_u16(), code, message, reply.bytes().await.unwrap().to_vec())
}

fn nowhere() -> Vec<u8> {
    framed(&SearchRequest { collection: "Nowhere".to_owned(), ..SearchRequest::default() }.encode_to_vec())
}

#[tokio::test]
async fn older_servers_do_not_know_the_path() {
    for (version, expected) in [("1.38.2", 404), ("1.38.3", 200), ("1.37.11", 404), ("1.39.0", 200)] {
        let emulator = start(Emulator::builder().version(version)).await;
        let (status, _, _, body) = search(&emulator, None, nowhere()).await;
        assert_eq!(status, expected, "{version}");
        if status == 404 {
            let text = "{\"code\":404,\"message\":\"path /v1/grpc-web/weaviate.v1.Weaviate/Search was not found\"}";
            assert_eq!(String::from_utf8(body).unwrap(), text);
        }
    }
}

#[tokio::test]
async fn keys_are_checked_as_on_grpc() {
    let emulator = start(Emulator::builder().anonymous_access(false).api_key("secret", "jane")).await;
    let (status, code, message, _) = search(&emulator, None, nowhere()).await;
    assert_eq!((status, code.as_str(), message.as_str()), (200, "2", "extract auth: unauthorized: invalid api key"));
    let (_, code, message, _) = search(&emulator, Some("wrong"), nowhere()).await;
    assert_eq!((code.as_str(), message.as_str()), ("2", "extract auth: unauthorized: invalid api key"));
    let (_, code, message, _) = search(&emulator, Some("secret"), nowhere()).await;
    assert_eq!((code.as_str(), message.as_str()), ("2", "could not find class Nowhere in schema"));
}

#[tokio::test]
async fn the_message_limit_holds_here_too() {
    let emulator = start(Emulator::builder().grpc_max_message_size(64)).await;
    let (status, code, message, _) = search(&emulator, None, framed(&[0; 65])).await;
    assert_eq!((status, code.as_str()), (200, "8"));
    assert_eq!(message, "grpc: received message larger than max (65 vs. 64)");
}

#[tokio::test]
async fn each_request_is_counted_once_by_the_way_it_came() {
    let emulator = start(Emulator::builder()).await;
    assert_eq!(emulator.requests(), weaviate_emulator::Requests::default());
    search(&emulator, None, nowhere()).await;
    let counted = emulator.requests();
    assert_eq!((counted.rest, counted.grpc, counted.grpc_web), (0, 0, 1));
    let mut native = WeaviateClient::new(Endpoint::from_shared(emulator.grpc_url()).unwrap().connect_lazy());
    for _ in 0..2 {
        native.tenants_get(TenantsGetRequest::default()).await.unwrap_err();
    }
    http().get(format!("{}/v1/nothing-here", emulator.rest_url())).send().await.unwrap();
    let counted = emulator.requests();
    assert_eq!((counted.rest, counted.grpc, counted.grpc_web), (1, 2, 1));
}
