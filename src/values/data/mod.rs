//! Values of objects: what is stored, what refers, what was deleted.

mod deleted;
mod new_object;
mod reference;
mod uuid5;

pub use deleted::{DeleteReport, DeletedObject};
pub(crate) use new_object::DEFAULT_VECTOR;
pub use new_object::NewObject;
pub(crate) use reference::BEACON;
pub use reference::{NewReference, ReferenceTo};
pub use uuid5::uuid5;

/// The report of an import, by the ids of the objects.
pub type InsertReport<P> = super::bulk_report::BulkReport<NewObject<P>>;

/// The report of added references, by the ids of the objects that refer.
pub type ReferenceReport = super::bulk_report::BulkReport<NewReference>;
