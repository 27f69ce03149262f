//! Indexes of properties and shards, with their states.

words! {
    /// Kind of an inverted index of a property.
    #[doc(alias = "index")]
    PropertyIndex {
        /// Filterable index, a roaring bitmap for filters.
        Filterable = "filterable",
        /// Searchable index, for keyword search (BM25). For text only.
        Searchable = "searchable",
        /// Range index, a roaring bitmap for greater-than and less-than filters. For int, number
        /// and date.
        #[doc(alias = "rangeable")]
        RangeFilters = "rangeFilters",
    }
}

words! {
    /// State of an index of a property.
    PropertyIndexState {
        /// The index is in use.
        Ready = "ready",
        /// A task for the index waits to start.
        Pending = "pending",
        /// The index is being built.
        Indexing = "indexing",
        /// The build failed.
        Failed = "failed",
        /// The build was cancelled.
        Cancelled = "cancelled",
    }
}

words! {
    /// Result of a request to change an index.
    IndexTaskStatus {
        /// A task has started.
        Started = "STARTED",
        /// The running task was cancelled.
        Cancelled = "CANCELLED",
        /// Nothing had to be done.
        NoOp = "NO_OP",
    }
}

/// Indexes of one property, from
/// [`Config::property_indexes`](crate::schema::Config::property_indexes).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PropertyIndexes {
    /// Name of the property.
    pub property: String,
    /// Data type of the property, by its name in the server's schema.
    pub data_type: String,
    /// Indexes that exist or are being built.
    pub indexes: Vec<PropertyIndexStatus>,
}

/// Status of one index of a property.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PropertyIndexStatus {
    /// Kind of the index.
    pub index: PropertyIndex,
    /// State of the index.
    pub state: PropertyIndexState,
    /// Tokenization of the index.
    pub tokenization: Option<super::Tokenization>,
    /// BM25 algorithm of a searchable index: `blockmax` or `wand`.
    pub algorithm: Option<String>,
    /// Progress of the build. Range: 0 to 1.
    pub progress: Option<f32>,
    /// Tokenization after the running task.
    pub target_tokenization: Option<super::Tokenization>,
    /// BM25 algorithm after the running task.
    pub target_algorithm: Option<String>,
    /// ID of the task that builds the index. Needs Weaviate 1.39.
    pub task_id: Option<String>,
}

/// Reply to a request that changes an index. The task continues in the background.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexTask {
    /// Result of the request.
    pub status: IndexTaskStatus,
    /// ID of the task. `None` if nothing had to be done.
    pub id: Option<String>,
}

words! {
    /// Status of a shard.
    ShardStatus {
        /// The shard accepts writes.
        Ready = "READY",
        /// The shard refuses writes, for instance after the disk ran full.
        ReadOnly = "READONLY",
        /// The shard is being indexed.
        Indexing = "INDEXING",
    }
}

/// Shard of a collection; with multi-tenancy, the shard of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shard {
    /// Name of the shard. With multi-tenancy, the name of the tenant.
    pub name: String,
    /// Status of the shard.
    pub status: ShardStatus,
    /// Vectors that wait to be indexed (async indexing).
    pub vector_queue_size: i64,
}
