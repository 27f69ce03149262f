//! Deletions by filter: a message over gRPC and gRPC-Web, the same filter as JSON over REST.

use bytes::Bytes;
use prost::Message as _;
use tokio::time::Instant;
use weaviate_generated::grpc::{BatchDeleteReply, BatchDeleteRequest, Filters};
use weaviate_generated::rest::types::WhereFilter;

use crate::call::Call;
use crate::error::{Error, Result};
use crate::options::Protocol;
use crate::transport::{Attempt, Method, Transport, none_if_missing, version_check};
use crate::wire::rest_filter::{Known, Stop, where_filter};
use crate::wire::{consistency, delete};

/// Deletes what a filter matches. A filter that the server would misread is refused, lest it delete something else.
pub(crate) async fn delete_many(
    transport: &Transport,
    mut call: Call,
    request: &BatchDeleteRequest,
) -> Result<BatchDeleteReply> {
    if version_check::depends_on_version(request) {
        transport.require(&mut call, request).await?;
    }
    let message = Bytes::from(request.encode_to_vec());
    transport.check_size(&call, message.len())?;
    transport.exchange(&call, |attempt| over(transport, attempt, message.clone())).await
}

async fn over(transport: &Transport, attempt: Attempt<'_>, request: Bytes) -> Result<BatchDeleteReply> {
    if attempt.protocol == Protocol::Rest {
        // The configuration that REST needs first makes a large future, which every layer above would carry along.
        return Box::pin(over_rest(attempt, request)).await;
    }
    transport.unary(attempt, Method::BATCH_DELETE, request).await
}

async fn over_rest(attempt: Attempt<'_>, message: Bytes) -> Result<BatchDeleteReply> {
    let request = BatchDeleteRequest::decode(message)
        .map_err(|error| Error::validation("filter", "is not a message of a deletion").with_source(error))?;
    let start = Instant::now();
    let filters = request.filters.as_ref().ok_or_else(|| Error::validation("filter", "is missing"))?;
    let filter = translated(&attempt, start, filters, &request.collection).await?;
    let level = request.consistency_level.map(|_| consistency::word(request.consistency_level()));
    let (tenant, body) = (request.tenant.as_deref(), &delete::rest_body(&request, filter));
    let reply = remaining(&attempt, start)
        .rest(|rest| async move { rest.batch_objects_delete(level, tenant, body).await })
        .await?;
    delete::of_rest(reply, &request)
}

/// The filter as JSON. Its data types come from the configurations of the collections, which are read as they are needed.
async fn translated(attempt: &Attempt<'_>, start: Instant, filters: &Filters, collection: &str) -> Result<WhereFilter> {
    let mut known = Known::default();
    loop {
        let name = match where_filter(filters, collection, &known) {
            Ok(filter) => return Ok(filter),
            Err(Stop::Fault(error)) => return Err(error),
            Err(Stop::Missing(name)) => name,
        };
        let wanted = name.as_str();
        let class =
            remaining(attempt, start).rest(|rest| async move { rest.schema_objects_get(wanted, None).await }).await;
        known.add(name, none_if_missing(class)?);
    }
}

/// The same attempt, with the time that is left of it.
fn remaining<'n>(attempt: &Attempt<'n>, start: Instant) -> Attempt<'n> {
    Attempt { timeout: attempt.timeout.saturating_sub(start.elapsed()), ..attempt.clone() }
}
