//! Imports over REST: the same encoded message as over gRPC, told in JSON.

use bytes::Bytes;
use prost::Message as _;
use weaviate_generated::grpc::{BatchObjectsReply, BatchObjectsRequest};
use weaviate_generated::rest::types;

use super::http::Http;
use super::run::Attempt;
use crate::error::{Error, Result};
use crate::warning::Warnings;
use crate::{WarningCode, wire};

pub(super) async fn send(
    http: &Http,
    warnings: &Warnings,
    attempt: Attempt,
    message: Bytes,
) -> Result<BatchObjectsReply> {
    let request = BatchObjectsRequest::decode(message)
        .map_err(|error| Error::validation("objects", "are no message of an import").with_source(error))?;
    let level = request.consistency_level.map(|_| wire::consistency::word(request.consistency_level()));
    let sent = request.objects.len();
    let objects = request.objects.into_iter().map(wire::rest_object::object).collect::<Result<Vec<_>>>()?;
    let body = types::BatchObjectsCreateBody { objects: Some(objects), ..types::BatchObjectsCreateBody::default() };
    let body = &body;
    let results = http.attempt(attempt, |rest| async move { rest.batch_objects_create(level, body).await }).await?;
    let results = results.ok_or_else(|| Error::decode(format!("{} sent an empty reply", http.endpoint.named())))?;
    for deprecation in results.iter().filter_map(|result| result.deprecations.as_ref()).flatten() {
        warnings.warn(WarningCode::Deprecated, || {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            format!("{} {}", text(&deprecation.msg), text(&deprecation.mitigation)).trim().to_owned()
        });
    }
    wire::rest_object::reply(results, sent)
}
