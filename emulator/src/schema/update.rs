//! Changed definitions: what `PUT /v1/schema/{class}` may change, added properties, dropped indexes.

use serde_json::{Value as Json, json};

use crate::config::Config;
use crate::store::{Collection, capitalised, lower_first};

use super::property::{self, Surroundings};
use super::{create, inverted, modules, names, placement, ttl, vector_index, vectors};

const PARSE: &str = "updating schema: TYPE_UPDATE_CLASS: bad request :parse class update";
const PROPERTY_FIELDS: &str = "property fields other than description cannot be updated through updating the class. Use the add property feature (e.g. \"POST /v1/schema/{className}/properties\") to add additional properties";

/// The outcome of an accepted update.
pub(crate) struct Update {
    /// The definition from now on.
    pub(crate) class: Json,
    /// What the request is answered with: the request's own order, completed.
    pub(crate) reply: Json,
}

/// Why an update is not accepted.
pub(crate) struct Refused {
    pub(crate) text: String,
    /// Module settings that the server has taken over by the time it notices.
    pub(crate) module_config: Option<Json>,
}

impl From<String> for Refused {
    fn from(text: String) -> Self {
        Self { text, module_config: None }
    }
}

/// Checks a changed definition against the collection as it is, in the server's order.
pub(crate) fn update(collection: &Collection, given: &Json, config: &Config) -> Result<Update, Refused> {
    let old = &collection.class;
    let mut given = vectors::with_module_defaults(given);
    let properties = with_index_defaults(&given["properties"]);
    let inverted = inverted_settings(&given["invertedIndexConfig"]);
    let timestamps = inverted["indexTimestamps"] == true;
    let ttl = ttl::complete(&given["objectTtlConfig"], &properties, timestamps, true, config)?;
    let multi_tenant = given["multiTenancyConfig"]["enabled"] == true;
    let sharding = placement::sharding(&given["shardingConfig"], multi_tenant)?;
    let vectorless = is_vectorless(old, &given);
    let mut fields = if vectorless { serde_json::Map::new() } else { vectors::complete(&given)? };
    if !vectorless {
        vectors::check(&given, config)?;
    }
    check_tenancy(old, &given["multiTenancyConfig"])?;
    let replication = placement::replication(&given["replicationConfig"], false);
    check_replicas(collection, &replication)?;
    let name = old["class"].as_str().unwrap_or_default();
    check_fixed(old, &given, &mut fields, &inverted)?;

    let parse = |text: String| format!("{PARSE}: {text}");
    let module_config = modules::merge(&old["moduleConfig"], &given["moduleConfig"], name).map_err(parse)?;
    let outcome = parity(old, &fields)
        .and_then(|()| check_sharding(&old["shardingConfig"], &sharding, multi_tenant))
        .and_then(|()| changed_properties(&old["properties"], &properties))
        .and_then(|properties| {
            let inverted = inverted_update(old, &inverted)?;
            check_presets(&old["properties"], "", &inverted["stopwordPresets"])?;
            Ok((properties, inverted))
        });
    let (properties, inverted) = outcome.map_err(|text| Refused {
        text: parse(text),
        module_config: (!module_config.is_null()).then(|| module_config.clone()),
    })?;

    let mut class = old.clone();
    for target in [&mut class, &mut given] {
        set_or_remove(target, "invertedIndexConfig", Some(inverted.clone()));
        for (field, value) in &fields {
            target[field.as_str()] = value.clone();
        }
        set_or_remove(target, "objectTtlConfig", ttl.as_ref().map(|ttl| ttl.config.clone()));
        set_or_remove(target, "replicationConfig", Some(replication.clone()));
    }
    let description = given["description"].as_str().filter(|text| !text.is_empty()).map(|text| json!(text));
    set_or_remove(&mut class, "description", description);
    set_or_remove(&mut class, "moduleConfig", (!module_config.is_null()).then_some(module_config));
    // What is left out is not filled in again.
    let tenancy = &given["multiTenancyConfig"];
    set_or_remove(&mut class, "multiTenancyConfig", tenancy.is_object().then(|| placement::tenancy(tenancy)));
    class["properties"] = properties;
    given["shardingConfig"] = sharding;
    Ok(Update { class: vectors::kept(class), reply: given })
}

/// A collection that has lost its last vector, and is to stay without.
fn is_vectorless(old: &Json, given: &Json) -> bool {
    !vectors::has_unnamed(old) && vectors::named(given).is_none() && old.get("vectorIndexType").is_none() && {
        vectors::named(old).is_none()
    }
}

