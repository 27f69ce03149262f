//! Integration tests of the emulator, one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and reports on stdout"
)]

mod aggregating;
mod batches;
mod bed;
mod contract;
mod depth;
mod exchange;
mod faults;
mod finding;
mod folding;
mod generating;
mod golden;
mod grpc_web;
mod issuer;
mod json_keys;
mod limits;
mod live_compare;
mod nested;
mod nested_filters;
mod node_stats;
mod oidc;
mod race;
mod ranking;
mod rbac;
mod record;
mod references;
mod replay;
mod searching;
mod settings;
mod vectorizing;
mod vectors;
mod writes;

/// A client that goes straight to the emulator, whatever proxy the environment names.
fn http() -> reqwest::Client {
    http_builder().build().expect("a client with a crypto provider")
}

fn http_builder() -> reqwest::ClientBuilder {
    // Built together with the client, reqwest has TLS, and wants a provider even where no call is encrypted.
    // Whoever comes second finds one installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}
