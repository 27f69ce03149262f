//! Collections: configuration written, read back, changed, compared.

mod canned;
mod module_options;
mod operations;
mod options;
mod plans;
mod python;
mod round_trip;
mod updates;
mod versions;

use weaviate::Client;

/// The real server at `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`, if there is one.
async fn live() -> Option<Client> {
    let url = std::env::var("WEAVIATE_URL").ok()?;
    let grpc = std::env::var("WEAVIATE_GRPC_URL").unwrap();
    Some(Client::custom(url).grpc(grpc).connect().await.unwrap())
}
