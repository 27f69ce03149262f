//! The transport floor: each request is encoded once and sent again and again, and replies are dropped as bytes. What is
//! above it is a client's own work: encoding, decoding, bookkeeping.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use bytes::{Buf as _, BufMut as _, Bytes};
use http::uri::PathAndQuery;
use prost::Message as _;
use tonic::Status;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;

use super::bare;

#[derive(Clone)]
pub(crate) struct Floor {
    grpc: Grpc<Channel>,
    encoded: Arc<Mutex<HashMap<Message, Bytes>>>,
}

/// A request, by what it depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Message {
    Search { limit: u32, vectors: bool },
    Insert { objects: u32 },
}

impl Message {
    fn encode(self) -> Bytes {
        match self {
            Self::Search { limit, vectors } => bare::search(limit, vectors).encode_to_vec().into(),
            Self::Insert { objects } => bare::objects(0..objects).encode_to_vec().into(),
        }
    }
}

impl Floor {
    pub(crate) async fn connect(grpc: &str) -> Self {
        Self::over(bare::channel(grpc).await)
    }

    pub(crate) fn over(channel: Channel) -> Self {
        let grpc = Grpc::new(channel).max_decoding_message_size(bare::LARGE).max_encoding_message_size(bare::LARGE);
        Self { grpc, encoded: Arc::default() }
    }

    pub(crate) async fn near_vector(&self, limit: u32, vectors: bool) {
        let size = self.call("/weaviate.v1.Weaviate/Search", Message::Search { limit, vectors }).await;
        assert!(size > usize::try_from(limit).unwrap());
    }

    pub(crate) async fn insert(&self, numbers: Range<u32>) {
        let objects = numbers.end - numbers.start;
        self.call("/weaviate.v1.Weaviate/BatchObjects", Message::Insert { objects }).await;
    }

    async fn call(&self, path: &'static str, message: Message) -> usize {
        let bytes = self.encoded.lock().unwrap().entry(message).or_insert_with(|| message.encode()).clone();
        let mut grpc = self.grpc.clone();
        grpc.ready().await.unwrap();
        grpc.unary(tonic::Request::new(bytes), PathAndQuery::from_static(path), Raw).await.unwrap().into_inner()
    }
}

/// Sends a message as it is. Of a reply, only the length is left.
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = usize;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        target.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = usize;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<usize>, Status> {
        let len = source.remaining();
        source.advance(len);
        Ok(Some(len))
    }
}
