//! What most programs need, for `use weaviate::prelude::*`.

pub use crate::{
    Blob, Client, Collection, CollectionConfig, ConsistencyLevel, DataType, DateTime, Distance, Filter, GeoCoordinates,
    Hit, Metadata, NewObject, PhoneNumber, Property, PropertyMap, PropertyValue, SearchResults, Sort, Tokenization,
    Vector, VectorConfig, Vectors,
};
