//! What most programs need, for `use weaviate::prelude::*`.

pub use crate::{
    Blob, Client, Collection, CollectionConfig, ConsistencyLevel, DataType, DateTime, Distance, GeoCoordinates,
    PhoneNumber, Property, PropertyMap, PropertyValue, Tokenization, VectorConfig,
};
