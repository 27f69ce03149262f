//! The jobs with the generated stub, and messages made by hand: what a user writes without a client library.

use std::hint::black_box;
use std::ops::Range;

use prost_types::value::Kind;
use prost_types::{Struct, Value};
use tonic::transport::{Channel, Endpoint};
use weaviate_generated::grpc::batch_object::Properties;
use weaviate_generated::grpc::weaviate_client::WeaviateClient;
use weaviate_generated::grpc::{
    BatchObject, BatchObjectsRequest, MetadataRequest, NearVector, PropertiesRequest, SearchRequest, Vectors,
};

use super::{Article, COLLECTION, vector_bytes};

pub(crate) const LARGE: usize = 256 << 20;

pub(crate) async fn channel(grpc: &str) -> Channel {
    endpoint(grpc).connect().await.unwrap()
}

/// With windows as large as the client's, so that replies with vectors come without a pause.
pub(crate) fn endpoint(grpc: &str) -> Endpoint {
    let endpoint = Endpoint::from_shared(grpc.to_owned()).unwrap().tcp_nodelay(true);
    endpoint.initial_stream_window_size(8 << 20).initial_connection_window_size(64 << 20)
}

pub(crate) fn search(limit: u32, vectors: bool) -> SearchRequest {
    SearchRequest {
        collection: COLLECTION.to_owned(),
        limit,
        uses_127_api: true,
        metadata: Some(MetadataRequest { uuid: true, distance: true, vector: vectors, ..MetadataRequest::default() }),
        properties: Some(PropertiesRequest { return_all_nonref_properties: true, ..PropertiesRequest::default() }),
        near_vector: Some(NearVector {
            vectors: vec![Vectors { vector_bytes: vector_bytes().into(), r#type: 1, ..Vectors::default() }],
            ..NearVector::default()
        }),
        ..SearchRequest::default()
    }
}

pub(crate) fn objects(numbers: Range<u32>) -> BatchObjectsRequest {
    let text = |text: String| Value { kind: Some(Kind::StringValue(text)) };
    let objects = numbers.map(|number| {
        let Article { title, body, .. } = Article::new(number);
        let year = Value { kind: Some(Kind::NumberValue(f64::from(1900 + number % 120))) };
        let fields = [("title", text(title)), ("body", text(body)), ("year", year)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        BatchObject {
            uuid: uuid::Uuid::new_v4().to_string(),
            collection: COLLECTION.to_owned(),
            properties: Some(Properties { non_ref_properties: Some(Struct { fields }), ..Properties::default() }),
            vectors: vec![Vectors {
                name: "default".to_owned(),
                vector_bytes: vector_bytes().into(),
                r#type: 1,
                ..Vectors::default()
            }],
            ..BatchObject::default()
        }
    });
    BatchObjectsRequest { objects: objects.collect(), consistency_level: None }
}

#[derive(Clone)]
pub(crate) struct Bare(WeaviateClient<Channel>);

impl Bare {
    pub(crate) async fn connect(grpc: &str) -> Self {
        Self::over(channel(grpc).await)
    }

    pub(crate) fn over(channel: Channel) -> Self {
        let client = WeaviateClient::new(channel);
        Self(client.max_decoding_message_size(LARGE).max_encoding_message_size(LARGE))
    }

    pub(crate) async fn near_vector(&self, limit: u32, vectors: bool) {
        let reply = self.0.clone().search(search(limit, vectors)).await.unwrap().into_inner();
        assert_eq!(reply.results.len(), usize::try_from(limit).unwrap());
        for hit in &reply.results {
            let bytes = &hit.metadata.as_ref().unwrap().vector_bytes;
            let vector: Vec<f32> =
                bytes.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect();
            let fields = &hit.properties.as_ref().unwrap().non_ref_props.as_ref().unwrap().fields;
            black_box((vector.last(), fields.len()));
        }
    }

    pub(crate) async fn insert(&self, numbers: Range<u32>) {
        let reply = self.0.clone().batch_objects(objects(numbers)).await.unwrap().into_inner();
        assert!(reply.errors.is_empty());
    }
}
