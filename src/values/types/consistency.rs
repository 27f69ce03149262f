//! How many replicas have to agree.

/// How many replicas have to answer before the server does.
///
/// Matters for collections with a replication factor above one. Where none is set, the server writes with
/// [`Quorum`](Self::Quorum) and searches with [`One`](Self::One).
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
