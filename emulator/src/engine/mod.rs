//! Collections and objects, independent of the protocol.
//!
//! `schema` knows definitions alone, `store` holds objects by them, and `search` reads both.

pub(crate) mod go;
pub(crate) mod letter_case;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod store;
