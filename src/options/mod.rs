//! Options of a client and of a call: addresses, protocol, timeouts, retries, proxies, TLS,
//! headers.

mod endpoint;
pub(crate) mod headers;
mod integrations;
mod node_address;
mod propagation;
mod protocol;
mod proxies;
mod retry_policy;
mod timeouts;
#[cfg(feature = "tls")]
mod tls;

pub(crate) use endpoint::{Endpoint, is_loopback};
pub use integrations::Integrations;
pub use node_address::NodeAddress;
pub(crate) use propagation::Propagation;
pub use protocol::{ConnectionInfo, NodeInfo, Protocol};
pub use proxies::Proxies;
pub(crate) use proxies::ProxyUrls;
pub use retry_policy::RetryPolicy;
pub use timeouts::Timeouts;
#[cfg(feature = "tls")]
pub use tls::Tls;
