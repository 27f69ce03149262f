//! The one node of the emulated cluster.

use http::StatusCode;
use serde_json::{Value as Json, json};

use crate::access::rbac::Need;
use crate::config::Config;
use crate::emulated::Emulated;
use crate::engine::store::{Collection, Indexing, TenantStatus};

use super::call::Call;
use super::reply::Reply;

pub(super) fn nodes(emulated: &Emulated, class: Option<&str>, call: &Call) -> Result<Reply, Reply> {
    let verbose = match call.parameter("output").unwrap_or("minimal") {
        "" | "minimal" => false,
        "verbose" => true,
        other => {
            return Err(Reply::unprocessable(format!(
                "invalid output: \"{other}\", possible values are: \"minimal\", \"verbose\""
            )));
        }
    };
    let state = emulated.read();
    let collections: Vec<&Collection> = match class {
        None => state.collections.values().filter(|collection| may_see(emulated, collection, call)).collect(),
        Some(class) => {
            let found = state
                .collection(class)
                .ok_or_else(|| Reply::error(StatusCode::NOT_FOUND, format!("class \"{class}\" not found")))?;
            vec![found]
        }
    };
    let mut node = json!({
        "batchStats": {"ratePerSecond": emulated.imports.rate()},
        "name": emulated.config.node_name,
        "operationalMode": "ReadWrite",
        "shards": null,
        "status": "HEALTHY",
        "version": emulated.config.version,
    });
    // There is no queue of batches where vectors are indexed later.
    if !emulated.config.async_indexing {
        node["batchStats"]["queueLength"] = json!(emulated.imports.length(emulated.config.indexing_rate));
    }
    if verbose {
        let wanted = call.parameter("shardName").filter(|name| !name.is_empty());
        let shards: Vec<Json> =
            collections.into_iter().flat_map(|collection| shards(&emulated.config, collection, wanted)).collect();
        let objects: u64 = shards.iter().filter_map(|shard| shard["objectCount"].as_u64()).sum();
        node["stats"] = json!({"objectCount": objects, "shardCount": shards.len()});
        if !shards.is_empty() || emulated.rbac.is_some() {
            node["shards"] = Json::Array(shards);
        }
    }
    Ok(Reply::ok(json!({"nodes": [node]})))
}

fn may_see(emulated: &Emulated, collection: &Collection, call: &Call) -> bool {
    emulated.allows(&call.caller, &Need::nodes("verbose", &collection.schema.name)).is_ok()
}

fn shards(config: &Config, collection: &Collection, wanted: Option<&str>) -> Vec<Json> {
    let is_wanted = |name: &str| wanted.is_none_or(|wanted| wanted == name);
    let shown = |name: &str, objects: usize, status: &str, waiting: u64| {
        json!({
            "asyncReplicationStatus": [],
            "class": collection.schema.name,
            "compressed": false,
            "loaded": true,
            "name": name,
            "numberOfReplicas": 1,
            "objectCount": objects,
            "replicationFactor": 1,
            "vectorIndexingStatus": status,
            "vectorQueueLength": waiting,
        })
    };
    // A tenant that is not active is not loaded either.
    let loaded = collection.shards.values().filter(|shard| shard.status == TenantStatus::Hot && is_wanted(&shard.name));
    let filled = loaded.map(|shard| {
        let indexing = shard.queue.look(config.indexing_rate);
        let status = if shard.read_only { "READONLY" } else { indexing.name() };
        shown(&shard.name, shard.counted_objects(config.object_count_delay), status, indexing.waiting)
    });
    let further = collection.further_shards.iter().filter(|name| is_wanted(name));
    filled.chain(further.map(|name| shown(name, 0, Indexing::READY.name(), 0))).collect()
}

pub(super) fn statistics(emulated: &Emulated) -> Reply {
    let name = &emulated.config.node_name;
    let address = "127.0.0.1:8300";
    Reply::ok(json!({
        "statistics": [{
            "bootstrapped": true,
            "candidates": {},
            "dbLoaded": true,
            "isVoter": true,
            "leaderAddress": address,
            "leaderId": name,
            "name": name,
            "open": true,
            "raft": {
                "appliedIndex": "2", "commitIndex": "2", "fsmPending": "0", "lastContact": "0", "lastLogIndex": "2", "lastLogTerm": "2",
                "lastSnapshotIndex": "0", "lastSnapshotTerm": "0",
                "latestConfiguration": [{"address": address, "id": name, "suffrage": 0}],
                "latestConfigurationIndex": "0", "numPeers": "0", "protocolVersion": "3", "protocolVersionMax": "3",
                "protocolVersionMin": "0", "snapshotVersionMax": "1", "snapshotVersionMin": "0", "state": "Leader", "term": "2",
            },
            "ready": true,
            "status": "HEALTHY",
        }],
        "synchronized": true,
    }))
}
