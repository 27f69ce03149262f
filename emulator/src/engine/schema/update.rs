//! Changed definitions: what `PUT /v1/schema/{class}` may change, added properties, dropped indexes.

use serde_json::{Map, Value as Json, json};

use crate::config::Config;
use crate::engine::letter_case::lower_first;

use super::fault::{PropertyChange, PropertyFault, SchemaFault, TypeFault, UpdateFault};
use super::late_fault::LateFault;
use super::property::{self, Surroundings};
use super::{ClassView, create, inverted, modules, names, placement, ttl, vector_index, vectors};

/// The outcome of an accepted update.
pub(crate) struct Update {
    /// The definition from now on.
    pub(crate) class: Json,
    /// The answer: the request in its own order, completed.
    pub(crate) reply: Json,
    /// The answer instead, where carrying it out goes wrong.
    pub(crate) fault: Option<LateFault>,
}

/// Reason why an update is not accepted.
pub(crate) struct Refused {
    pub(crate) fault: Box<SchemaFault>,
    /// The definition from now on, where the server has changed it by the time it notices.
    pub(crate) class: Option<Json>,
}

impl<F: Into<SchemaFault>> From<F> for Refused {
    fn from(fault: F) -> Self {
        Self { fault: Box::new(fault.into()), class: None }
    }
}

/// Checks a changed definition against the collection as it is, in the server's order. `shard` is one of its shards.
pub(crate) fn update(class: &ClassView, shard: Option<&str>, given: &Json, config: &Config) -> Result<Update, Refused> {
    let old = class.stored();
    placement::check_factor(&given["replicationConfig"], config.limits.replication_factor)?;
    let default = if old["vectorizer"].is_string() { config.default_vectorizer.as_str() } else { "none" };
    let mut given = vectors::with_module_defaults(&vectors::with_vectorizer(given, default));
    let properties = with_property_defaults(&given);
    let inverted =
        if given["invertedIndexConfig"].is_object() { given["invertedIndexConfig"].clone() } else { json!({}) };
    let timestamps = inverted["indexTimestamps"] == true;
    let ttl = ttl::complete(&given["objectTtlConfig"], &properties, timestamps, true, config)?;
    let multi_tenant = given["multiTenancyConfig"]["enabled"] == true;
    let sharding = placement::sharding(&given["shardingConfig"], multi_tenant)?;
    check_index_types(&given)?;
    let vectorless = is_vectorless(old, &given);
    let mut fields = if vectorless { Map::new() } else { vectors::complete(&given, config)? };
    if !given["moduleConfig"].is_null() && !given["moduleConfig"].is_object() {
        let found = given["moduleConfig"].as_str().map_or_else(|| given["moduleConfig"].to_string(), str::to_owned);
        return Err(UpdateFault::ModuleConfig(found).into());
    }
    if !vectorless {
        vectors::check(&given, Some(old), config)?;
    }
    check_tenancy(old, &given["multiTenancyConfig"])?;
    let replication = placement::replication(&given["replicationConfig"], false);
    check_replicas(class, shard, &replication)?;
    let name = old["class"].as_str().unwrap_or_default();
    check_fixed(old, &given, &mut fields, &inverted)?;

    let shown = properties.clone();
    let parse = |fault: SchemaFault| SchemaFault::ParseUpdate(Box::new(fault));
    let module_config =
        modules::merge(&old["moduleConfig"], &given["moduleConfig"], name).map_err(|fault| parse(fault.into()))?;
    let mut class = old.clone();
    set_or_remove(&mut class, "moduleConfig", (!module_config.is_null()).then_some(module_config));
    let refuse =
        |class: &Json, fault: UpdateFault| Refused { fault: Box::new(parse(fault.into())), class: Some(class.clone()) };
    parity(old, &fields)
        .and_then(|()| check_sharding(&old["shardingConfig"], &sharding, multi_tenant))
        .map_err(|fault| refuse(&class, fault))?;
    if count(&class["properties"]) == count(&properties) {
        sort_by_name(&mut class["properties"]);
    }
    let properties = changed_properties(&class["properties"], &properties).map_err(|fault| refuse(&class, fault))?;
    let inverted = inverted::complete_update(&inverted)
        .map_err(UpdateFault::Inverted)
        .and_then(|inverted| check_presets(&old["properties"], "", &inverted["stopwordPresets"]).map(|()| inverted))
        .map_err(|fault| refuse(&class, fault))?;

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
    // What is left out is not filled in again.
    let tenancy = &given["multiTenancyConfig"];
    set_or_remove(&mut class, "multiTenancyConfig", tenancy.is_object().then(|| placement::tenancy(tenancy)));
    class["properties"] = properties;
    given["properties"] = shown;
    given["shardingConfig"] = sharding;
    let fault = late_fault(&class);
    Ok(Update { class: vectors::kept(class), reply: given, fault })
}

