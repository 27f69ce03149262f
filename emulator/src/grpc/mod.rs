//! The gRPC side: service `weaviate.v1.Weaviate` and the standard health service.

mod codec;
mod delete;
mod filters;
mod incoming;
mod insert;
mod limits;
mod query;
mod ranking;
mod references;
mod reply;
mod search;
mod selection;
mod targets;
mod tenants;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::Stream;
use prost::Message;
use tokio::net::TcpListener;
use tonic::metadata::MetadataMap;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status, Streaming, async_trait};
use weaviate_generated::grpc::weaviate_server::{Weaviate, WeaviateServer};
use weaviate_generated::grpc::{
    AggregateReply, AggregateRequest, BatchDeleteReply, BatchDeleteRequest, BatchObjectsReply, BatchObjectsRequest,
    BatchReferencesReply, BatchReferencesRequest, BatchStreamReply, BatchStreamRequest, SearchReply, SearchRequest,
    TenantsGetReply, TenantsGetRequest,
};

use crate::auth::{self, Denied};
use crate::store::Emulated;

/// Serves on `listener` until `stop` is done and open calls have ended.
pub(crate) async fn serve(
    emulated: Arc<Emulated>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<(), tonic::transport::Error> {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status("weaviate.v1", tonic_health::ServingStatus::Serving).await;
    let maximum = emulated.config.grpc_max_message_size;
    let service = WeaviateServer::new(Service { emulated })
        .max_decoding_message_size(maximum)
        .max_encoding_message_size(usize::MAX);
    let routes = Routes::new(service).add_service(health);
    let reworded = limits::in_the_servers_words(routes.into_axum_router());
    Server::builder()
        .add_routes(Routes::from(reworded))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener), stop)
        .await
}

#[derive(Debug)]
struct Service {
    emulated: Arc<Emulated>,
}

impl Service {
    fn authenticate(&self, metadata: &MetadataMap) -> Result<(), &'static str> {
        let authorization = metadata.get("authorization").and_then(|value| value.to_str().ok());
        auth::check(&self.emulated.config, authorization).map_err(|denied| match denied {
            // Over gRPC the server tells a missing key and a wrong one in the same words.
            Denied::AnonymousOff => "unauthorized: invalid api key",
            Denied::BadToken(text) => text,
        })
    }

    /// Runs one call: who calls, what it answers, how large the answer is.
    fn call<Reply: Message>(
        &self,
        metadata: &MetadataMap,
        answer: impl FnOnce(&Emulated) -> Result<Reply, Status>,
        took: impl FnOnce(&mut Reply) -> Option<&mut f32>,
    ) -> Result<Response<Reply>, Status> {
        let start = Instant::now();
        self.authenticate(metadata).map_err(|fault| Status::unknown(format!("extract auth: {fault}")))?;
        let mut reply = answer(&self.emulated)?;
        if let Some(took) = took(&mut reply) {
            *took = start.elapsed().as_secs_f32();
        }
        limits::check_reply(reply.encoded_len(), self.emulated.config.grpc_max_message_size)?;
        Ok(Response::new(reply))
    }
}

#[async_trait]
impl Weaviate for Service {
    async fn search(&self, request: Request<SearchRequest>) -> Result<Response<SearchReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.call(&metadata, |emulated| search::search(emulated, &message), |reply| Some(&mut reply.took))
    }

    async fn batch_objects(
        &self,
        request: Request<BatchObjectsRequest>,
    ) -> Result<Response<BatchObjectsReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.call(
            &metadata,
            |emulated| insert::insert(emulated, message).map_err(Status::unknown),
            |reply| Some(&mut reply.took),
        )
    }

    async fn batch_references(
        &self,
        request: Request<BatchReferencesRequest>,
    ) -> Result<Response<BatchReferencesReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.call(
            &metadata,
            |emulated| references::add(emulated, &message).map_err(Status::unknown),
            |reply| Some(&mut reply.took),
        )
    }

    async fn batch_delete(&self, request: Request<BatchDeleteRequest>) -> Result<Response<BatchDeleteReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.call(
            &metadata,
            |emulated| delete::delete(emulated, &message).map_err(Status::unknown),
            |reply| Some(&mut reply.took),
        )
    }

    async fn tenants_get(&self, request: Request<TenantsGetRequest>) -> Result<Response<TenantsGetReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.call(
            &metadata,
            |emulated| tenants::get(&emulated.read(), &message).map_err(Status::unknown),
            |reply| Some(&mut reply.took),
        )
    }

    async fn aggregate(&self, _request: Request<AggregateRequest>) -> Result<Response<AggregateReply>, Status> {
        Err(Status::unimplemented("the emulator does not aggregate"))
    }

    type BatchStreamStream = Pin<Box<dyn Stream<Item = Result<BatchStreamReply, Status>> + Send>>;

    async fn batch_stream(
        &self,
        _request: Request<Streaming<BatchStreamRequest>>,
    ) -> Result<Response<Self::BatchStreamStream>, Status> {
        Err(Status::unimplemented("the emulator has no batch streams"))
    }
}
