//! Rust client for the Weaviate vector database.
//!
//! A [`Client`] leads to [`Collections`] and to one [`Collection`]; what fails is an [`Error`]. Start with the
//! [`prelude`].

mod auth;
mod client;
mod collection;
mod collections;
mod connect;
mod data;
mod error;
mod filter;
mod meta;
pub mod prelude;
mod query;
mod schema;
mod transport;
mod types;
mod version;
mod wire;

pub use client::Client;
pub use collection::Collection;
pub use collections::Collections;
pub use connect::{ClientBuilder, Timeouts};
pub use data::{Data, InsertMany, InsertReport, NewObject, ObjectError};
pub use error::{Error, ErrorKind, GrpcCode, Outcome, Result};
pub use filter::{Filter, FilterTarget, FilterValue};
pub use meta::Meta;
pub use query::{FetchObjects, Hit, HitMetadata, Metadata, NearVector, Queries, Query, SearchResults, Sort};
pub use schema::{CollectionConfig, DataType, Distance, Property, Tokenization, VectorConfig};
pub use types::{
    Blob, ConsistencyLevel, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, PropertyValue, Uuid, Vector, Vectors,
};
pub use version::ServerVersion;
