//! New collections: checks a definition and completes it to what the server answers.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::config::Config;
use crate::store::capitalised;

use super::property::{self, Surroundings};
use super::{Distance, inverted, modules, names, vector_index};

/// Checks a definition and fills in the defaults. `is_collection` says which names references may point to.
pub(crate) fn complete(given: &Json, config: &Config, is_collection: &dyn Fn(&str) -> bool) -> Result<Json, String> {
    let name = capitalised(given["class"].as_str().unwrap_or_default());
    names::check_class_name(&name)?;
    let multi_tenant = given["multiTenancyConfig"]["enabled"] == true;
    if multi_tenant && given["shardingConfig"].is_object() {
        return Err("cannot have both shardingConfig and multiTenancyConfig".to_owned());
    }
    let inverted = inverted::complete(&given["invertedIndexConfig"])?;
    let mut class = Map::new();
    class.insert("class".to_owned(), json!(name));
    if let Some(description) = given["description"].as_str().filter(|text| !text.is_empty()) {
        class.insert("description".to_owned(), json!(description));
    }
    let own_or_known = |target: &str| target == name || is_collection(target);
    let around = Surroundings {
        is_collection: &own_or_known,
        stopword_presets: inverted["stopwordPresets"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(preset, _)| preset.clone())
            .collect(),
        vectorizers: vectorizers(given),
    };
    let properties = properties(given, &name, &around)?;
    class.insert("invertedIndexConfig".to_owned(), inverted);
    let vectors = vectors(given, config)?;
    if let Some(module_config) = module_config(given)? {
        class.insert("moduleConfig".to_owned(), module_config);
    }
    class.insert("multiTenancyConfig".to_owned(), multi_tenancy(&given["multiTenancyConfig"])?);
    if let Some(ttl) = object_ttl(&given["objectTtlConfig"])? {
        class.insert("objectTtlConfig".to_owned(), ttl);
    }
    class.insert("properties".to_owned(), properties);
    class.insert("replicationConfig".to_owned(), replication(&given["replicationConfig"])?);
    class.insert(
        "shardingConfig".to_owned(),
        if multi_tenant { no_sharding() } else { sharding(&given["shardingConfig"])? },
    );
    class.extend(vectors);
    Ok(Json::Object(class))
}

/// The fault that shows only once the collection exists: the index cannot be built.
pub(crate) fn late_fault(class: &Json, shard: &str) -> Option<String> {
    if class["multiTenancyConfig"]["enabled"] == true {
        return None;
    }
    let configs = class["vectorConfig"].as_object().into_iter().flat_map(|named| named.values());
    let distance = configs
        .chain([class])
        .filter_map(|owner| owner["vectorIndexConfig"]["distance"].as_str())
        .find(|distance| Distance::from_name(distance).is_none())?;
    let index = class["class"].as_str().unwrap_or_default().to_lowercase();
    Some(format!(
        "updating db: TYPE_ADD_CLASS: apply add class: create index: init shard {shard} of index {index}: init shard vectors: init vector index: unrecognized distance metric \"{distance}\",choose one of [\"cosine\", \"dot\", \"l2-squared\", \"manhattan\",\"hamming\"]"
    ))
}

/// The vectorizer modules a definition uses.
pub(crate) fn vectorizers(class: &Json) -> Vec<String> {
    let named = class["vectorConfig"].as_object().into_iter().flatten();
    let named = named
        .filter_map(|(_, config)| config["vectorizer"].as_object())
        .flat_map(|vectorizer| vectorizer.keys().cloned());
    let own = class["vectorizer"].as_str().map(str::to_owned);
    named.chain(own).filter(|name| name != "none").collect()
}

fn properties(given: &Json, class: &str, around: &Surroundings<'_>) -> Result<Json, String> {
    let Some(given) = given["properties"].as_array() else { return Ok(Json::Null) };
    let mut seen = BTreeSet::new();
    let mut properties = Vec::new();
    for property in given {
        let property = property::complete(property, around)?;
        let name = property["name"].as_str().unwrap_or_default().to_lowercase();
        if !seen.insert(name.clone()) {
            return Err(conflict(class, &name));
        }
        properties.push(property);
    }
    Ok(Json::Array(properties))
}

