//! What the benches, and the test that counts allocations, have in common: a server that does no work, and the same jobs
//! done with the client, with bare stubs, and with encoded messages alone.

#![allow(dead_code, reason = "each of its users takes a part")]

pub(crate) mod bare;
pub(crate) mod client;
pub(crate) mod floor;
pub(crate) mod server;

use serde::{Deserialize, Serialize};

pub(crate) const COLLECTION: &str = "Article";
pub(crate) const DIMENSIONS: u16 = 768;

/// An object of the jobs.
#[derive(Clone, Debug, Serialize, Deserialize, weaviate::Properties)]
pub(crate) struct Article {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) year: i64,
}

impl Article {
    pub(crate) fn new(number: u32) -> Self {
        Self {
            title: format!("Title of article number {number} about vector search"),
            body: "lorem ipsum dolor sit amet ".repeat(15),
            year: i64::from(1900 + number % 120),
        }
    }
}

pub(crate) fn vector() -> Vec<f32> {
    (0..DIMENSIONS).map(|dimension| f32::from(dimension) * 0.001).collect()
}

/// As it stands in a message.
pub(crate) fn vector_bytes() -> Vec<u8> {
    (0..DIMENSIONS).flat_map(|dimension| (f32::from(dimension) * 0.001).to_le_bytes()).collect()
}
