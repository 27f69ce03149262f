//! Objects for import, as the bytes of the message that carries them.
//!
//! An object is written once, straight from the user's struct, behind those that were written before it. What results is
//! a `BatchObjectsRequest` already, which is sent as it is.

use bytes::Bytes;
use serde::Serialize;
use uuid::fmt::Hyphenated;
use weaviate_generated::grpc::BatchObjectsReply;
use weaviate_generated::grpc::batch_objects_reply::BatchError;

use super::properties::{PropertiesEncoder, field_len, put_field, put_prefix};
use super::{consistency, vector};
use crate::error::Verdict;
use crate::transport::Place;
use crate::types::Vector;
use crate::{ConsistencyLevel, Error, ErrorKind, GrpcCode, NewObject, Outcome, Result};

/// More objects in one message gain nothing: the server works through them one by one.
const MAX_OBJECTS: usize = 1_000;

/// Keys of the fields of `BatchObjectsRequest` and `BatchObject`, all length-delimited.
mod key {
    pub(super) const OBJECT: u8 = 0x0a;
    pub(super) const UUID: u8 = 0x0a;
    pub(super) const PROPERTIES: u8 = 0x1a;
    pub(super) const COLLECTION: u8 = 0x22;
    pub(super) const TENANT: u8 = 0x2a;
    pub(super) const VECTOR_BYTES: u8 = 0x32;
    /// Field 23: the second byte of the key follows.
    pub(super) const VECTORS: [u8; 2] = [0xba, 0x01];

    /// Of `Vectors`.
    pub(super) const NAME: u8 = 0x0a;
    pub(super) const BYTES: u8 = 0x1a;
    /// A varint.
    pub(super) const TYPE: u8 = 0x20;
}

/// Puts objects into messages that the server takes.
#[derive(Debug)]
pub(crate) struct BatchEncoder {
    /// Of the object that was encoded last, and the length of all of it.
    properties: PropertiesEncoder,
    object_len: usize,
    collection: String,
    tenant: String,
    level: Option<ConsistencyLevel>,
    /// The message that is being filled.
    bytes: Vec<u8>,
    count: usize,
    multi_vectors: bool,
}

/// A `BatchObjectsRequest`.
#[derive(Debug)]
pub(crate) struct EncodedBatch {
    pub(crate) bytes: Bytes,
    /// Whether any object has one, which not every server understands.
    pub(crate) multi_vectors: bool,
}

impl BatchEncoder {
    pub(crate) fn new(to: Place<'_>, allow_lossy_integers: bool) -> Self {
        Self {
            properties: PropertiesEncoder::new(allow_lossy_integers),
            object_len: 0,
            collection: to.collection.to_owned(),
            tenant: to.tenant.unwrap_or_default().to_owned(),
            level: to.level,
            bytes: Vec::new(),
            count: 0,
            multi_vectors: false,
        }
    }

    /// Encodes an object, which is not in the message yet, and says how many bytes of it it will take. No message can have
    /// more than `max`.
    pub(crate) fn encode<P: Serialize>(&mut self, object: &NewObject<P>, max: usize) -> Result<usize> {
        let NewObject { properties, references, .. } = object;
        if let Err(error) = self.properties.encode_with(properties, references) {
            return Err(Error::validation(error.path(), error.message()));
        }
        for (name, vector) in object.unnamed.iter().map(|vector| ("vector", vector)).chain(object.vectors.iter()) {
            vector::check(vector, name)?;
        }
        self.object_len = self.len_of(object);
        let len = field_len(self.object_len);
        if len > max {
            let message = format!("the object takes {len} bytes; the server takes messages of {max} bytes");
            return Err(Error::new(Verdict::not_sent(ErrorKind::LimitExceeded), message));
        }
        Ok(len)
    }

    /// Whether an object of this length fits in with those that are in the message, which has `enough` with so many bytes. A
    /// large one goes alone.
    pub(crate) fn has_room(&self, len: usize, enough: usize) -> bool {
        self.count == 0 || self.count < MAX_OBJECTS && self.bytes.len() + len <= enough
    }

