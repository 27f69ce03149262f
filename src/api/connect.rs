//! Connections: the client builder, timeouts, retries, proxies, TLS, warnings, diagnosis, embedded servers.

pub use crate::client::ClientBuilder;
#[cfg(feature = "embedded")]
pub use crate::client::{Embedded, EmbeddedBuilder, EmbeddedStage, Progress};
#[cfg(feature = "tls")]
pub use crate::options::Tls;
pub use crate::options::{
    ConnectionInfo, Integrations, NodeAddress, NodeInfo, Protocol, Proxies, RetryPolicy, Timeouts,
};
pub use crate::values::diagnosis::{Check, Diagnosis, Finding, Layer};
pub use crate::values::warning::{Warning, WarningCode};
