//! Values of properties that have no type in the standard library, vectors, and consistency levels.

mod blob;
mod consistency;
mod date_time;
mod geo;
pub(crate) mod marker;
mod phone;
mod property_map;
mod property_value;
pub(crate) mod vector;
mod vector_serde;
mod vectors;

pub use blob::Blob;
pub use consistency::ConsistencyLevel;
pub use date_time::DateTime;
pub use geo::GeoCoordinates;
pub use phone::PhoneNumber;
pub use property_map::PropertyMap;
pub use property_value::PropertyValue;
pub use uuid::Uuid;
pub use vector::Vector;
pub use vectors::Vectors;
