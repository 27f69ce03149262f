//! Conversion of a collection config to and from JSON.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::{named_vector, python};
use crate::values::collection_name::CollectionName;
use crate::values::json_depth;
use crate::values::property_names;
use crate::values::schema::modules::{CustomModule, Generative, Reranker};
use crate::values::schema::{
    Change, CollectionConfig, CollectionUpdate, DataType, Extra, Json, Map, Property, VectorConfig, plain,
};
use crate::{Error, PropertyMap, Result};

impl Json for CollectionConfig {
    /// Reads any object as a collection, whatever its content.
    fn read(value: &Value) -> Option<Self> {
        let mut map = value.as_object()?.clone();
        let map = &mut map;
        let name: String = plain::take(map, "class").unwrap_or_default();
        let mut modules = match map.remove("moduleConfig") {
            Some(Value::Object(modules)) if !modules.is_empty() => modules,
            other => {
                map.extend(other.map(|other| ("moduleConfig".to_owned(), other)));
                Map::new()
            }
        };
        let legacy = named_vector::take_legacy(map, &mut modules);
        let vectors = legacy.into_iter().chain(take_vectors(map)).collect();
        let mut config = Self {
            name: CollectionName::new(&name),
            description: plain::take(map, "description"),
            properties: take_properties(map),
            vectors,
            inverted_index: plain::take(map, "invertedIndexConfig"),
            replication: plain::take(map, "replicationConfig"),
            sharding: plain::take(map, "shardingConfig"),
            multi_tenancy: plain::take(map, "multiTenancyConfig"),
            object_ttl: plain::take(map, "objectTtlConfig"),
            generative: Vec::new(),
            rerankers: Vec::new(),
            modules: Vec::new(),
            extra: Extra::from(std::mem::take(map)),
        };
        for (name, settings) in modules {
            if name.starts_with("generative-") {
                config.generative.push(Generative::read(&name, &settings));
            } else if name.starts_with("reranker-") {
                config.rerankers.push(Reranker::read(&name, &settings));
            } else {
                config.modules.push(CustomModule { name, settings });
            }
        }
        Some(config)
    }

    fn write(&self) -> Value {
        let mut map = self.extra.members.clone();
        if !self.name.as_str().is_empty() {
            map.insert("class".to_owned(), self.name.as_str().into());
        }
        let mut modules = Map::new();
        let mut vectors = Map::new();
        for config in &self.vectors {
            match config.legacy {
                Some(legacy) => named_vector::put_legacy(config, legacy, &mut map, &mut modules),
                None => vectors.extend([(config.name.clone(), named_vector::write(config))]),
            }
        }
        merge(&mut map, "vectorConfig", vectors);
        modules.extend(self.generative.iter().map(|module| (module.module().to_owned(), module.write())));
        modules.extend(self.rerankers.iter().map(|module| (module.module().to_owned(), module.write())));
        modules.extend(self.modules.iter().map(|module| (module.name.clone(), module.settings.clone())));
        merge(&mut map, "moduleConfig", modules);
        let mut put = |key: &str, value: Option<Value>| value.map(|value| map.insert(key.to_owned(), value));
        put("description", self.description.as_ref().map(Json::write));
        put("properties", (!self.properties.is_empty()).then(|| self.properties.write()));
        put("invertedIndexConfig", self.inverted_index.as_ref().map(Json::write));
        put("replicationConfig", self.replication.as_ref().map(Json::write));
        put("shardingConfig", self.sharding.as_ref().map(Json::write));
        put("multiTenancyConfig", self.multi_tenancy.as_ref().map(Json::write));
        put("objectTtlConfig", self.object_ttl.as_ref().map(Json::write));
        Value::Object(map)
    }
}

