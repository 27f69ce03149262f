//! What a server says of itself.

use crate::values::server::ServerVersion;

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    pub(crate) version: String,
    pub(crate) parsed: Option<ServerVersion>,
    pub(crate) hostname: Option<String>,
    pub(crate) modules: Vec<String>,
    pub(crate) grpc_max_message_size: Option<usize>,
}

impl Meta {
    /// The version as the server writes it, `1.39.0` for instance; empty if it does not say.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The version to compare with; `None` where the server writes something else there.
    #[must_use]
    pub fn server_version(&self) -> Option<&ServerVersion> {
        self.parsed.as_ref()
    }

    /// The address that the server believes to have.
    #[must_use]
    pub fn hostname(&self) -> Option<&str> {
        self.hostname.as_deref()
    }

    /// The names of the modules that are enabled, sorted.
    #[must_use]
    pub fn modules(&self) -> &[String] {
        &self.modules
    }

    /// The largest gRPC message that the server takes, in bytes. Servers since 1.27.1 say so.
    #[must_use]
    pub fn grpc_max_message_size(&self) -> Option<usize> {
        self.grpc_max_message_size
    }
}
