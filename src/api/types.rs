//! Values of properties, vectors, and consistency levels.

pub use crate::values::types::{
    Blob, ConsistencyLevel, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, PropertyValue, Uuid, Vector, Vectors,
};
