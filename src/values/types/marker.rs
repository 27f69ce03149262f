//! Names of the types that the serializer and the deserializer of this crate treat specially.
//!
//! A Rust identifier cannot contain `$` or `:`, so a user's own struct `GeoCoordinates` stays an
//! ordinary object. Other formats ignore the name of a struct and write these types as plain maps
//! and strings.

pub(crate) const GEO_COORDINATES: &str = "$weaviate::GeoCoordinates";
pub(crate) const PHONE_NUMBER: &str = "$weaviate::PhoneNumber";
pub(crate) const PROPERTY_VALUE: &str = "$weaviate::PropertyValue";
pub(crate) const REFERENCE: &str = "$weaviate::Reference";
