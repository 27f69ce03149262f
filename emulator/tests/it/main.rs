//! Integration tests of the emulator, one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and reports on stdout"
)]

mod contract;
mod golden;
mod grpc_web;
mod issuer;
mod oidc;
mod record;
mod replay;

/// A client that goes straight to the emulator, whatever proxy the environment names.
fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client without TLS needs nothing")
}
