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

use std::time::Duration;

use weaviate::connect::{ClientBuilder, RetryPolicy, Timeouts};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

/// Short enough to wait for in a test, long enough for a loaded machine.
pub(crate) const SOON: Duration = Duration::from_secs(2);

pub(crate) fn timeouts() -> Timeouts {
    Timeouts::default().init(SOON).query(SOON).insert(SOON)
}

/// Pauses of next to nothing, so that a test needs no time for them.
pub(crate) fn eager() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::from_millis(1), Duration::from_millis(10))
}

pub(crate) fn at(rest: &str, grpc: &str) -> ClientBuilder {
    Client::custom(rest).grpc(grpc).retry(eager())
}

/// A collection for objects with a title and a year, made past all that a test puts in the way.
async fn articles(emulator: &Emulator) {
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    let config = CollectionConfig::new("Article")
        .property(Property::new("title", DataType::Text))
        .property(Property::new("year", DataType::Int))
        .vector(VectorConfig::self_provided());
    client.collections().create(config).await.unwrap();
}

pub(crate) async fn emulator() -> Emulator {
    let emulator = Emulator::start().await.unwrap();
    articles(&emulator).await;
    emulator
}
