//! Depth of messages, measured on their bytes before they are decoded: a decoder calls itself for each level.

use std::io::Read as _;

use axum::body::Body;
use axum::extract::Request;
use bytes::{Buf as _, Bytes, BytesMut};
use flate2::read::GzDecoder;
use http_body_util::BodyExt as _;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};
use prost_reflect::{Kind, MessageDescriptor};
use tonic::Status;

use crate::protocols::grpc_web;

/// The levels of messages that the server decodes, the outermost one included.
const DEEPEST: usize = 10_000;

/// The levels of messages that a batch of objects may have: two for each object inside another, and five around the
/// first. That makes as many objects as REST takes in one another, whose JSON has a bound of 128 levels. Stored values
/// are copied, shown and dropped level by level, on whatever stack there is.
const DEEPEST_OBJECTS: usize = 5 + 2 * 120;

/// Length of the head in front of a message: the compression flag and the message's length.
const HEAD: usize = 5;

/// Refuses a call whose message is too deep, or longer than the bound. Streams pass.
pub(super) async fn check(request: Request, longest: usize) -> Result<Request, Status> {
    let Some(method) = grpc_web::method(request.uri().path().trim_start_matches('/')) else { return Ok(request) };
    if method.is_client_streaming() {
        return Ok(request);
    }
    let (parts, mut body) = request.into_parts();
    let mut read = BytesMut::new();
    // What breaks off is for the decoder to refuse.
    while let Some(Ok(frame)) = body.frame().await {
        read.extend(frame.into_data().ok());
        if let Some(length) = length(&read).filter(|length| *length > longest) {
            return Err(too_long(length, longest));
        }
    }
    let read = read.freeze();
    let deepest = if method.name() == "BatchObjects" { DEEPEST_OBJECTS } else { DEEPEST };
    if let Some(message) = message(&read, longest)
        && is_deeper(method.input(), &message, deepest)
    {
        return Err(too_deep());
    }
    Ok(Request::from_parts(parts, Body::from(read)))
}

pub(super) fn too_deep() -> Status {
    // With a space that does not break, as the server's protobuf library has it.
    Status::internal("grpc: error unmarshalling request: proto:\u{a0}exceeded maximum recursion depth")
}

pub(super) fn too_long(length: usize, longest: usize) -> Status {
    Status::resource_exhausted(format!("grpc: received message larger than max ({length} vs. {longest})"))
}

/// The length that the head tells.
fn length(read: &[u8]) -> Option<usize> {
    let [_, length @ ..] = *read.first_chunk::<HEAD>()?;
    usize::try_from(u32::from_be_bytes(length)).ok()
}

/// The message behind its head, as it was before it was compressed.
fn message(read: &Bytes, longest: usize) -> Option<Bytes> {
    let rest = read.get(HEAD..HEAD + length(read)?)?;
    if read.first() == Some(&0) {
        return Some(read.slice_ref(rest));
    }
    let mut plain = Vec::new();
    // A longer one is refused by the decoder, which stops there, too.
    let bound = u64::try_from(longest).unwrap_or(u64::MAX);
    GzDecoder::new(rest).take(bound).read_to_end(&mut plain).ok()?;
    Some(plain.into())
}

/// Returns whether messages within messages make more levels than this. Bytes that are not such a message end the search.
fn is_deeper(kind: MessageDescriptor, bytes: &[u8], most: usize) -> bool {
    let mut waiting = vec![(kind, bytes, 1)];
    while let Some((kind, mut bytes, depth)) = waiting.pop() {
        if depth > most {
            return true;
        }
        while bytes.has_remaining() {
            let Ok((tag, wire_type)) = decode_key(&mut bytes) else { break };
            let inner = kind.get_field(tag).and_then(|field| match field.kind() {
                Kind::Message(inner) if wire_type == WireType::LengthDelimited => Some(inner),
                _ => None,
            });
            let Some(inner) = inner else {
                if skip_field(wire_type, tag, &mut bytes, DecodeContext::default()).is_err() {
                    break;
                }
                continue;
            };
            let length = decode_varint(&mut bytes).ok().and_then(|length| usize::try_from(length).ok());
            let Some((message, rest)) = length.and_then(|length| bytes.split_at_checked(length)) else { break };
            waiting.push((inner, message, depth + 1));
            bytes = rest;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use weaviate_generated::grpc::SearchRequest;

    use super::*;

    fn kind() -> MessageDescriptor {
        grpc_web::method("weaviate.v1.Weaviate/Search").unwrap().input()
    }

    fn with_length(tag: u8, message: &[u8]) -> Vec<u8> {
        let mut bytes = vec![tag << 3 | 2];
        prost::encoding::encode_varint(message.len() as u64, &mut bytes);
        [bytes, message.to_vec()].concat()
    }

    /// A request with so many filters within each other.
    fn nested(filters: usize) -> Vec<u8> {
        let filter = (1..filters).fold(Vec::new(), |inner, _| with_length(3, &inner));
        let mut bytes = SearchRequest { collection: "A".to_owned(), ..SearchRequest::default() }.encode_to_vec();
        prost::encoding::encode_key(40, WireType::LengthDelimited, &mut bytes);
        prost::encoding::encode_varint(filter.len() as u64, &mut bytes);
        [bytes, filter].concat()
    }

    #[test]
    fn levels_are_counted_with_the_outermost() {
        for filters in [1, 2, 50, 9_999] {
            assert!(!is_deeper(kind(), &nested(filters), filters + 1), "{filters}");
            assert!(is_deeper(kind(), &nested(filters), filters), "{filters}");
        }
        assert!(is_deeper(kind(), &nested(10_000), DEEPEST));
    }

    #[test]
    fn what_is_no_message_has_no_depth() {
        for bytes in [&b""[..], b"\xff\xff", b"\xc2\x02\xff\xff\xff\xff\x0f", b"\xc3\x02\x00", b"\x08"] {
            assert!(!is_deeper(kind(), bytes, 1), "{bytes:?}");
        }
    }

    #[test]
    fn a_compressed_message_is_measured_too() {
        use std::io::Write as _;
        let plain = nested(10_000);
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped.write_all(&plain).unwrap();
        let zipped = zipped.finish().unwrap();
        let framed = |flag: u8, message: &[u8]| {
            let length = u32::try_from(message.len()).unwrap().to_be_bytes();
            Bytes::from([&[flag][..], &length, message].concat())
        };
        for framed in [framed(0, &plain), framed(1, &zipped)] {
            let message = message(&framed, 1 << 20).unwrap();
            assert_eq!(message, plain);
            assert!(is_deeper(kind(), &message, DEEPEST));
        }
    }
}
