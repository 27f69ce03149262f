//! An emulator under test with the two ways to ask it.

use serde_json::Value;
use tonic::transport::{Channel, Endpoint};
use weaviate_emulator::{Builder, Emulator};
use weaviate_generated::grpc::weaviate_client::WeaviateClient;

use crate::http;

/// A running emulator.
pub(crate) struct Bed {
    emulator: Emulator,
}

impl Bed {
    pub(crate) async fn start(builder: Builder) -> Self {
        Self { emulator: builder.start().await.expect("the emulator starts") }
    }

    /// Status and body of a REST call. `path` follows `/v1/`; a null body is none.
    pub(crate) async fn rest(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = http().request(method, format!("{}/v1/{path}", self.emulator.rest_url()));
        if !body.is_null() {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let reply = request.send().await.unwrap();
        let status = reply.status().as_u16();
        (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default())
    }

    pub(crate) fn grpc(&self) -> WeaviateClient<Channel> {
        let endpoint = Endpoint::from_shared(self.emulator.grpc_url()).unwrap();
        WeaviateClient::new(endpoint.connect_lazy())
    }
}

/// The text of a refusal over REST.
pub(crate) fn message(body: &Value) -> &str {
    body["error"][0]["message"].as_str().or_else(|| body["message"].as_str()).unwrap_or_default()
}
