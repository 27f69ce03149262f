//! Decoding and compression of messages.

use std::marker::PhantomData;

use bytes::{Buf as _, Bytes};
use prost::Message;
use tonic::Status;
use tonic::codec::{DecodeBuf, Decoder};

/// Decoder of messages of type `R`.
pub(crate) struct MessageDecoder<R>(PhantomData<fn() -> R>);

impl<R> MessageDecoder<R> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R: Message + Default> Decoder for MessageDecoder<R> {
    type Item = R;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<R>, Status> {
        // Contiguous memory decodes faster, and byte vectors stay slices of it.
        let message = source.copy_to_bytes(source.remaining());
        R::decode(message).map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}

/// Compresses a message with gzip.
#[cfg(feature = "gzip")]
pub(crate) fn gzip(message: &[u8]) -> Option<Bytes> {
    use std::io::Write as _;

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory does not fail. If it did, the message would be sent uncompressed.
    encoder.write_all(message).and_then(|()| encoder.finish()).ok().map(Bytes::from)
}

/// Without the feature, messages are not compressed.
#[cfg(not(feature = "gzip"))]
pub(crate) fn gzip(_: &[u8]) -> Option<Bytes> {
    None
}
