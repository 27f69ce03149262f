//! What most programs need, for `use weaviate::prelude::*`.

pub use crate::{
    Blob, Bm25Operator, Client, Collection, CollectionConfig, ConsistencyLevel, DataType, DateTime, Distance, Filter,
    Fusion, GeoCoordinates, GroupBy, GroupedResults, Hit, HybridVector, Metadata, NewObject, PhoneNumber, Property,
    PropertyMap, PropertyValue, SearchProperty, SearchResults, Sort, Tokenization, Vector, VectorConfig, Vectors,
};
