//! The offline suite: the client against the emulator on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod allocations;
mod auth;
mod bed;
mod calls;
mod collection_names;
mod collections;
mod connect;
mod coverage;
mod data;
mod data_types;
#[cfg(all(feature = "embedded", unix))]
mod embedded;
mod filters;
mod group_by;
mod hybrid;
mod insert;
mod insert_limits;
mod insert_memory;
mod iterate;
mod keyword;
mod protocol;
mod query;
mod schema;
mod support;
mod tenants;
mod tidy;
#[cfg(feature = "derive")]
mod typed;
