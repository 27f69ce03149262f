//! Changed definitions: what `PUT /v1/schema/{class}` may change, added properties, dropped indexes.

use serde_json::{Value as Json, json};

use crate::config::Config;
use crate::store::{Collection, lower_first};

use super::property::{self, Surroundings};
use super::{create, inverted, vector_index};

const PARSE: &str = "updating schema: TYPE_UPDATE_CLASS: bad request :parse class update";
const PROPERTY_FIELDS: &str = "property fields other than description cannot be updated through updating the class. Use the add property feature (e.g. \"POST /v1/schema/{className}/properties\") to add additional properties";

/// The outcome of an accepted update.
pub(crate) struct Update {
    /// The definition from now on.
    pub(crate) class: Json,
    /// What the request is answered with: the request's own order, completed.
    pub(crate) reply: Json,
}

/// Checks a changed definition against the collection as it is.
pub(crate) fn update(collection: &Collection, given: &Json, config: &Config) -> Result<Update, String> {
    let old = &collection.class;
    let name = old["class"].as_str().unwrap_or_default();
    let given_name = crate::store::capitalised(given["class"].as_str().unwrap_or_default());
    if given_name != name {
        return Err(format!("class name is immutable: attempted change from \"{name}\" to \"{given_name}\""));
    }
    if given["objectTtlConfig"]["enabled"] == true {
        return Err("ObjectTTLConfig: enabling objectTTL requires a running background scheduler. Set OBJECTS_TTL_DELETE_SCHEDULE to activate it".to_owned());
    }
    let inverted = inverted::complete(&given["invertedIndexConfig"])?;
    for flag in ["indexTimestamps", "indexPropertyLength", "indexNullState"] {
        let (before, after) = (old["invertedIndexConfig"][flag] == true, inverted[flag] == true);
        if before != after {
            return Err(format!("\"{flag}\" setting is immutable. Value changed from \"{before}\" to \"{after}\""));
        }
    }
    let sharding = check_tenancy(old, given)?;
    check_replication(collection, given)?;
    let vectors = vectors(old, given, config)?;
    let properties = properties(&old["properties"], &given["properties"])?;
    if let Some(sharding) = &sharding {
        check_sharding(&old["shardingConfig"], sharding)?;
    }

    let mut class = old.clone();
    let mut reply = given.clone();
    for target in [&mut class, &mut reply] {
        target["invertedIndexConfig"] = inverted.clone();
        for (field, value) in &vectors {
            target[field.as_str()] = value.clone();
        }
    }
    set_or_remove(
        &mut class,
        "description",
        given["description"].as_str().filter(|text| !text.is_empty()).map(|text| json!(text)),
    );
    if given["moduleConfig"].is_object() {
        class["moduleConfig"] = given["moduleConfig"].clone();
    }
    // What is left out is not filled in again.
    set_or_remove(
        &mut class,
        "multiTenancyConfig",
        given["multiTenancyConfig"].is_object().then(|| tenancy_flags(&given["multiTenancyConfig"])),
    );
    let replication = replication(&given["replicationConfig"]);
    class["replicationConfig"] = replication.clone();
    reply["replicationConfig"] = replication;
    if given["shardingConfig"].is_null() {
        reply["shardingConfig"] = old["shardingConfig"].clone();
    }
    class["properties"] = properties;
    Ok(Update { class, reply })
}

/// Adds a property to a definition. Returns the property as completed.
pub(crate) fn add_property(
    class: &mut Json,
    given: &Json,
    is_collection: &dyn Fn(&str) -> bool,
) -> Result<Json, String> {
    let name = class["class"].as_str().unwrap_or_default().to_owned();
    let own_or_known = |target: &str| target == name || is_collection(target);
    let around = Surroundings {
        is_collection: &own_or_known,
        stopword_presets: class["invertedIndexConfig"]["stopwordPresets"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(preset, _)| preset.clone())
            .collect(),
        vectorizers: create::vectorizers(class),
    };
    let wanted = lower_first(given["name"].as_str().unwrap_or_default());
    let known = class["properties"].as_array().is_some_and(|properties| {
        properties
            .iter()
            .filter_map(|property| property["name"].as_str())
            .any(|known| known.eq_ignore_ascii_case(&wanted))
    });
    if known {
        return Err(create::conflict(&name, &wanted.to_lowercase()));
    }
    let property = property::complete(given, &around)?;
    match class["properties"].as_array_mut() {
        Some(properties) => properties.push(property.clone()),
        None => class["properties"] = json!([property]),
    }
    Ok(property)
}

