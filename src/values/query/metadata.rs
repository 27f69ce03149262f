//! What to ask about an object beside its properties.

/// What a query can bring about an object beside its id and properties. It arrives in [`HitMetadata`](super::HitMetadata).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metadata {
    /// When it was first stored.
    CreationTime,
    /// When it was last changed.
    LastUpdateTime,
    /// How far its vector is from the one searched for. Vector searches bring it unasked.
    Distance,
    /// The same as a number from 0 to 1, where 1 is nearest. For cosine distance alone.
    Certainty,
    /// How well it fits the words searched for.
    Score,
    /// How that score came about, in words.
    ExplainScore,
    /// Whether all replicas agree. For a replication factor above one.
    IsConsistent,
}
