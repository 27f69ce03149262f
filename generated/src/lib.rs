//! Generated from Weaviate's contract by `make regen`. Never edited by hand.
#![allow(missing_docs, missing_debug_implementations, deprecated, clippy::all, clippy::pedantic)]
pub mod grpc;
