//! The gRPC side: service `weaviate.v1.Weaviate` and the standard health service.

pub(crate) mod aggregate;
mod codec;
pub(crate) mod delete;
mod depth;
pub(crate) mod fault;
pub(crate) mod filters;
mod generative;
mod generative_usage;
mod health;
mod incoming;
mod insert;
pub(crate) mod limit_status;
pub(crate) mod limits;
mod near;
mod profile;
mod query;
mod ranking;
mod references;
mod reply;
pub(crate) mod search;
mod selection;
mod targets;
mod tenants;
pub(crate) mod write_fault;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response as HttpResponse;
use futures_util::Stream;
use prost::Message;
use tonic::codec::CompressionEncoding;
use tonic::metadata::{KeyRef, MetadataMap};
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming, async_trait};
use tonic_health::pb::health_server::HealthServer;
use weaviate_generated::grpc::weaviate_server::{Weaviate, WeaviateServer};
use weaviate_generated::grpc::{
    AggregateReply, AggregateRequest, BatchDeleteReply, BatchDeleteRequest, BatchObjectsReply, BatchObjectsRequest,
    BatchReference, BatchReferencesReply, BatchReferencesRequest, BatchStreamReply, BatchStreamRequest, SearchReply,
    SearchRequest, TenantsGetReply, TenantsGetRequest,
};

use crate::access::auth::{self, Caller, CredentialFault, Denied};
use crate::access::rbac::Need;
use crate::config::Config;
use crate::connections::{Accepting, Knife};
use crate::emulated::Emulated;
use crate::engine::go::Origin;
use crate::engine::letter_case::capitalised;
use crate::engine::providers::ProviderKeys;
use crate::engine::store::{Sender, WriteFaults};
use crate::protocols::injection::{Incoming, RATE_LIMITED, Refusal, UNAVAILABLE};
use crate::requests::Protocol;

use write_fault::BatchFault;

/// The services without a port, each refusal in the server's words. gRPC-Web calls them too.
pub(crate) fn services(emulated: &Arc<Emulated>) -> Router {
    let health = HealthServer::new(health::Serving { emulated: Arc::clone(emulated) })
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip);
    let maximum = emulated.config.grpc_max_message_size;
    let service = WeaviateServer::new(Service { emulated: Arc::clone(emulated) })
        .max_decoding_message_size(maximum)
        .max_encoding_message_size(usize::MAX)
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip);
    let routes = Routes::new(service).add_service(health);
    limits::in_the_servers_words(routes.into_axum_router(), maximum)
}

/// Serves on a port until `stop` is done and open calls have ended.
pub(crate) async fn serve(
    services: Router,
    emulated: Arc<Emulated>,
    port: Accepting,
    stop: impl Future<Output = ()>,
) -> Result<(), tonic::transport::Error> {
    Server::builder()
        .add_routes(Routes::from(services.layer(from_fn_with_state(emulated, receive))))
        .serve_with_incoming_shutdown(port.into_stream(), stop)
        .await
}

/// Counts a call, and lets it suffer the fault that is due.
async fn receive(State(emulated): State<Arc<Emulated>>, request: axum::extract::Request, next: Next) -> HttpResponse {
    emulated.served.count(Protocol::Grpc);
    let knife = request.extensions().get::<Knife>().cloned();
    let incoming = Incoming { injector: &emulated.faults, protocol: Protocol::Grpc, knife };
    let refuse = |refusal| refused(&emulated.config, refusal).into_http();
    incoming.answer(request, |request| next.run(request), refuse).await
}

/// The status of an injected refusal. gRPC-Web has the same.
pub(crate) fn refused(config: &Config, refusal: Refusal) -> Status {
    match refusal {
        Refusal::Unavailable => Status::unavailable(UNAVAILABLE),
        Refusal::RateLimited => unknown(RATE_LIMITED),
        Refusal::BadCredential => unknown(format!("extract auth: {}", auth::refused(config))),
        Refusal::Status(status) => status,
    }
}

