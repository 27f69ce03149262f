//! Objects: insert, import, read, replace, merge, delete, delete by filter, and cross-references.
//!
//! [`Collection::data`](crate::Collection::data) returns [`Data`], the handle with these
//! operations. Each returns a request, which is sent when it is awaited. Imports return a
//! [`BulkReport`], which lists the objects that failed.
//!
//! ```no_run
//! use weaviate::prelude::*;
//!
//! # async fn example(client: Client, embedding: Vec<f32>) -> weaviate::Result<()> {
//! let data = client.collection("Article").data();
//! let owls = NewObject::new(PropertyMap::from([("title", "Owls")])).vector(embedding);
//! let ids = data.insert_many([owls]).await?.into_result()?;
//! data.merge(ids[0], PropertyMap::from([("year", 2026)])).await?;
//! # Ok(())
//! # }
//! ```
//!
//! See [manage objects](https://docs.weaviate.io/weaviate/manage-objects) in Weaviate's
//! documentation.

pub use crate::requests::data::{
    AddReferences, ChangeReferences, Data, Delete, DeleteMany, Exists, Get, Insert, InsertMany, Merge, Replace,
    Validate,
};
pub use crate::values::bulk_report::{BulkReport, ItemError};
pub use crate::values::data::{
    DeleteReport, DeletedObject, InsertReport, NewObject, NewReference, ReferenceReport, ReferenceTo, uuid5,
};
