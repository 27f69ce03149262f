//! A codec for messages that are encoded already.

use std::marker::PhantomData;

use bytes::{Buf as _, BufMut as _, Bytes};
use prost::Message;
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// Sends bytes as they are and reads a message of type `R`.
pub(super) struct EncodedCodec<R>(PhantomData<fn() -> R>);

impl<R> EncodedCodec<R> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R: Message + Default + 'static> Codec for EncodedCodec<R> {
    type Encode = Bytes;
    type Decode = R;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self::new()
    }

    fn decoder(&mut self) -> Self {
        Self::new()
    }
}

impl<R> Encoder for EncodedCodec<R> {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        target.reserve(item.len());
        target.put(item);
        Ok(())
    }
}

impl<R: Message + Default> Decoder for EncodedCodec<R> {
    type Item = R;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<R>, Status> {
        // One piece of memory is read faster than a buffer that could be many, and vectors stay slices of it.
        let message = source.copy_to_bytes(source.remaining());
        R::decode(message).map(Some).map_err(|error| Status::internal(error.to_string()))
    }
}