#[derive(Debug)]
struct Service {
    emulated: Arc<Emulated>,
}

/// Finds the caller.
async fn authenticate(emulated: &Emulated, metadata: &MetadataMap) -> Result<Caller, Denied> {
    let authorization = metadata.get("authorization").and_then(|value| value.to_str().ok());
    emulated.authenticate(authorization).await.map_err(|denied| match denied {
        // Over gRPC the server tells a missing key and a wrong one in the same words.
        Denied::AnonymousOff => CredentialFault::Key.into(),
        other => other,
    })
}

impl Service {
    /// Runs one call: finds the caller, answers, and checks how large the answer is.
    async fn call<Reply: Message>(
        &self,
        metadata: &MetadataMap,
        answer: impl FnOnce(&Emulated, &Caller) -> Result<Reply, Status>,
        took: impl FnOnce(&mut Reply) -> Option<&mut f32>,
    ) -> Result<Response<Reply>, Status> {
        let caller = self.caller(metadata).await?;
        self.answer(&caller, answer, took)
    }

    async fn caller(&self, metadata: &MetadataMap) -> Result<Caller, Status> {
        let caller = authenticate(&self.emulated, metadata).await;
        caller.map_err(|denied| unknown(format!("extract auth: {denied}")))
    }

    fn answer<Reply: Message>(
        &self,
        caller: &Caller,
        answer: impl FnOnce(&Emulated, &Caller) -> Result<Reply, Status>,
        took: impl FnOnce(&mut Reply) -> Option<&mut f32>,
    ) -> Result<Response<Reply>, Status> {
        let start = Instant::now();
        let mut reply = answer(&self.emulated, caller)?;
        if let Some(took) = took(&mut reply) {
            *took = start.elapsed().as_secs_f32();
        }
        limits::check_reply(reply.encoded_len(), self.emulated.config.grpc_max_message_size)?;
        Ok(Response::new(reply))
    }
}

/// The status of a stream that is not open to its caller.
fn unauthenticated(denied: &Denied) -> Status {
    Status::unauthenticated(denied.to_string())
}

/// The status of a batch that fails as a whole.
fn refused_batch(fault: BatchFault) -> Status {
    match fault {
        BatchFault::Limit(reached) => limit_status::exceeded(reached),
        other => unknown(other),
    }
}

/// The status that the server has for almost all faults of a call.
fn unknown(fault: impl fmt::Display) -> Status {
    Status::unknown(fault.to_string())
}

