//! Connections: the client builder, timeouts, retries, proxies, TLS, warnings, diagnosis, embedded
//! servers.
//!
//! - [`ClientBuilder`]: addresses, credentials and all options of a client.
//! - [`Timeouts`] and [`RetryPolicy`]: deadlines, attempts, backoff, retry budget.
//! - [`Protocol`] and [`ConnectionInfo`]: native gRPC, gRPC-Web or REST, and the one in use.
//! - [`Proxies`] and `Tls` (feature `tls`): proxies, certificate authorities, client certificates.
//! - [`Integrations`]: keys of the model providers that the server calls.
//! - [`Warning`]: problems that are not errors. [`Diagnosis`]: a check of each network layer.
//! - `EmbeddedBuilder` (feature `embedded`): a server that the client downloads and starts.
//!
//! See Weaviate's guide to [connections](https://docs.weaviate.io/weaviate/connections).
//!
//! ```no_run
//! use std::time::Duration;
//! use weaviate::Client;
//! use weaviate::connect::{Integrations, Proxies, RetryPolicy, Timeouts};
//!
//! # async fn example(key: &str) -> weaviate::Result<()> {
//! let client = Client::custom("http://10.0.0.1:8080")
//!     .grpc("http://10.0.0.1:50051")
//!     .endpoints([("http://10.0.0.2:8080", "http://10.0.0.2:50051")])
//!     .timeouts(Timeouts::default().query(Duration::from_secs(10)))
//!     .retry(RetryPolicy::default().max_attempts(4))
//!     .proxies(Proxies::none())
//!     .integrations(Integrations::new().openai_api_key(key))
//!     .connect()
//!     .await?;
//! # Ok(())
//! # }
//! ```

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