/// The text about a property that is there already.
pub(crate) fn conflict(class: &str, property: &str) -> String {
    format!("class \"{class}\": conflict for property \"{property}\": already in use or provided multiple times")
}

/// `vectorConfig`, or the three fields of the unnamed vector.
fn vectors(given: &Json, config: &Config) -> Result<Map<String, Json>, String> {
    let mut class = Map::new();
    if let Some(named) = given["vectorConfig"].as_object().filter(|named| !named.is_empty()) {
        let legacy = ["vectorizer", "vectorIndexType", "vectorIndexConfig"]
            .into_iter()
            .any(|field| !given[field].is_null() && given[field] != "");
        if legacy {
            return Err(
                "creating a class with both a class level vector index and named vectors is forbidden".to_owned()
            );
        }
        let mut completed = Map::new();
        for (name, vector) in named {
            completed.insert(name.clone(), named_vector(name, vector, config)?);
        }
        class.insert("vectorConfig".to_owned(), Json::Object(completed));
        return Ok(class);
    }
    let index_type = known_index_type(&given["vectorIndexType"], config)?;
    let vectorizer = given["vectorizer"].as_str().filter(|name| !name.is_empty()).unwrap_or("none");
    if vectorizer != "none" && !modules::is_present(vectorizer) {
        return Err(format!("vectorizer: no module with name \"{vectorizer}\" present"));
    }
    let index = vector_index::complete(index_type, &given["vectorIndexConfig"])
        .map_err(|text| format!("class.VectorIndexConfig can not parse: parse vector index config: {text}"))?;
    class.insert("vectorIndexConfig".to_owned(), index);
    class.insert("vectorIndexType".to_owned(), json!(index_type));
    class.insert("vectorizer".to_owned(), json!(vectorizer));
    Ok(class)
}

fn known_index_type<'a>(given: &'a Json, config: &Config) -> Result<&'a str, String> {
    let index_type = given.as_str().filter(|name| !name.is_empty()).unwrap_or("hnsw");
    if !vector_index::is_known(index_type) {
        return Err(format!("unrecognized or unsupported vectorIndexType \"{index_type}\""));
    }
    if index_type == "dynamic" && !config.async_indexing {
        return Err("the dynamic index can only be created when async indexing is enabled".to_owned());
    }
    Ok(index_type)
}

/// One entry of `vectorConfig`.
pub(crate) fn named_vector(name: &str, given: &Json, config: &Config) -> Result<Json, String> {
    names::check_vector_name(name)?;
    let index_type = known_index_type(&given["vectorIndexType"], config)
        .map_err(|text| format!("target vector \"{name}\": {text}"))?;
    let vectorizer = given["vectorizer"].as_object().ok_or_else(|| {
        let found = match &given["vectorizer"] {
            Json::Null => "<nil>",
            Json::String(_) => "string",
            Json::Bool(_) => "bool",
            Json::Number(_) => "json.Number",
            _ => "[]interface {}",
        };
        format!("class.VectorConfig.Vectorizer must be an object, got {found}")
    })?;
    let mut settings = vectorizer.iter();
    let (Some((module, module_config)), None) = (settings.next(), settings.next()) else {
        return Err(format!(
            "class.VectorConfig.Vectorizer must consist only 1 configuration, got: {}",
            vectorizer.len()
        ));
    };
    let vectorizer = if module == "none" {
        json!({"none": module_config})
    } else if modules::is_present(module) {
        json!({module: modules::vectorizer_config(module, module_config)?})
    } else {
        return Err(format!("target vector \"{name}\": vectorizer: no module with name \"{module}\" present"));
    };
    let mut index = vector_index::complete(index_type, &given["vectorIndexConfig"]).map_err(|text| {
        format!("target vector \"{name}\": parse vector index config: parse vector index config: {text}")
    })?;
    if modules::is_multi_vector(module) && index["multivector"].is_object() {
        index["multivector"]["enabled"] = json!(true);
    }
    Ok(json!({"vectorIndexConfig": index, "vectorIndexType": index_type, "vectorizer": vectorizer}))
}

