//! `BatchObjects`: every object on its own, errors by position.

use weaviate_generated::grpc::batch_objects_reply::BatchError;
use weaviate_generated::grpc::{BatchObject, BatchObjectsReply, BatchObjectsRequest};

use super::write_fault::BatchFault;
use super::{codec, incoming};
use crate::access::auth::Caller;
use crate::access::rbac::Need;
use crate::emulated::Emulated;
use crate::engine::letter_case::capitalised;
use crate::engine::store::{BatchEntry, Lookup, NewObject, Sender, parse_uuid};

/// Stores what it can and lists what it could not.
pub(crate) fn insert(
    emulated: &Emulated,
    caller: &Caller,
    sender: Sender<'_>,
    mut lookup: Lookup,
    request: BatchObjectsRequest,
) -> Result<BatchObjectsReply, BatchFault> {
    // The whole call fails.
    if request.objects.iter().any(|object| object.collection.is_empty()) {
        return Err(BatchFault::NoCollection);
    }
    let mut errors = Vec::new();
    let mut entries = Vec::new();
    for (index, object) in request.objects.into_iter().enumerate() {
        match entry(emulated, caller, object) {
            Ok(entry) => entries.push((index, entry)),
            Err(fault) => errors.push((index, fault.to_string())),
        }
    }
    let (places, mut entries): (Vec<usize>, Vec<BatchEntry>) = entries.into_iter().unzip();
    emulated
        .put_batch(&mut lookup, &mut entries, sender)
        .map_err(|refusal| refusal.limit().map_or_else(|| BatchFault::AutoTenants(Box::new(refusal)), Into::into))?;
    let refused = places.into_iter().zip(&entries);
    errors.extend(refused.filter_map(|(index, entry)| Some((index, entry.refusal.as_ref()?.batch_text()))));
    errors.sort_by_key(|(index, _)| *index);
    let errors = errors
        .into_iter()
        .map(|(index, error)| BatchError { index: i32::try_from(index).unwrap_or(i32::MAX), error })
        .collect();
    Ok(BatchObjectsReply { took: 0.0, errors })
}

fn entry(emulated: &Emulated, caller: &Caller, object: BatchObject) -> Result<BatchEntry, BatchFault> {
    let collection = object.collection.clone();
    for verb in ["update", "create"] {
        let need = Need::data(verb, &capitalised(&collection), &object.tenant, "*");
        emulated.allows(caller, &need)?;
    }
    Ok(BatchEntry::new(&collection, new_object(emulated, object)?))
}

fn new_object(emulated: &Emulated, object: BatchObject) -> Result<NewObject, BatchFault> {
    let id = parse_uuid(&object.uuid)?;
    let vector = unnamed_vector(&object);
    let vectors = object
        .vectors
        .iter()
        .map(|vector| Ok((vector.name.clone(), codec::vector(vector)?)))
        .collect::<Result<_, BatchFault>>()?;
    let properties = match object.properties {
        None => serde_json::Map::new(),
        Some(properties) => {
            let state = emulated.read();
            incoming::properties(properties, state.collection(&object.collection).map(|found| &found.schema))?
        }
    };
    Ok(NewObject { id, tenant: object.tenant, properties, unreadable: None, vector, vectors })
}

/// The unnamed vector, from the bytes or the deprecated repeated field.
#[expect(deprecated, reason = "old clients send it and the server reads it")]
fn unnamed_vector(object: &BatchObject) -> Option<Vec<f32>> {
    let vector =
        if object.vector_bytes.is_empty() { object.vector.clone() } else { codec::floats(&object.vector_bytes) };
    (!vector.is_empty()).then_some(vector)
}
