//! The gRPC messages.

use bytes::Bytes;
use prost::Message as _;
use weaviate_generated::grpc::{BatchObject, MetadataResult, SearchReply, SearchRequest, SearchResult, Value};

#[test]
fn bytes_are_slices_of_what_was_received() {
    let reply = SearchReply {
        results: vec![SearchResult {
            metadata: Some(MetadataResult { vector_bytes: Bytes::from(vec![7; 4096]), ..MetadataResult::default() }),
            ..SearchResult::default()
        }],
        ..SearchReply::default()
    };
    let received = Bytes::from(reply.encode_to_vec());
    let decoded = SearchReply::decode(received.clone()).unwrap();
    assert_eq!(decoded, reply);
    let vector = &decoded.results[0].metadata.as_ref().unwrap().vector_bytes;
    assert!(received.as_ptr_range().contains(&vector.as_ptr()));
}

#[test]
fn messages_stay_small_to_move() {
    assert!(size_of::<Value>() <= 56, "{}", size_of::<Value>());
    assert!(size_of::<SearchRequest>() <= 1024, "{}", size_of::<SearchRequest>());
    assert!(size_of::<BatchObject>() <= 400, "{}", size_of::<BatchObject>());
}

#[test]
fn a_field_and_an_enum_value_of_a_newer_server_do_not_fail_a_message() {
    // Field 11 (consistency level) with a value of 99, field 1999 with one byte, field 1 with a name.
    let wire = [0x58, 99, 0xfa, 0x7c, 1, b'x', 0x0a, 1, b'A'];
    let request = SearchRequest::decode(wire.as_slice()).unwrap();
    assert_eq!((request.collection.as_str(), request.consistency_level), ("A", Some(99)));
}
