//! Server operations. Each function builds the message of one operation and passes it to the
//! transport.

pub(crate) mod aggregate;
pub(crate) mod collections;
pub(crate) mod delete_many;
mod deprecations;
mod encoded;
pub(crate) mod insert_many;
pub(crate) mod nodes;
pub(crate) mod object_pages;
pub(crate) mod objects;
mod older_servers;
pub(crate) mod references;
pub(crate) mod search;
pub(crate) mod server;
pub(crate) mod tenants;