/// `invertedIndexConfig` as an update sends it, with the defaults that the server fills in before it compares.
fn inverted_settings(given: &Json) -> Json {
    if given.is_object() { given.clone() } else { json!({}) }
}

fn inverted_update(old: &Json, given: &Json) -> Result<Json, String> {
    let _ = old;
    inverted::complete(given).map_err(|text| format!("inverted index config: {text}"))
}

/// A preset of stopwords stays as long as a property uses it.
fn check_presets(properties: &Json, path: &str, presets: &Json) -> Result<(), String> {
    for property in properties.as_array().into_iter().flatten() {
        let name = format!("{path}{}", property["name"].as_str().unwrap_or_default());
        let preset = property["textAnalyzer"]["stopwordPreset"].as_str().unwrap_or_default();
        if !matches!(preset, "" | "en" | "none") && presets.get(preset).is_none() {
            return Err(format!(
                "inverted index config: invertedIndexConfig.stopwordPresets: cannot remove preset \"{preset}\" because it is still used by property \"{name}\""
            ));
        }
        check_presets(&property["nestedProperties"], &format!("{name}."), presets)?;
    }
    Ok(())
}

/// Adds a property to a definition. Returns the property as completed.
pub(crate) fn add_property(
    class: &mut Json,
    given: &Json,
    config: &Config,
    is_collection: &dyn Fn(&str) -> bool,
) -> Result<Json, String> {
    let name = class["class"].as_str().unwrap_or_default().to_owned();
    if given["name"].as_str().unwrap_or_default().is_empty() {
        return Err("property must contain name".to_owned());
    }
    if !given["dataType"].is_array() {
        return Err("property must contain dataType".to_owned());
    }
    let wanted = lower_first(given["name"].as_str().unwrap_or_default());
    names::check_suffix(&wanted)?;
    names::check_property_name(&wanted)?;
    let own_or_known = |target: &str| target == name || is_collection(target);
    let vectorizers = vectors::vectorizers(class);
    let around = Surroundings {
        config,
        stopword_presets: &class["invertedIndexConfig"]["stopwordPresets"],
        vectorizers: &vectorizers,
    };
    let known = class["properties"].as_array().is_some_and(|properties| {
        properties
            .iter()
            .filter_map(|property| property["name"].as_str())
            .any(|known| known.eq_ignore_ascii_case(&wanted))
    });
    if known {
        return Err(create::conflict(&name, &wanted));
    }
    let property = property::complete(given, &around)?;
    property::check_targets(&property, &own_or_known)?;
    match class.get_mut("properties").and_then(Json::as_array_mut) {
        Some(properties) => properties.push(property.clone()),
        None => class["properties"] = json!([property]),
    }
    Ok(property)
}

/// Switches an index of a property off. `index` is the name in the path.
pub(crate) fn drop_index(class: &mut Json, property: &str, index: &str) -> Result<(), String> {
    let found = class["properties"].as_array_mut().into_iter().flatten().find(|known| known["name"] == property);
    let found = found.ok_or_else(|| format!("property name {property}: not found"))?;
    let flag = match index {
        "filterable" => "indexFilterable",
        "searchable" => "indexSearchable",
        _ => "indexRangeFilters",
    };
    found[flag] = json!(false);
    if index == "searchable" {
        set_or_remove(found, "searchableBlockmax", None);
    }
    Ok(())
}

