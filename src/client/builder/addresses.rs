//! Addresses: the setters, and the nodes that follow from them.

use super::{ClientBuilder, Rest};
use crate::client::cloud;
use crate::options::{Endpoint, NodeAddress};
use crate::transport::MAX_NODES;
use crate::{Error, Result};

impl ClientBuilder {
    /// Sets the gRPC address: scheme, host and port, such as `http://localhost:50051`.
    ///
    /// Default: that of [`Client::local`](crate::Client::local) or
    /// [`Client::cloud`](crate::Client::cloud); none for [`Client::custom`](crate::Client::custom).
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::custom("http://10.0.0.1:8080").grpc("http://10.0.0.1:50051");
    /// ```
    pub fn grpc(mut self, url: impl Into<String>) -> Self {
        self.grpc = Some(url.into());
        self
    }

    /// Sets the REST port. It replaces the one in the address.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::local().port(9090);
    /// ```
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Sets the gRPC port. It replaces the one in the address.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::local().port(9090).grpc_port(50052);
    /// ```
    pub fn grpc_port(mut self, port: u16) -> Self {
        self.grpc_port = Some(port);
        self
    }

    /// Adds other nodes of the cluster, at most 63. Calls go to all nodes in turn (round robin).
    ///
    /// A node that fails is out of rotation until a health check of it succeeds, so that no load
    /// balancer is needed. A warning in the log says so, and another when the node is back. Either
    /// all nodes have a gRPC address or none has one.
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::custom("http://10.0.0.1:8080")
    ///     .grpc("http://10.0.0.1:50051")
    ///     .endpoints([
    ///         ("http://10.0.0.2:8080", "http://10.0.0.2:50051"),
    ///         ("http://10.0.0.3:8080", "http://10.0.0.3:50051"),
    ///     ])
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "failover")]
    #[doc(alias = "load_balancing")]
    pub fn endpoints<N: Into<NodeAddress>>(mut self, nodes: impl IntoIterator<Item = N>) -> Self {
        self.others.extend(nodes.into_iter().map(Into::into));
        self
    }

    pub(super) fn endpoints_of_first(&self) -> Result<Addresses> {
        let (rest, derived) = match &self.rest {
            Rest::Url(url) => (url.clone(), None),
            Rest::Cloud(cluster) => {
                let (rest, grpc) = cloud::addresses(&cloud::host(cluster)?);
                (rest, Some(grpc))
            }
        };
        let (rest, grpc) = addresses(&rest, self.grpc.as_deref().or(derived.as_deref()))?;
        let at = |endpoint: Endpoint, port: Option<u16>| port.map_or(endpoint.clone(), |port| endpoint.with_port(port));
        Ok((at(rest, self.port), grpc.map(|grpc| at(grpc, self.grpc_port))))
    }

    pub(super) fn nodes(&self) -> Result<(Addresses, Vec<Addresses>)> {
        let first = self.endpoints_of_first()?;
        if self.others.len() >= MAX_NODES {
            return Err(Error::configuration(format!(
                "endpoints: a client has at most {MAX_NODES} nodes, got {}",
                self.others.len() + 1
            )));
        }
        let mut others: Vec<Addresses> = Vec::with_capacity(self.others.len());
        for node in &self.others {
            let addresses = addresses(&node.rest, node.grpc.as_deref())?;
            if addresses.1.is_some() != first.1.is_some() {
                return Err(Error::configuration(format!(
                    "endpoints: {} must have a gRPC address if the first node has one, and none otherwise",
                    addresses.0
                )));
            }
            if addresses.0 == first.0 || others.iter().any(|(rest, _)| *rest == addresses.0) {
                return Err(Error::configuration(format!(
                    "endpoints: {} is listed twice; list each node once",
                    addresses.0
                )));
            }
            others.push(addresses);
        }
        Ok((first, others))
    }
}

/// The REST address and the gRPC address.
pub(super) type Addresses = (Endpoint, Option<Endpoint>);

fn addresses(rest: &str, grpc: Option<&str>) -> Result<Addresses> {
    Ok((Endpoint::parse("REST", rest)?, grpc.map(Endpoint::parse_grpc).transpose()?))
}
