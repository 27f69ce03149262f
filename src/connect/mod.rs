//! How a client comes to be: addresses, credential, timeouts, and the checks before the first call.

mod builder;
mod cloud;
#[cfg(feature = "embedded")]
mod embedded;
mod endpoint;
mod environment;
mod init;
mod protocol;
mod timeouts;

pub use builder::ClientBuilder;
#[cfg(feature = "embedded")]
pub use embedded::{Embedded, EmbeddedBuilder, EmbeddedStage, Progress};
pub(crate) use endpoint::Endpoint;
pub(crate) use environment::{VARIABLES, builder as from_environment};
pub use protocol::{ConnectionInfo, Protocol};
pub use timeouts::Timeouts;
