//! The server of the examples: the one in `WEAVIATE_URL`, or an emulator in this process.

use std::error::Error;

use weaviate::Client;
use weaviate::connect::ClientBuilder;
use weaviate_emulator::{Builder, Emulator};

/// Returns a builder for the server, and the emulator, which stops when it is dropped.
pub(crate) async fn from_env_or(emulator: Builder) -> Result<(ClientBuilder, Option<Emulator>), Box<dyn Error>> {
    if std::env::var_os("WEAVIATE_URL").is_some() {
        return Ok((Client::from_env()?, None));
    }
    let emulator = emulator.start().await?;
    println!("WEAVIATE_URL is not set: using an emulator at {}", emulator.rest_url());
    let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url());
    Ok((builder, Some(emulator)))
}
