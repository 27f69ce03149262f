//! Object encoder: writes objects, one after the other, as entries of a `BatchObjectsRequest`.

use serde::Serialize;
use uuid::fmt::Hyphenated;

use super::properties::{PropertiesEncoder, field_len, put_field, put_prefix};
use super::{consistency, vector};
use crate::error::Verdict;
use crate::values::data::NewObject;
use crate::values::properties::Layout;
use crate::values::target::Target;
use crate::values::types::Vector;
use crate::values::types::vector::VectorShape;
use crate::{Error, ErrorKind, Result};

/// Field keys of `BatchObjectsRequest` and `BatchObject`, all length-delimited.
mod key {
    pub(super) const OBJECT: u8 = 0x0a;
    pub(super) const UUID: u8 = 0x0a;
    pub(super) const PROPERTIES: u8 = 0x1a;
    pub(super) const COLLECTION: u8 = 0x22;
    pub(super) const TENANT: u8 = 0x2a;
    pub(super) const VECTOR_BYTES: u8 = 0x32;
    /// Field 23: the second byte of the key follows.
    pub(super) const VECTORS: [u8; 2] = [0xba, 0x01];

    /// Field keys of `Vectors`.
    pub(super) const NAME: u8 = 0x0a;
    pub(super) const BYTES: u8 = 0x1a;
    /// Not length-delimited, but a varint.
    pub(super) const TYPE: u8 = 0x20;
}

/// Encoder of single objects. Its buffers are reused from object to object.
///
/// Encoding has two steps, so that the second one, which is short, can run where others wait:
/// [`encode`](Self::encode) serializes and checks an object, [`write`](Self::write) copies it.
#[derive(Debug)]
pub(crate) struct ObjectEncoder {
    target: Target,
    /// Limit of an object, in bytes.
    max: usize,
    /// Properties of the last encoded object.
    properties: PropertiesEncoder,
    /// Length of the last encoded object, without its key and length prefix.
    object_len: usize,
}

impl ObjectEncoder {
    /// Creates an encoder of objects for `target`. Larger objects than `max` bytes are refused.
    pub(crate) fn new(target: Target, layout: &'static Layout, allow_lossy_integers: bool, max: usize) -> Self {
        Self { target, max, properties: PropertiesEncoder::new(layout, allow_lossy_integers), object_len: 0 }
    }

    /// Sets the limit of an object, in bytes.
    pub(crate) fn set_max(&mut self, max: usize) {
        self.max = max;
    }

    /// Encodes an object with an id, and checks it. Returns the number of bytes that
    /// [`write`](Self::write) appends.
    pub(crate) fn encode<P: Serialize>(&mut self, object: &NewObject<P>) -> Result<usize> {
        let NewObject { properties, references, .. } = object;
        if let Err(error) = self.properties.encode_with(properties, references) {
            return Err(Error::validation(error.field(), error.message()));
        }
        vector::check_all(object.unnamed.as_ref(), &object.vectors)?;
        for (name, bytes, shape) in fields_without(object, &self.properties) {
            vector::check_parts(bytes, shape, name)?;
        }
        vector::check_kinds(self.properties.layout(), &object.vectors)?;
        self.object_len = self.measure(object);
        let (len, max) = (field_len(self.object_len), self.max);
        if len > max {
            let message = format!(
                "the object has {len} bytes, the message limit of the server is {max}: make the object smaller, or \
                raise GRPC_MAX_MESSAGE_SIZE on the server"
            );
            return Err(Error::new(Verdict::not_sent(ErrorKind::LimitExceeded), message));
        }
        Ok(len)
    }

    /// Returns the number of bytes of the properties that were encoded last.
    pub(crate) fn properties_len(&self) -> usize {
        self.properties.encoded_len()
    }