/// Takes a named vector out of a definition.
pub(crate) fn drop_vector(class: &mut Json, vector: &str) -> Result<(), String> {
    let name = class["class"].as_str().unwrap_or_default().to_owned();
    let Some(vectors) =
        class.get_mut("vectorConfig").and_then(Json::as_object_mut).filter(|vectors| !vectors.is_empty())
    else {
        return Err(format!("validation: class \"{name}\" has no named vector configurations"));
    };
    if vectors.shift_remove(vector).is_none() {
        return Err(format!("not found: vector index \"{vector}\" not found in class \"{name}\""));
    }
    if vectors.is_empty() {
        set_or_remove(class, "vectorConfig", None);
    }
    Ok(())
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

fn check_tenancy(old: &Json, given: &Json) -> Result<(), String> {
    match (old["multiTenancyConfig"]["enabled"] == true, given["enabled"] == true) {
        (false, true) => Err("enabling multi-tenancy for an existing class is not supported".to_owned()),
        (true, false) => Err("disabling multi-tenancy for an existing class is not supported".to_owned()),
        _ => placement::check_tenancy(given),
    }
}

fn check_replicas(collection: &Collection, replication: &Json) -> Result<(), String> {
    let factor = replication["factor"].as_i64().unwrap_or(1);
    match collection.shards.values().next() {
        Some(shard) if factor > 1 => Err(format!(
            "not enough replicas in shard \"{}\" to increase replication factor to {factor} for class \"{}\"",
            shard.name, collection.schema.name
        )),
        _ => Ok(()),
    }
}

/// What stays as it is: the name, the vectorizers of named vectors, the kinds of inverted indexes.
fn check_fixed(
    old: &Json,
    given: &Json,
    fields: &mut serde_json::Map<String, Json>,
    inverted: &Json,
) -> Result<(), String> {
    let name = old["class"].as_str().unwrap_or_default();
    let given_name = capitalised(given["class"].as_str().unwrap_or_default());
    if given_name != name {
        return Err(format!("class name is immutable: attempted change from \"{name}\" to \"{given_name}\""));
    }
    let named = fields.get_mut("vectorConfig").and_then(Json::as_object_mut);
    for (vector, after) in named.into_iter().flatten() {
        let Some(before) = old["vectorConfig"].get(vector) else { continue };
        if before["vectorIndexType"] == after["vectorIndexType"] {
            vector_index::keep_default_quantization(&before["vectorIndexConfig"], &mut after["vectorIndexConfig"]);
        }
        if !same_numbers(&before["vectorizer"], &after["vectorizer"]) {
            return Err(format!("vectorizer config of vector \"{vector}\" is immutable for class {name}"));
        }
    }
    for (flag, shown) in [
        ("indexTimestamps", "indexTimestamp"),
        ("indexNullState", "indexNullState"),
        ("indexPropertyLength", "indexPropertyLength"),
    ] {
        let (before, after) = (old["invertedIndexConfig"][flag] == true, inverted[flag] == true);
        if before != after {
            return Err(format!("\"{shown}\" setting is immutable. Value changed from \"{before}\" to \"{after}\""));
        }
    }
    Ok(())
}

/// Equal, where `1` and `1.0` are the same.
fn same_numbers(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => left.as_f64() == right.as_f64(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_numbers(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| same_numbers(value, other)))
        }
        _ => left == right,
    }
}

/// The vectors before are there after, and their indexes are what they were.
fn parity(old: &Json, fields: &serde_json::Map<String, Json>) -> Result<(), String> {
    let empty = serde_json::Map::new();
    let after = fields.get("vectorConfig").and_then(Json::as_object).unwrap_or(&empty);
    if vectors::has_unnamed(old) && after.contains_key("default") {
        return Err(
            "vector named default cannot be created when collection level vector index is configured".to_owned()
        );
    }
    for (name, known) in vectors::named(old).into_iter().flatten() {
        let vector = after.get(name).ok_or_else(|| format!("missing config for vector \"{name}\""))?;
        let (before, after) = (vectors::index_type(known), vectors::index_type(vector));
        if before != after {
            return Err(format!(
                "vector index type of vector \"{name}\" is immutable: attempted change from \"{before}\" to \"{after}\""
            ));
        }
    }
    for (field, words) in [("vectorizer", "vectorizer"), ("vectorIndexType", "vector index type")] {
        let text = |value: Option<&Json>| value.and_then(Json::as_str).unwrap_or_default().to_owned();
        let (before, after) = (text(old.get(field)), text(fields.get(field)));
        if before != after {
            return Err(format!("{words} is immutable: attempted change from \"{before}\" to \"{after}\""));
        }
    }
    if let (Some(before), Some(after)) = (old.get("vectorIndexConfig"), fields.get("vectorIndexConfig")) {
        vector_index::check_update(vectors::index_type(old), before, after)
            .map_err(|text| format!("validate vector index config: {text}"))?;
    }
    for (name, known) in vectors::named(old).into_iter().flatten() {
        if let Some(vector) = after.get(name) {
            vector_index::check_update(
                vectors::index_type(known),
                &known["vectorIndexConfig"],
                &vector["vectorIndexConfig"],
            )
            .map_err(|text| format!("invalid update for vector \"{name}\": {text}"))?;
        }
    }
    Ok(())
}

