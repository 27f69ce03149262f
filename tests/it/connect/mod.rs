//! Connections: protocols, endpoints, proxies, TLS, headers, retries and their errors.

mod connect_errors;
mod foreign_replies;
#[cfg(feature = "gzip")]
mod gzip;
mod headers;
mod in_flight;
mod logs;
mod missing;
mod nodes;
mod propagation;
mod protocol;
mod proxies;
mod restarts;
mod retries;
mod runtimes;
mod server_versions;
mod start;
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

/// Creates the collection of articles directly, without the proxies of the test.
async fn articles(emulator: &Emulator) {
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    client.collections().create(article_config()).await.unwrap();
}

pub(crate) async fn emulator() -> Emulator {
    let emulator = Emulator::start().await.unwrap();
    articles(&emulator).await;
    emulator
}
