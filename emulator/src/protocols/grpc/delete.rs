//! `BatchDelete`: delete what a filter matches, at most `QUERY_MAXIMUM_RESULTS` per call. REST says the same in other words.

use bytes::Bytes;
use uuid::Uuid;
use weaviate_generated::grpc::{BatchDeleteObject, BatchDeleteReply, BatchDeleteRequest};

use super::filters;
use crate::emulated::Emulated;
use crate::engine::schema::{ClassView, DataType};
use crate::engine::search::{Scope, filter};
use crate::engine::store::fault::TenantFault;
use crate::engine::store::{Object, Refusal, State, Value};

/// What a filter matched.
pub(crate) struct Deleted {
    pub(crate) matches: usize,
    /// Those it was the turn of, each with what went wrong.
    pub(crate) objects: Vec<(Uuid, Option<String>)>,
}

/// Reason why nothing was deleted, in the server's bare words.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The request makes no sense.
    Params(String),
    /// There is no such tenant, or it cannot be looked into.
    Tenant(TenantFault),
    /// The filter cannot be evaluated.
    Find(String),
}

/// Counts the matches and, unless it is a dry run, deletes them.
pub(crate) fn delete(emulated: &Emulated, request: &BatchDeleteRequest) -> Result<BatchDeleteReply, String> {
    let Deleted { matches, objects } = matching(emulated, request).map_err(|fault| match fault {
        Fault::Params(text) => format!("batch delete params: {text}"),
        Fault::Tenant(fault) => format!("batch delete: cannot find objects: {fault}"),
        Fault::Find(text) => format!("batch delete: cannot find objects: {text}"),
    })?;
    let failed = objects.iter().filter(|(_, fault)| fault.is_some()).count();
    let (matches, successful, failed) = (count(matches), count(objects.len() - failed), count(failed));
    let objects = if request.verbose { objects.into_iter().map(deleted).collect() } else { Vec::new() };
    Ok(BatchDeleteReply { took: 0.0, failed, matches, successful, objects })
}

/// What [`delete`] does, for REST to word the outcome itself.
pub(crate) fn matching(emulated: &Emulated, request: &BatchDeleteRequest) -> Result<Deleted, Fault> {
    let mut state = emulated.write();
    let name = request.collection.as_str();
    let unknown = || Fault::Params(format!("could not find class {name} in schema"));
    if state.collection(name).ok_or_else(unknown)?.schema.multi_tenancy.auto_activation {
        // A deletion may wake the tenant up; where that fails, the search says why.
        drop(state.collection_mut(name).map(|collection| collection.shard_mut(request.tenant()).map(drop)));
    }
    let found = find(&state, request)?;
    let maximum = usize::try_from(emulated.config.query_maximum_results).unwrap_or(usize::MAX);
    let due = found.get(..maximum).unwrap_or(&found);
    if request.dry_run {
        return Ok(Deleted { matches: found.len(), objects: due.iter().map(|id| (*id, None)).collect() });
    }
    let collection = state.collection_mut(name).ok_or_else(unknown)?;
    let class = collection.schema.clone();
    let shard = collection.shard_mut(request.tenant()).map_err(Fault::Tenant)?;
    if shard.read_only {
        let refused = |id: &Uuid| (*id, Some(Refusal::ReadOnly.batch_text()));
        return Ok(Deleted { matches: found.len(), objects: due.iter().map(refused).collect() });
    }
    let gone = due.iter().filter_map(|id| shard.objects.remove(id));
    let objects = gone.map(|object| (object.id, left_in_index(&class, &object))).collect();
    Ok(Deleted { matches: found.len(), objects })
}

fn find(state: &State, request: &BatchDeleteRequest) -> Result<Vec<Uuid>, Fault> {
    let name = &request.collection;
    let collection =
        state.collection(name).ok_or_else(|| Fault::Params(format!("could not find class {name} in schema")))?;
    let message =
        request.filters.as_ref().ok_or_else(|| Fault::Params("no filters in batch delete request".to_owned()))?;
    let parsed =
        filters::parse(message, state, &collection.schema).map_err(|fault| Fault::Params(fault.to_string()))?;
    let scope = Scope::new(state, collection, request.tenant()).map_err(Fault::Tenant)?;
    let matches = filter::compile(&parsed, &scope).map_err(|fault| in_shard(&scope.shard.name, &fault.to_string()))?;
    Ok(scope.objects().filter(|object| matches(object)).map(|object| object.id).collect())
}

/// A fault that shows when the filter is evaluated; the tenant comes first.
pub(crate) fn evaluating(emulated: &Emulated, request: &BatchDeleteRequest, fault: &str) -> Fault {
    let state = emulated.read();
    match state.collection(&request.collection).map(|collection| collection.shard(request.tenant())) {
        Some(Ok(shard)) => in_shard(&shard.name, fault),
        Some(Err(fault)) => Fault::Tenant(fault),
        None => Fault::Params(format!("could not find class {} in schema", request.collection)),
    }
}

fn in_shard(shard: &str, fault: &str) -> Fault {
    Fault::Find(format!("find matching doc ids in shard {shard:?}: docIds: {fault}"))
}

/// The server deletes the object, then fails to take it out of an index whose property has been made a reference.
fn left_in_index(class: &ClassView, object: &Object) -> Option<String> {
    let fault = object.properties.iter().find_map(|(name, value)| {
        let (Value::References(_), Some(property)) = (value, class.property(name)) else { return None };
        let expected = match property.data_type {
            _ if !(property.filterable || property.searchable || property.range_filters) => return None,
            DataType::Text => "string",
            DataType::Number => "float64",
            DataType::Boolean => "bool",
            DataType::Date => "time.Time or string",
            DataType::Uuid => "uuid.UUID or string",
            _ => return None,
        };
        Some(format!("{name}: expected {expected}, got models.MultipleRef"))
    })?;
    Some(format!(
        "delete object from bucket: analyze previous object: analyze props: analyze primitive prop: analyze property {fault}"
    ))
}

fn deleted((id, fault): (Uuid, Option<String>)) -> BatchDeleteObject {
    BatchDeleteObject {
        uuid: Bytes::copy_from_slice(id.as_bytes()),
        successful: fault.is_none(),
        error: Some(fault.unwrap_or_default()),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
