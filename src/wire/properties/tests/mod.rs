//! Tests of the encoder against generated messages, and of the decoder against the encoder.

#![allow(
    clippy::float_cmp,
    clippy::items_after_statements,
    clippy::too_many_lines,
    clippy::unnecessary_wraps,
    reason = "every data type is in one place, and numbers come back bit for bit"
)]

mod depth;
mod echo;
mod encoding;
mod reading;
mod round_trip;

use prost::Message as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use weaviate_generated::grpc::{
    ObjectArrayProperties, ObjectProperties, ObjectPropertiesValue, Properties, batch_object,
};

use super::{PathError, PropertiesEncoder};

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
    let mut message = batch_object::Properties::decode(bytes.as_slice()).expect("the encoder writes valid protobuf");
    assert_eq!(message.encoded_len(), bytes.len(), "{message:?}");
    let batch_object::Properties { object_properties, object_array_properties, .. } = &mut message;
    sort(object_properties, object_array_properties);
    Ok(message)
}

/// Sorts the properties of the objects inside, as a map of protobuf has no order. Their prefixes must be minimal, too.
fn sort(objects: &mut [ObjectProperties], arrays: &mut [ObjectArrayProperties]) {
    let each = objects.iter_mut().map(|object| object.value.as_mut().expect("an object"));
    for encoded in each.chain(arrays.iter_mut().flat_map(|array| &mut array.values)) {
        let mut object = ObjectPropertiesValue::decode(encoded.clone()).expect("an object");
        sort(&mut object.object_properties, &mut object.object_array_properties);
        let sorted = object.encode_to_vec();
        assert_eq!(sorted.len(), encoded.len(), "{object:?}");
        *encoded = sorted.into();
    }
}

pub(super) fn from_reply<T: DeserializeOwned>(properties: &Properties) -> Result<T, PathError> {
    from_wire(&properties.encode_to_vec())
}

/// Reads an object without vectors and references.
fn from_wire<P: DeserializeOwned>(properties: &[u8]) -> Result<P, PathError> {
    super::from_wire(properties, None)
}
