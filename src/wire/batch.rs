//! Import encoder: collects encoded objects in the bytes of a `BatchObjectsRequest`.
//!
//! Each object is serialized straight from the user's type and copied behind the earlier ones. The
//! result is sent as it is.

use bytes::Bytes;
use serde::Serialize;
use weaviate_generated::grpc::BatchObjectsReply;
use weaviate_generated::grpc::batch_objects_reply::BatchError;

use super::object_encoder::ObjectEncoder;
use super::reply::took;
use crate::error::GrpcCode;
use crate::error::Verdict;
use crate::values::bulk_report::MessageResult;
use crate::values::data::NewObject;
use crate::values::properties::Layout;
use crate::values::target::Target;
use crate::{Error, Result};

/// Limit of objects per message. More bring no gain: the server handles them one by one.
const MAX_OBJECTS: usize = 1_000;

/// Size limits of import messages, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchLimits {
    /// Hard limit of a message.
    pub(crate) max: usize,
    /// Target size: a message of this size is sent. Larger messages do not lower the cost of an
    /// object.
    pub(crate) enough: usize,
}

/// Encodes objects into messages within the limits. Owns the objects of the open message.
#[derive(Debug)]
pub(crate) struct BatchEncoder<P> {
    limits: BatchLimits,
    encoder: ObjectEncoder,
    /// Bytes of the open message.
    bytes: Vec<u8>,
    objects: Vec<(usize, NewObject<P>)>,
    multi_vectors: bool,
}

/// An encoded `BatchObjectsRequest` with its objects, by their position in the import.
#[derive(Debug)]
pub(crate) struct EncodedBatch<P> {
    pub(crate) bytes: Bytes,
    pub(crate) objects: Vec<(usize, NewObject<P>)>,
    /// Whether any object has a multi-vector, which some servers lack.
    pub(crate) multi_vectors: bool,
}

/// Result of offering an object to the encoder.
#[derive(Debug)]
pub(crate) enum Offer<P> {
    /// The object is in the open message.
    Taken,
    /// The open message is full and closed. Offered again, the object starts the next one.
    Full(EncodedBatch<P>, NewObject<P>),
    /// The object cannot be encoded.
    Rejected(NewObject<P>, Error),
}

impl<P: Serialize> BatchEncoder<P> {
    pub(crate) fn new(
        target: Target,
        layout: &'static Layout,
        allow_lossy_integers: bool,
        limits: BatchLimits,
    ) -> Self {
        Self {
            limits,
            encoder: ObjectEncoder::new(target, layout, allow_lossy_integers, limits.max),
            bytes: Vec::new(),
            objects: Vec::new(),
            multi_vectors: false,
        }
    }

    /// Sets the limits of the next message. Only while no message is open.
    pub(crate) fn set_limits(&mut self, limits: BatchLimits) {
        self.limits = limits;
        self.encoder.set_max(limits.max);
    }

    /// Encodes an object with an id into the open message. `index` is its position in the import,
    /// `remaining` the known number of objects after it.
    pub(crate) fn offer(&mut self, index: usize, object: NewObject<P>, remaining: usize) -> Offer<P> {
        let len = match self.encoder.encode(&object) {
            Ok(len) => len,
            Err(error) => return Offer::Rejected(object, error),
        };
        let room = self.objects.len() < MAX_OBJECTS && self.bytes.len() + len <= self.limits.enough;
        if !room && let Some(message) = self.take() {
            return Offer::Full(message, object);
        }
        if self.objects.is_empty() {
            self.reserve(len, remaining);
        }
        self.encoder.write(&object, &mut self.bytes);
        self.multi_vectors |= self.encoder.has_multi_vectors(&object);
        self.objects.push((index, object));
        Offer::Taken
    }

    /// Closes the open message; `None` if it is empty.
    pub(crate) fn take(&mut self) -> Option<EncodedBatch<P>> {
        if self.objects.is_empty() {
            return None;
        }
        self.encoder.end(&mut self.bytes);
        Some(EncodedBatch {
            bytes: std::mem::take(&mut self.bytes).into(),
            objects: std::mem::take(&mut self.objects),
            multi_vectors: std::mem::take(&mut self.multi_vectors),
        })
    }

    /// Reserves memory for a message from the length of its first object, since objects of an
    /// import are alike.
    fn reserve(&mut self, len: usize, remaining: usize) {
        let objects = remaining.saturating_add(1).min(MAX_OBJECTS);
        let estimate = len.saturating_add(len / 16).saturating_mul(objects).saturating_add(16);
        // The consistency level takes two bytes.
        let reserved = estimate.min(self.limits.enough.max(len) + 2);
        self.bytes.reserve(reserved);
        self.objects.reserve(objects.min(reserved / len.max(1) + 1));
    }
}

