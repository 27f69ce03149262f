//! Batches of references: over gRPC if the server has the method, over REST otherwise.

use bytes::Bytes;
use prost::Message as _;
use weaviate_generated::grpc::{BatchReferencesReply, BatchReferencesRequest};

use crate::call::Call;
use crate::error::{Error, Result};
use crate::options::Protocol;
use crate::transport::{Attempt, Method, Transport, version_check};
use crate::values::server::Feature;
use crate::wire::{batch_references, consistency};

/// Adds references. Returns the errors by position in the batch.
pub(crate) async fn add(
    transport: &Transport,
    mut call: Call,
    request: &BatchReferencesRequest,
) -> Result<BatchReferencesReply> {
    let wanted = call.options.protocol;
    if transport.protocol(wanted) != Protocol::Rest {
        let server = transport.version_for(&mut call).await;
        match server.map(|server| version_check::feature(server, Feature::BatchReferences)) {
            Some(Ok(())) => {}
            // Every server has the REST form, so calls without a protocol of their own use that.
            _ if wanted == Protocol::Auto => call.options.protocol = Protocol::Rest,
            Some(Err(error)) => return Err(call.failed(error)),
            None => {}
        }
    }
    let message = Bytes::from(request.encode_to_vec());
    transport.check_size(&call, message.len())?;
    call.set_rows(request.references.len());
    transport.exchange(&call, |attempt| send(transport, attempt, request, message.clone())).await
}

async fn send(
    transport: &Transport,
    attempt: Attempt<'_>,
    request: &BatchReferencesRequest,
    message: Bytes,
) -> Result<BatchReferencesReply> {
    if attempt.protocol != Protocol::Rest {
        return transport.unary(attempt, Method::BATCH_REFERENCES, message).await;
    }
    let endpoint = &attempt.node.rest.endpoint;
    let level = request.consistency_level.map(|_| consistency::parameter_of_message(request.consistency_level()));
    let body = &batch_references::body(request);
    let results = attempt.rest(|rest| rest.batch_references_create(level, body)).await?;
    let results = results.ok_or_else(|| Error::decode(format!("the reply of {} is empty", endpoint.named())))?;
    batch_references::reply(results, request.references.len())
}
