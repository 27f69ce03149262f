//! State of the vector indexes of a collection or a tenant.

use std::fmt;

/// State of the vector indexes of a collection or a tenant, as
/// [`Collection::wait_until_indexed`](crate::Collection::wait_until_indexed) sees it.
///
/// It covers all replicas of all shards. `Display` prints it on one line.
///
/// ```no_run
/// use std::time::Duration;
/// use weaviate::prelude::*;
/// use weaviate::wait::IndexingStatus;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let status: IndexingStatus = articles.wait_until_indexed(Duration::from_secs(600)).await?;
/// println!("{} shards are indexed", status.shards);
/// # Ok(())
/// # }
/// ```
#[doc(alias = "vectorIndexingStatus")]
#[doc(alias = "vectorQueueLength")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexingStatus {
    /// Objects that the nodes report. **They report objects late**, once they have written them from
    /// memory to disk: up to a minute after the import in tests with Weaviate 1.39.
    /// [`Collection::count`](crate::Collection::count) counts all. Replicas count once, and objects of
    /// inactive tenants do not count.
    pub objects: u64,
    /// Vectors that wait to be indexed, those of each replica counted.
    pub queue_length: u64,
    /// Shards, each replica counted.
    pub shards: usize,
    /// Shards that are not indexed yet, each replica counted: they are indexing or not loaded, or
    /// their node does not list them.
    pub shards_indexing: usize,
    /// Whether all is indexed: two looks in a row have seen no queue, and no new objects.
    pub is_done: bool,
}

impl fmt::Display for IndexingStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { objects, queue_length, shards, shards_indexing, .. } = self;
        write!(
            f,
            "{shards_indexing} of {shards} shards are not indexed, {queue_length} vectors are queued, {objects} objects are \
             counted"
        )
    }
}
