//! Objects for import, as the bytes of the message that carries them.
//!
//! An object is written once, straight from the user's struct, behind those that were written before it. What results is
//! a `BatchObjectsRequest` already, which is sent as it is.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;
use uuid::Uuid;
use uuid::fmt::Hyphenated;
use weaviate_generated::grpc::BatchObjectsReply;
use weaviate_generated::grpc::batch_objects_reply::BatchError;

use super::properties::{PropertiesEncoder, field_len, put_field, put_prefix};
use super::{consistency, vector};
use crate::data::ReferenceTo;
use crate::error::Verdict;
use crate::types::{Vector, Vectors};
use crate::{ConsistencyLevel, Error, ErrorKind, GrpcCode, Outcome, Result};

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

/// Splits objects into messages that the server takes.
#[derive(Debug)]
pub(crate) struct BatchEncoder {
    properties: PropertiesEncoder,
    collection: String,
    tenant: String,
    max_bytes: usize,
    max_objects: usize,
    /// The message that is being filled.
    bytes: Vec<u8>,
    indices: Vec<usize>,
    full: Vec<EncodedBatch>,
}

/// One message: a `BatchObjectsRequest` but for its consistency level.
#[derive(Clone, Debug)]
pub(crate) struct EncodedBatch {
    objects: Bytes,
    /// The position in the caller's input, for each object of the message.
    indices: Vec<usize>,
}

impl BatchEncoder {
    /// `max_message_size` is what the server takes; a little is kept free.
    pub(crate) fn new(collection: &str, tenant: Option<&str>, max_message_size: usize) -> Self {
        Self {
            properties: PropertiesEncoder::default(),
            collection: collection.to_owned(),
            tenant: tenant.unwrap_or_default().to_owned(),
            max_bytes: max_message_size - max_message_size / 64,
            max_objects: MAX_OBJECTS,
            bytes: Vec::new(),
            indices: Vec::new(),
            full: Vec::new(),
        }
    }

    /// Adds the object that the caller knows as number `index`. After an error it is as if it had not been there.
    /// `remaining` is how many more will come, as far as is known.
    pub(crate) fn add<P: Serialize + ?Sized>(
        &mut self,
        index: usize,
        id: Uuid,
        (properties, references): (&P, &[(String, ReferenceTo)]),
        unnamed: Option<&Vector>,
        vectors: &Vectors,
        remaining: usize,
    ) -> Result<()> {
        if let Err(error) = self.properties.encode_with(properties, references) {
            return Err(Error::validation(error.path(), error.message()));
        }
        for (name, vector) in unnamed.map(|vector| ("vector", vector)).into_iter().chain(vectors.iter()) {
            vector::check(vector, name)?;
        }
        let object = self.object_len(unnamed, vectors);
        let framed = field_len(object);
        if framed > self.max_bytes {
            let message =
                format!("the object takes {framed} bytes; the server takes messages of {} bytes", self.max_bytes);
            return Err(Error::new(Verdict::not_sent(ErrorKind::LimitExceeded), message));
        }
        if self.indices.len() == self.max_objects || self.bytes.len() + framed > self.max_bytes {
            self.flush();
        }
        if self.indices.is_empty() {
            // Objects of one import resemble each other, so the first tells how much room all will need.
            let objects = remaining.saturating_add(1).min(self.max_objects);
            let guess = framed.saturating_add(framed / 16).saturating_mul(objects).saturating_add(16);
            self.bytes.reserve(guess.min(self.max_bytes + 2));
            self.indices.reserve(objects);
        }
        put_prefix(&mut self.bytes, key::OBJECT, object);
        self.write(id, unnamed, vectors);
        self.indices.push(index);
        Ok(())
    }

    /// All messages.
    pub(crate) fn finish(mut self) -> Vec<EncodedBatch> {
        self.flush();
        self.full
    }

