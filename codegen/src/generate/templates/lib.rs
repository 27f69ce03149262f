//! Weaviate's REST and gRPC interface, generated from its contract. `API.md` lists all items.
//!
//! This package makes no semver promise. Use the `weaviate` crate instead.
#![allow(missing_docs, missing_debug_implementations, unnameable_types, unreachable_pub, unused_qualifications)]
#![allow(dead_code, deprecated, elided_lifetimes_in_paths, unused_imports, rustdoc::all, clippy::all, clippy::pedantic)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::large_futures)]
#![allow(non_camel_case_types, non_snake_case)]

#[rustfmt::skip]
pub mod availability;
#[rustfmt::skip]
pub mod grpc;
#[rustfmt::skip]
pub mod rest;
