//! Counts allocations. Whoever uses it runs on the counting allocator, so it stands apart from what measures time.

use tokio::runtime::{Builder, Runtime};

use super::shared::bare::Bare;
use super::shared::client::Sdk;
use super::shared::server;

/// How many allocations one warm `near_vector` with limit 10 makes, dispatch and connection included.
pub(crate) struct Allocations {
    pub(crate) bare: u64,
    pub(crate) client: u64,
}

pub(crate) fn count() -> Allocations {
    // The server has a thread of its own, and only what this thread allocates is counted.
    let elsewhere = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (rest, grpc) = elsewhere.block_on(server::start());
    let here = Builder::new_current_thread().enable_all().build().unwrap();
    let bare = here.block_on(Bare::connect(&grpc));
    let sdk = here.block_on(Sdk::connect(&rest, &grpc));
    Allocations {
        bare: fewest(&here, || bare.near_vector(10, false)),
        client: fewest(&here, || sdk.near_vector(10, false)),
    }
}

/// How the bytes of a reply fall into reads differs from call to call, and a buffer may have to grow. The fewest of many
/// calls is what the code itself does.
fn fewest<F: Future<Output = ()>>(here: &Runtime, call: impl Fn() -> F) -> u64 {
    let counts = (0..200).map(|_| allocation_counter::measure(|| here.block_on(call())).count_total);
    counts.min().unwrap()
}
