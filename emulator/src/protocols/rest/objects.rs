//! Single objects: insert, read, replace, merge, delete, validate.

use http::{Method, StatusCode};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::emulated::Emulated;
use crate::engine::go::Origin;
use crate::engine::letter_case::capitalised;
use crate::engine::named_vector::NamedVector;
use crate::engine::store::{Lookup, NewObject, Object, PutMode, Refusal, parse_uuid, properties_of};

use super::bodies::OBJECT;
use super::call::{Call, path_uuid};
use super::refused::Target;
use super::reply::Reply;

/// Parts of an object that `include` asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Include {
    pub(super) vector: bool,
}

impl Include {
    pub(super) fn parse(call: &Call) -> Result<Self, Reply> {
        let mut include = Self::default();
        for part in call.parameter("include").unwrap_or_default().split(',').filter(|part| !part.is_empty()) {
            match part {
                "vector" => include.vector = true,
                "classification" | "interpretation" | "nearestNeighbors" | "featureProjection" => {}
                other => {
                    return Err(Reply::error(
                        StatusCode::BAD_REQUEST,
                        format!("unrecognized property '{other}' in ?include list"),
                    ));
                }
            }
        }
        Ok(include)
    }
}

pub(super) async fn insert(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&OBJECT)?;
    check_body_id(&body)?;
    check_consistency(call)?;
    let keys = call.provider_keys();
    let collection = body["class"].as_str().unwrap_or_default().to_owned();
    let mut object = new_object(body.clone());
    let with_id = body_id(&body).is_some();
    if !with_id {
        object.id = Uuid::new_v4();
    }
    let tenant = object.tenant.clone();
    let mut lookup = emulated.look_up([collection.as_str()]).await;
    let stored = emulated
        .put_object(&mut lookup, &collection, &object, call.sender(&keys), PutMode::Insert)
        .map_err(|refusal| Target { emulated, collection: &collection, tenant: &tenant }.put(&refusal, with_id))?;
    Ok(Reply::ok(echo(emulated, &collection, &tenant, &stored)))
}

pub(super) fn one(
    emulated: &Emulated,
    method: &Method,
    class: Option<&str>,
    id: &str,
    call: &Call,
) -> Result<Reply, Reply> {
    let id = path_uuid("id", id)?;
    match *method {
        Method::HEAD => {
            let place = find(emulated, class, id, call.parameter("tenant").unwrap_or_default())?;
            Ok(Reply::empty(if place.is_some() { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }))
        }
        Method::PUT => replace(emulated, class, id, call),
        Method::PATCH => merge(emulated, class, id, call),
        Method::DELETE => delete(emulated, class, id, call),
        _ => get(emulated, class, id, call),
    }
}

fn get(emulated: &Emulated, class: Option<&str>, id: Uuid, call: &Call) -> Result<Reply, Reply> {
    let include = Include::parse(call)?;
    check_consistency(call)?;
    if call.parameter("consistency_level").is_some() && call.parameter("node_name").is_some() {
        return Err(Reply::error(StatusCode::BAD_REQUEST, "consistency_level and node_name are mutually exclusive"));
    }
    let tenant = call.parameter("tenant").unwrap_or_default();
    let (class, object) = find(emulated, class, id, tenant)?.ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?;
    Ok(Reply::ok(stored_json(&class, tenant, &object, include)))
}

/// An object as read back.
pub(super) fn stored_json(class: &str, tenant: &str, object: &Object, include: Include) -> Json {
    let mut json = object.to_json(class, tenant, include.vector);
    json["vectorWeights"] = Json::Null;
    json
}

/// The object and its collection's name. Without collection, all of them are searched.
fn find(emulated: &Emulated, class: Option<&str>, id: Uuid, tenant: &str) -> Result<Option<(String, Object)>, Reply> {
    if let Some(class) = class {
        emulated.wake(class, tenant);
    }
    let state = emulated.read();
    let Some(class) = class else {
        return Ok(state.owner(id).and_then(|name| {
            let object = state.collections.get(&name)?.shards.get("")?.objects.get(&id)?.clone();
            Some((name, object))
        }));
    };
    let Some(collection) = state.collection(class) else { return Ok(None) };
    let shard = collection.shard(tenant).map_err(|fault| {
        let index = collection.schema.name.to_lowercase();
        Reply::unprocessable(format!("repo: object by id: search index {index}: determine shard: {fault}"))
    })?;
    Ok(shard.objects.get(&id).map(|object| (collection.schema.name.clone(), object.clone())))
}

fn replace(emulated: &Emulated, class: Option<&str>, id: Uuid, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&OBJECT)?;
    check_body_id(&body)?;
    check_consistency(call)?;
    let keys = call.provider_keys();
    // The body decides about the collection.
    let collection = body["class"].as_str().filter(|name| !name.is_empty()).or(class).unwrap_or_default().to_owned();
    let object = new_object(body.clone());
    if body_id(&body) != Some(id) {
        return Err(Reply::unprocessable("invalid update: field 'id' is immutable"));
    }
    let tenant = object.tenant.clone();
    let stored = emulated
        .put_object(&mut Lookup::default(), &collection, &object, call.sender(&keys), PutMode::Replace)
        .map_err(|refusal| match refusal {
            Refusal::Tenant(fault) => {
                let index = collection.to_lowercase();
                Reply::unprocessable(format!("repo: object by id: search index {index}: determine shard: {fault}"))
            }
            // A fault of the caller's, unlike that of an insert.
            Refusal::AutoSchema(fault) => Reply::unprocessable(format!("invalid object: {fault}")),
            Refusal::Unvectorized(unvectorized) => {
                let text = format!("update object: {}", unvectorized.of_one());
                Reply::error(StatusCode::INTERNAL_SERVER_ERROR, text)
            }
            other => Target { emulated, collection: &collection, tenant: &tenant }.put(&other, true),
        })?;
    let mut json = echo(emulated, &collection, &tenant, &stored);
    // Where a replacement brings no properties, the reply has none.
    if let Some(json) = json.as_object_mut().filter(|_| !body["properties"].is_object()) {
        json.shift_remove("properties");
    }
    Ok(Reply::ok(json))
}

