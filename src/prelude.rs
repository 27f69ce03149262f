//! The names that most programs need: the client, collections, queries, filters, values.
//!
//! ```
//! use weaviate::prelude::*;
//!
//! let config = CollectionConfig::new("Article").property(Property::new("title", DataType::Text));
//! let recent = Filter::property("year").greater_or_equal(2020);
//! ```
//!
//! `DateTime` has the name [`WeaviateDateTime`] here, so that it does not hide that of chrono.

pub use crate::data::NewObject;
pub use crate::properties::Properties;
pub use crate::query::{
    Bm25Operator, Fusion, GroupBy, GroupedResults, Hit, Metadata, Reference, SearchProperty, SearchResults, Selection,
    Sort,
};
pub use crate::schema::{
    CollectionConfig, CollectionUpdate, DataType, Distance, Flat, Hnsw, InvertedIndexConfig, MultiTenancyConfig,
    Property, ReplicationConfig, Tokenization, VectorConfig,
};
pub use crate::tenants::{NewTenant, TenantStatus};
pub use crate::types::{
    Blob, ConsistencyLevel, DateTime as WeaviateDateTime, GeoCoordinates, PhoneNumber, PropertyValue, Vector, Vectors,
};
pub use crate::{Client, Collection, ErrorKind, Filter, PropertyMap, Uuid};
