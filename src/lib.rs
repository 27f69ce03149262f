#![doc = include_str!("../docs/crate.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// Code that the derive writes refers to the crate by this name, in its unit tests, too.
#[cfg(all(test, feature = "derive"))]
extern crate self as weaviate;

mod api;
pub mod auth;
mod call;
mod client;
mod collection;
mod collections;
pub mod error;
mod operations;
mod options;
pub mod prelude;
mod requests;
mod scope;
mod transport;
mod values;
pub mod wait;
mod wire;

pub use api::{
    aggregate, batch, connect, data, embed, filter, generate, iterate, properties, query, schema, server, tenants,
    types,
};
pub use client::Client;
pub use collection::Collection;
pub use collections::Collections;
pub use error::{Error, ErrorKind, Result};
pub use values::filter::Filter;
pub use values::properties::Properties;
pub use values::types::{PropertyMap, Uuid};

#[cfg(weaviate_in_memory)]
pub use transport::in_memory;
