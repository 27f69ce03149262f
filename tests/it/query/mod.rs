//! Searches of one collection: `fetch_objects`, `near_vector`, `near_object`, `bm25`, `hybrid`, filters and `group_by`.

mod allocations;
mod bm25;
mod fetch_objects;
mod filters;
mod group_by;
mod hybrid;
