//! Conversion of collection configs to and from the server's JSON.

mod collection;
mod named_vector;
mod python;
mod schema_property;
mod state;

#[cfg(test)]
mod tests;

pub(crate) use collection::{
    body_of_creation, check, check_property, check_update, check_vector, check_vectors, list, with_index_kinds,
};
pub(crate) use state::index_upsert;
