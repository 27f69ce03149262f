//! What the generated code promises and no compiler checks: each of these has been silently wrong once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod availability;
mod decoding;
mod failures;
mod messages;
mod requests;
mod stub;
