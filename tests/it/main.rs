//! The offline suite: the client against the emulator on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod aggregate;
mod arguments;
mod auth;
mod batch;
mod calls;
mod collections;
mod connect;
mod coverage;
mod data;
mod embed;
#[cfg(all(feature = "embedded", unix))]
mod embedded;
#[cfg(feature = "derive")]
mod generate;
mod iterate;
mod live_restarts;
mod mistakes;
#[cfg(feature = "derive")]
mod properties;
mod query;
mod schema;
mod support;
mod tenants;
mod tidy;
mod wait;