/// Returns the refused objects by their position in the message, and the time the server took. All
/// other objects are stored.
pub(crate) fn refusals(reply: BatchObjectsReply, sent: usize) -> Result<MessageResult> {
    let took = took(reply.took);
    let errors = reply.errors.into_iter().map(|BatchError { index, error }| (index, error));
    Ok(MessageResult { refused: errors_by_index(errors, sent)?, took })
}

/// Converts the errors of single parts of a message with `sent` parts.
pub(super) fn errors_by_index(errors: impl Iterator<Item = (i32, String)>, sent: usize) -> Result<Vec<(usize, Error)>> {
    let refused = errors.map(|(index, text)| {
        let known = usize::try_from(index).ok().filter(|index| *index < sent);
        // Without a valid position, the other results are not reliable either.
        let known =
            known.ok_or_else(|| Error::decode(format!("the reply has an error for part {index} of {sent}: {text}")))?;
        Ok((known, refusal(if text.is_empty() { super::NO_REASON } else { &text })))
    });
    refused.collect()
}

/// Converts the text of an error for one part of a message. Whether the part is stored is unknown
/// where the text is.
pub(super) fn refusal(text: &str) -> Error {
    Error::new(Verdict::of_grpc(GrpcCode::Unknown, text), "").with_server_message(text)
}

