//! Names by which our own types announce themselves to our own serializer and deserializer.
//!
//! No Rust identifier contains `$` or `:`, so a user's own `GeoCoordinates` is an ordinary object. Other formats ignore
//! the name of a struct: to them these types are plain maps and strings.

pub(crate) const GEO_COORDINATES: &str = "$weaviate::GeoCoordinates";
pub(crate) const PHONE_NUMBER: &str = "$weaviate::PhoneNumber";
pub(crate) const PROPERTY_VALUE: &str = "$weaviate::PropertyValue";
