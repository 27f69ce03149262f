//! Faults of definitions that have been accepted, in the server's words.

use thiserror::Error;

/// A fault that shows only when a definition is carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum LateFault {
    #[error("updating db: TYPE_ADD_CLASS: apply add class: async replication config: {0}")]
    NewReplication(ReplicationFault),
    #[error(
        "updating db: TYPE_ADD_CLASS: apply add class: create index: failed to read sharding state: invalid sharding state: physical shards unavailable"
    )]
    NoShards,
    #[error(
        "updating db: TYPE_ADD_CLASS: apply add class: create index: init shard {shard} of index {index}: init shard vectors: {}init vector index: unrecognized distance metric \"{distance}\",choose one of [\"cosine\", \"dot\", \"l2-squared\", \"manhattan\",\"hamming\"]",
        .vector.as_ref().map(|name| format!("cannot create vector index for \"{name}\": ")).unwrap_or_default()
    )]
    Distance { shard: String, index: String, vector: Option<String>, distance: String },
    #[error(
        "updating db: TYPE_UPDATE_CLASS: inverted index config: updating inverted index config: tokenizer {0} does not support user dictionaries"
    )]
    UserDictionary(String),
    #[error(
        "updating db: TYPE_UPDATE_CLASS: update replication config: update replication config for class \"{class}\": {fault}"
    )]
    Replication { class: String, fault: ReplicationFault },
}

/// An `asyncConfig` of replication that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum ReplicationFault {
    #[error("{name}: value {value} out of range: min {least}, max {most}")]
    Range { name: &'static str, value: i64, least: i64, most: i64 },
    #[error("{0} must be > 0")]
    NotPositive(&'static str),
    #[error("{0} must be >= 0")]
    Negative(&'static str),
}
