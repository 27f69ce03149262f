//! How a client comes to be: addresses, credential, timeouts, and the checks before the first call.

mod builder;
mod cloud;
#[cfg(feature = "embedded")]
mod embedded;
mod endpoint;
mod environment;
mod init;
mod integrations;
mod node_address;
mod protocol;
mod proxies;
mod retry;
mod timeouts;
#[cfg(feature = "tls")]
mod tls;

pub use builder::ClientBuilder;
#[cfg(feature = "embedded")]
pub use embedded::{Embedded, EmbeddedBuilder, EmbeddedStage, Progress};
pub(crate) use endpoint::{Endpoint, is_loopback};
pub(crate) use environment::{VARIABLES, builder as from_environment};
pub use integrations::Integrations;
pub use node_address::NodeAddress;
pub use protocol::{ConnectionInfo, NodeInfo, Protocol};
pub use proxies::Proxies;
pub(crate) use proxies::ProxyUrls;
pub use retry::RetryPolicy;
pub use timeouts::Timeouts;
#[cfg(feature = "tls")]
pub use tls::Tls;