/// A count as messages have it.
fn integer(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The keys for model providers in the metadata.
fn provider_keys(metadata: &MetadataMap) -> ProviderKeys {
    ProviderKeys::of(metadata.keys().filter_map(|key| match key {
        KeyRef::Ascii(name) if metadata.get(name).is_some_and(|value| !value.is_empty()) => Some(name.as_str()),
        _ => None,
    }))
}

fn allow(emulated: &Emulated, caller: &Caller, need: &Need) -> Result<(), Status> {
    emulated.allows(caller, need).map_err(|refusal| Status::permission_denied(refusal.to_string()))
}

#[async_trait]
impl Weaviate for Service {
    async fn search(&self, request: Request<SearchRequest>) -> Result<Response<SearchReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        let keys = provider_keys(&metadata);
        let answer = |emulated: &Emulated, caller: &Caller| {
            let need = Need::data("read", &capitalised(&message.collection), &message.tenant, "*");
            allow(emulated, caller, &need)?;
            let nests = message.filters.is_some() || message.boost.is_some();
            filters::with_stack_for(nests.then(|| message.encoded_len()), || search::search(emulated, &keys, &message))
        };
        self.call(&metadata, answer, |reply| Some(&mut reply.took)).await
    }

    async fn batch_objects(
        &self,
        request: Request<BatchObjectsRequest>,
    ) -> Result<Response<BatchObjectsReply>, Status> {
        let (metadata, extensions, message) = request.into_parts();
        let caller = self.caller(&metadata).await?;
        let collections = message.objects.iter().map(|object| object.collection.as_str());
        let lookup = self.emulated.look_up(collections).await;
        let keys = provider_keys(&metadata);
        let faults = extensions.get::<WriteFaults>().cloned().unwrap_or_default();
        let sender = Sender { origin: Origin::Grpc, keys: &keys, faults: &faults };
        let objects = message.objects.len();
        let reply = self.answer(
            &caller,
            |emulated, caller| insert::insert(emulated, caller, sender, lookup, message).map_err(refused_batch),
            |reply| Some(&mut reply.took),
        )?;
        self.emulated.index_batch(objects.saturating_sub(reply.get_ref().errors.len())).await;
        Ok(reply)
    }

    async fn batch_references(
        &self,
        request: Request<BatchReferencesRequest>,
    ) -> Result<Response<BatchReferencesReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.call(
            &metadata,
            |emulated, caller| {
                let from = || message.references.iter().map(|it| (capitalised(&it.from_collection), &it.tenant));
                let to = |it: &BatchReference| Some((capitalised(it.to_collection.as_ref()?), it.tenant.clone()));
                let schema = from().map(|(class, _)| Need::collections("read", &class));
                let update = from().map(|(class, tenant)| Need::data("update", &class, tenant, "*"));
                let read = message.references.iter().filter_map(to);
                let read = read.map(|(class, tenant)| Need::data("read", &class, &tenant, "*"));
                schema.chain(update).chain(read).try_for_each(|need| allow(emulated, caller, &need))?;
                references::add(emulated, &message).map_err(unknown)
            },
            |reply| Some(&mut reply.took),
        )
        .await
    }

    async fn batch_delete(&self, request: Request<BatchDeleteRequest>) -> Result<Response<BatchDeleteReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.call(
            &metadata,
            |emulated, caller| {
                let tenant = message.tenant.as_deref().unwrap_or_default();
                allow(emulated, caller, &Need::data("delete", &capitalised(&message.collection), tenant, "*"))?;
                filters::with_stack_for(Some(message.encoded_len()), || delete::delete(emulated, &message))
            },
            |reply| Some(&mut reply.took),
        )
        .await
    }

    async fn tenants_get(&self, request: Request<TenantsGetRequest>) -> Result<Response<TenantsGetReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        self.call(
            &metadata,
            |emulated, caller| {
                let mut reply = tenants::get(&emulated.read(), &message).map_err(unknown)?;
                let collection = capitalised(&message.collection);
                reply.tenants.retain(|tenant| {
                    emulated.allows(caller, &Need::tenants("read", &collection, &tenant.name)).is_ok()
                });
                Ok(reply)
            },
            |reply| Some(&mut reply.took),
        )
        .await
    }

    async fn aggregate(&self, request: Request<AggregateRequest>) -> Result<Response<AggregateReply>, Status> {
        let (metadata, _, message) = request.into_parts();
        let keys = provider_keys(&metadata);
        let answer = |emulated: &Emulated, caller: &Caller| {
            let need = Need::data("read", &capitalised(&message.collection), &message.tenant, "*");
            allow(emulated, caller, &need)
                .map_err(|status| Status::new(status.code(), format!("parse params: {}", status.message())))?;
            let nested = message.filters.as_ref().map(Message::encoded_len);
            filters::with_stack_for(nested, || aggregate::aggregate(emulated, &keys, &message))
        };
        self.call(&metadata, answer, |reply| Some(&mut reply.took)).await
    }

    type BatchStreamStream = Pin<Box<dyn Stream<Item = Result<BatchStreamReply, Status>> + Send>>;

    async fn batch_stream(
        &self,
        request: Request<Streaming<BatchStreamRequest>>,
    ) -> Result<Response<Self::BatchStreamStream>, Status> {
        authenticate(&self.emulated, request.metadata()).await.map_err(|denied| unauthenticated(&denied))?;
        Err(Status::unimplemented("the emulator has no batch streams"))
    }
}
