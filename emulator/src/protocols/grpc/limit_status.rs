//! Status of a call that would exceed a limit, with details that a program can read.

use bytes::Bytes;
use prost::encoding::{WireType, encode_key, encode_varint};
use tonic::{Code, Status};

use crate::engine::schema::LimitReached;

/// The code of the limit in the details. REST has it, too.
pub(crate) const ERROR_CODE: &str = "USAGE_LIMIT_EXCEEDED";

/// The status, with a `google.rpc.ErrorInfo` in its details.
pub(crate) fn exceeded(reached: LimitReached) -> Status {
    let message = reached.to_string();
    let most = reached.most.to_string();
    let mut info = Vec::new();
    put(&mut info, 1, ERROR_CODE.as_bytes());
    put(&mut info, 2, b"weaviate.usagelimits");
    for (name, value) in [("limit", reached.limit.name()), ("value", most.as_str()), ("message", message.as_str())] {
        let mut entry = Vec::new();
        put(&mut entry, 1, name.as_bytes());
        put(&mut entry, 2, value.as_bytes());
        put(&mut info, 3, &entry);
    }
    let mut any = Vec::new();
    put(&mut any, 1, b"type.googleapis.com/google.rpc.ErrorInfo");
    put(&mut any, 2, &info);
    let mut status = Vec::new();
    encode_key(1, WireType::Varint, &mut status);
    // RESOURCE_EXHAUSTED.
    encode_varint(8, &mut status);
    put(&mut status, 2, message.as_bytes());
    put(&mut status, 3, &any);
    Status::with_details(Code::ResourceExhausted, message, Bytes::from(status))
}

/// Appends a field with its length in front.
fn put(message: &mut Vec<u8>, field: u32, content: &[u8]) {
    encode_key(field, WireType::LengthDelimited, message);
    encode_varint(u64::try_from(content.len()).unwrap_or(u64::MAX), message);
    message.extend_from_slice(content);
}
