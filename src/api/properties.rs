//! Structs as collections: the trait [`Properties`], its derive, and handles of properties.

pub use crate::values::properties::*;
