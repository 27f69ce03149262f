//! What the server does with collections and objects, whatever protocol asks for it.

pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod store;