/// Keeps an empty list in the raw map, since it would not be written from the typed value.
fn take_properties(map: &mut Map) -> Vec<Property> {
    match map.get("properties") {
        Some(Value::Array(properties)) if !properties.is_empty() => plain::take(map, "properties").unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Takes the vectors that are objects. Others stay in the raw map.
fn take_vectors(map: &mut Map) -> Vec<VectorConfig> {
    let Some(all) = map.get_mut("vectorConfig").and_then(Value::as_object_mut).filter(|all| !all.is_empty()) else {
        return Vec::new();
    };
    let mut vectors = Vec::new();
    all.retain(|name, value| match named_vector::read(name, value) {
        Some(vector) => {
            vectors.push(vector);
            false
        }
        None => true,
    });
    if all.is_empty() {
        map.remove("vectorConfig");
    }
    vectors
}

fn merge(map: &mut Map, key: &str, members: Map) {
    if members.is_empty() {
        return;
    }
    match map.get_mut(key) {
        Some(Value::Object(all)) => all.extend(members),
        _ => {
            map.insert(key.to_owned(), Value::Object(members));
        }
    }
}

/// Reads a list of collections. Values that are not objects are skipped.
pub(crate) fn list(values: &[Value]) -> Vec<CollectionConfig> {
    values.iter().filter_map(CollectionConfig::read).collect()
}

/// Converts a configuration to the body of a creation.
///
/// Without the sharding settings that the server shows of a collection with tenants: zeros and empty
/// texts, which it does not take back. Others stay, for the server to refuse.
pub(crate) fn body_of_creation(config: &CollectionConfig) -> Value {
    let mut class = config.write();
    let is_blank = |value: &Value| value.as_f64() == Some(0.0) || value.as_str() == Some("");
    if class["multiTenancyConfig"]["enabled"] == true
        && class["shardingConfig"].as_object().is_some_and(|all| all.values().all(is_blank))
        && let Some(class) = class.as_object_mut()
    {
        class.remove("shardingConfig");
    }
    class
}

/// Adds the default index type of each vector, as newer servers do.
pub(crate) fn with_index_kinds(mut class: Value) -> Value {
    for (_, vector) in class.get_mut("vectorConfig").and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(vector) = vector.as_object_mut() {
            vector.entry("vectorIndexType").or_insert_with(|| "hnsw".into());
        }
    }
    class
}

/// Refuses settings that the server would change without an error.
pub(crate) fn check(config: &CollectionConfig) -> Result<()> {
    config.properties.iter().try_for_each(|property| check_name("property", &property.name))?;
    if let Some(delete_on) = config.object_ttl.as_ref().and_then(|ttl| ttl.delete_on.as_deref()) {
        check_name("object_ttl.delete_on", delete_on)?;
    }
    let mut names = HashSet::new();
    for VectorConfig { name, .. } in &config.vectors {
        if !names.insert(name) {
            let message = format!("the name {name:?} occurs twice: give each vector its own name");
            return Err(Error::validation("vector", message));
        }
    }
    let mut names = HashSet::new();
    for Property { name, .. } in &config.properties {
        if !names.insert(name) {
            let message = format!("the name {name:?} occurs twice: give each property its own name");
            return Err(Error::validation("property", message));
        }
    }
    config.properties.iter().try_for_each(check_property)?;
    config.vectors.iter().try_for_each(check_vector)?;
    match config.inverted_index.as_ref().and_then(|index| index.bm25.as_ref()) {
        Some(bm25) if bm25.b.is_some() != bm25.k1.is_some() => {
            let message =
                "b and k1 must be set together, since the server uses 0 for a missing one: set both or neither";
            Err(Error::validation("inverted_index.bm25", message))
        }
        _ => Ok(()),
    }
}

/// Refuses a property without a name, and one that is nested too deeply to be written.
pub(crate) fn check_property(property: &Property) -> Result<()> {
    let mut open = vec![(property, 0)];
    while let Some((inside, objects)) = open.pop() {
        if inside.name.is_empty() {
            return Err(Error::validation("property", format!("a name within {:?} is empty", property.name)));
        }
        if objects > PropertyMap::MAX_DEPTH {
            let most = PropertyMap::MAX_DEPTH;
            let message = format!("{:?} has more than {most} objects inside each other", property.name);
            return Err(Error::validation("property", message));
        }
        if let DataType::Object(nested) | DataType::ObjectArray(nested) = &inside.data_type {
            open.extend(nested.iter().map(|nested| (nested, objects + 1)));
        }
    }
    Ok(())
}

/// Refuses a name that the server would change without an error.
fn check_name(field: &'static str, name: &str) -> Result<()> {
    property_names::check(name).map_err(|fault| Error::validation(field, fault))
}

/// Refuses settings of a vector that the server would change without an error.
///
/// Source properties are among them: the server keeps their spelling, and a vectorizer then misses
/// a property that is stored in lower case.
pub(crate) fn check_vector(config: &VectorConfig) -> Result<()> {
    if config.name.is_empty() {
        return Err(Error::validation("vector.name", "must not be empty; omit it for the name `default`"));
    }
    let settings = config.vectorizer.write();
    let names_properties = |key: &str| matches!(key, "properties" | "referenceProperties") || key.ends_with("Fields");
    let sources = settings.as_object().into_iter().flatten().filter(|(key, _)| names_properties(key));
    for name in sources.flat_map(|(_, names)| names.as_array().into_iter().flatten()).filter_map(Value::as_str) {
        check_name("vector.source_properties", name)?;
    }
    let weights = settings.get("weights").and_then(Value::as_object).into_iter().flatten();
    let has_missing_weight =
        |weights: &Value| weights.as_array().is_some_and(|weights| weights.iter().any(Value::is_null));
    match weights.into_iter().find(|(_, weights)| has_missing_weight(weights)) {
        Some((fields, _)) => {
            let message = format!("some of {fields} have a weight and some do not: set all weights or none");
            Err(Error::validation("vector.weights", message))
        }
        None => Ok(()),
    }
}

/// Refuses vectors in a part of a configuration like [`check_vector`].
pub(crate) fn check_vectors(part: &Value) -> Result<()> {
    CollectionConfig::read(part).iter().flat_map(|config| &config.vectors).try_for_each(check_vector)
}

/// Refuses names in an update that the server would not find.
pub(crate) fn check_update(update: &CollectionUpdate) -> Result<()> {
    update.property_descriptions.keys().try_for_each(|name| check_name("property_description", name))?;
    match &update.object_ttl {
        Change::Set(ttl) => ttl.delete_on.iter().try_for_each(|name| check_name("object_ttl.delete_on", name)),
        Change::Keep | Change::Clear => Ok(()),
    }
}

impl Serialize for CollectionConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CollectionConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if json_depth::is_too_deep(&value) {
            let message = format!("a collection must not have more than {} levels of JSON", json_depth::MAX_LEVELS);
            return Err(de::Error::custom(message));
        }
        let value = python::translated(value);
        let config = Self::read(&value).filter(|config| !config.name().is_empty());
        config.ok_or_else(|| de::Error::custom("a collection must be an object with its name in `class` or `name`"))
    }
}