/// Switches an index of a property off. `index` is the name in the path.
pub(crate) fn drop_index(class: &mut Json, property: &str, index: &str) -> Result<(), String> {
    let wanted = lower_first(property);
    let found = class["properties"].as_array_mut().into_iter().flatten().find(|known| known["name"] == wanted);
    let found = found.ok_or_else(|| format!("property name {property}: not found"))?;
    let flag = match index {
        "filterable" => "indexFilterable",
        "searchable" => "indexSearchable",
        _ => "indexRangeFilters",
    };
    found[flag] = json!(false);
    Ok(())
}

fn tenancy_flags(given: &Json) -> Json {
    let flag = |name: &str| given[name] == true;
    json!({
        "autoTenantActivation": flag("autoTenantActivation"),
        "autoTenantCreation": flag("autoTenantCreation"),
        "enabled": flag("enabled"),
    })
}

fn replication(given: &Json) -> Json {
    let mut config = json!({"factor": 1, "asyncEnabled": false});
    for field in ["deletionStrategy", "asyncConfig"] {
        if !given[field].is_null() {
            config[field] = given[field].clone();
        }
    }
    config
}

fn set_or_remove(class: &mut Json, field: &str, value: Option<Json>) {
    match value {
        Some(value) => class[field] = value,
        None => {
            if let Some(class) = class.as_object_mut() {
                class.shift_remove(field);
            }
        }
    }
}

/// Multi-tenancy stays as it is. The sharding settings to compare, where there are any.
fn check_tenancy(old: &Json, given: &Json) -> Result<Option<Json>, String> {
    let (before, after) =
        (old["multiTenancyConfig"]["enabled"] == true, given["multiTenancyConfig"]["enabled"] == true);
    let sharding = match (after, given["shardingConfig"].is_object()) {
        (false, true) => Some(create::sharding(&given["shardingConfig"])?),
        _ => None,
    };
    match (before, after) {
        (false, true) => Err("enabling multi-tenancy for an existing class is not supported".to_owned()),
        (true, false) => Err("disabling multi-tenancy for an existing class is not supported".to_owned()),
        _ => Ok(sharding),
    }
}

fn check_sharding(old: &Json, new: &Json) -> Result<(), String> {
    for (field, words) in [
        ("desiredCount", "re-sharding not supported yet: shard count"),
        ("virtualPerPhysical", "virtual shards per physical"),
    ] {
        if old[field] != new[field] {
            let (before, after) = (&old[field], &new[field]);
            return Err(format!(
                "{PARSE}: validate sharding config: {words} is immutable: attempted change from \"{before}\" to \"{after}\""
            ));
        }
    }
    Ok(())
}

fn check_replication(collection: &Collection, given: &Json) -> Result<(), String> {
    let factor = given["replicationConfig"]["factor"].as_i64().unwrap_or(1);
    if factor <= 1 {
        return Ok(());
    }
    let shard = collection.shards.values().next().map_or("", |shard| &shard.name);
    let name = &collection.schema.name;
    Err(format!(
        "not enough replicas in shard \"{shard}\" to increase replication factor to {factor} for class \"{name}\""
    ))
}

