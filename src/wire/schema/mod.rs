//! Configuration of a collection <-> the JSON of the server.

mod collection;
mod property;
mod python;
mod state;
mod vector;

#[cfg(test)]
mod tests;

pub(crate) use collection::{check, check_vector, list, with_index_kinds};
pub(crate) use state::index_upsert;
