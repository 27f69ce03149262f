//! Replication: copies of a collection on several nodes.

use std::time::Duration;

words! {
    /// Deletion strategy: conflict resolution if only some replicas have deleted an object. Needs
    /// Weaviate 1.27.
    DeletionStrategy {
        /// The deletion wins.
        DeleteOnConflict = "DeleteOnConflict",
        /// The conflict is not resolved; the replicas stay different.
        NoAutomatedResolution = "NoAutomatedResolution",
        /// The latest operation wins, deletion or update. Needs Weaviate 1.27.5 or 1.28.
        TimeBasedResolution = "TimeBasedResolution",
    }
}

settings! {
    /// Replication settings (`replicationConfig`): replication factor, async replication, deletion
    /// strategy.
    ///
    /// See [Replication](https://docs.weaviate.io/deploy/configuration/replication).
    ///
    /// ```
    /// use weaviate::prelude::*;
    /// use weaviate::schema::DeletionStrategy;
    ///
    /// let replication = ReplicationConfig::new()
    ///     .factor(3)
    ///     .deletion_strategy(DeletionStrategy::TimeBasedResolution);
    /// let config = CollectionConfig::new("Article").replication(replication);
    /// ```
    #[doc(alias = "replicas")]
    ReplicationConfig {
        /// Replication factor, the number of copies of each shard. Range: 1 to the number of nodes.
        /// Default: 1, or the server's `REPLICATION_MINIMUM_FACTOR`.
        #[doc(alias = "replicas")]
        factor: i64 = "factor",
        /// Async replication: replicas are compared and repaired in the background. Default: off.
        /// Servers since 1.38.9 ignore it: there it is always on.
        async_enabled: bool = "asyncEnabled",
        /// Deletion strategy: conflict resolution if only some replicas have deleted an object.
        /// Default: [`TimeBasedResolution`](DeletionStrategy::TimeBasedResolution) since Weaviate
        /// 1.36, [`NoAutomatedResolution`](DeletionStrategy::NoAutomatedResolution) before.
        deletion_strategy: DeletionStrategy = "deletionStrategy",
        /// Async replication settings. Needs Weaviate 1.34.13, 1.35.6 or 1.36.
        async_config: AsyncReplicationConfig = "asyncConfig",
    }
}

settings! {
    /// Async replication settings (`asyncConfig`). Needs Weaviate 1.34.13, 1.35.6 or 1.36.
    ///
    /// The defaults are those of Weaviate 1.37 to 1.39. See
    /// [Async replication](https://docs.weaviate.io/deploy/configuration/async-rep).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use weaviate::prelude::*;
    /// use weaviate::schema::AsyncReplicationConfig;
    ///
    /// let comparison = AsyncReplicationConfig::new().frequency(Duration::from_secs(60)).propagation_limit(10_000);
    /// let replication = ReplicationConfig::new().factor(3).async_config(comparison);
    /// ```
    AsyncReplicationConfig {
        /// Height of the hash tree that replicas compare. Range: 0 to 20. Default: 16, with
        /// multi-tenancy 10.
        hashtree_height: i64 = "hashtreeHeight",
        /// Interval between comparisons, in whole milliseconds. Range: >= 5 s. Default: 30 s.
        frequency: Duration via millis = "frequency",
        /// Interval between comparisons while changes are propagated, in whole milliseconds. Range:
        /// >= 1 s. Default: 5 s.
        frequency_while_propagating: Duration via millis = "frequencyWhilePropagating",
        /// Interval at which the state is logged, in whole seconds. Range: >= 1 s. Default: 60 s.
        logging_frequency: Duration via seconds = "loggingFrequency",
        /// Objects compared in one batch. Range: 1 to 10 000. Default: 1000.
        diff_batch_size: i64 = "diffBatchSize",
        /// Timeout of the comparison with one node, in whole seconds. Default: 10 s.
        diff_per_node_timeout: Duration via seconds = "diffPerNodeTimeout",
        /// Timeout of the phase before propagation, in whole seconds. Default: 300 s.
        pre_propagation_timeout: Duration via seconds = "prePropagationTimeout",
        /// Timeout of the propagation of one batch, in whole seconds. Default: 60 s.
        propagation_timeout: Duration via seconds = "propagationTimeout",
        /// Objects propagated in one run. Range: 1 to 100 000. Default: 1000.
        propagation_limit: i64 = "propagationLimit",
        /// Delay before new or changed objects are propagated, in whole milliseconds. Default: 30
        /// s.
        propagation_delay: Duration via millis = "propagationDelay",
        /// Batches propagated at the same time. Range: 1 to 20. Default: 1.
        propagation_concurrency: i64 = "propagationConcurrency",
        /// Objects in a propagated batch. Range: 1 to 1000. Default: 100.
        propagation_batch_size: i64 = "propagationBatchSize",
        /// Workers of a shard. Weaviate ignores it from 1.37.3 on, which raises the warning
        /// `Deprecated`.
        max_workers: i64 = "maxWorkers",
        /// Interval at which the live nodes are checked, in whole milliseconds. Weaviate ignores it
        /// from 1.37.3 on, which raises the warning `Deprecated`.
        alive_nodes_checking_frequency: Duration via millis = "aliveNodesCheckingFrequency",
    }
}