/// The vector fields of the definition after the update.
fn vectors(old: &Json, given: &Json, config: &Config) -> Result<Vec<(String, Json)>, String> {
    if old["vectorConfig"].is_object() {
        return named_vectors(old, given, config).map(|named| vec![("vectorConfig".to_owned(), named)]);
    }
    let text = |class: &Json, field: &str, default: &str| {
        class[field].as_str().filter(|text| !text.is_empty()).unwrap_or(default).to_owned()
    };
    let (before, after) = (text(old, "vectorizer", "none"), text(given, "vectorizer", "none"));
    if before != after {
        return Err(format!("{PARSE}: vectorizer is immutable: attempted change from \"{before}\" to \"{after}\""));
    }
    let (old_type, new_type) = (text(old, "vectorIndexType", "hnsw"), text(given, "vectorIndexType", "hnsw"));
    if old_type != new_type {
        return Err(format!(
            "{PARSE}: vector index type is immutable: attempted change from \"{old_type}\" to \"{new_type}\""
        ));
    }
    let index = vector_index::complete(&new_type, &given["vectorIndexConfig"])
        .map_err(|text| format!("class.VectorIndexConfig can not parse: parse vector index config: {text}"))?;
    check_index(&old["vectorIndexConfig"], &index)?;
    Ok(vec![
        ("vectorIndexConfig".to_owned(), index),
        ("vectorIndexType".to_owned(), json!(new_type)),
        ("vectorizer".to_owned(), json!(after)),
    ])
}

fn named_vectors(old: &Json, given: &Json, config: &Config) -> Result<Json, String> {
    let empty = serde_json::Map::new();
    let (before, after) =
        (old["vectorConfig"].as_object().unwrap_or(&empty), given["vectorConfig"].as_object().unwrap_or(&empty));
    let module =
        |vector: &Json| vector["vectorizer"].as_object().and_then(|vectorizer| vectorizer.keys().next().cloned());
    let mut merged = before.clone();
    for (name, vector) in after {
        if before.get(name).is_some_and(|known| module(known) != module(vector)) {
            let class = old["class"].as_str().unwrap_or_default();
            return Err(format!("vectorizer config of vector \"{name}\" is immutable for class {class}"));
        }
        merged.insert(name.clone(), create::named_vector(name, vector, config)?);
    }
    for (name, known) in before {
        let Some(vector) = after.get(name).and_then(|_| merged.get(name)) else {
            return Err(format!("{PARSE}: missing config for vector \"{name}\""));
        };
        if known["vectorIndexType"] != vector["vectorIndexType"] {
            let (old, new) = (
                known["vectorIndexType"].as_str().unwrap_or_default(),
                vector["vectorIndexType"].as_str().unwrap_or_default(),
            );
            return Err(format!(
                "{PARSE}: vector index type of vector \"{name}\" is immutable: attempted change from \"{old}\" to \"{new}\""
            ));
        }
        check_index(&known["vectorIndexConfig"], &vector["vectorIndexConfig"])?;
    }
    Ok(Json::Object(merged))
}

fn check_index(old: &Json, new: &Json) -> Result<(), String> {
    match vector_index::immutable_change(old, new) {
        Some((field, before, after)) => Err(format!(
            "{PARSE}: validate vector index config: {field} is immutable: attempted change from \"{before}\" to \"{after}\""
        )),
        None => Ok(()),
    }
}

/// The properties after the update: only descriptions may differ. The server sorts them by name on the way.
fn properties(old: &Json, given: &Json) -> Result<Json, String> {
    let list = |properties: &Json| {
        let mut list = properties.as_array().cloned().unwrap_or_default();
        list.sort_by(|left, right| left["name"].as_str().cmp(&right["name"].as_str()));
        list
    };
    let (old_list, new_list) = (list(old), list(given));
    let names = |list: &[Json]| list.iter().map(|property| property["name"].clone()).collect::<Vec<_>>();
    if names(&old_list) != names(&new_list) {
        return Err(format!("{PARSE}: {PROPERTY_FIELDS}"));
    }
    let mut merged = Vec::new();
    for (mut before, after) in old_list.into_iter().zip(new_list) {
        let changed = ["dataType", "tokenization", "indexFilterable", "indexSearchable", "indexRangeFilters"]
            .into_iter()
            .any(|field| !after[field].is_null() && after[field] != before[field]);
        if changed {
            let name = before["name"].as_str().unwrap_or_default();
            return Err(format!("{PARSE}: property \"{name}\": {PROPERTY_FIELDS}"));
        }
        set_or_remove(
            &mut before,
            "description",
            after["description"].as_str().filter(|text| !text.is_empty()).map(|text| json!(text)),
        );
        merged.push(before);
    }
    Ok(if old.is_null() && merged.is_empty() { Json::Null } else { Json::Array(merged) })
}
