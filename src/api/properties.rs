//! Structs as collections: the trait [`Properties`], its derive macro, and typed handles of
//! properties.
//!
//! `#[derive(Properties)]` makes the schema of a struct and a [`Field`] for each property. Handles
//! make filters, sort orders, groups and lists of properties that are checked while compiling.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use weaviate::prelude::*;
//!
//! #[derive(Serialize, Deserialize, Properties)]
//! struct Article {
//!     title: String,
//!     year: i64,
//! }
//!
//! let config = CollectionConfig::of::<Article>("Article");
//! let recent = Article::fields().year.greater_or_equal(2020);
//! ```

pub use crate::values::properties::{
    ArrayElement, Comparable, Contains, Field, FieldValue, Groupable, IntoList, Measure, Measured, Nested, ObjectField,
    Ordered, Properties, PropertiesCheck, PropertyDifference, PropertyDifferenceKind, PropertyName, PropertyType,
    ReferenceField, ReferenceProperty, ReferenceType, Searchable, Sortable, Top, Typed, VectorField, VectorName,
    VectorType,
};
#[doc(hidden)]
pub use crate::values::properties::{Layout, LayoutField, Place, Shape};