    fn flush(&mut self) {
        if !self.indices.is_empty() {
            let objects = std::mem::take(&mut self.bytes).into();
            self.full.push(EncodedBatch { objects, indices: std::mem::take(&mut self.indices) });
        }
    }

    fn object_len(&self, unnamed: Option<&Vector>, vectors: &Vectors) -> usize {
        let optional = |len: usize| if len == 0 { 0 } else { field_len(len) };
        field_len(Hyphenated::LENGTH)
            + optional(self.properties.encoded_len())
            + field_len(self.collection.len())
            + optional(self.tenant.len())
            + unnamed.map_or(0, |vector| field_len(vector_len(vector)))
            + vectors.iter().map(|(name, vector)| 1 + field_len(named_len(name, vector))).sum::<usize>()
    }

    fn write(&mut self, id: Uuid, unnamed: Option<&Vector>, vectors: &Vectors) {
        let out = &mut self.bytes;
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

impl EncodedBatch {
    /// The message.
    pub(crate) fn message(&self, level: Option<ConsistencyLevel>) -> Bytes {
        let Some(level) = level else { return self.objects.clone() };
        let mut message = BytesMut::with_capacity(self.objects.len() + 2);
        message.put_slice(&self.objects);
        // Field 2, a varint.
        message.put_slice(&[0x10, consistency::message(level) as u8]);
        message.freeze()
    }

    pub(crate) fn indices(&self) -> &[usize] {
        &self.indices
    }
}

/// The objects that the server refused, by the position in the caller's input. What is not listed is stored.
pub(crate) fn refusals(batch: &EncodedBatch, reply: BatchObjectsReply) -> Result<Vec<(usize, Error)>> {
    let refusal = |BatchError { index, error }| {
        let known = usize::try_from(index).ok().and_then(|index| batch.indices.get(index));
        match known {
            Some(known) => Ok((*known, refusal(&error))),
            // Then nothing is sure of the others either.
            None => Err(Error::decode(format!("an error for object {index} of {}: {error}", batch.indices.len()))),
        }
    };
    reply.errors.into_iter().map(refusal).collect()
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
    use weaviate_generated::grpc::vectors::VectorType;
    use weaviate_generated::grpc::{BatchObjectsRequest, ConsistencyLevel as Level};

    use super::*;
    use crate::types::PropertyMap;

    fn encoder(max: usize) -> BatchEncoder {
        BatchEncoder::new("Article", None, max)
    }

    fn decoded(batch: &EncodedBatch, level: Option<ConsistencyLevel>) -> BatchObjectsRequest {
        let bytes = batch.message(level);
        let message = BatchObjectsRequest::decode(bytes.clone()).unwrap();
        assert_eq!(message.encode_to_vec(), bytes, "the same bytes as the generated code writes");
        message
    }

    #[test]
    fn the_message_is_the_one_that_generated_code_writes() {
        let mut batch = BatchEncoder::new("Article", Some("hot"), 1 << 20);
        let id = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);
        let multi = Vector::from(vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
        let vectors = Vectors::from([("a", Vector::from([0.5])), ("a long name", multi)]);
        batch
            .add(7, id, (&PropertyMap::from([("title", "x")]), &[]), Some(&Vector::from([1.0, 0.0])), &vectors, 0)
            .unwrap();
        batch.add(9, id, (&(), &[]), None, &Vectors::new(), 0).unwrap();
        let batches = batch.finish();
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].indices(), [7, 9]);
        let message = decoded(&batches[0], Some(ConsistencyLevel::All));
        assert_eq!(message.consistency_level(), Level::All);
        let [first, second] = message.objects.as_slice() else { panic!("{message:?}") };
        assert_eq!((first.collection.as_str(), first.tenant.as_str()), ("Article", "hot"));
        assert_eq!(first.uuid, "00ff0000-0000-4000-8000-000000000001");
        assert_eq!(first.vector_bytes.as_ref(), [0, 0, 128, 63, 0, 0, 0, 0]);
        assert_eq!(first.vectors[0].r#type(), VectorType::SingleFp32);
        assert_eq!(first.vectors[0].vector_bytes.as_ref(), [0, 0, 0, 63]);
        assert_eq!(first.vectors[1].r#type(), VectorType::MultiFp32);
        assert_eq!(first.vectors[1].vector_bytes.len(), 2 + 16);
        assert_eq!((second.properties.as_ref(), second.vectors.len()), (None, 0));
        assert!(decoded(&batches[0], None).consistency_level.is_none());
    }

    #[test]
    fn messages_are_cut_by_bytes() {
        let mut batch = encoder(640);
        let text = "x".repeat(100);
        for index in 0..10 {
            batch
                .add(
                    index,
                    Uuid::nil(),
                    (&PropertyMap::from([("t", text.as_str())]), &[]),
                    None,
                    &Vectors::new(),
                    9 - index,
                )
                .unwrap();
        }
        let batches = batch.finish();
        assert!(batches.iter().all(|batch| batch.message(None).len() <= 630));
        assert!(batches.len() > 2);
        let all: Vec<_> = batches.iter().flat_map(|batch| batch.indices().iter().copied()).collect();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
        assert_eq!(batches.iter().map(|batch| decoded(batch, None).objects.len()).sum::<usize>(), 10);
    }

    #[test]
    fn messages_are_cut_by_count() {
        let mut batch = encoder(1 << 20);
        for index in 0..2_001 {
            batch.add(index, Uuid::nil(), (&(), &[]), None, &Vectors::new(), 0).unwrap();
        }
        let counts: Vec<_> = batch.finish().iter().map(|batch| batch.indices().len()).collect();
        assert_eq!(counts, [1_000, 1_000, 1]);
    }

    #[test]
    fn a_bad_object_leaves_no_trace() {
        let mut batch = encoder(1_000);
        let none = Vectors::new();
        batch.add(0, Uuid::nil(), (&(), &[]), None, &none, 0).unwrap();
        let error =
            batch.add(1, Uuid::nil(), (&PropertyMap::from([("n", f64::NAN)]), &[]), None, &none, 0).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("n")));
        let error = batch.add(2, Uuid::nil(), (&(), &[]), Some(&Vector::from([f32::NAN])), &none, 0).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("vector")));
        let huge = "x".repeat(1_000);
        let error = batch.add(3, Uuid::nil(), (&PropertyMap::from([("t", huge)]), &[]), None, &none, 0).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::LimitExceeded, Outcome::NotSent));
        batch.add(4, Uuid::nil(), (&(), &[]), None, &none, 0).unwrap();
        let batches = batch.finish();
        assert_eq!(batches[0].indices(), [0, 4]);
        assert_eq!(decoded(&batches[0], None).objects.len(), 2);
    }

    #[test]
    fn refusals_are_told_by_the_callers_own_numbers() {
        let mut batch = encoder(1_000);
        for index in [3, 7] {
            batch.add(index, Uuid::nil(), (&(), &[]), None, &Vectors::new(), 0).unwrap();
        }
        let batch = batch.finish().remove(0);
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
            let refused = refusals(&batch, reply(1, text)).unwrap();
            let [(7, error)] = refused.as_slice() else { panic!("{refused:?}") };
            assert_eq!(error.outcome(), outcome, "{text}");
            assert_eq!(error.server_message(), Some(text));
            if kind != ErrorKind::Server {
                assert_eq!(error.kind(), kind, "{text}");
            }
        }
        assert!(refusals(&batch, BatchObjectsReply::default()).unwrap().is_empty());
        for nonsense in [-1, 2, i32::MAX] {
            let error = refusals(&batch, reply(nonsense, "x")).unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown));
        }
    }

    #[test]
    fn no_objects_make_no_message() {
        assert!(encoder(1_000).finish().is_empty());
    }
}
