//! Public values: what a user builds and what a reply is read into. No I/O, and nothing of the wire.

pub(crate) mod bulk_report;
pub(crate) mod collection_name;
pub(crate) mod data;
pub(crate) mod diagnosis;
pub(crate) mod filter;
pub(crate) mod properties;
pub(crate) mod query;
pub(crate) mod schema;
pub(crate) mod server;
pub(crate) mod target;
pub(crate) mod tenants;
pub(crate) mod types;
pub(crate) mod warning;
