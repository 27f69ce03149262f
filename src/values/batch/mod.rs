//! Values of batches: modes, failures and progress.

mod any_object;
mod batch_failure;
mod batch_mode;
mod batch_progress;
mod rate_limit;

pub use any_object::AnyObject;
pub use batch_failure::{BatchFailure, BatchItem};
pub(crate) use batch_failure::{Reread, Rereading, SecondLook};
pub use batch_mode::BatchMode;
pub use batch_progress::{BatchProgress, ItemCounts};
pub use rate_limit::RateLimit;
