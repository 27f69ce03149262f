use std::fmt;

/// Protocol of searches, imports, deletions by filter and lists of tenants.
///
/// All other calls, such as those on collections, use REST in any case. Set it for a client with
/// [`ClientBuilder::protocol`](crate::connect::ClientBuilder::protocol), or for one request.
///
/// ```
/// use weaviate::Client;
/// use weaviate::connect::Protocol;
///
/// let builder = Client::custom("https://weaviate.example.com").protocol(Protocol::GrpcWeb);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// Native gRPC where it can be reached, else gRPC-Web, else REST.
    ///
    /// Chosen when the client connects, and again when the chosen one cannot be reached any more.
    /// A [`ProtocolFallback`](crate::connect::WarningCode::ProtocolFallback) warning says that it
    /// is not native gRPC, and whether searches are available: REST alone has none.
    /// [`Client::connection_info`](crate::Client::connection_info) has the current one.
    #[default]
    Auto,
    /// Native gRPC: HTTP/2, at an address of its own. The fastest.
    Grpc,
    /// gRPC-Web: gRPC messages through the REST port and any HTTP proxy before it. Servers from
    /// 1.38.3 and 1.39.0 on ([`Feature::GrpcWeb`](crate::server::Feature::GrpcWeb)).
    GrpcWeb,
    /// JSON over HTTP, for servers that offer neither. Searches are refused with
    /// [`Unsupported`](crate::ErrorKind::Unsupported).
    ///
    /// Imports cost more: JSON takes many times the memory of the gRPC message, on both sides.
    /// An import therefore sends messages of about 1 MB rather than 1.5 MB.
    Rest,
}

impl Protocol {
    /// The name in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Grpc => "gRPC",
            Self::GrpcWeb => "gRPC-Web",
            Self::Rest => "REST",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Nodes and protocol of a client, from
/// [`Client::connection_info`](crate::Client::connection_info).
///
/// ```no_run
/// # fn example(client: &weaviate::Client) {
/// let info = client.connection_info();
/// println!("{} nodes by {}", info.nodes.len(), info.active);
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// The nodes, at least one.
    pub nodes: Vec<NodeInfo>,
    /// The configured protocol.
    pub protocol: Protocol,
    /// The protocol in use. Never [`Protocol::Auto`].
    pub active: Protocol,
    /// Whether the server has answered over the active protocol. If not, it is the one to be tried
    /// first.
    pub confirmed: bool,
}

/// Addresses and state of one node, from [`ConnectionInfo`].
///
/// ```no_run
/// # fn example(client: &weaviate::Client) {
/// for node in client.connection_info().nodes {
///     println!("{} takes calls: {}", node.rest, node.in_turn);
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeInfo {
    /// The address of REST and gRPC-Web.
    pub rest: String,
    /// The address of native gRPC, if one is configured.
    pub grpc: Option<String>,
    /// Whether calls are sent to the node. A node that fails is out of rotation until a health
    /// check succeeds. A single node is always in rotation.
    pub in_turn: bool,
}
