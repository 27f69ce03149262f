use std::fmt;

/// How searches, imports, deletions by filter and lists of tenants travel. Everything else, collections for instance, is
/// REST whatever the protocol.
///
/// Set it for a client with [`ClientBuilder::protocol`](crate::connect::ClientBuilder::protocol), or for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// The best one that gets through: native gRPC, else gRPC-Web, else REST. Found out when the client connects, and
    /// again when what was chosen cannot be reached any more. A warning says so when it is not native gRPC; which one it
    /// is at the moment is in [`Client::connection_info`](crate::Client::connection_info).
    #[default]
    Auto,
    /// gRPC over HTTP/2, at an address of its own. The fastest.
    Grpc,
    /// The messages of gRPC through the port of REST, and through whatever proxy lies before it. Servers from 1.38.3 and
    /// 1.39.0 on ([`Feature::GrpcWeb`](crate::server::Feature::GrpcWeb)).
    GrpcWeb,
    /// JSON, for servers without either. It carries everything but searches, which are refused with
    /// [`Unsupported`](crate::ErrorKind::Unsupported).
    Rest,
}

impl Protocol {
    /// How it is called in messages.
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

/// Where a client is connected to, and how. See [`Client::connection_info`](crate::Client::connection_info).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionInfo {
    /// The nodes, one or more.
    pub nodes: Vec<NodeInfo>,
    /// What the client was told to speak.
    pub protocol: Protocol,
    /// What it speaks: never [`Protocol::Auto`].
    pub active: Protocol,
    /// Whether the server has answered over the active protocol. Before it has, this is what will be tried first.
    pub confirmed: bool,
}

/// Where one node is, and whether calls are sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeInfo {
    /// The address of REST, and of gRPC-Web beneath it.
    pub rest: String,
    /// The address of native gRPC, if the client was given one.
    pub grpc: Option<String>,
    /// Whether calls are sent to it. One that did not answer is passed over until it does; an only node never is.
    pub in_turn: bool,
}
