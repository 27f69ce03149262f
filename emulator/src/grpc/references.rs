//! `BatchReferences`: every reference on its own, errors by position. Targets are not looked up.

use weaviate_generated::grpc::batch_references_reply::BatchError;
use weaviate_generated::grpc::{BatchReference, BatchReferencesReply, BatchReferencesRequest};

use crate::schema::DataType;
use crate::store::{Beacon, Emulated, Value, lower_first, now_ms, parse_uuid};

/// Adds what it can and lists what it could not.
pub(crate) fn add(emulated: &Emulated, request: &BatchReferencesRequest) -> Result<BatchReferencesReply, String> {
    if request.references.is_empty() {
        return Err("invalid params: length cannot be 0, need at least one reference for batching".to_owned());
    }
    let results = request.references.iter().enumerate().map(|(index, reference)| (index, add_one(emulated, reference)));
    let errors = results
        .filter_map(|(index, result)| {
            Some(BatchError { index: i32::try_from(index).unwrap_or(i32::MAX), error: result.err()? })
        })
        .collect();
    Ok(BatchReferencesReply { took: 0.0, errors })
}

fn add_one(emulated: &Emulated, reference: &BatchReference) -> Result<(), String> {
    let BatchReference { name, from_collection, from_uuid, to_collection, to_uuid, tenant } = reference;
    if name.is_empty() {
        return Err("property cannot be empty".to_owned());
    }
    let source = parse_uuid(from_uuid)
        .map_err(|_| format!("invalid cref URI: 2nd path segment must be uuid, but got '{name}'"))?;
    let path = to_collection
        .as_deref()
        .filter(|name| !name.is_empty())
        .map_or_else(|| to_uuid.clone(), |class| format!("{class}/{to_uuid}"));
    let mut beacon = Beacon::parse(&format!("weaviate://localhost/{path}"))?;

    let mut state = emulated.write();
    let collection = state
        .collection_mut(from_collection)
        .ok_or_else(|| format!("source class {from_collection:?} not found in schema"))?;
    let class = collection.schema.name.clone();
    let property = lower_first(name);
    match collection.schema.property(&property).map(|property| &property.data_type) {
        None => return Err(format!("property {name} does not exist for class {class}")),
        Some(DataType::Reference(targets)) => {
            if let (None, [target]) = (&beacon.collection, targets.as_slice()) {
                beacon.collection = Some(target.clone());
            }
        }
        Some(_) => return Err(format!("target class {class:?} not found in schema")),
    }
    let without_tenant = collection.schema.multi_tenancy.enabled && tenant.is_empty();
    let shard = collection.shard_mut(tenant).map_err(|fault| {
        if without_tenant { format!("source: get object {class}/{source}: determine shard: {fault}") } else { fault }
    })?;
    let object =
        shard.objects.get_mut(&source).ok_or_else(|| format!("ref batch: object with id {source} not found"))?;
    match object.properties.entry(property).or_insert_with(|| Value::References(Vec::new())) {
        Value::References(beacons) => beacons.push(beacon),
        other => *other = Value::References(vec![beacon]),
    }
    object.updated_ms = now_ms();
    Ok(())
}
