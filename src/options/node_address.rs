use std::fmt;

use super::Endpoint;

/// Addresses of one node of a cluster, for
/// [`ClientBuilder::endpoints`](crate::connect::ClientBuilder::endpoints).
///
/// Pairs of REST and gRPC address, and REST addresses alone, convert into it.
///
/// ```
/// use weaviate::connect::NodeAddress;
///
/// let node = NodeAddress::new("http://10.0.0.2:8080").grpc("http://10.0.0.2:50051");
/// assert_eq!(node, ("http://10.0.0.2:8080", "http://10.0.0.2:50051").into());
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "an address is given to a client"]
pub struct NodeAddress {
    pub(crate) rest: String,
    pub(crate) grpc: Option<String>,
}

impl NodeAddress {
    /// Makes a node from its REST address: the part of the URL before `/v1`.
    pub fn new(rest: impl Into<String>) -> Self {
        Self { rest: rest.into(), grpc: None }
    }

    /// Sets the gRPC address: scheme, host and port.
    pub fn grpc(self, grpc: impl Into<String>) -> Self {
        Self { grpc: Some(grpc.into()), ..self }
    }
}

impl From<&str> for NodeAddress {
    fn from(rest: &str) -> Self {
        Self::new(rest)
    }
}

impl From<String> for NodeAddress {
    fn from(rest: String) -> Self {
        Self::new(rest)
    }
}

impl<R: Into<String>, G: Into<String>> From<(R, G)> for NodeAddress {
    /// Converts the REST address and the gRPC address.
    fn from((rest, grpc): (R, G)) -> Self {
        Self::new(rest).grpc(grpc)
    }
}

/// Shows addresses only if they parse, since others may contain a password.
impl fmt::Debug for NodeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = Endpoint::parse("REST", &self.rest);
        let grpc = self.grpc.as_ref().map(|grpc| Endpoint::parse_grpc(grpc));
        f.debug_struct("NodeAddress").field("rest", &rest).field("grpc", &grpc).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_an_address_is_not_shown() {
        for address in ["http://user:hunter2@host", "hunter2"] {
            let node = NodeAddress::new(address).grpc(address);
            assert!(!format!("{node:?}").contains("hunter2"), "{node:?}");
        }
        let node = NodeAddress::from(("http://a:8080", "http://a:50051"));
        assert_eq!(format!("{node:?}").matches("http://a:").count(), 2, "{node:?}");
    }
}
