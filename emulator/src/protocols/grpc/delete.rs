//! `BatchDelete`: delete what a filter matches, at most `QUERY_MAXIMUM_RESULTS` per call. REST says the same in other words.

use bytes::Bytes;
use tonic::Status;
use uuid::Uuid;
use weaviate_generated::grpc::{BatchDeleteObject, BatchDeleteReply, BatchDeleteRequest};

use super::write_fault::{DeleteFault, ObjectDeleteFault};
use super::{filters, integer, unknown};
use crate::emulated::Emulated;
use crate::engine::schema::{ClassView, DataType};
use crate::engine::search::{Scope, filter};
use crate::engine::store::fault::{NoSuchCollection, ReadOnly};
use crate::engine::store::{Object, State, Value};

/// Objects that a filter matched.
pub(crate) struct Deleted {
    pub(crate) matches: usize,
    /// Those it was the turn of, each with what went wrong.
    pub(crate) objects: Vec<(Uuid, Option<ObjectDeleteFault>)>,
}

/// Counts the matches and, unless it is a dry run, deletes them.
pub(crate) fn delete(emulated: &Emulated, request: &BatchDeleteRequest) -> Result<BatchDeleteReply, Status> {
    let Deleted { matches, objects } = matching(emulated, request).map_err(|fault| match fault {
        DeleteFault::NoCollection(_) | DeleteFault::NoFilter | DeleteFault::Filter(_) => {
            unknown(format!("batch delete params: {fault}"))
        }
        DeleteFault::Tenant(_) | DeleteFault::Evaluation { .. } => {
            unknown(format!("batch delete: cannot find objects: {fault}"))
        }
    })?;
    let failed = objects.iter().filter(|(_, fault)| fault.is_some()).count();
    let (matches, successful, failed) = (integer(matches), integer(objects.len() - failed), integer(failed));
    let objects = if request.verbose { objects.into_iter().map(deleted).collect() } else { Vec::new() };
    Ok(BatchDeleteReply { took: 0.0, failed, matches, successful, objects })
}

/// Does the same as [`delete`], for REST to word the outcome itself.
pub(crate) fn matching(emulated: &Emulated, request: &BatchDeleteRequest) -> Result<Deleted, DeleteFault> {
    let mut state = emulated.write();
    let name = request.collection.as_str();
    if state.known_collection(name)?.schema.multi_tenancy.auto_activation {
        // A deletion may wake the tenant up; where that fails, the search says why.
        drop(state.collection_mut(name).map(|collection| collection.shard_mut(request.tenant()).map(drop)));
    }
    let found = find(&state, request)?;
    let maximum = usize::try_from(emulated.config.query_maximum_results).unwrap_or(usize::MAX);
    let due = found.get(..maximum).unwrap_or(&found);
    if request.dry_run {
        return Ok(Deleted { matches: found.len(), objects: due.iter().map(|id| (*id, None)).collect() });
    }
    let collection = state.collection_mut(name).ok_or_else(|| NoSuchCollection(name.to_owned()))?;
    let class = collection.schema.clone();
    let shard = collection.shard_mut(request.tenant())?;
    if shard.read_only {
        let refused = |id: &Uuid| (*id, Some(ReadOnly::Manually.into()));
        return Ok(Deleted { matches: found.len(), objects: due.iter().map(refused).collect() });
    }
    let gone = due.iter().filter_map(|id| shard.objects.remove(id));
    let objects = gone.map(|object| (object.id, left_in_index(&class, &object))).collect();
    Ok(Deleted { matches: found.len(), objects })
}

fn find(state: &State, request: &BatchDeleteRequest) -> Result<Vec<Uuid>, DeleteFault> {
    let name = &request.collection;
    let collection = state.known_collection(name)?;
    let message = request.filters.as_ref().ok_or(DeleteFault::NoFilter)?;
    let parsed = filters::parse(message, state, &collection.schema)?;
    let scope = Scope::new(state, collection, request.tenant())?;
    let in_shard = |fault| DeleteFault::Evaluation { shard: scope.shard.name.clone(), fault };
    let matches = filter::compile(&parsed, &scope).map_err(in_shard)?;
    Ok(scope.objects().filter(|object| matches(object)).map(|object| object.id).collect())
}

/// A fault that shows when the filter is evaluated; the tenant comes first.
pub(crate) fn evaluating(emulated: &Emulated, request: &BatchDeleteRequest, fault: filter::Fault) -> DeleteFault {
    let state = emulated.read();
    match state.collection(&request.collection).map(|collection| collection.shard(request.tenant())) {
        Some(Ok(shard)) => DeleteFault::Evaluation { shard: shard.name.clone(), fault },
        Some(Err(fault)) => fault.into(),
        None => NoSuchCollection(request.collection.clone()).into(),
    }
}

/// The server deletes the object, then fails to take it out of an index whose property has been made a reference.
fn left_in_index(class: &ClassView, object: &Object) -> Option<ObjectDeleteFault> {
    object.properties.iter().find_map(|(name, value)| {
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
        Some(ObjectDeleteFault::LeftInIndex { property: name.clone(), expected })
    })
}

fn deleted((id, fault): (Uuid, Option<ObjectDeleteFault>)) -> BatchDeleteObject {
    BatchDeleteObject {
        uuid: Bytes::copy_from_slice(id.as_bytes()),
        successful: fault.is_none(),
        error: Some(fault.map(|fault| fault.to_string()).unwrap_or_default()),
    }
}
