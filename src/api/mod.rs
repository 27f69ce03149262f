//! The public modules of the crate: their documentation and names. The code is in the folders of the layers.

pub mod aggregate;
pub mod batch;
pub mod connect;
pub mod data;
pub mod embed;
pub mod filter;
pub mod generate;
pub mod iterate;
pub mod properties;
pub mod query;
pub mod schema;
pub mod server;
pub mod tenants;
pub mod types;
