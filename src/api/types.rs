//! Values of properties, vectors, and consistency levels.
//!
//! [`PropertyMap`] holds the properties of an object without a struct. [`Blob`], [`DateTime`],
//! [`GeoCoordinates`], [`PhoneNumber`] and [`Uuid`] are the values of the data types `blob`,
//! `date`, `geoCoordinates`, `phoneNumber` and `uuid`; structs use them as types of their fields.
//! [`Vector`] is an embedding. See Weaviate's page on [data
//! types](https://docs.weaviate.io/weaviate/config-refs/datatypes).

pub use crate::values::types::{
    Blob, ConsistencyLevel, DateTime, GeoCoordinates, PhoneNumber, PropertyMap, PropertyValue, Uuid, Vector, Vectors,
};
