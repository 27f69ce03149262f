//! Batches: imports of any size, of which every object ends as stored, failed or unknown.
//!
//! [`Collection::batch`](crate::Collection::batch) builds a batch of one collection,
//! [`Client::batch`](crate::Client::batch) one of many collections and tenants. Objects go in one by
//! one, from any number of tasks; a task of the batch sends them. Memory stays bounded: `add` waits
//! while the batch has no room.
//!
//! ```no_run
//! use weaviate::prelude::*;
//!
//! # async fn example(articles: Collection) -> weaviate::Result<()> {
//! let batch = articles.batch().start().await?;
//! for year in 1900..2000 {
//!     let article = PropertyMap::from([("year", year)]);
//!     batch.add(NewObject::new(article).vector([0.1, 0.7, 0.2])).await?;
//! }
//! let report = batch.finish().await?;
//! println!("{} stored", report.objects().stored);
//! # Ok(())
//! # }
//! ```
//!
//! [`insert_many`](crate::data::Data::insert_many) is for what a program has in its hands: it sends
//! one message after the other, returns the ids of all objects and keeps all errors. A batch is for
//! what does not fit into memory, or should be sent as fast as the server takes it.
//!
//! # What becomes of an object
//!
//! The client gives each object its id before it sends it, so that sending it twice stores it once.
//! An object is sent again after an error that may pass: the server restarts, a model provider limits
//! its rate, a shard is still loading. It is sent up to twelve times, with growing pauses, which is
//! some four minutes; [`retry`](BatchBuilder::retry) sets another policy. Then it is one of these:
//!
//! - **stored**, as the server says;
//! - **failed**: refused by the server, or not sent;
//! - **unknown**: sent, without an answer that tells. [`BatchReport::verify`] reads such objects again.
//!
//! [`finish`](Batch::finish) is an error unless all are stored, or
//! [`collect_failures`](BatchBuilder::collect_failures) is set. The report has the failures with their
//! items, as many as [`keep_failures`](BatchBuilder::keep_failures) says.
//!
//! # Events
//!
//! Each message that is answered, or has failed, emits an event of `tracing`: level DEBUG, target
//! `weaviate::batch`, name `weaviate.batch.flush`. The names of its fields are stable. Their prefixes
//! are those by which the metrics layer of `tracing-opentelemetry` knows counters, histograms and
//! gauges.
//!
//! | field | what |
//! | --- | --- |
//! | `db.collection.name` | the collection |
//! | `items` | `objects` or `references` |
//! | `reason` | why it was sent: `full`, `linger`, `flush` (also by `finish`), `retry`, or `pressure` (other lanes need the room) |
//! | `error.type` | kind of the error if the whole message failed |
//! | `monotonic_counter.weaviate.batch.sent` | items in the message |
//! | `monotonic_counter.weaviate.batch.refused` | items of it that are not stored |
//! | `monotonic_counter.weaviate.batch.repeated` | items of it that had been sent before |
//! | `monotonic_counter.weaviate.batch.bytes` | size of the message; that of references is estimated |
//! | `histogram.weaviate.batch.latency` | seconds until the answer |
//! | `histogram.weaviate.batch.took` | seconds as the server measured them; 0 over REST |
//! | `gauge.weaviate.batch.queued` | items that the batch has accepted and not sent |
//!
//! See [batch imports](https://docs.weaviate.io/weaviate/manage-objects/import) in Weaviate's
//! documentation.

pub use crate::requests::batch::{
    AddError, Batch, BatchBuilder, BatchError, BatchKind, BatchLane, BatchReport, ClientBatch, Tracked,
};
pub use crate::values::batch::{AnyObject, BatchFailure, BatchItem, BatchMode, BatchProgress, ItemCounts, RateLimit};
