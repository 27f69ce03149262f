//! Objects and references: `insert`, `insert_many`, `get`, `replace`, `merge`, `delete`, `delete_many`, `reference_add`.

mod data_types;
mod delete_many;
mod filter_depth;
mod get;
mod insert;
mod insert_many;
mod insert_many_faults;
mod insert_many_limits;
mod insert_many_memory;
mod insert_many_over_rest;
mod object_depth;
mod references;
mod user_texts;
mod validate;
mod write;

use weaviate::Uuid;
use weaviate::connect::ClientBuilder;
use weaviate::prelude::*;

use crate::support::faults::FaultProxy;
use crate::support::time::eager;
use crate::support::{Article, Bed};

const ID: Uuid = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);

/// A client whose REST goes through a fault proxy, with a backoff that costs no time.
fn through(proxy: &FaultProxy, bed: &Bed) -> ClientBuilder {
    Client::custom(proxy.url()).grpc(bed.grpc_url()).retry(eager())
}

fn typed(client: &Client) -> Collection<Article> {
    client.collection_of::<Article>("Article")
}
