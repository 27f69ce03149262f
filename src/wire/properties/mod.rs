//! Serialization of object properties: a serde serializer that writes the import message directly,
//! and a deserializer that reads a reply directly into a user's type.

mod array;
mod decode;
mod encode;
mod error;
mod fields;
mod object_serializer;
mod parts;
mod protobuf;
mod reference_serializer;
mod reply_value;
#[cfg(test)]
mod tests;
mod vector_serializer;
mod without;

pub(crate) use decode::from_wire;
pub(crate) use encode::PropertiesEncoder;
#[cfg(test)]
use error::PathError;
pub(crate) use parts::{Asked, Parts};
pub(crate) use protobuf::{field_len, put_field, put_prefix};
pub(crate) use without::without;
