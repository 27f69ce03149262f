//! Arguments at their limits, over all calls: numbers at 0, 1 and their maximum.

mod numbers;

use weaviate::Client;

/// A client without a server: what is sent fails, and not by `Validation`.
fn client() -> Client {
    let nowhere = "http://127.0.0.1:1";
    Client::custom(nowhere).grpc(nowhere).retry(weaviate::connect::RetryPolicy::none()).connect_lazy().unwrap()
}
