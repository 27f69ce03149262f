//! Conversion of collection configs to and from the server's JSON.

mod collection;
mod property;
mod python;
mod state;
mod vector;

#[cfg(test)]
mod tests;

pub(crate) use collection::{check, check_vector, list, with_index_kinds};
pub(crate) use state::index_upsert;
