//! Filters: conditions on properties, references, ids and times.

pub use crate::values::filter::{Filter, FilterReference, FilterTarget, FilterValue};
