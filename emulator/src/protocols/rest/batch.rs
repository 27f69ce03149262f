//! Many objects in one request: each has its own result, in the order they came.

use http::StatusCode;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::emulated::Emulated;
use crate::engine::letter_case::lower_first;
use crate::engine::named_vector::NamedVector;
use crate::engine::store::{BatchEntry, NewObject, now_ms, parse_uuid};

use super::bodies::BATCH_OBJECTS;
use super::call::Call;
use super::objects::{check_consistency, echo, new_object};
use super::reply::Reply;

pub(super) async fn insert(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&BATCH_OBJECTS)?;
    let given = body["objects"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (index, object) in given.iter().enumerate() {
        if let Some(id) = object["id"].as_str().filter(|id| !id.is_empty() && parse_uuid(id).is_err()) {
            return Err(Reply::code(601, format!("body.objects.{index}.id in body must be of type uuid: \"{id}\"")));
        }
    }
    check_consistency(call)?;
    if given.is_empty() {
        return Err(Reply::unprocessable(
            "invalid param 'objects': cannot be empty, need at least one object for batching",
        ));
    }
    let keys = call.provider_keys();
    let mut entries: Vec<BatchEntry> = given.iter().map(entry).collect();
    let mut lookup = emulated.look_up(given.iter().filter_map(|object| object["class"].as_str())).await;
    emulated.put_batch(&mut lookup, &mut entries, call.sender(&keys)).map_err(|refusal| match refusal.limit() {
        Some(reached) => Reply::limit(reached),
        None => Reply::unprocessable(format!("auto create tenants: {}", refusal.batch_text())),
    })?;
    emulated.index_batch(entries.iter().filter(|entry| entry.refusal.is_none()).count()).await;
    let without_class = given.iter().any(|object| object["class"].as_str().is_none_or(str::is_empty));
    // The server stores the others, and breaks down over its reply.
    if without_class {
        return Ok(Reply::empty(StatusCode::OK));
    }
    Ok(Reply::ok(given.iter().zip(&entries).map(|(given, entry)| outcome(emulated, given, entry)).collect()))
}

fn entry(given: &Json) -> BatchEntry {
    let collection = given["class"].as_str().unwrap_or_default();
    let mut object = new_object(given.clone());
    let without_id = given["id"].as_str().is_none_or(str::is_empty);
    if without_id {
        object.id = Uuid::new_v4();
    }
    BatchEntry { without_id, ..BatchEntry::new(collection, object) }
}

fn outcome(emulated: &Emulated, given: &Json, entry: &BatchEntry) -> Json {
    let mut json = match &entry.made {
        Some(made) => {
            let mut json = echo(emulated, &entry.collection, &entry.object.tenant, made);
            keep_references(&mut json, given);
            json
        }
        None => refused_echo(entry),
    };
    // It is shown as it was sent, in whatever case.
    if let Some(id) = given["id"].as_str().filter(|id| !id.is_empty()) {
        json["id"] = json!(id);
    }
    json["deprecations"] = Json::Null;
    json["result"] = match &entry.refusal {
        None => json!({"status": "SUCCESS"}),
        Some(refusal) => {
            let errors = json!({"error": [{"message": refusal.batch_text()}]});
            json!({"errors": errors, "status": "FAILED"})
        }
    };
    json
}

/// References come back as they were sent; only a single insert and a read add the link.
fn keep_references(json: &mut Json, given: &Json) {
    for (property, value) in given["properties"].as_object().into_iter().flatten() {
        if value.as_array().is_some_and(|items| items.iter().any(|item| item.get("beacon").is_some())) {
            json["properties"][lower_first(property)] = value.clone();
        }
    }
}

/// An object that does not fit its collection comes back as it was sent, with what could be put in its place.
fn refused_echo(entry: &BatchEntry) -> Json {
    let now = now_ms();
    let NewObject { id, tenant, properties, unreadable, vector, vectors } = &entry.object;
    let mut json = json!({
        "class": entry.collection,
        "creationTimeUnix": now,
        "id": id,
        "lastUpdateTimeUnix": now,
        "properties": unreadable.clone().unwrap_or_else(|| Json::Object(properties.clone())),
    });
    if let Some(vector) = vector.as_ref().filter(|vector| !vector.is_empty()) {
        json["vector"] = NamedVector::Single(vector.clone()).to_json();
    }
    if !vectors.is_empty() {
        json["vectors"] = vectors.iter().map(|(name, vector)| (name.clone(), vector.to_json())).collect();
    }
    if !tenant.is_empty() {
        json["tenant"] = json!(tenant);
    }
    json
}
