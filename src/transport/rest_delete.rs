//! Deletions by filter over REST: the same message as over gRPC, told in JSON.

use bytes::Bytes;
use prost::Message as _;
use tokio::time::Instant;
use weaviate_generated::grpc::{BatchDeleteReply, BatchDeleteRequest, Filters};
use weaviate_generated::rest::types::WhereFilter;

use super::http::Http;
use super::run::Attempt;
use super::unless_missing;
use crate::error::{Error, Result};
use crate::wire::rest_filter::{Known, Stop, where_filter};
use crate::wire::{consistency, delete};

pub(super) async fn send(http: &Http, attempt: Attempt, message: Bytes) -> Result<BatchDeleteReply> {
    let request = BatchDeleteRequest::decode(message)
        .map_err(|error| Error::validation("filter", "is no message of a deletion").with_source(error))?;
    let start = Instant::now();
    let filters = request.filters.as_ref().ok_or_else(|| Error::validation("filter", "is missing"))?;
    let filter = translated(http, &attempt, start, filters, &request.collection).await?;
    let level = request.consistency_level.map(|_| consistency::word(request.consistency_level()));
    let (tenant, body) = (request.tenant.as_deref(), &delete::rest_body(&request, filter));
    let attempt = remaining(&attempt, start);
    let reply =
        http.attempt(attempt, |rest| async move { rest.batch_objects_delete(level, tenant, body).await }).await?;
    delete::of_rest(reply, &request)
}

/// Asks for the collections whose properties have to be known, as long as there are any.
async fn translated(
    http: &Http,
    attempt: &Attempt,
    start: Instant,
    filters: &Filters,
    collection: &str,
) -> Result<WhereFilter> {
    let mut known = Known::default();
    loop {
        let name = match where_filter(filters, collection, &known) {
            Ok(filter) => return Ok(filter),
            Err(Stop::Fault(error)) => return Err(error),
            Err(Stop::Missing(name)) => name,
        };
        let wanted = name.as_str();
        let attempt = remaining(attempt, start);
        let class = http.attempt(attempt, |rest| async move { rest.schema_objects_get(wanted, None).await }).await;
        known.add(name, unless_missing(class)?);
    }
}

/// The same attempt, with the time that is left of it.
fn remaining(attempt: &Attempt, start: Instant) -> Attempt {
    Attempt { timeout: attempt.timeout.saturating_sub(start.elapsed()), ..attempt.clone() }
}