fn module_config(given: &Json) -> Result<Option<Json>, String> {
    let mut config = given["moduleConfig"].as_object().cloned();
    if let Some(vectorizer) = given["vectorizer"].as_str().filter(|name| !matches!(*name, "" | "none")) {
        let config = config.get_or_insert_default();
        let own = config.get(vectorizer).cloned().unwrap_or_default();
        config.insert(vectorizer.to_owned(), modules::vectorizer_config(vectorizer, &own)?);
    }
    Ok(config.map(Json::Object))
}

fn multi_tenancy(given: &Json) -> Result<Json, String> {
    let flag = |name: &str| given[name].as_bool().unwrap_or(false);
    if !flag("enabled") {
        for (name, word) in
            [("autoTenantCreation", "AutoTenantCreation"), ("autoTenantActivation", "AutoTenantActivation")]
        {
            if flag(name) {
                return Err(format!("can't enable {word} on a non-multi-tenant class"));
            }
        }
    }
    Ok(json!({
        "autoTenantActivation": flag("autoTenantActivation"),
        "autoTenantCreation": flag("autoTenantCreation"),
        "enabled": flag("enabled"),
    }))
}

fn object_ttl(given: &Json) -> Result<Option<Json>, String> {
    if given["enabled"] == true {
        return Err(
            "ObjectTTLConfig: enabling objectTTL requires a running background scheduler. Set OBJECTS_TTL_DELETE_SCHEDULE to activate it"
                .to_owned(),
        );
    }
    Ok(given.is_object().then(|| given.clone()))
}

/// `replicationConfig`; there is one node.
pub(crate) fn replication(given: &Json) -> Result<Json, String> {
    let factor = given["factor"].as_i64().filter(|factor| *factor > 0).unwrap_or(1);
    if factor > 1 {
        return Err(format!(
            "init sharding state: could not find enough weaviate nodes for replication: 1 available, {factor} requested"
        ));
    }
    let strategy = given["deletionStrategy"].as_str().filter(|name| !name.is_empty()).unwrap_or("TimeBasedResolution");
    let mut config = json!({"deletionStrategy": strategy, "factor": factor, "asyncEnabled": false});
    if given["asyncConfig"].is_object() {
        config["asyncConfig"] = given["asyncConfig"].clone();
    }
    Ok(config)
}

/// `shardingConfig` of a collection without tenants.
pub(crate) fn sharding(given: &Json) -> Result<Json, String> {
    let count = |name: &str, default: u64| given[name].as_u64().unwrap_or(default);
    let text = |name: &str, default: &'static str| given[name].as_str().map_or(default.to_owned(), str::to_owned);
    let (key, strategy, function) = (text("key", "_id"), text("strategy", "hash"), text("function", "murmur3"));
    for (name, value, only) in
        [("key", &key, "_id"), ("strategy", &strategy, "hash"), ("function", &function, "murmur3")]
    {
        if value != only {
            let before = if name == "key" { "sharding only supported on key" } else { "sharding only supported with" };
            return Err(format!("parse sharding config: {before} '{only}' for now, got: {value}"));
        }
    }
    let virtual_per_physical = count("virtualPerPhysical", 128);
    let desired = count("desiredCount", 1).max(1);
    let virtual_count = virtual_per_physical.saturating_mul(desired);
    Ok(json!({
        "virtualPerPhysical": virtual_per_physical, "desiredCount": desired, "actualCount": desired,
        "desiredVirtualCount": virtual_count, "actualVirtualCount": virtual_count,
        "key": key, "strategy": strategy, "function": function,
    }))
}

/// `shardingConfig` of a collection with tenants: each tenant is a shard.
fn no_sharding() -> Json {
    json!({
        "virtualPerPhysical": 0, "desiredCount": 0, "actualCount": 0, "desiredVirtualCount": 0, "actualVirtualCount": 0,
        "key": "", "strategy": "", "function": "",
    })
}
