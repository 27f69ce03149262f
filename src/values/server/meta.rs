//! Metadata of a server.

use crate::values::server::ServerVersion;

/// Metadata of a server: version, hostname, modules and limits. See
/// [`Client::meta`](crate::Client::meta).
///
/// ```no_run
/// # async fn example(client: weaviate::Client) -> weaviate::Result<()> {
/// let meta = client.meta().await?;
/// println!("Weaviate {} with {}", meta.version(), meta.modules().join(", "));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    pub(crate) version: String,
    pub(crate) parsed: Option<ServerVersion>,
    pub(crate) hostname: Option<String>,
    pub(crate) modules: Vec<String>,
    pub(crate) grpc_max_message_size: Option<usize>,
}

impl Meta {
    /// Returns the version as the server writes it, such as `1.39.0`. Empty if the server sends
    /// none.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the version for comparisons, `None` if the server sends text that is not a version.
    #[must_use]
    pub fn server_version(&self) -> Option<&ServerVersion> {
        self.parsed.as_ref()
    }

    /// Returns the address of the server, as the server itself reports it.
    #[must_use]
    pub fn hostname(&self) -> Option<&str> {
        self.hostname.as_deref()
    }

    /// Returns the names of the enabled modules, sorted.
    #[must_use]
    pub fn modules(&self) -> &[String] {
        &self.modules
    }

    /// Returns the maximum size of a gRPC message, in bytes. Needs Weaviate 1.27.1.
    #[must_use]
    pub fn grpc_max_message_size(&self) -> Option<usize> {
        self.grpc_max_message_size
    }
}
