//! Values of objects: new objects, references, reports.

mod deleted;
mod new_object;
mod reference_to;
mod uuid5;

pub use deleted::{DeleteReport, DeletedObject};
pub use new_object::NewObject;
pub(crate) use reference_to::BEACON;
pub use reference_to::{NewReference, ReferenceTo};
pub use uuid5::uuid5;

/// Report of an import, by the ids of the objects.
///
/// ```no_run
/// use weaviate::data::InsertReport;
/// use weaviate::prelude::*;
///
/// # async fn example(articles: Collection, objects: Vec<PropertyMap>) -> weaviate::Result<()> {
/// let report: InsertReport<PropertyMap> = articles.data().insert_many(objects).await?;
/// println!("{} stored, {} failed", report.succeeded().count(), report.errors().len());
/// # Ok(())
/// # }
/// ```
pub type InsertReport<P> = super::bulk_report::BulkReport<NewObject<P>>;

/// Report of added references, by the ids of the referring objects.
///
/// ```no_run
/// use weaviate::data::{NewReference, ReferenceReport};
/// use weaviate::prelude::*;
///
/// # async fn example(books: Collection, new: Vec<NewReference>) -> weaviate::Result<()> {
/// let report: ReferenceReport = books.data().reference_add_many(new).await?;
/// for failed in report.errors() {
///     println!("reference of {} failed: {}", failed.item().from(), failed.message());
/// }
/// # Ok(())
/// # }
/// ```
pub type ReferenceReport = super::bulk_report::BulkReport<NewReference>;
