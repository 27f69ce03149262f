//! Integration tests of the emulator, one binary.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and reports on stdout"
)]

mod contract;
mod golden;
mod record;
mod replay;