fn check_sharding(old: &Json, new: &Json, multi_tenant: bool) -> Result<(), String> {
    if multi_tenant {
        return Ok(());
    }
    for (field, words) in [
        ("desiredCount", "re-sharding not supported yet: shard count"),
        ("virtualPerPhysical", "virtual shards per physical"),
    ] {
        if old[field] != new[field] {
            let (before, after) = (&old[field], &new[field]);
            return Err(format!(
                "validate sharding config: {words} is immutable: attempted change from \"{before}\" to \"{after}\""
            ));
        }
    }
    Ok(())
}

/// The properties of an update with the defaults that the server fills in before it compares.
fn with_index_defaults(given: &Json) -> Json {
    let mut properties = given.clone();
    for property in properties.as_array_mut().into_iter().flatten() {
        fill_in(property);
    }
    properties
}

fn fill_in(property: &mut Json) {
    let name = property["dataType"].as_array().and_then(|names| names.first()).and_then(Json::as_str);
    let data_type = name.and_then(super::DataType::from_name);
    let is_text = data_type.as_ref().is_some_and(super::DataType::is_text);
    let defaults = [("indexFilterable", true), ("indexSearchable", is_text), ("indexRangeFilters", false)];
    if property["indexInverted"].is_null() {
        for (flag, default) in defaults {
            if property[flag].is_null() {
                property[flag] = json!(default);
            }
        }
    }
    if is_text && property["tokenization"].as_str().unwrap_or_default().is_empty() {
        property["tokenization"] = json!("word");
    }
    for nested in nested_mut(property) {
        fill_in(nested);
    }
}

/// The properties after the update: only descriptions may differ. The server sorts them by name on the way.
fn changed_properties(old: &Json, given: &Json) -> Result<Json, String> {
    let list = |properties: &Json| {
        let mut list = properties.as_array().cloned().unwrap_or_default();
        list.sort_by(|left, right| left["name"].as_str().cmp(&right["name"].as_str()));
        list
    };
    let (old_list, new_list) = (list(old), list(given));
    if old_list.len() != new_list.len() {
        return Err(PROPERTY_FIELDS.to_owned());
    }
    let mut merged = Vec::new();
    for (mut before, after) in old_list.into_iter().zip(new_list) {
        check_property(&before, &after)
            .map_err(|text| format!("property \"{}\": {text}", before["name"].as_str().unwrap_or_default()))?;
        describe(&mut before, &after);
        merged.push(before);
    }
    Ok(if old.is_null() && merged.is_empty() { Json::Null } else { Json::Array(merged) })
}

fn check_property(before: &Json, after: &Json) -> Result<(), String> {
    for (module, settings) in before["moduleConfig"].as_object().into_iter().flatten() {
        match after["moduleConfig"].get(module) {
            None => return Err(format!("module \"{module}\" configuration was removed")),
            Some(other) if other != settings => {
                return Err(format!("module \"{module}\" configuration cannot be updated"));
            }
            Some(_) => {}
        }
    }
    if is_same_property(before, after) { Ok(()) } else { Err(PROPERTY_FIELDS.to_owned()) }
}

/// Equal but for the description.
fn is_same_property(before: &Json, after: &Json) -> bool {
    const FIELDS: [&str; 9] = [
        "name",
        "dataType",
        "tokenization",
        "indexFilterable",
        "indexSearchable",
        "indexRangeFilters",
        "textAnalyzer",
        "disableDuplicatedReferences",
        "searchableBlockmax",
    ];
    let nested = |property: &Json| property["nestedProperties"].as_array().cloned().unwrap_or_default();
    let (inner_before, inner_after) = (nested(before), nested(after));
    FIELDS.into_iter().all(|field| before[field] == after[field])
        && inner_before.len() == inner_after.len()
        && inner_before.iter().zip(&inner_after).all(|(before, after)| is_same_property(before, after))
}

fn nested_mut(property: &mut Json) -> impl Iterator<Item = &mut Json> {
    property.get_mut("nestedProperties").and_then(Json::as_array_mut).into_iter().flatten()
}

fn describe(before: &mut Json, after: &Json) {
    let description = after["description"].as_str().filter(|text| !text.is_empty()).map(|text| json!(text));
    set_or_remove(before, "description", description);
    let empty = Vec::new();
    let inner = after["nestedProperties"].as_array().unwrap_or(&empty);
    for (before, after) in nested_mut(before).zip(inner) {
        describe(before, after);
    }
}
