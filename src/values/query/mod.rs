//! Values of searches: kinds, options and results.

mod bm25;
mod fetch_objects;
mod found_reference;
mod group_by;
mod hit;
mod hybrid;
mod metadata;
mod near_object;
mod near_vector;
mod options;
mod sort;
mod threshold;

pub use bm25::{Bm25, Bm25Operator, SearchProperty};
pub(crate) use bm25::{Keywords, Operator, Weight};
pub use fetch_objects::FetchObjects;
pub use found_reference::Reference;
pub use group_by::{Group, GroupBy, GroupedHit, GroupedResults, Ranked};
pub use hit::{Hit, HitMetadata, SearchResults};
pub use hybrid::{Fusion, Hybrid, HybridVector};
pub use metadata::Metadata;
pub use near_object::NearObject;
pub use near_vector::NearVector;
pub(crate) use options::{IncludeVectors, Options, vector_selection};
pub(crate) use sort::Direction;
pub use sort::Sort;
pub(crate) use threshold::{Near, Threshold};
