//! Consistency levels of reads and writes.

/// Consistency level: the number of replicas that have to acknowledge a read or a write.
///
/// It matters for collections with a replication factor above 1. Default of the server:
/// [`Quorum`](Self::Quorum) for writes, [`One`](Self::One) for searches. See Weaviate's page on
/// [consistency](https://docs.weaviate.io/weaviate/concepts/replication-architecture/consistency).
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection) -> weaviate::Result<()> {
/// let on_all_replicas = articles.consistency_level(ConsistencyLevel::All);
/// on_all_replicas.data().insert(PropertyMap::from([("title", "Owls")])).await?;
/// # Ok(())
/// # }
/// ```
#[doc(alias = "replication")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConsistencyLevel {
    /// One replica.
    One,
    /// More than half of the replicas.
    Quorum,
    /// All replicas.
    All,
}