/// A collection that has lost its last vector, and is to stay without.
fn is_vectorless(old: &Json, given: &Json) -> bool {
    !vectors::has_unnamed(old) && vectors::named(given).is_none() && old.get("vectorIndexType").is_none() && {
        vectors::named(old).is_none()
    }
}

/// The type of an index that is being dropped.
fn check_index_types(given: &Json) -> Result<(), UpdateFault> {
    let mut vectors = vectors::named(given).into_iter().flatten();
    match vectors.find(|(_, vector)| vector["vectorIndexType"] == "none") {
        Some((name, _)) => Err(UpdateFault::Dropped(name.clone())),
        None => Ok(()),
    }
}

/// Finds the fault of a changed definition that has been accepted.
fn late_fault(class: &Json) -> Option<LateFault> {
    inverted::late_fault(&class["invertedIndexConfig"]).or_else(|| {
        let fault = placement::async_fault(&class["replicationConfig"]["asyncConfig"])?;
        Some(LateFault::Replication { class: class["class"].as_str().unwrap_or_default().to_owned(), fault })
    })
}

/// A preset of stopwords stays as long as a property uses it.
fn check_presets(properties: &Json, path: &str, presets: &Json) -> Result<(), UpdateFault> {
    for property in properties.as_array().into_iter().flatten() {
        let name = format!("{path}{}", property["name"].as_str().unwrap_or_default());
        let preset = property["textAnalyzer"]["stopwordPreset"].as_str().unwrap_or_default();
        if !matches!(preset, "" | "en" | "none") && presets.get(preset).is_none() {
            return Err(UpdateFault::PresetInUse { preset: preset.to_owned(), property: name });
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
) -> Result<Json, SchemaFault> {
    let name = class["class"].as_str().unwrap_or_default().to_owned();
    if given["name"].as_str().unwrap_or_default().is_empty() {
        return Err(UpdateFault::NoName.into());
    }
    if !given["dataType"].is_array() {
        return Err(UpdateFault::NoDataType.into());
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
    if property::check_targets(&property, &own_or_known).is_err() {
        let names = property["dataType"].as_array().into_iter().flatten().filter_map(Json::as_str);
        let types = names.collect::<Vec<_>>().join(" ");
        return Err(PropertyFault::Type { property: wanted, types, fault: TypeFault::Nowhere }.into());
    }
    match class.get_mut("properties").and_then(Json::as_array_mut) {
        Some(properties) => properties.push(property.clone()),
        None => class["properties"] = json!([property]),
    }
    Ok(property)
}

/// Switches an index of a property off. `index` is the name in the path.
pub(crate) fn drop_index(class: &mut Json, property: &str, index: &str) -> Result<(), UpdateFault> {
    let found = class["properties"].as_array_mut().into_iter().flatten().find(|known| known["name"] == property);
    let found = found.ok_or_else(|| UpdateFault::NoProperty(property.to_owned()))?;
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
pub(crate) fn drop_vector(class: &mut Json, vector: &str) -> Result<(), UpdateFault> {
    let name = class["class"].as_str().unwrap_or_default().to_owned();
    let Some(vectors) =
        class.get_mut("vectorConfig").and_then(Json::as_object_mut).filter(|vectors| !vectors.is_empty())
    else {
        return Err(UpdateFault::NoVectors(name));
    };
    if vectors.shift_remove(vector).is_none() {
        return Err(UpdateFault::NoVector { vector: vector.to_owned(), class: name });
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

fn check_tenancy(old: &Json, given: &Json) -> Result<(), SchemaFault> {
    match (old["multiTenancyConfig"]["enabled"] == true, given["enabled"] == true) {
        (false, true) => Err(UpdateFault::TenantsOn.into()),
        (true, false) => Err(UpdateFault::TenantsOff.into()),
        _ => Ok(placement::check_tenancy(given)?),
    }
}

fn check_replicas(class: &ClassView, shard: Option<&str>, replication: &Json) -> Result<(), UpdateFault> {
    let factor = replication["factor"].as_i64().unwrap_or(1);
    match shard {
        Some(shard) if factor > 1 => {
            Err(UpdateFault::Replicas { shard: shard.to_owned(), factor, class: class.name.clone() })
        }
        _ => Ok(()),
    }
}

/// Refuses changes of the name, of the vectorizers of named vectors and of the kinds of inverted indexes.
fn check_fixed(old: &Json, given: &Json, fields: &mut Map<String, Json>, inverted: &Json) -> Result<(), UpdateFault> {
    let name = old["class"].as_str().unwrap_or_default();
    let given_name = given["class"].as_str().unwrap_or_default();
    if given_name != name {
        return Err(UpdateFault::Name { before: name.to_owned(), after: given_name.to_owned() });
    }
    let named = fields.get_mut("vectorConfig").and_then(Json::as_object_mut);
    for (vector, after) in named.into_iter().flatten() {
        let Some(before) = old["vectorConfig"].get(vector) else { continue };
        if before["vectorIndexType"] == after["vectorIndexType"] {
            vector_index::keep_default_quantization(&before["vectorIndexConfig"], &mut after["vectorIndexConfig"]);
        }
        let (before, after) = (&before["vectorizer"], &after["vectorizer"]);
        if !modules::are_same_settings(before, after) {
            return Err(UpdateFault::Vectorizer { vector: vector.clone(), class: name.to_owned() });
        }
    }
    for (flag, setting) in [
        ("indexTimestamps", "indexTimestamp"),
        ("indexNullState", "indexNullState"),
        ("indexPropertyLength", "indexPropertyLength"),
    ] {
        let (before, after) = (old["invertedIndexConfig"][flag] == true, inverted[flag] == true);
        if before != after {
            return Err(UpdateFault::Setting { setting, before, after });
        }
    }
    Ok(())
}

/// The vectors before are there after, and their indexes are what they were.
fn parity(old: &Json, fields: &Map<String, Json>) -> Result<(), UpdateFault> {
    let empty = Map::new();
    let after = fields.get("vectorConfig").and_then(Json::as_object).unwrap_or(&empty);
    if vectors::has_unnamed(old) && after.contains_key("default") {
        return Err(UpdateFault::NamedDefault);
    }
    for (name, known) in vectors::named(old).into_iter().flatten() {
        let vector = after.get(name).ok_or_else(|| UpdateFault::VectorLeftOut(name.clone()))?;
        let (before, after) = (vectors::index_type(known), vectors::index_type(vector));
        if before != after {
            let (before, after) = (before.to_owned(), after.to_owned());
            return Err(UpdateFault::VectorIndexType { vector: name.clone(), before, after });
        }
    }
    for (field, what) in [("vectorizer", "vectorizer"), ("vectorIndexType", "vector index type")] {
        let text = |value: Option<&Json>| value.and_then(Json::as_str).unwrap_or_default().to_owned();
        let (before, after) = (text(old.get(field)), text(fields.get(field)));
        if before != after {
            return Err(UpdateFault::Immutable { what, before, after });
        }
    }
    if let (Some(before), Some(after)) = (old.get("vectorIndexConfig"), fields.get("vectorIndexConfig")) {
        vector_index::check_update(vectors::index_type(old), before, after).map_err(UpdateFault::VectorIndex)?;
    }
    for (name, known) in vectors::named(old).into_iter().flatten() {
        if let Some(vector) = after.get(name) {
            vector_index::check_update(
                vectors::index_type(known),
                &known["vectorIndexConfig"],
                &vector["vectorIndexConfig"],
            )
            .map_err(|fault| UpdateFault::NamedVectorIndex { vector: name.clone(), fault })?;
        }
    }
    Ok(())
}

fn check_sharding(old: &Json, new: &Json, multi_tenant: bool) -> Result<(), UpdateFault> {
    if multi_tenant {
        return Ok(());
    }
    for (field, what) in [
        ("desiredCount", "re-sharding not supported yet: shard count"),
        ("virtualPerPhysical", "virtual shards per physical"),
    ] {
        if old[field] != new[field] {
            let (before, after) = (old[field].to_string(), new[field].to_string());
            return Err(UpdateFault::Sharding { what, before, after });
        }
    }
    Ok(())
}

/// The properties of an update with the defaults that the server fills in before it compares.
fn with_property_defaults(given: &Json) -> Json {
    let vectorizers = vectors::vectorizers(given);
    let mut properties = given["properties"].clone();
    for property in properties.as_array_mut().into_iter().flatten() {
        fill_in(property);
        if let Some(config) = modules::property_config(&vectorizers, &property["moduleConfig"]) {
            property["moduleConfig"] = config;
        }
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

fn count(properties: &Json) -> usize {
    properties.as_array().map_or(0, Vec::len)
}

/// The server compares properties in the order of their names, and leaves them so.
fn sort_by_name(properties: &mut Json) {
    if let Some(properties) = properties.as_array_mut() {
        properties.sort_by(|left, right| left["name"].as_str().cmp(&right["name"].as_str()));
    }
}

/// The properties after the update: only descriptions may differ.
fn changed_properties(old: &Json, given: &Json) -> Result<Json, UpdateFault> {
    if count(old) != count(given) {
        return Err(UpdateFault::Properties(PropertyChange::Fields));
    }
    let list = |mut properties: Json| {
        sort_by_name(&mut properties);
        properties.as_array().cloned().unwrap_or_default()
    };
    let (old_list, new_list) = (list(old.clone()), list(given.clone()));
    let mut merged = Vec::new();
    for (mut before, after) in old_list.into_iter().zip(new_list) {
        check_property(&before, &after).map_err(|change| {
            let property = before["name"].as_str().unwrap_or_default().to_owned();
            UpdateFault::Property { property, change }
        })?;
        describe(&mut before, &after);
        set_or_remove(
            &mut before,
            "moduleConfig",
            after.get("moduleConfig").filter(|config| !config.is_null()).cloned(),
        );
        merged.push(before);
    }
    Ok(if old.is_null() && merged.is_empty() { Json::Null } else { Json::Array(merged) })
}

fn check_property(before: &Json, after: &Json) -> Result<(), PropertyChange> {
    for (module, settings) in before["moduleConfig"].as_object().into_iter().flatten() {
        match after["moduleConfig"].get(module) {
            None => return Err(PropertyChange::ModuleRemoved(module.clone())),
            Some(other) if other != settings => {
                return Err(PropertyChange::ModuleChanged(module.clone()));
            }
            Some(_) => {}
        }
    }
    if is_same_property(before, after) { Ok(()) } else { Err(PropertyChange::Fields) }
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
