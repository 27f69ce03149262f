//! An emulator under test with the two ways to ask it.

use serde_json::Value;
use tonic::transport::{Channel, Endpoint};
use weaviate_emulator::{Builder, Emulator};
use weaviate_generated::grpc::weaviate_client::WeaviateClient;

use crate::exchange;
pub(crate) use crate::exchange::message;

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
        exchange::rest(&self.emulator, method, path, &body).await
    }

    pub(crate) fn grpc(&self) -> WeaviateClient<Channel> {
        let endpoint = Endpoint::from_shared(self.emulator.grpc_url()).unwrap();
        WeaviateClient::new(endpoint.connect_lazy())
    }
}
