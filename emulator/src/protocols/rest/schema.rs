//! Collections: create, read, change, delete; their properties and shards.

use http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::access::rbac::Need;
use crate::emulated::Emulated;
use crate::engine::letter_case::capitalised;
use crate::engine::schema;
use crate::engine::store::fault::CreateFault;
use crate::engine::store::{Collection, Indexing, Shard, TenantStatus};

use super::bodies::{CLASS, PROPERTY, SHARD_STATUS};
use super::call::{Call, check_enum};
use super::reply::Reply;

pub(super) const TOKENIZATIONS: [&str; 9] =
    ["word", "lowercase", "whitespace", "field", "trigram", "gse", "kagome_kr", "kagome_ja", "gse_ch"];
const DELETION_STRATEGIES: [&str; 3] = ["NoAutomatedResolution", "DeleteOnConflict", "TimeBasedResolution"];
pub(super) const INDEX_NAMES: [&str; 4] = ["filterable", "searchable", "rangeFilters", "rangeable"];

/// All that the caller may see.
pub(super) fn all(emulated: &Emulated, call: &Call) -> Reply {
    let state = emulated.read();
    let may_see = |name: &str| emulated.allows(&call.caller, &Need::collections("read", name)).is_ok();
    let seen = state.collections.values().filter(|collection| may_see(&collection.schema.name));
    let classes: Vec<&Json> = seen.map(|collection| collection.schema.stored()).collect();
    Reply::ok(json!({"classes": classes}))
}

pub(super) fn create(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let given = call.object(&CLASS)?;
    check_enums(&given)?;
    emulated.write().create_collection(&given, &emulated.config).map(Reply::ok).map_err(|fault| match fault {
        CreateFault::Limit(reached) => Reply::limit(reached),
        CreateFault::Definition(fault) => Reply::refused_schema(&fault),
        other => Reply::schema_error(other),
    })
}

pub(super) fn one(emulated: &Emulated, method: &Method, name: &str, call: &Call) -> Result<Reply, Reply> {
    match *method {
        Method::PUT => update(emulated, name, call),
        Method::DELETE => {
            emulated.write().delete_collection(name);
            Ok(Reply::empty(StatusCode::OK))
        }
        _ => match emulated.read().collection(name) {
            Some(collection) => Ok(Reply::ok(collection.schema.stored().clone())),
            None => Err(Reply::empty(StatusCode::NOT_FOUND)),
        },
    }
}

fn update(emulated: &Emulated, name: &str, call: &Call) -> Result<Reply, Reply> {
    let given = call.object(&CLASS)?;
    check_enums(&given)?;
    let mut state = emulated.write();
    let collection = state.collection_mut(name).ok_or_else(|| Reply::empty_json(StatusCode::NOT_FOUND))?;
    let shard = collection.shards.values().next().map(|shard| shard.name.as_str());
    match schema::update(&collection.schema, shard, &given, &emulated.config) {
        Ok(update) => {
            collection.redefine(update.class);
            update.fault.map_or_else(|| Ok(Reply::ok(update.reply)), |fault| Err(Reply::schema_error(fault)))
        }
        Err(refused) => {
            if let Some(class) = refused.class {
                collection.redefine(class);
            }
            Err(Reply::refused_schema(&refused.fault))
        }
    }
}

pub(super) fn add_property(emulated: &Emulated, name: &str, call: &Call) -> Result<Reply, Reply> {
    let given = call.object(&PROPERTY)?;
    check_tokenization("tokenization", &given)?;
    let mut state = emulated.write();
    let known = state.collection(name).ok_or_else(|| Reply::schema_error(format!("class \"{name}\": not found")))?;
    let mut class = known.schema.stored().clone();
    let property =
        schema::add_property(&mut class, &given, &emulated.config, &|target| state.collections.contains_key(target))
            .map_err(Reply::schema_error)?;
    if let Some(collection) = state.collection_mut(name) {
        collection.redefine(class);
    }
    Ok(Reply::ok(property))
}

pub(super) fn drop_property_index(
    emulated: &Emulated,
    name: &str,
    property: &str,
    index: &str,
) -> Result<Reply, Reply> {
    check_enum("indexName in path", &json!(index), &INDEX_NAMES)?;
    let mut state = emulated.write();
    if let Some(fault) = state.property_in_work(&capitalised(name), property) {
        return Err(Reply::unprocessable(fault));
    }
    let collection =
        state.collection_mut(name).ok_or_else(|| Reply::unprocessable(format!("class \"{name}\": not found")))?;
    let mut class = collection.schema.stored().clone();
    schema::drop_index(&mut class, property, index).map_err(Reply::unprocessable)?;
    collection.redefine(class);
    Ok(Reply::empty(StatusCode::OK))
}

/// Drops a named vector, from the objects too. On the server that takes a moment, in which its index type is `none`.
pub(super) fn drop_vector_index(emulated: &Emulated, name: &str, vector: &str) -> Result<Reply, Reply> {
    if !emulated.config.drop_vector_index {
        return Err(Reply::error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "alter schema drop vector index endpoint is experimental and disabled by default, set the environment variable ENABLE_EXPERIMENTAL_ALTER_SCHEMA_DROP_VECTOR_INDEX_ENDPOINT=true to enable it",
        ));
    }
    let mut state = emulated.write();
    let collection =
        state.collection_mut(name).ok_or_else(|| Reply::unprocessable(format!("class \"{name}\": not found")))?;
    let mut class = collection.schema.stored().clone();
    schema::drop_vector(&mut class, vector).map_err(Reply::unprocessable)?;
    collection.redefine(class);
    collection.forget_vector(vector);
    Ok(Reply::empty(StatusCode::OK))
}