/// Returns the ids in a message, for tests of what sends it.
#[cfg(test)]
pub(crate) fn ids_of(message: &Bytes) -> Vec<crate::Uuid> {
    use prost::Message as _;
    let message = weaviate_generated::grpc::BatchObjectsRequest::decode(message.clone()).unwrap();
    message.objects.iter().map(|object| object.uuid.parse().unwrap()).collect()
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use uuid::Uuid;
    use weaviate_generated::grpc::vectors::VectorType;
    use weaviate_generated::grpc::{BatchObjectsRequest, ConsistencyLevel as Level};

    use super::*;
    use crate::ErrorKind;
    use crate::error::Outcome;
    use crate::values::types::ConsistencyLevel;
    use crate::values::types::PropertyMap;
    use crate::values::types::Vector;

    const LARGE: BatchLimits = BatchLimits { max: 100 << 20, enough: 100 << 20 };

    fn encoder<P: Serialize>(limits: BatchLimits) -> BatchEncoder<P> {
        BatchEncoder::new(Target::new("Article"), &Layout::EMPTY, false, limits)
    }

    fn decoded<P>(batch: &EncodedBatch<P>) -> BatchObjectsRequest {
        let message = BatchObjectsRequest::decode(batch.bytes.clone()).unwrap();
        assert_eq!(message.encode_to_vec(), batch.bytes, "the same bytes as the generated code writes");
        assert_eq!(message.objects.len(), batch.objects.len());
        message
    }

    /// Returns the messages of an import.
    fn messages<P: Serialize>(objects: impl IntoIterator<Item = NewObject<P>>, enough: usize) -> Vec<EncodedBatch<P>> {
        let mut encoder = encoder(BatchLimits { enough, ..LARGE });
        let mut messages = Vec::new();
        for (index, mut object) in objects.into_iter().enumerate() {
            loop {
                object = match encoder.offer(index, object, 0) {
                    Offer::Taken => break,
                    Offer::Full(message, object) => {
                        messages.push(message);
                        object
                    }
                    Offer::Rejected(_, error) => panic!("{error}"),
                };
            }
        }
        messages.extend(encoder.take());
        assert!(encoder.take().is_none());
        let positions = messages.iter().flat_map(|message| &message.objects).map(|(index, _)| *index);
        assert!(positions.eq(0..messages.iter().map(|message| message.objects.len()).sum()));
        messages
    }

    #[test]
    fn the_encoder_equals_the_generated_code() {
        let id = Uuid::from_u128(0x00ff_0000_0000_4000_8000_0000_0000_0001);
        let multi = Vector::from(vec![vec![1.0, 0.0], vec![0.0, 1.0]]);
        let first = NewObject::new(PropertyMap::from([("title", "x")]))
            .id(id)
            .unnamed_vector([1.0, 0.0])
            .named_vector("a", [0.5])
            .named_vector("a long name", multi)
            .reference("by", id);
        let target =
            Target { tenant: Some("hot".into()), level: Some(ConsistencyLevel::All), ..Target::new("Article") };
        let mut encoder = BatchEncoder::new(target, &Layout::EMPTY, false, LARGE);
        for (index, object) in [first, NewObject::new(PropertyMap::new())].into_iter().enumerate() {
            assert!(matches!(encoder.offer(index, object, 0), Offer::Taken));
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

        let plain = &messages([NewObject::new(())], LARGE.enough)[0];
        assert!(!plain.multi_vectors && decoded(plain).consistency_level.is_none());
    }

    #[test]
    fn messages_are_limited_by_bytes() {
        let text = |len: usize| NewObject::new(PropertyMap::from([("t", "x".repeat(len))]));
        let lens = |batches: &[EncodedBatch<PropertyMap>]| -> Vec<usize> {
            batches.iter().map(|batch| batch.bytes.len()).collect()
        };
        let counts = |batches: &[EncodedBatch<PropertyMap>]| -> Vec<usize> {
            batches.iter().map(|batch| decoded(batch).objects.len()).collect()
        };
        let small = messages((0..10).map(|_| text(100)), 630);
        assert!(lens(&small).iter().all(|len| *len <= 630), "{:?}", lens(&small));
        assert!(small.len() > 2);
        assert_eq!(counts(&small).iter().sum::<usize>(), 10);
        // Below the limit of the server, but above the target size.
        let large = messages([text(300), text(300), text(9_000), text(1), text(1)], 640);
        assert_eq!(counts(&large), [1, 1, 1, 2]);
    }

    #[test]
    fn messages_are_limited_by_count() {
        let objects = (0..2_001).map(|_| NewObject::new(()));
        let counts: Vec<_> = messages(objects, LARGE.enough).iter().map(|batch| decoded(batch).objects.len()).collect();
        assert_eq!(counts, [1_000, 1_000, 1]);
    }

    #[test]
    fn memory_is_reserved_for_a_whole_message() {
        for (len, remaining, room) in [
            (100, 0, 100),
            (100, 9, 1_000),
            (100, usize::MAX, 100_000),
            (1 << 20, usize::MAX, 4 << 20),
            (9 << 20, 0, 9 << 20),
            (0, 0, 0),
        ] {
            let mut encoder = encoder::<()>(BatchLimits { enough: 4 << 20, ..LARGE });
            encoder.reserve(len, remaining);
            let made = encoder.bytes.capacity();
            assert!((room..=room + room / 8 + 32).contains(&made), "{len} {remaining}: {made}");
        }
    }

    #[test]
    fn a_rejected_object_is_returned_and_not_encoded() {
        let mut encoder = encoder(BatchLimits { max: 1_000, ..LARGE });
        let fine = NewObject::new(PropertyMap::new());
        assert!(matches!(encoder.offer(0, fine.clone(), 0), Offer::Taken));
        let huge = "x".repeat(1_000);
        for (object, kind, field) in [
            (NewObject::new(PropertyMap::from([("n", f64::NAN)])), ErrorKind::Validation, Some("n")),
            (NewObject::new(PropertyMap::new()).unnamed_vector([f32::NAN]), ErrorKind::Validation, Some("vector")),
            (NewObject::new(PropertyMap::from([("t", huge)])), ErrorKind::LimitExceeded, None),
        ] {
            let Offer::Rejected(_, error) = encoder.offer(1, object, 0) else { panic!("{field:?} was taken") };
            assert_eq!((error.kind(), error.field(), error.outcome()), (kind, field, Outcome::NotSent));
        }
        assert!(matches!(encoder.offer(4, fine, 0), Offer::Taken));
        let message = encoder.take().unwrap();
        assert_eq!(decoded(&message).objects.len(), 2);
        assert_eq!(message.objects.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 4]);
    }

    #[test]
    fn refusals_have_their_position_in_the_message() {
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
            ("collection A does not have configuration for vector b", ErrorKind::Validation, Outcome::Refused),
            ("Validate vector index for 1: vectors of another length", ErrorKind::Validation, Outcome::Refused),
            ("inconsistent vector lengths: 2 != 3", ErrorKind::Validation, Outcome::Unknown),
            ("update vector index: insert doc id 1 to vector index: full", ErrorKind::Server, Outcome::Unknown),
        ] {
            let refused = refusals(reply(1, text), 2).unwrap().refused;
            let [(1, error)] = refused.as_slice() else { panic!("{refused:?}") };
            assert_eq!(error.outcome(), outcome, "{text}");
            assert_eq!(error.server_message(), Some(text));
            if kind != ErrorKind::Server {
                assert_eq!(error.kind(), kind, "{text}");
            }
        }
        for (seconds, took) in [(0.0, 0), (0.25, 250), (-1.0, 0), (f32::NAN, 0), (f32::INFINITY, 0)] {
            let answered = refusals(BatchObjectsReply { took: seconds, ..BatchObjectsReply::default() }, 2).unwrap();
            assert!(answered.refused.is_empty());
            assert_eq!(answered.took.as_millis(), took, "{seconds}");
        }
        for nonsense in [-1, 2, i32::MAX] {
            let error = refusals(reply(nonsense, "x"), 2).unwrap_err();
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Decode, Outcome::Unknown));
        }
    }
}
