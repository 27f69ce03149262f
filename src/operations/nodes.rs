//! Nodes of the cluster: their status, batch statistics and shards.

use std::time::Duration;

use weaviate_generated::rest::types;

use crate::call::Call;
use crate::error::Result;
use crate::transport::Transport;

/// What a node says of itself, and what it says of its shards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NodeState {
    pub(crate) name: String,
    /// As the server writes it, such as `HEALTHY`. A node that the asked one cannot reach is
    /// `UNAVAILABLE`, `TIMEOUT` or `UNHEALTHY`, without shards. Seconds later it is not listed.
    pub(crate) status: String,
    pub(crate) batch_stats: BatchStats,
    /// Empty unless shards were asked for.
    pub(crate) shards: Vec<ShardState>,
}

/// The status of a node that answers.
const HEALTHY: &str = "HEALTHY";

impl NodeState {
    pub(crate) fn is_healthy(&self) -> bool {
        self.status == HEALTHY
    }
}

/// The import queue of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BatchStats {
    /// Objects that wait for their import. `None` with asynchronous indexing, which has no such
    /// queue.
    pub(crate) queue_length: Option<u64>,
    /// Objects that the node imported in a second when it last measured. The server never lowers
    /// it while nothing is imported.
    pub(crate) rate_per_second: u64,
}

/// One replica of a shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShardState {
    /// The name of the collection, also if the nodes were asked for an alias.
    pub(crate) class: String,
    /// The name of the tenant in a collection with tenants.
    pub(crate) name: String,
    /// Objects on disk. Lags behind what was imported until the server flushes its memory.
    pub(crate) object_count: u64,
    /// Vectors that wait to be indexed.
    pub(crate) vector_queue_length: u64,
    /// As the server writes it, such as `READY` or `INDEXING`.
    pub(crate) status: String,
    /// Whether the shard is in memory. One that is not indexes nothing.
    pub(crate) loaded: bool,
    /// How many nodes have the shard. `None` before 1.31.
    pub(crate) replicas: Option<u64>,
}

/// Reads the nodes with the shards of one collection, or with one of its shards.
///
/// Fails with `NotFound` if the collection does not exist. A shard that does not exist, or whose
/// tenant is not active, is not in the reply.
pub(crate) async fn with_shards(
    transport: &Transport,
    call: &Call,
    collection: &str,
    shard: Option<&str>,
) -> Result<Vec<NodeState>> {
    Ok(states(transport.rest(call, |rest| rest.nodes_get_class(collection, Some("verbose"), shard)).await?))
}

/// Returns how long the busiest node needs for its queue of imports.
///
/// A rate alone says nothing: the server does not lower it while nothing is imported.
pub(crate) async fn batch_queue(transport: &Transport, call: &Call) -> Result<Duration> {
    let reply = transport.rest(call, |rest| rest.nodes_get(None)).await?;
    let seconds = |BatchStats { queue_length, rate_per_second }: BatchStats| {
        Duration::from_secs(queue_length.unwrap_or_default() / rate_per_second.max(1))
    };
    Ok(states(reply).into_iter().map(|node| seconds(node.batch_stats)).max().unwrap_or_default())
}

/// Returns the nodes of a reply, verbose or not.
fn states(reply: types::NodesStatusResponse) -> Vec<NodeState> {
    reply.nodes.into_iter().flatten().map(Into::into).collect()
}

impl From<types::NodeStatus> for NodeState {
    fn from(node: types::NodeStatus) -> Self {
        Self {
            name: node.name.unwrap_or_default(),
            status: node.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
            batch_stats: node.batch_stats.map(Into::into).unwrap_or_default(),
            shards: node.shards.into_iter().flatten().map(Into::into).collect(),
        }
    }
}

impl From<types::BatchStats> for BatchStats {
    fn from(stats: types::BatchStats) -> Self {
        Self {
            queue_length: stats.queue_length.map(|length| count(Some(length))),
            rate_per_second: count(stats.rate_per_second),
        }
    }
}

impl From<types::NodeShardStatus> for ShardState {
    fn from(shard: types::NodeShardStatus) -> Self {
        Self {
            class: shard.class.unwrap_or_default(),
            name: shard.name.unwrap_or_default(),
            object_count: count(shard.object_count),
            vector_queue_length: count(shard.vector_queue_length),
            status: shard.vector_indexing_status.unwrap_or_default(),
            // Servers before 1.24.2 loaded all shards, and did not say so.
            loaded: shard.loaded.unwrap_or(true),
            replicas: shard.number_of_replicas.map(|number| count(Some(number))),
        }
    }
}

/// Converts a number of things. A server writes none below zero.
fn count(number: Option<i64>) -> u64 {
    number.and_then(|number| number.try_into().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(reply: Value) -> Vec<NodeState> {
        states(serde_json::from_value(reply).unwrap())
    }

    #[test]
    fn nodes_are_read_with_their_shards() {
        let shard = json!({
            "asyncReplicationStatus": [], "class": "Owl", "compressed": false, "loaded": true, "name": "gM1FrHsHDV02",
            "numberOfReplicas": 1, "objectCount": 19500, "replicationFactor": 1, "vectorIndexingStatus": "INDEXING",
            "vectorQueueLength": 700
        });
        let found = read(json!({"nodes": [
            {"name": "a", "status": "HEALTHY", "batchStats": {"ratePerSecond": 630}, "shards": [shard]},
            {"name": "b", "status": "HEALTHY", "batchStats": {"ratePerSecond": 0, "queueLength": 3}, "shards": null},
            {"name": "c", "status": "UNAVAILABLE", "shards": null},
        ]}));
        let [a, b, c] = &found[..] else { panic!("{found:?}") };
        assert_eq!((a.name.as_str(), a.is_healthy(), c.is_healthy()), ("a", true, false));
        assert_eq!(a.batch_stats, BatchStats { queue_length: None, rate_per_second: 630 });
        assert_eq!(b.batch_stats, BatchStats { queue_length: Some(3), rate_per_second: 0 });
        let expected = ShardState {
            class: "Owl".to_owned(),
            name: "gM1FrHsHDV02".to_owned(),
            object_count: 19_500,
            vector_queue_length: 700,
            status: "INDEXING".to_owned(),
            loaded: true,
            replicas: Some(1),
        };
        assert_eq!(a.shards, [expected]);
        assert!(b.shards.is_empty() && c.shards.is_empty());
    }

    #[test]
    fn missing_fields_and_negative_numbers_are_zero() {
        let found = read(json!({"nodes": [{
            "batchStats": {"ratePerSecond": -1, "queueLength": -1},
            "shards": [{"objectCount": -5, "vectorQueueLength": i64::MAX}, {}]
        }]}));
        assert_eq!(found[0].batch_stats, BatchStats { queue_length: Some(0), rate_per_second: 0 });
        let [odd, empty] = &found[0].shards[..] else { panic!("{found:?}") };
        assert_eq!((odd.object_count, odd.vector_queue_length), (0, i64::MAX.unsigned_abs()));
        assert_eq!(empty, &ShardState { loaded: true, ..ShardState::default() });
    }
}