pub(super) fn shards(emulated: &Emulated, name: &str, call: &Call) -> Result<Reply, Reply> {
    let state = emulated.read();
    let collection = state.collection(name).ok_or_else(|| {
        Reply::error(
            StatusCode::NOT_FOUND,
            format!("cannot get shards status for a non-existing index for {name}: not found"),
        )
    })?;
    let wanted = call.parameter("tenant").filter(|tenant| !tenant.is_empty());
    let mut tenants = collection.shards.iter().filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name));
    if let Some((asleep, _)) = tenants.find(|(_, shard)| shard.status == TenantStatus::Cold) {
        return Err(Reply::error(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("shard {asleep}: status code: 500 body: (local {asleep} shard not found\n)"),
        ));
    }
    // The server shows the status, but not the length of the queue.
    let shards: Json = shard_states(collection, emulated.config.indexing_rate)
        .filter(|(name, _)| wanted.is_none_or(|wanted| wanted == *name))
        .map(|(name, status)| json!({"name": name, "status": status, "vectorQueueSize": 0}))
        .collect();
    Ok(Reply::ok(shards))
}

fn shard_states(collection: &Collection, rate: Option<u32>) -> impl Iterator<Item = (&str, &'static str)> {
    let status = move |shard: &Shard| if shard.read_only { "READONLY" } else { shard.queue.peek(rate).name() };
    let filled = collection.shards.values().map(move |shard| (shard.name.as_str(), status(shard)));
    filled.chain(collection.further_shards.iter().map(|name| (name.as_str(), Indexing::READY.name())))
}

pub(super) fn set_shard(emulated: &Emulated, name: &str, shard: &str, call: &Call) -> Result<Reply, Reply> {
    let body = call.object(&SHARD_STATUS)?;
    let status = body["status"].as_str().unwrap_or_default();
    let mut state = emulated.write();
    let collection = state.collection_mut(name).ok_or_else(|| {
        let text = format!("updating db: TYPE_UPDATE_SHARD_STATUS: cannot update shard status to a non-existing index for {name}: not found");
        Reply::error(StatusCode::NOT_FOUND, text)
    })?;
    // A shard nobody knows is no error, whatever is to become of it.
    if !shard_states(collection, None).any(|(known, _)| known == shard) {
        return Ok(Reply::ok(body));
    }
    let read_only = match status {
        "READY" => false,
        "READONLY" => true,
        other => {
            let text = format!("updating db: TYPE_UPDATE_SHARD_STATUS: {other}: invalid storage status");
            return Err(Reply::error(StatusCode::INTERNAL_SERVER_ERROR, text));
        }
    };
    if let Some(shard) = collection.shards.values_mut().find(|known| known.name == shard) {
        shard.read_only = read_only;
    }
    Ok(Reply::ok(json!({"status": status})))
}

fn check_enums(class: &Json) -> Result<(), Reply> {
    check_enum(
        "replicationConfig.deletionStrategy in body",
        &class["replicationConfig"]["deletionStrategy"],
        &DELETION_STRATEGIES,
    )?;
    for (name, vector) in class["vectorConfig"].as_object().into_iter().flatten() {
        let said = ["vectorizer", "vectorIndexConfig", "vectorIndexType"];
        if said.into_iter().all(|field| vector[field].is_null() || vector[field] == "") {
            return Err(Reply::code(602, format!("vectorConfig.{name} in body is required")));
        }
    }
    for (index, dictionary) in
        class["invertedIndexConfig"]["tokenizerUserDict"].as_array().into_iter().flatten().enumerate()
    {
        check_replacements(&format!("invertedIndexConfig.tokenizerUserDict.{index}.replacements"), dictionary)?;
    }
    for (index, property) in class["properties"].as_array().into_iter().flatten().enumerate() {
        check_tokenization(&format!("properties.{index}.tokenization"), property)?;
    }
    Ok(())
}

fn check_replacements(place: &str, dictionary: &Json) -> Result<(), Reply> {
    for (index, replacement) in dictionary["replacements"].as_array().into_iter().flatten().enumerate() {
        if let Some(missing) = ["source", "target"].into_iter().find(|name| replacement[*name].is_null()) {
            return Err(Reply::code(602, format!("{place}.{index}.{missing} in body is required")));
        }
    }
    Ok(())
}

/// `place` is the path to the property's tokenization.
fn check_tokenization(place: &str, property: &Json) -> Result<(), Reply> {
    check_enum(&format!("{place} in body"), &property["tokenization"], &TOKENIZATIONS)?;
    let prefix = place.strip_suffix("tokenization").unwrap_or_default();
    for (index, nested) in property["nestedProperties"].as_array().into_iter().flatten().enumerate() {
        check_tokenization(&format!("{prefix}nestedProperties.{index}.tokenization"), nested)?;
    }
    Ok(())
}
