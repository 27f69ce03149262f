//! Searches: kinds, options and results.

pub use crate::requests::query::{Queries, Query, Results, Search};
pub use crate::values::query::{
    Bm25, Bm25Operator, FetchObjects, Fusion, Group, GroupBy, GroupedHit, GroupedResults, Hit, HitMetadata, Hybrid,
    HybridVector, Metadata, NearObject, NearVector, Ranked, Reference, SearchProperty, SearchResults, Sort,
};
