//! Serialization of object properties: a serde serializer that writes the import message directly,
//! and a deserializer that reads a reply directly into a user's type.

mod array;
mod decode;
mod encode;
mod error;
mod fields;
mod object_serializer;
mod protobuf;
mod reply_value;
#[cfg(test)]
mod tests;
mod without;

pub(crate) use decode::from_wire;
pub(crate) use encode::PropertiesEncoder;
#[cfg(test)]
use error::PathError;
pub(crate) use protobuf::{field_len, put_field, put_prefix};
pub(crate) use without::without;
