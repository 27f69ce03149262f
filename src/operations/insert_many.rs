//! Imports: the encoded message over gRPC and gRPC-Web, or the objects as JSON over REST.

use bytes::Bytes;
use prost::Message as _;
use weaviate_generated::grpc::{BatchObjectsReply, BatchObjectsRequest};
use weaviate_generated::rest::types;

use super::deprecations;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::options::Protocol;
use crate::transport::{Attempt, Method, Transport};
use crate::wire;

/// Stores the objects of an encoded `BatchObjectsRequest`.
pub(crate) async fn insert_many(transport: &Transport, call: &Call, request: Bytes) -> Result<BatchObjectsReply> {
    transport.check_size(call, request.len())?;
    transport.exchange(call, |attempt| send(transport, attempt, request.clone())).await
}

async fn send(transport: &Transport, attempt: Attempt<'_>, request: Bytes) -> Result<BatchObjectsReply> {
    if attempt.protocol == Protocol::Rest {
        return over_rest(transport, attempt, request).await;
    }
    let (protocol, endpoint) = (attempt.protocol, &attempt.node.rest.endpoint);
    let reply: BatchObjectsReply = transport.unary(attempt, Method::BATCH_OBJECTS, request).await?;
    // An empty message would say that all is stored. The server writes its time, at least; over HTTP/1.1, no
    // trailer tells an empty reply from one that was cut.
    if protocol == Protocol::GrpcWeb && reply == BatchObjectsReply::default() {
        return Err(Error::decode(format!("the reply of {} is empty", endpoint.named())));
    }
    Ok(reply)
}

async fn over_rest(transport: &Transport, attempt: Attempt<'_>, message: Bytes) -> Result<BatchObjectsReply> {
    let request = BatchObjectsRequest::decode(message)
        .map_err(|error| Error::validation("objects", "are not an import message").with_source(error))?;
    let endpoint = &attempt.node.rest.endpoint;
    let level = request.consistency_level.map(|_| wire::consistency::parameter_of_message(request.consistency_level()));
    let sent = request.objects.len();
    let objects = request.objects.into_iter().map(wire::rest_object::object).collect::<Result<Vec<_>>>()?;
    let body = types::BatchObjectsCreateBody { objects: Some(objects), ..types::BatchObjectsCreateBody::default() };
    let body = &body;
    let results = attempt.rest(|rest| rest.batch_objects_create(level, body)).await?;
    let mut results = results.ok_or_else(|| Error::decode(format!("the reply of {} is empty", endpoint.named())))?;
    for result in &mut results {
        deprecations::warn(transport, result.deprecations.take());
    }
    wire::rest_object::reply(results, sent)
}
