//! A client that is used from other runtimes than the one on which it connected.

use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::prelude::*;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn search(runtime: &Runtime, client: &Client) -> weaviate::Result<usize> {
    let search = client.collection("Article").query().fetch_objects().timeout(Duration::from_secs(5));
    runtime.block_on(async { search.await.map(|hits| hits.len()) })
}

/// Without retries, which would hide that a call went to a connection of the first runtime.
#[test]
fn a_client_outlives_the_runtime_of_its_connections() {
    let servers = runtime();
    let emulator = servers.block_on(super::emulator());
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let (first, second) = (runtime(), runtime());
        let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url());
        let client = first.block_on(builder.protocol(protocol).retry(RetryPolicy::none()).connect()).unwrap();
        assert_eq!(search(&first, &client).unwrap(), 0);
        assert_eq!(search(&second, &client).unwrap(), 0, "beside the first runtime");
        drop(first);
        assert_eq!(search(&second, &client).unwrap(), 0, "{protocol}");
        assert!(second.block_on(client.meta()).is_ok(), "REST");
    }
}

/// A runtime of one thread drives its connections only within `block_on`.
#[test]
fn a_call_waits_for_a_runtime_that_does_not_run() {
    let servers = runtime();
    let emulator = servers.block_on(super::emulator());
    let first = Builder::new_current_thread().enable_all().build().unwrap();
    let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).retry(RetryPolicy::none());
    let client = first.block_on(builder.protocol(Protocol::Grpc).connect()).unwrap();
    let second = runtime();
    let stuck = client.collection("Article").query().fetch_objects().timeout(Duration::from_millis(200));
    assert_eq!(second.block_on(async { stuck.await.unwrap_err() }).kind(), ErrorKind::Timeout);
    // The connection is given up, and the next call opens one on its own runtime.
    assert_eq!(search(&second, &client).unwrap(), 0);
}
