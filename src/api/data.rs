//! Objects: insert, get, replace, merge, delete, imports, deletions by filter, references.

pub use crate::requests::data::{
    AddReferences, ChangeReferences, Data, Delete, DeleteMany, Exists, Get, Insert, InsertMany, Merge, Replace,
    Validate,
};
pub use crate::values::bulk_report::{BulkReport, ItemError};
pub use crate::values::data::{
    DeleteReport, DeletedObject, InsertReport, NewObject, NewReference, ReferenceReport, ReferenceTo, uuid5,
};
