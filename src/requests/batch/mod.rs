//! Batches: the handles, the state of a batch, and the task that sends its messages.
//!
//! A handle encodes an object and puts it into a lane ([`lane`]) of the state ([`core`]), which decides
//! what is sent when, without I/O. The task ([`driver`]) sends it by a [`post`], and gives the answer
//! back to the state.

mod add_error;
mod any_lane;
mod batch_builder;
mod batch_report;
mod cargo;
mod client_batch;
mod collection_batch;
mod core;
mod driver;
mod dynamic_pace;
mod feeder;
mod flush_event;
mod handle;
mod lane;
mod ledger;
mod pace;
mod post;
mod rate_pace;
mod reference_ends;
mod scope_post;
mod server_watch;
mod settlement;
mod tracked;
mod verify;

pub use add_error::AddError;
pub use batch_builder::{BatchBuilder, BatchKind};
pub use batch_report::{BatchError, BatchReport};
pub use client_batch::{BatchLane, ClientBatch};
pub use collection_batch::Batch;
pub use tracked::Tracked;

#[cfg(test)]
mod tests;