    /// Makes room for a message, of which the first object has this length and `remaining` are behind it, as far as is
    /// known. Objects of one import resemble each other.
    pub(crate) fn begin(&mut self, len: usize, remaining: usize, enough: usize) {
        let objects = remaining.saturating_add(1).min(MAX_OBJECTS);
        let guess = len.saturating_add(len / 16).saturating_mul(objects).saturating_add(16);
        // The level of consistency takes two bytes.
        self.bytes.reserve(guess.min(enough.max(len) + 2));
    }

    /// Puts the object that was encoded last into the message. Its id is there.
    pub(crate) fn push<P>(&mut self, object: &NewObject<P>) {
        put_prefix(&mut self.bytes, key::OBJECT, self.object_len);
        self.write(object);
        self.count += 1;
        let mut vectors = object.unnamed.iter().chain(object.vectors.iter().map(|(_, vector)| vector));
        self.multi_vectors |= vectors.any(Vector::is_multi);
    }

    /// The message, `None` if there is nothing in it.
    pub(crate) fn take(&mut self) -> Option<EncodedBatch> {
        if self.count == 0 {
            return None;
        }
        self.count = 0;
        if let Some(level) = self.level {
            // Field 2, a varint.
            self.bytes.extend_from_slice(&[0x10, consistency::message(level) as u8]);
        }
        let bytes = std::mem::take(&mut self.bytes).into();
        Some(EncodedBatch { bytes, multi_vectors: std::mem::take(&mut self.multi_vectors) })
    }

    fn len_of<P>(&self, NewObject { unnamed, vectors, .. }: &NewObject<P>) -> usize {
        let optional = |len: usize| if len == 0 { 0 } else { field_len(len) };
        field_len(Hyphenated::LENGTH)
            + optional(self.properties.encoded_len())
            + field_len(self.collection.len())
            + optional(self.tenant.len())
            + unnamed.as_ref().map_or(0, |vector| field_len(vector_len(vector)))
            + vectors.iter().map(|(name, vector)| 1 + field_len(named_len(name, vector))).sum::<usize>()
    }

    fn write<P>(&mut self, NewObject { id, unnamed, vectors, .. }: &NewObject<P>) {
        let out = &mut self.bytes;
        let id = id.unwrap_or_default();
        put_field(out, key::UUID, id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]).as_bytes());
        let properties = self.properties.encoded_len();
        if properties > 0 {
            put_prefix(out, key::PROPERTIES, properties);
            self.properties.write(out);
        }
        put_field(out, key::COLLECTION, self.collection.as_bytes());
        if !self.tenant.is_empty() {
            put_field(out, key::TENANT, self.tenant.as_bytes());
        }
        if let Some(vector) = unnamed {
            put_vector(out, key::VECTOR_BYTES, vector);
        }
        for (name, vector) in vectors.iter() {
            let [first, second] = key::VECTORS;
            out.push(first);
            put_prefix(out, second, named_len(name, vector));
            put_field(out, key::NAME, name.as_bytes());
            put_vector(out, key::BYTES, vector);
            out.extend_from_slice(&[key::TYPE, vector::kind(vector) as u8]);
        }
    }
}

fn vector_len(vector: &Vector) -> usize {
    vector::dimension_prefix(vector).map_or(0, |prefix| prefix.len()) + vector.bytes().len()
}

fn named_len(name: &str, vector: &Vector) -> usize {
    field_len(name.len()) + field_len(vector_len(vector)) + 2
}

fn put_vector(out: &mut Vec<u8>, key: u8, vector: &Vector) {
    put_prefix(out, key, vector_len(vector));
    out.extend(vector::dimension_prefix(vector).into_iter().flatten());
    out.extend_from_slice(vector.bytes());
}

/// The objects that the server refused, by the position in the message. What is not listed is stored.
pub(crate) fn refusals(reply: BatchObjectsReply, sent: usize) -> Result<Vec<(usize, Error)>> {
    known(reply.errors.into_iter().map(|BatchError { index, error }| (index, error)), sent)
}

/// What is said of single parts of a message, of which so many were sent.
pub(super) fn known(errors: impl Iterator<Item = (i32, String)>, sent: usize) -> Result<Vec<(usize, Error)>> {
    let refused = errors.map(|(index, text)| {
        let known = usize::try_from(index).ok().filter(|index| *index < sent);
        // Without a position, nothing is sure of the others either.
        let known = known.ok_or_else(|| Error::decode(format!("an error for number {index} of {sent}: {text}")))?;
        Ok((known, refusal(if text.is_empty() { "the server says that it failed, and not why" } else { &text })))
    });
    refused.collect()
}

