//! What most programs need, for `use weaviate::prelude::*`.

pub use crate::{
    Blob, Bm25Operator, Client, Collection, CollectionConfig, CollectionUpdate, ConsistencyLevel, DataType, DateTime,
    Distance, Filter, Flat, Fusion, GeoCoordinates, GroupBy, GroupedResults, Hit, Hnsw, HybridVector,
    InvertedIndexConfig, Metadata, MultiTenancyConfig, NewObject, NewTenant, PhoneNumber, Properties, Property,
    PropertyMap, PropertyValue, ReplicationConfig, SearchProperty, SearchResults, Sort, TenantStatus, Tokenization,
    Vector, VectorConfig, Vectors,
};
