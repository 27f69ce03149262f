use std::fmt;

use super::Endpoint;

/// The addresses of one node of a cluster, for [`ClientBuilder::endpoints`](crate::connect::ClientBuilder::endpoints).
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
    /// A node by the address of its REST side: all of the URL that comes before `/v1`.
    pub fn new(rest: impl Into<String>) -> Self {
        Self { rest: rest.into(), grpc: None }
    }

    /// The address of its gRPC side: scheme, host and port.
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
    /// The addresses of REST and of gRPC.
    fn from((rest, grpc): (R, G)) -> Self {
        Self::new(rest).grpc(grpc)
    }
}

/// An address is shown only once it is known to hold no password.
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
