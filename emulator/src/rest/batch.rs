//! Many objects in one request: each has its own result, in the order they came.

use http::StatusCode;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::store::{
    Emulated, Lookup, NewObject, Origin, PutMode, Refusal, capitalised, lower_first, now_ms, parse_uuid,
};

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
    let without_class = given.iter().any(|object| object["class"].as_str().is_none_or(str::is_empty));
    let collections = given.iter().filter_map(|object| object["class"].as_str());
    let mut lookup = emulated.look_up(collections).await;
    let results =
        given.iter().map(|given| insert_one(emulated, &mut lookup, given, new_object(given.clone()))).collect();
    // The server stores the others, and breaks down over its reply.
    Ok(if without_class { Reply::empty(StatusCode::OK) } else { Reply::ok(results) })
}

fn insert_one(emulated: &Emulated, lookup: &mut Lookup, given: &Json, mut object: NewObject) -> Json {
    let collection = given["class"].as_str().unwrap_or_default();
    let without_id = given["id"].as_str().is_none_or(str::is_empty);
    if without_id {
        object.id = Uuid::new_v4();
    }
    let (id, tenant) = (object.id, object.tenant.clone());
    let (mut json, result) = match emulated.put_object(lookup, collection, object, Origin::Rest, PutMode::Upsert) {
        Ok(stored) => {
            let mut json = echo(emulated, collection, given, &tenant, &stored);
            keep_references(&mut json, given);
            (json, json!({"status": "SUCCESS"}))
        }
        Err(refusal) => {
            let text = match &refusal {
                // The server makes an id and forgets why the collection was not created.
                Refusal::NotCreated { name, .. } if without_id => format!("class '{name}' not present in schema"),
                _ => refusal.batch_text(),
            };
            let errors = json!({"error": [{"message": text}]});
            (refused_echo(given, id), json!({"errors": errors, "status": "FAILED"}))
        }
    };
    json["deprecations"] = Json::Null;
    json["result"] = result;
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

/// A refused object comes back as it was sent.
fn refused_echo(given: &Json, id: Uuid) -> Json {
    let now = now_ms();
    let class = capitalised(given["class"].as_str().unwrap_or_default());
    let mut json = json!({"class": class, "creationTimeUnix": now, "id": id, "lastUpdateTimeUnix": now});
    for field in ["properties", "vector", "vectors", "tenant"] {
        if !given[field].is_null() {
            json[field] = given[field].clone();
        }
    }
    json
}