    fn measure<P>(&self, object: &NewObject<P>) -> usize {
        let optional = |len: usize| if len == 0 { 0 } else { field_len(len) };
        let vectors = self.vectors(object).map(|(name, bytes, shape)| match name {
            None => field_len(vector_len(bytes, shape)),
            Some(name) => 1 + field_len(named_len(name, bytes, shape)),
        });
        field_len(Hyphenated::LENGTH)
            + optional(self.properties.encoded_len())
            + field_len(self.target.collection().len())
            + optional(self.target.tenant().unwrap_or_default().len())
            + vectors.sum::<usize>()
    }

    /// Appends the object that was encoded last to the bytes of a message.
    pub(crate) fn write<P>(&self, object: &NewObject<P>, out: &mut Vec<u8>) {
        put_prefix(out, key::OBJECT, self.object_len);
        let id = object.id.unwrap_or_default();
        put_field(out, key::UUID, id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]).as_bytes());
        let properties = self.properties.encoded_len();
        if properties > 0 {
            put_prefix(out, key::PROPERTIES, properties);
            self.properties.write(out);
        }
        put_field(out, key::COLLECTION, self.target.collection().as_bytes());
        if let Some(tenant) = self.target.tenant().filter(|tenant| !tenant.is_empty()) {
            put_field(out, key::TENANT, tenant.as_bytes());
        }
        for (name, numbers, shape) in self.vectors(object) {
            let Some(name) = name else {
                put_vector(out, key::VECTOR_BYTES, numbers, shape);
                continue;
            };
            let [first, second] = key::VECTORS;
            out.push(first);
            put_prefix(out, second, named_len(name, numbers, shape));
            put_field(out, key::NAME, name.as_bytes());
            put_vector(out, key::BYTES, numbers, shape);
            out.extend_from_slice(&[key::TYPE, vector::kind(shape) as u8]);
        }
    }

    /// Ends a message: appends what follows the objects.
    pub(crate) fn end(&self, out: &mut Vec<u8>) {
        if let Some(level) = self.target.level {
            // Consistency level: field 2, a varint.
            out.extend_from_slice(&[0x10, consistency::message(level) as u8]);
        }
    }

    /// Returns whether the object that was encoded last has a multi-vector, which some servers lack.
    pub(crate) fn has_multi_vectors<P>(&self, object: &NewObject<P>) -> bool {
        self.vectors(object).any(|(_, _, shape)| shape != VectorShape::Single)
    }

    /// Returns the vectors of an object, the unnamed one without a name.
    fn vectors<'v, P>(
        &'v self,
        object: &'v NewObject<P>,
    ) -> impl Iterator<Item = (Option<&'v str>, &'v [u8], VectorShape)> {
        let parts = |vector: &'v Vector| (vector.bytes().as_ref(), vector.shape());
        let unnamed = object.unnamed.iter().map(parts).map(|(bytes, shape)| (None, bytes, shape));
        let named = object.vectors.iter().map(move |(name, vector)| {
            let (bytes, shape) = parts(vector);
            (Some(name), bytes, shape)
        });
        let fields = fields_without(object, &self.properties).map(|(name, bytes, shape)| (Some(name), bytes, shape));
        unnamed.chain(named).chain(fields)
    }
}

/// Returns the vectors of the struct that the object does not set otherwise.
fn fields_without<'v, P>(
    object: &'v NewObject<P>,
    properties: &'v PropertiesEncoder,
) -> impl Iterator<Item = (&'static str, &'v [u8], VectorShape)> {
    properties.vectors().filter(move |(name, ..)| !object.has_vector(name))
}

fn vector_len(bytes: &[u8], shape: VectorShape) -> usize {
    vector::dimension_prefix(shape).map_or(0, |prefix| prefix.len()) + bytes.len()
}

fn named_len(name: &str, bytes: &[u8], shape: VectorShape) -> usize {
    field_len(name.len()) + field_len(vector_len(bytes, shape)) + 2
}

fn put_vector(out: &mut Vec<u8>, key: u8, bytes: &[u8], shape: VectorShape) {
    put_prefix(out, key, vector_len(bytes, shape));
    out.extend(vector::dimension_prefix(shape).into_iter().flatten());
    out.extend_from_slice(bytes);
}
