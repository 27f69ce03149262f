//! Limits that an operator sets, in the terms of the server's environment variables.

/// Numbers that a server does not exceed, and kinds of index that it allows. `None` is no limit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    /// `MAXIMUM_ALLOWED_COLLECTIONS_COUNT`.
    pub(crate) collections: Option<usize>,
    /// `MAXIMUM_ALLOWED_OBJECTS_COUNT`.
    pub(crate) objects: Option<usize>,
    /// `MAXIMUM_ALLOWED_TENANTS_PER_COLLECTION`.
    pub(crate) tenants: Option<usize>,
    /// `MAXIMUM_ALLOWED_SHARDS_PER_COLLECTION`.
    pub(crate) shards: Option<usize>,
    /// `REPLICATION_MAXIMUM_FACTOR`.
    pub(crate) replication_factor: Option<u32>,
    /// `ALLOWED_VECTOR_INDEX_TYPES`.
    pub(crate) index_types: Option<Vec<String>>,
    /// `ALLOWED_COMPRESSION_TYPES`.
    pub(crate) compressions: Option<Vec<String>>,
}
