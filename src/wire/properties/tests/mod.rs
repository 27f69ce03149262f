//! Tests of the encoder against generated messages, and of the decoder against the encoder.

#![allow(
    clippy::float_cmp,
    clippy::items_after_statements,
    clippy::too_many_lines,
    clippy::unnecessary_wraps,
    reason = "every data type is in one place, and numbers come back bit for bit"
)]

mod echo;
mod encoding;
mod reading;
mod round_trip;

use prost::Message as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use weaviate_generated::grpc::{Properties, batch_object};

use super::{PathError, PropertiesEncoder, from_wire};

/// Decodes the encoder's bytes with the generated code. Encoded again, the message must have the
/// same length, so all length prefixes are minimal.
pub(super) fn encoded<T: Serialize + ?Sized>(value: &T) -> Result<batch_object::Properties, PathError> {
    encoded_by(PropertiesEncoder::default(), value)
}

pub(super) fn encoded_by<T: Serialize + ?Sized>(
    mut encoder: PropertiesEncoder,
    value: &T,
) -> Result<batch_object::Properties, PathError> {
    encoder.encode(value)?;
    let mut bytes = Vec::new();
    encoder.write(&mut bytes);
    assert_eq!(bytes.len(), encoder.encoded_len());
    let message = batch_object::Properties::decode(bytes.as_slice()).expect("the encoder writes valid protobuf");
    assert_eq!(message.encoded_len(), bytes.len(), "{message:?}");
    Ok(message)
}

pub(super) fn from_reply<T: DeserializeOwned>(properties: &Properties) -> Result<T, PathError> {
    from_wire(&properties.encode_to_vec())
}
