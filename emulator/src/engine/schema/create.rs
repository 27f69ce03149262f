//! New collections: checks a definition and completes it to what the server answers.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::config::Config;
use crate::engine::letter_case::capitalised;

use super::fault::{NameFault, SchemaFault};
use super::late_fault::LateFault;
use super::property::{self, Surroundings};
use super::{inverted, modules, names, placement, ttl, vectors};

/// Checks a definition and fills in the defaults. `is_collection` says which names references may point to. The checks
/// stand in the server's order, so that of several faults the one is told that the server tells.
pub(crate) fn complete(
    given: &Json,
    config: &Config,
    is_collection: &dyn Fn(&str) -> bool,
) -> Result<Json, SchemaFault> {
    let name = capitalised(given["class"].as_str().unwrap_or_default());
    let multi_tenant = given["multiTenancyConfig"]["enabled"] == true;
    check_suffixes(&given["properties"])?;
    if multi_tenant && !given["shardingConfig"].is_null() {
        return Err(SchemaFault::ShardedTenants);
    }
    let given = vectors::with_vectorizer(given, &config.default_vectorizer);
    let mut given = vectors::with_module_defaults(&given);
    given["class"] = json!(name);
    check_vectors_kind(&given)?;
    names::check_class_name(&name)?;
    let vectorizers = vectors::vectorizers(&given);
    let around = Surroundings {
        config,
        stopword_presets: &given["invertedIndexConfig"]["stopwordPresets"],
        vectorizers: &vectorizers,
    };
    let properties = properties(&given["properties"], &name, &around)?;
    vectors::check(&given, None, config)?;
    vectors::check_named(&given)?;
    modules::check_class(&given, config)?;
    placement::check_tenancy(&given["multiTenancyConfig"])?;
    placement::check_factor(&given["replicationConfig"], config.limits.replication_factor)?;
    let timestamps = given["invertedIndexConfig"]["indexTimestamps"] == true;
    let ttl = ttl::complete(&given["objectTtlConfig"], &properties, timestamps, false, config)?;
    let mut inverted = inverted::complete(&given["invertedIndexConfig"])?;
    if ttl.as_ref().is_some_and(|ttl| ttl.needs_timestamps) {
        inverted["indexTimestamps"] = json!(true);
    }
    if name.eq_ignore_ascii_case("raft") {
        return Err(SchemaFault::ReservedName);
    }
    let sharding = placement::sharding(&given["shardingConfig"], multi_tenant)?;
    let vectors = vectors::complete(&given, config)?;
    let replication = placement::replication(&given["replicationConfig"], true);
    placement::check_replicas(&replication)?;
    let own_or_known = |target: &str| target == name || is_collection(target);
    for property in properties.as_array().into_iter().flatten() {
        property::check_targets(property, &own_or_known)?;
    }

    let mut class = Map::new();
    class.insert("class".to_owned(), json!(name));
    if let Some(description) = given["description"].as_str().filter(|text| !text.is_empty()) {
        class.insert("description".to_owned(), json!(description));
    }
    class.insert("invertedIndexConfig".to_owned(), inverted);
    if !given["moduleConfig"].is_null() {
        class.insert("moduleConfig".to_owned(), given["moduleConfig"].clone());
    }
    class.insert("multiTenancyConfig".to_owned(), placement::tenancy(&given["multiTenancyConfig"]));
    if let Some(ttl) = ttl {
        class.insert("objectTtlConfig".to_owned(), ttl.config);
    }
    class.insert("properties".to_owned(), properties);
    class.insert("replicationConfig".to_owned(), replication);
    class.insert("shardingConfig".to_owned(), sharding);
    class.extend(vectors);
    Ok(Json::Object(class))
}

/// The fault that shows only once the collection exists.
pub(crate) fn late_fault(class: &Json, shard: &str) -> Option<LateFault> {
    placement::late_fault(class).or_else(|| vectors::late_fault(class, shard))
}

/// The names of a property's buckets, which no other property's name may end in.
fn check_suffixes(properties: &Json) -> Result<(), NameFault> {
    for property in properties.as_array().into_iter().flatten() {
        names::check_suffix(property["name"].as_str().unwrap_or_default())?;
    }
    Ok(())
}

/// A collection has either named vectors or the unnamed one when it is made.
fn check_vectors_kind(given: &Json) -> Result<(), SchemaFault> {
    let Some(named) = vectors::named(given) else { return Ok(()) };
    if vectors::has_unnamed(given) {
        return Err(SchemaFault::NamedAndUnnamed);
    }
    match named.iter().find(|(_, vector)| vector["vectorIndexType"] == "none") {
        Some((name, _)) => Err(SchemaFault::NewDropped(name.clone())),
        None => Ok(()),
    }
}

fn properties(given: &Json, class: &str, around: &Surroundings<'_>) -> Result<Json, SchemaFault> {
    let Some(given) = given.as_array() else { return Ok(Json::Null) };
    let mut seen = BTreeSet::new();
    let mut properties = Vec::new();
    for property in given {
        let property = property::complete(property, around)?;
        let name = property["name"].as_str().unwrap_or_default();
        if !seen.insert(name.to_lowercase()) {
            return Err(conflict(class, name));
        }
        properties.push(property);
    }
    Ok(Json::Array(properties))
}

/// A property that is there already.
pub(super) fn conflict(class: &str, property: &str) -> SchemaFault {
    SchemaFault::PropertyExists { class: class.to_owned(), property: property.to_owned() }
}
