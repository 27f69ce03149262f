//! The indexes of properties and their state.

words! {
    /// A kind of index of a property.
    PropertyIndex {
        /// For filters.
        Filterable = "filterable",
        /// For keyword search; text alone.
        Searchable = "searchable",
        /// For greater-than and less-than filters; int, number and date alone.
        RangeFilters = "rangeFilters",
    }
}

words! {
    /// What an index of a property does at the moment.
    PropertyIndexState {
        /// It is in use.
        Ready = "ready",
        /// It is about to be built.
        Pending = "pending",
        /// It is being built.
        Indexing = "indexing",
        /// Building it failed.
        Failed = "failed",
        /// Building it was cancelled.
        Cancelled = "cancelled",
    }
}

words! {
    /// What came of the wish to change an index.
    IndexTaskStatus {
        /// It is under way.
        Started = "STARTED",
        /// What was under way is stopped.
        Cancelled = "CANCELLED",
        /// There was nothing to do.
        NoOp = "NO_OP",
    }
}

/// The indexes of one property.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PropertyIndexes {
    /// The property.
    pub property: String,
    /// Its type, by its name in the server's schema.
    pub data_type: String,
    /// What there is.
    pub indexes: Vec<PropertyIndexStatus>,
}

/// The state of one index of a property.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PropertyIndexStatus {
    /// What it is for.
    pub index: PropertyIndex,
    /// What it does at the moment.
    pub state: PropertyIndexState,
    /// How its words are split.
    pub tokenization: Option<super::Tokenization>,
    /// How keyword search goes through it: `blockmax` or `wand`.
    pub algorithm: Option<String>,
    /// How much is built, from 0 to 1.
    pub progress: Option<f32>,
    /// The tokenization that it will have.
    pub target_tokenization: Option<super::Tokenization>,
    /// The algorithm that it will have.
    pub target_algorithm: Option<String>,
    /// The task that builds it.
    pub task_id: Option<String>,
}

/// What came of the wish to change an index: a task that goes on by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexTask {
    /// Whether anything is under way.
    pub status: IndexTaskStatus,
    /// The task, if there is one.
    pub id: Option<String>,
}

words! {
    /// Whether a shard takes writes.
    ShardStatus {
        /// It takes writes.
        Ready = "READY",
        /// It does not.
        ReadOnly = "READONLY",
        /// It is being indexed.
        Indexing = "INDEXING",
    }
}

/// A shard of a collection, or of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shard {
    /// Its name; that of the tenant in collections with multi-tenancy.
    pub name: String,
    /// Whether it takes writes.
    pub status: ShardStatus,
    /// How many vectors wait to be indexed.
    pub vector_queue_size: i64,
}
