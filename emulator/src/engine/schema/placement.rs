//! Placement of a collection's data: tenants, shards, replicas.

use serde_json::{Map, Value as Json, json};

use super::fault::{PlacementFault, ShardingFault};
use super::late_fault::{LateFault, ReplicationFault};
use crate::engine::go::{Origin, type_name};

/// The whole numbers that steer the comparison of replicas.
const ASYNC_FIELDS: [&str; 12] = [
    "diffBatchSize",
    "diffPerNodeTimeout",
    "frequency",
    "frequencyWhilePropagating",
    "hashtreeHeight",
    "loggingFrequency",
    "prePropagationTimeout",
    "propagationBatchSize",
    "propagationConcurrency",
    "propagationDelay",
    "propagationLimit",
    "propagationTimeout",
];

/// `multiTenancyConfig` as it is shown.
pub(super) fn tenancy(given: &Json) -> Json {
    let flag = |name: &str| given[name] == true;
    json!({
        "autoTenantActivation": flag("autoTenantActivation"),
        "autoTenantCreation": flag("autoTenantCreation"),
        "enabled": flag("enabled"),
    })
}

/// Only a collection with tenants can make or wake them.
pub(super) fn check_tenancy(given: &Json) -> Result<(), PlacementFault> {
    if given["enabled"] == true {
        return Ok(());
    }
    match ["autoTenantCreation", "autoTenantActivation"].into_iter().find(|name| given[*name] == true) {
        Some(name) => Err(PlacementFault::TenantsOff(name)),
        None => Ok(()),
    }
}

/// `replicationConfig` as it is shown. Only a new collection gets a deletion strategy that was not given.
pub(super) fn replication(given: &Json, is_new: bool) -> Json {
    let factor = given["factor"].as_i64().filter(|factor| *factor > 0).unwrap_or(1);
    let mut config = Map::new();
    let asked = given["asyncConfig"].as_object();
    if let Some(asked) = asked {
        let known = asked.iter().filter(|(name, value)| ASYNC_FIELDS.contains(&name.as_str()) && value.is_number());
        let known: Map<String, Json> = known.map(|(name, value)| (name.clone(), value.clone())).collect();
        config.insert("asyncConfig".to_owned(), Json::Object(known));
    }
    let strategy = given["deletionStrategy"].as_str().filter(|name| !name.is_empty());
    if let Some(strategy) = strategy.or(is_new.then_some("TimeBasedResolution")) {
        config.insert("deletionStrategy".to_owned(), json!(strategy));
    }
    config.insert("factor".to_owned(), json!(factor));
    // It depends on the number of replicas alone.
    config.insert("asyncEnabled".to_owned(), json!(factor > 1));
    Json::Object(config)
}

/// Finds the fault that shows only when the collection is being made.
pub(super) fn late_fault(class: &Json) -> Option<LateFault> {
    if let Some(fault) = async_fault(&class["replicationConfig"]["asyncConfig"]) {
        return Some(LateFault::NewReplication(fault));
    }
    let shardless = class["multiTenancyConfig"]["enabled"] != true && class["shardingConfig"]["desiredCount"] == 0;
    shardless.then_some(LateFault::NoShards)
}

pub(super) fn async_fault(given: &Json) -> Option<ReplicationFault> {
    let number = |name: &str| given[name].as_i64();
    let ranges = [
        ("hashtreeHeight", 0, 20),
        ("diffBatchSize", 1, 10_000),
        ("propagationLimit", 1, 100_000),
        ("propagationConcurrency", 1, 20),
        ("propagationBatchSize", 1, 1_000),
    ];
    for (name, least, most) in ranges {
        if let Some(value) = number(name).filter(|value| !(least..=most).contains(value)) {
            return Some(ReplicationFault::Range { name, value, least, most });
        }
    }
    let positive = ["loggingFrequency", "diffPerNodeTimeout", "prePropagationTimeout", "propagationTimeout"];
    if let Some(name) = positive.into_iter().find(|name| number(name).is_some_and(|value| value <= 0)) {
        return Some(ReplicationFault::NotPositive(name));
    }
    let natural = ["frequency", "frequencyWhilePropagating", "propagationDelay"];
    let negative = natural.into_iter().find(|name| number(name).is_some_and(|value| value < 0))?;
    Some(ReplicationFault::Negative(negative))
}

