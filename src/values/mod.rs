//! Public values: arguments of requests and results of replies. They do no I/O and do not depend on
//! the wire format.

pub(crate) mod aggregate;
pub(crate) mod batch;
pub(crate) mod bulk_report;
pub(crate) mod collection_name;
pub(crate) mod data;
pub(crate) mod diagnosis;
pub(crate) mod embed;
pub(crate) mod filter;
pub(crate) mod indexing_status;
pub(crate) mod json_depth;
pub(crate) mod map_of;
pub(crate) mod new_id;
pub(crate) mod properties;
pub(crate) mod property_names;
pub(crate) mod query;
pub(crate) mod schema;
pub(crate) mod server;
pub(crate) mod target;
pub(crate) mod tenants;
pub(crate) mod types;
pub(crate) mod warning;
