//! The server: its version, features and limits.

pub use crate::values::server::{Feature, Meta, ServerVersion};
