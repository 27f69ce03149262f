//! How a client comes to be: addresses, credential, timeouts, and the checks before the first call.

mod builder;
mod endpoint;
mod init;
mod timeouts;

pub use builder::ClientBuilder;
pub(crate) use endpoint::Endpoint;
pub use timeouts::Timeouts;
