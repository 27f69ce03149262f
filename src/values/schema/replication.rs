//! Copies of a collection on several nodes.

use std::time::Duration;

words! {
    /// Who wins when replicas disagree on whether an object was deleted.
    DeletionStrategy {
        /// The deletion.
        DeleteOnConflict = "DeleteOnConflict",
        /// Nobody: the difference stays.
        NoAutomatedResolution = "NoAutomatedResolution",
        /// Whatever happened last. Needs Weaviate 1.27.5.
        TimeBasedResolution = "TimeBasedResolution",
    }
}

settings! {
    /// How many copies of a collection there are and how they are kept alike.
    ReplicationConfig {
        /// How many nodes have each object. Default: 1.
        factor: i64 = "factor",
        /// Whether replicas are compared in the background. Servers from 1.38.9 on always do.
        async_enabled: bool = "asyncEnabled",
        /// Who wins when replicas disagree on whether an object was deleted. Default:
        /// [`TimeBasedResolution`](DeletionStrategy::TimeBasedResolution) on new servers.
        deletion_strategy: DeletionStrategy = "deletionStrategy",
        /// How replicas are compared in the background. Needs Weaviate 1.34.13, 1.35.6 or 1.36.
        async_config: AsyncReplicationConfig = "asyncConfig",
    }
}

settings! {
    /// How replicas are compared in the background. Needs Weaviate 1.34.13, 1.35.6 or 1.36.
    AsyncReplicationConfig {
        /// The height of the tree of hashes that is compared.
        hashtree_height: i64 = "hashtreeHeight",
        /// How often replicas are compared, in whole milliseconds.
        frequency: Duration via millis = "frequency",
        /// How often while there are differences, in whole milliseconds.
        frequency_while_propagating: Duration via millis = "frequencyWhilePropagating",
        /// How often the state is logged, in whole seconds.
        logging_frequency: Duration via seconds = "loggingFrequency",
        /// How many objects are compared at a time.
        diff_batch_size: i64 = "diffBatchSize",
        /// How long to wait for a node to compare, in whole seconds.
        diff_per_node_timeout: Duration via seconds = "diffPerNodeTimeout",
        /// How long to wait before differences are carried over, in whole seconds.
        pre_propagation_timeout: Duration via seconds = "prePropagationTimeout",
        /// How long carrying over may take, in whole seconds.
        propagation_timeout: Duration via seconds = "propagationTimeout",
        /// How many objects are carried over in one round.
        propagation_limit: i64 = "propagationLimit",
        /// How old a difference has to be, in whole milliseconds.
        propagation_delay: Duration via millis = "propagationDelay",
        /// How many batches are carried over at the same time.
        propagation_concurrency: i64 = "propagationConcurrency",
        /// How many objects are in such a batch.
        propagation_batch_size: i64 = "propagationBatchSize",
        /// How many workers there are. Without effect since Weaviate 1.37.3.
        max_workers: i64 = "maxWorkers",
        /// How often is looked which nodes are alive, in whole milliseconds. Without effect since Weaviate 1.37.3.
        alive_nodes_checking_frequency: Duration via millis = "aliveNodesCheckingFrequency",
    }
}