/// Refuses a replication factor above the operator's limit.
pub(super) fn check_factor(given: &Json, most: Option<u32>) -> Result<(), PlacementFault> {
    match (given["factor"].as_i64(), most) {
        (Some(factor), Some(most)) if factor > i64::from(most) => Err(PlacementFault::Factor { most, factor }),
        _ => Ok(()),
    }
}

/// There is one node.
pub(super) fn check_replicas(replication: &Json) -> Result<(), PlacementFault> {
    match replication["factor"].as_i64() {
        Some(factor) if factor > 1 => Err(PlacementFault::Nodes(factor)),
        _ => Ok(()),
    }
}

/// `shardingConfig` of a collection; one with tenants has none to speak of, as each tenant is a shard.
pub(super) fn sharding(given: &Json, multi_tenant: bool) -> Result<Json, PlacementFault> {
    if multi_tenant {
        return Ok(json!({
            "virtualPerPhysical": 0, "desiredCount": 0, "actualCount": 0, "desiredVirtualCount": 0,
            "actualVirtualCount": 0, "key": "", "strategy": "", "function": "",
        }));
    }
    parse_sharding(given).map_err(PlacementFault::Sharding)
}

fn parse_sharding(given: &Json) -> Result<Json, ShardingFault> {
    if !given.is_null() && !given.is_object() {
        return Err(ShardingFault::NotAnObject(type_name(given, Origin::Rest)));
    }
    let count = |name: &'static str, default: i64| match &given[name] {
        Json::Number(number) => {
            number.as_i64().ok_or_else(|| ShardingFault::Number { name, number: number.to_string() })
        }
        Json::Null if given.get(name).is_none() => Ok(default),
        _ => Ok(0),
    };
    let text = |name: &'static str, default: &'static str| match given.get(name) {
        None => Ok(default.to_owned()),
        Some(Json::String(text)) => Ok(text.clone()),
        Some(other) => Err(ShardingFault::NotText { name, found: type_name(other, Origin::Rest) }),
    };
    let (per_physical, desired) = (count("virtualPerPhysical", 128)?, count("desiredCount", 1)?);
    let (key, strategy, function) = (text("key", "_id")?, text("strategy", "hash")?, text("function", "murmur3")?);
    for (value, only, what) in
        [(&key, "_id", "on key"), (&strategy, "hash", "with strategy"), (&function, "murmur3", "with function")]
    {
        if value != only {
            return Err(ShardingFault::Only { what, only, value: value.clone() });
        }
    }
    if desired < 0 {
        return Err(ShardingFault::Negative(desired));
    }
    let virtual_count = per_physical.saturating_mul(desired);
    Ok(json!({
        "virtualPerPhysical": per_physical, "desiredCount": desired, "actualCount": desired,
        "desiredVirtualCount": virtual_count, "actualVirtualCount": virtual_count,
        "key": key, "strategy": strategy, "function": function,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_virtual_shards() {
        let config = sharding(&json!({"desiredCount": 3, "desiredVirtualCount": 7}), false).unwrap();
        assert_eq!(config["actualVirtualCount"], 384);
        let fault = |given: Json| sharding(&given, false).unwrap_err().to_string();
        assert!(fault(json!({"strategy": "range"})).ends_with("'hash' for now, got: range"));
        assert!(fault(json!({"desiredCount": -1})).contains("must not be negative"));
        assert_eq!(sharding(&json!({"desiredCount": 3}), true).unwrap()["desiredCount"], 0);
    }

    #[test]
    fn bounds_show_late() {
        let fault = |asked: Json| {
            late_fault(&json!({"replicationConfig": {"asyncConfig": asked}})).map(|fault| fault.to_string())
        };
        assert!(fault(json!({"hashtreeHeight": 21})).unwrap().ends_with("value 21 out of range: min 0, max 20"));
        assert!(fault(json!({"loggingFrequency": 0})).unwrap().ends_with("loggingFrequency must be > 0"));
        assert_eq!(fault(json!({"hashtreeHeight": 20, "frequency": 0})), None);
        assert_eq!(late_fault(&json!({"shardingConfig": {"desiredCount": 0}})), Some(LateFault::NoShards));
    }

    #[test]
    fn shows_what_it_knows_of_replication() {
        let given = json!({"asyncConfig": {"hashtreeHeight": 16, "maxWorkers": 5}, "asyncEnabled": true});
        let config = replication(&given, true);
        assert_eq!(config["asyncConfig"], json!({"hashtreeHeight": 16}));
        assert_eq!(config["asyncEnabled"], false);
        assert_eq!(replication(&json!({}), false).get("deletionStrategy"), None);
    }
}
