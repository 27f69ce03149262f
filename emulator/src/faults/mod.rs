//! Faults that a test injects: their settings, the requests that suffer them, and the log of what was done.
//!
//! This folder decides and remembers. `protocols/injection/` does to a request what is decided here.

mod effect;
mod fault;
mod handle;
mod injector;
mod invalid;
mod log;
mod object_rule;
mod pace;
mod place;

pub use effect::FaultKind;
pub(crate) use effect::{Effect, When};
pub use fault::Fault;
pub use handle::Faults;
pub(crate) use handle::RestartOrder;
pub(crate) use injector::Injector;
pub use invalid::InvalidFault;
pub use log::LoggedRequest;
pub use object_rule::BatchObject;
pub(crate) use object_rule::ObjectRule;
#[cfg(test)]
pub(crate) use place::RPCS;
pub(crate) use place::RequestHead;
