//! How a client comes to be: addresses, credential, timeouts, and the checks before the first call.

mod builder;
#[cfg(feature = "embedded")]
mod embedded;
mod endpoint;
mod init;
mod timeouts;

pub use builder::ClientBuilder;
#[cfg(feature = "embedded")]
pub use embedded::{Embedded, EmbeddedBuilder, EmbeddedStage, Progress};
pub(crate) use endpoint::Endpoint;
pub use timeouts::Timeouts;