fn merge(emulated: &Emulated, class: Option<&str>, id: Uuid, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&OBJECT)?;
    check_body_id(&body)?;
    check_consistency(call)?;
    let keys = call.provider_keys();
    let collection = class.or(body["class"].as_str()).unwrap_or_default().to_owned();
    let mut changes = new_object(body);
    changes.id = id;
    let tenant = changes.tenant.clone();
    emulated
        .merge_object(&collection, &changes, call.sender(&keys))
        .map_err(|refusal| Target { emulated, collection: &collection, tenant: &tenant }.merge(&refusal))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn delete(emulated: &Emulated, class: Option<&str>, id: Uuid, call: &Call) -> Result<Reply, Reply> {
    check_consistency(call)?;
    let tenant = call.parameter("tenant").unwrap_or_default();
    let name = match class {
        Some(class) => capitalised(class),
        None => emulated.read().owner(id).ok_or_else(|| Reply::empty(StatusCode::NOT_FOUND))?,
    };
    // Deleting what is not there succeeds.
    emulated
        .delete_object(&name, id, tenant)
        .map_err(|refusal| Target { emulated, collection: &name, tenant }.deletion(&refusal))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

pub(super) fn validate(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&OBJECT)?;
    check_body_id(&body)?;
    let collection = body["class"].as_str().unwrap_or_default().to_owned();
    if body["id"].as_str().is_none_or(str::is_empty) {
        return Err(Reply::unprocessable("invalid object: invalid UUID length: 0"));
    }
    let mut object = new_object(body);
    let tenant = object.tenant.clone();
    emulated
        .validate_object(&collection, &mut object, Origin::Rest)
        .map_err(|refusal| Target { emulated, collection: &collection, tenant: &tenant }.put(&refusal, true))?;
    Ok(Reply::empty(StatusCode::OK))
}

/// The reply to a write: what was stored, and the times once more where they are indexed.
pub(super) fn echo(emulated: &Emulated, collection: &str, tenant: &str, stored: &Object) -> Json {
    let name = capitalised(collection);
    let timestamps = emulated.read().collection(&name).is_some_and(|known| known.schema.inverted.timestamps);
    let mut json = stored.to_json(&name, tenant, true);
    if timestamps {
        json["properties"]["_creationTimeUnix"] = json!(stored.created_ms);
        json["properties"]["_lastUpdateTimeUnix"] = json!(stored.updated_ms);
    }
    json
}

fn body_id(body: &Json) -> Option<Uuid> {
    body["id"].as_str().and_then(|text| parse_uuid(text).ok())
}

fn check_body_id(body: &Json) -> Result<(), Reply> {
    match body["id"].as_str() {
        Some(text) if !text.is_empty() && parse_uuid(text).is_err() => {
            Err(Reply::code(601, format!("id in body must be of type uuid: \"{text}\"")))
        }
        _ => Ok(()),
    }
}

pub(super) fn check_consistency(call: &Call) -> Result<(), Reply> {
    match call.parameter("consistency_level") {
        Some(level) if !matches!(level, "" | "ONE" | "QUORUM" | "ALL") => Err(Reply::error(
            StatusCode::BAD_REQUEST,
            format!("unrecognized consistency level '{level}', try one of the following: ['ONE', 'QUORUM', 'ALL']"),
        )),
        _ => Ok(()),
    }
}

/// An object from a body whose shape has been read.
pub(super) fn new_object(mut body: Json) -> NewObject {
    let id = body_id(&body).unwrap_or_default();
    let tenant = body["tenant"].as_str().unwrap_or_default().to_owned();
    let vector = body["vector"].as_array().map(|items| row(items));
    let vectors = body["vectors"].as_object().into_iter().flatten();
    let vectors = vectors.map(|(name, given)| (name.clone(), named_vector(given))).collect();
    let given = body.get_mut("properties").map(Json::take).filter(|given| !given.is_null());
    let (properties, unreadable) = match given {
        Some(given) if !given.is_object() => (Map::new(), Some(given)),
        given => (properties_of(given), None),
    };
    NewObject { id, tenant, properties, unreadable, vector, vectors }
}

fn named_vector(given: &Json) -> NamedVector {
    let items = given.as_array().map(Vec::as_slice).unwrap_or_default();
    if items.iter().any(Json::is_array) {
        return NamedVector::Multi(
            items.iter().map(|items| items.as_array().map_or_else(Vec::new, |row_items| row(row_items))).collect(),
        );
    }
    NamedVector::Single(row(items))
}

/// Numbers as singles; a null counts as zero.
#[expect(clippy::cast_possible_truncation, reason = "the server stores singles")]
fn row(items: &[Json]) -> Vec<f32> {
    items.iter().map(|item| item.as_f64().unwrap_or_default() as f32).collect()
}
