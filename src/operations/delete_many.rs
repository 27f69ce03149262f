//! Deletions by filter: over gRPC and gRPC-Web, or with the filter as JSON over REST.

use bytes::Bytes;
use prost::Message as _;
use tokio::time::Instant;
use weaviate_generated::grpc::{BatchDeleteReply, BatchDeleteRequest, Filters};
use weaviate_generated::rest::types::WhereFilter;

use super::encoded::Encoded;
use crate::call::Call;
use crate::error::{Error, Result};
use crate::options::Protocol;
use crate::transport::{Attempt, Method, Transport, none_if_missing};
use crate::wire::rest_filter::{CollectionSchemas, ConversionError, where_filter};
use crate::wire::{consistency, delete};

/// Deletes the objects that match a filter. A filter the server would misread is refused, since it
/// could delete other objects.
pub(crate) async fn delete_many(
    transport: &Transport,
    mut call: Call,
    request: BatchDeleteRequest,
) -> Result<BatchDeleteReply> {
    let message = Encoded::new(request).checked(transport, &mut call).await?;
    transport.exchange(&call, |attempt| send(transport, attempt, message.clone())).await
}

async fn send(transport: &Transport, attempt: Attempt<'_>, request: Bytes) -> Result<BatchDeleteReply> {
    if attempt.protocol == Protocol::Rest {
        // Boxed: the collection config that REST needs makes a large future.
        return Box::pin(over_rest(attempt, request)).await;
    }
    transport.unary(attempt, Method::BATCH_DELETE, request).await
}

async fn over_rest(attempt: Attempt<'_>, message: Bytes) -> Result<BatchDeleteReply> {
    let request = BatchDeleteRequest::decode(message)
        .map_err(|error| Error::validation("filter", "is not a delete message").with_source(error))?;
    let start = Instant::now();
    let filters = request.filters.as_ref().ok_or_else(|| Error::validation("filter", "is missing"))?;
    let filter = rest_filter(&attempt, start, filters, &request.collection).await?;
    let level = request.consistency_level.map(|_| consistency::parameter_of_message(request.consistency_level()));
    let (tenant, body) = (request.tenant.as_deref(), &delete::rest_body(&request, filter));
    let reply = remaining(&attempt, start).rest(|rest| rest.batch_objects_delete(level, tenant, body)).await?;
    delete::of_rest(reply, &request)
}

/// Converts the filter to JSON. The data types come from the collection configs, which are read as
/// needed.
async fn rest_filter(
    attempt: &Attempt<'_>,
    start: Instant,
    filters: &Filters,
    collection: &str,
) -> Result<WhereFilter> {
    let mut schemas = CollectionSchemas::default();
    loop {
        let name = match where_filter(filters, collection, &schemas) {
            Ok(filter) => return Ok(filter),
            Err(ConversionError::Invalid(error)) => return Err(error),
            Err(ConversionError::NeedsSchema(name)) => name,
        };
        let wanted = name.as_str();
        let class = remaining(attempt, start).rest(|rest| rest.schema_objects_get(wanted, None)).await;
        schemas.add(name, none_if_missing(class)?);
    }
}

/// Returns the attempt with the remaining time.
fn remaining<'n>(attempt: &Attempt<'n>, start: Instant) -> Attempt<'n> {
    Attempt { timeout: attempt.timeout.saturating_sub(start.elapsed()), ..attempt.clone() }
}
