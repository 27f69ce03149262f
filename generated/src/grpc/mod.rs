//! Messages and stubs of `weaviate.v1`.
#[rustfmt::skip]
mod weaviate_v1;
pub use weaviate_v1::*;
