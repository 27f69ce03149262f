//! A node of a cluster and its clients, one for each protocol.

use std::fmt;
use std::sync::Arc;

use super::connection::proxy::ProxyRules;
#[cfg(feature = "tls")]
use super::connection::tls::ConnectionTls;
use super::grpc::GrpcClient;
use super::rest_client::RestClient;
use crate::Result;
use crate::options::Protocol;
use crate::options::{Endpoint, Timeouts};
use crate::values::warning::Warnings;

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) rest: RestClient,
    pub(crate) grpc: Option<GrpcClient>,
}

/// Settings shared by all connections of a client.
pub(crate) struct ConnectionSettings {
    pub(crate) timeouts: Timeouts,
    pub(crate) proxy_rules: ProxyRules,
    /// gRPC connections to each node.
    pub(crate) connections: usize,
    pub(crate) gzip: bool,
    pub(crate) warnings: Arc<Warnings>,
    #[cfg(feature = "tls")]
    pub(crate) tls: ConnectionTls,
}

impl Node {
    /// Creates the clients of a node. Connections open with the first call.
    ///
    /// Must be called within a tokio runtime.
    pub(crate) fn new(rest: Endpoint, grpc: Option<Endpoint>, settings: &ConnectionSettings) -> Result<Self> {
        let grpc = grpc.map(|endpoint| GrpcClient::new(endpoint, settings)).transpose()?;
        Ok(Self { rest: RestClient::new(rest, settings)?, grpc })
    }
}

/// Prints the REST address.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rest.endpoint.fmt(f)
    }
}

/// The address of a node for each protocol.
pub(crate) trait HasEndpoints {
    fn endpoint(&self, protocol: Protocol) -> &Endpoint;

    /// Returns protocol and address for error messages.
    fn place(&self, protocol: Protocol) -> String;
}

impl HasEndpoints for Node {
    fn endpoint(&self, protocol: Protocol) -> &Endpoint {
        match (&self.grpc, protocol) {
            (Some(grpc), Protocol::Grpc | Protocol::Auto) => &grpc.endpoint,
            _ => &self.rest.endpoint,
        }
    }

    fn place(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::GrpcWeb => format!("{protocol} at {}", self.rest.endpoint),
            other => self.endpoint(other).named(),
        }
    }
}

#[cfg(test)]
impl ConnectionSettings {
    pub(crate) fn for_tests() -> Self {
        Self {
            timeouts: Timeouts::default(),
            proxy_rules: ProxyRules::new(&crate::options::Proxies::none()).unwrap(),
            connections: 1,
            gzip: false,
            warnings: Arc::new(Warnings::new(crate::values::warning::WarningSettings::default())),
            #[cfg(feature = "tls")]
            tls: ConnectionTls::new(&crate::options::Tls::new()).unwrap(),
        }
    }
}
