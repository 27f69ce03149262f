//! Collections and objects, independent of the protocol.
//!
//! `schema` knows definitions alone, `store` holds objects by them, and `search` reads both. `providers` makes vectors for
//! the two, in the place of model providers.

pub(crate) mod go;
pub(crate) mod letter_case;
pub(crate) mod named_vector;
pub(crate) mod providers;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod store;