pub(super) fn refusal(text: &str) -> Error {
    let verdict = match Verdict::of_grpc(GrpcCode::Unknown, text) {
        // The vector index is asked last: when it refuses, the object itself may be stored.
        verdict if text.contains("vector index") => Verdict { outcome: Outcome::Unknown, ..verdict },
        verdict if verdict.kind == ErrorKind::Server && text.starts_with("invalid ") => {
            Verdict::refused(ErrorKind::Validation)
        }
        verdict => Verdict { outcome: Outcome::Refused, ..verdict },
    };
    Error::new(verdict, "").with_server_message(text)
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use uuid::Uuid;
    use weaviate_generated::grpc::vectors::VectorType;
    use weaviate_generated::grpc::{BatchObjectsRequest, ConsistencyLevel as Level};

    use super::*;
    use crate::types::PropertyMap;

    const LARGE: usize = 100 << 20;

    fn encoder(tenant: Option<&str>, level: Option<ConsistencyLevel>) -> BatchEncoder {
        BatchEncoder::new(Place { collection: "Article", tenant, level }, false)
    }

    fn decoded(batch: &EncodedBatch) -> BatchObjectsRequest {
        let message = BatchObjectsRequest::decode(batch.bytes.clone()).unwrap();
        assert_eq!(message.encode_to_vec(), batch.bytes, "the same bytes as the generated code writes");
        message
    }

    /// The objects in messages, as the request does it.
    fn messages<P: Serialize>(objects: impl IntoIterator<Item = NewObject<P>>, enough: usize) -> Vec<EncodedBatch> {
        let mut encoder = encoder(None, None);
        let mut messages = Vec::new();
        for object in objects {
            let len = encoder.encode(&object, LARGE).unwrap();
            if !encoder.has_room(len, enough) {
                messages.extend(encoder.take());
            }
            let before = encoder.bytes.len();
            encoder.push(&object);
            assert_eq!(encoder.bytes.len() - before, len);
        }
        messages.extend(encoder.take());
        assert!(encoder.take().is_none());
        messages
    }

    #[test]
    fn the_message_is_the_one_that_generated_code_writes() {
        let id = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);
        let multi = Vector::from(vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
        let first = NewObject::new(PropertyMap::from([("title", "x")]))
            .id(id)
            .unnamed_vector([1.0, 0.0])
            .named_vector("a", [0.5])
            .named_vector("a long name", multi)
            .reference("by", id);
        let mut encoder = encoder(Some("hot"), Some(ConsistencyLevel::All));
        for object in [first, NewObject::new(PropertyMap::new())] {
            encoder.encode(&object, LARGE).unwrap();
            encoder.push(&object);
        }
        let batch = encoder.take().unwrap();
        assert!(batch.multi_vectors);
        let message = decoded(&batch);
        assert_eq!(message.consistency_level(), Level::All);
        let [first, second] = message.objects.as_slice() else { panic!("{message:?}") };
        assert_eq!((first.collection.as_str(), first.tenant.as_str()), ("Article", "hot"));
        assert_eq!(first.uuid, "00ff0000-0000-4000-8000-000000000001");
        assert_eq!(first.properties.as_ref().unwrap().single_target_ref_props[0].uuids, [first.uuid.as_str()]);
        assert_eq!(first.vector_bytes.as_ref(), [0, 0, 128, 63, 0, 0, 0, 0]);
        assert_eq!(first.vectors[0].r#type(), VectorType::SingleFp32);
        assert_eq!(first.vectors[0].vector_bytes.as_ref(), [0, 0, 0, 63]);
        assert_eq!(first.vectors[1].r#type(), VectorType::MultiFp32);
        assert_eq!(first.vectors[1].vector_bytes.len(), 2 + 16);
        assert_eq!((second.properties.as_ref(), second.vectors.len()), (None, 0));

        let plain = &messages([NewObject::new(())], LARGE)[0];
        assert!(!plain.multi_vectors && decoded(plain).consistency_level.is_none());
    }

    #[test]
    fn messages_are_cut_by_bytes() {
        let text = |len: usize| NewObject::new(PropertyMap::from([("t", "x".repeat(len))]));
        let lens = |batches: &[EncodedBatch]| batches.iter().map(|batch| batch.bytes.len()).collect::<Vec<_>>();
        let counts = |batches: &[EncodedBatch]| -> Vec<usize> {
            batches.iter().map(|batch| decoded(batch).objects.len()).collect()
        };
        let small = messages((0..10).map(|_| text(100)), 630);
        assert!(lens(&small).iter().all(|len| *len <= 630), "{:?}", lens(&small));
        assert!(small.len() > 2);
        assert_eq!(counts(&small).iter().sum::<usize>(), 10);
        // The server would take more, but nothing is gained by it.
        let large = messages([text(300), text(300), text(9_000), text(1), text(1)], 640);
        assert_eq!(counts(&large), [1, 1, 1, 2]);
    }

    #[test]
    fn messages_are_cut_by_count() {
        let objects = (0..2_001).map(|_| NewObject::new(()));
        let counts: Vec<_> = messages(objects, LARGE).iter().map(|batch| decoded(batch).objects.len()).collect();
        assert_eq!(counts, [1_000, 1_000, 1]);
    }

    #[test]
    fn room_is_made_for_what_is_expected() {
        let mut encoder = encoder(None, None);
        for (len, remaining, room) in [
            (100, 0, 100),
            (100, 9, 1_000),
            (100, usize::MAX, 100_000),
            (1 << 20, usize::MAX, 4 << 20),
            (9 << 20, 0, 9 << 20),
            (0, 0, 0),
        ] {
            encoder.bytes = Vec::new();
            encoder.begin(len, remaining, 4 << 20);
            let made = encoder.bytes.capacity();
            assert!((room..=room + room / 8 + 32).contains(&made), "{len} {remaining}: {made}");
        }
    }

    #[test]
    fn a_bad_object_leaves_no_trace() {
        let mut encoder = encoder(None, None);
        let fine = NewObject::new(PropertyMap::new());
        encoder.encode(&fine, 1_000).unwrap();
        encoder.push(&fine);
        let huge = "x".repeat(1_000);
        for (object, kind, field) in [
            (NewObject::new(PropertyMap::from([("n", f64::NAN)])), ErrorKind::Validation, Some("n")),
            (NewObject::new(PropertyMap::new()).unnamed_vector([f32::NAN]), ErrorKind::Validation, Some("vector")),
            (NewObject::new(PropertyMap::from([("t", huge)])), ErrorKind::LimitExceeded, None),
        ] {
            let error = encoder.encode(&object, 1_000).unwrap_err();
            assert_eq!((error.kind(), error.field(), error.outcome()), (kind, field, Outcome::NotSent));
        }
        encoder.encode(&fine, 1_000).unwrap();
        encoder.push(&fine);
        assert_eq!(decoded(&encoder.take().unwrap()).objects.len(), 2);
    }

    #[test]
    fn refusals_are_told_by_the_position_in_the_message() {
        let reply = |index, error: &str| BatchObjectsReply {
            errors: vec![BatchError { index, error: error.to_owned() }],
            ..BatchObjectsReply::default()
        };
        for (text, kind, outcome) in [
            (
                "invalid text property 'title' on class 'A': not a string, but float64",
                ErrorKind::Validation,
                Outcome::Refused,
            ),
            ("tenant not found: \"nosuch\"", ErrorKind::Tenant, Outcome::Refused),
            ("collection A does not have configuration for vector b", ErrorKind::Server, Outcome::Refused),
            ("Validate vector index for 1: vectors of another length", ErrorKind::Server, Outcome::Unknown),
        ] {
            let refused = refusals(reply(1, text), 2).unwrap();
            let [(1, error)] = refused.as_slice() else { panic!("{refused:?}") };
            assert_eq!(error.outcome(), outcome, "{text}");
            assert_eq!(error.server_message(), Some(text));
            if kind != ErrorKind::Server {
                assert_eq!(error.kind(), kind, "{text}");
            }
        }
        assert!(refusals(BatchObjectsReply::default(), 2).unwrap().is_empty());
        for nonsense in [-1, 2, i32::MAX] {
            let error = refusals(reply(nonsense, "x"), 2).unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown));
        }
    }
}
