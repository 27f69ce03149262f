//! The names that most programs need, for `use weaviate::prelude::*`.

pub use crate::data::NewObject;
pub use crate::properties::Properties;
pub use crate::query::{
    Bm25Operator, Fusion, GroupBy, GroupedResults, Hit, HybridVector, Metadata, SearchProperty, SearchResults, Sort,
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
