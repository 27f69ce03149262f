//! How a client reaches its server, stays in touch, and says why not.

mod connect_errors;
#[cfg(feature = "gzip")]
mod gzip;
mod headers;
mod nodes;
#[cfg(feature = "otel")]
mod otel;
mod protocol;
mod proxies;
mod restarts;
mod retries;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "tls")]
mod tls_proxies;

use weaviate::connect::ClientBuilder;
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use crate::support::article_config;
use crate::support::time::eager;

pub(crate) fn at(rest: &str, grpc: &str) -> ClientBuilder {
    Client::custom(rest).grpc(grpc).retry(eager())
}

/// A collection for objects with a title and a year, made past all that a test puts in the way.
async fn articles(emulator: &Emulator) {
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    client.collections().create(article_config()).await.unwrap();
}

pub(crate) async fn emulator() -> Emulator {
    let emulator = Emulator::start().await.unwrap();
    articles(&emulator).await;
    emulator
}
