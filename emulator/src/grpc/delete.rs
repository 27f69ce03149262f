//! `BatchDelete`: delete what a filter matches, at most `QUERY_MAXIMUM_RESULTS` per call.

use bytes::Bytes;
use uuid::Uuid;
use weaviate_generated::grpc::{BatchDeleteObject, BatchDeleteReply, BatchDeleteRequest};

use super::filters;
use crate::search::{Scope, filter};
use crate::store::{Emulated, State};

/// Counts the matches and, unless it is a dry run, deletes them.
pub(crate) fn delete(emulated: &Emulated, request: &BatchDeleteRequest) -> Result<BatchDeleteReply, String> {
    let mut state = emulated.write();
    let matched = matching(&state, request)?;
    let maximum = usize::try_from(emulated.config.query_maximum_results).unwrap_or(usize::MAX);
    let due = matched.get(..maximum).unwrap_or(&matched);
    if !request.dry_run
        && let Some(collection) = state.collection_mut(&request.collection)
    {
        let shard = collection.shard_mut(request.tenant()).map_err(|fault| cannot_find(&fault))?;
        for id in due {
            shard.objects.remove(id);
        }
    }
    let objects = if request.verbose { due.iter().map(deleted).collect() } else { Vec::new() };
    Ok(BatchDeleteReply { took: 0.0, failed: 0, matches: count(matched.len()), successful: count(due.len()), objects })
}

fn matching(state: &State, request: &BatchDeleteRequest) -> Result<Vec<Uuid>, String> {
    let params = |fault: String| format!("batch delete params: {fault}");
    let collection = state
        .collection(&request.collection)
        .ok_or_else(|| params(format!("could not find class {} in schema", request.collection)))?;
    let message = request.filters.as_ref().ok_or_else(|| params("no filters in batch delete request".to_owned()))?;
    let parsed = filters::parse(message, state, &collection.schema).map_err(params)?;
    let scope = Scope::new(state, collection, request.tenant()).map_err(|fault| cannot_find(&fault))?;
    let matches = filter::compile(&parsed, &scope).map_err(|fault| cannot_find(&fault))?;
    Ok(scope.objects().filter(|object| matches(object)).map(|object| object.id).collect())
}

fn cannot_find(fault: &str) -> String {
    format!("batch delete: cannot find objects: {fault}")
}

fn deleted(id: &Uuid) -> BatchDeleteObject {
    BatchDeleteObject { uuid: Bytes::copy_from_slice(id.as_bytes()), successful: true, error: Some(String::new()) }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
