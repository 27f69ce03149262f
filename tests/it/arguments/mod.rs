//! Arguments at their limits, over all calls: empty ones, and numbers at 0, 1 and their maximum.

mod empty;
mod numbers;
mod provider_numbers;

use std::pin::Pin;

use weaviate::{Client, Error};

/// Runs a call and returns its error.
type Running = Pin<Box<dyn Future<Output = Option<Error>> + Send>>;

/// A call with one argument that is refused.
struct Row {
    name: &'static str,
    /// The field that the error names.
    field: &'static str,
    run: fn(Client) -> Running,
}

/// A client without a server: what is sent fails, and not by `Validation`.
fn client() -> Client {
    let nowhere = "http://127.0.0.1:1";
    Client::custom(nowhere).grpc(nowhere).retry(weaviate::connect::RetryPolicy::none()).connect_lazy().unwrap()
}

/// Ends a stream at its first item.
async fn first<P>(mut objects: weaviate::iterate::Objects<P>) -> Result<(), Error>
where
    P: serde::de::DeserializeOwned + Send + 'static,
{
    objects.next().await.transpose().map(drop)
}
