//! One node of a cluster, by each protocol that it speaks.

use super::grpc::Grpc;
use super::http::Http;
use super::proxy::Proxying;
#[cfg(feature = "tls")]
use super::tls::Tls;
use crate::connect::{Endpoint, Timeouts};
use crate::{Protocol, Result};

#[derive(Debug)]
pub(super) struct Node {
    pub(super) http: Http,
    pub(super) grpc: Option<Grpc>,
}

/// What all connections of a client have in common.
pub(super) struct Wiring {
    pub(super) timeouts: Timeouts,
    pub(super) proxying: Proxying,
    /// For gRPC, to each node.
    pub(super) connections: usize,
    pub(super) gzip: bool,
    #[cfg(feature = "tls")]
    pub(super) tls: Tls,
}

impl Node {
    /// Connects with its first call. Must be called within a tokio runtime.
    pub(super) fn new(rest: Endpoint, grpc: Option<Endpoint>, wiring: &Wiring) -> Result<Self> {
        let grpc = grpc.map(|endpoint| Grpc::new(endpoint, wiring)).transpose()?;
        Ok(Self { http: Http::new(rest, wiring)?, grpc })
    }

    /// Where a protocol is spoken.
    pub(super) fn endpoint(&self, protocol: Protocol) -> &Endpoint {
        match (&self.grpc, protocol) {
            (Some(grpc), Protocol::Grpc | Protocol::Auto) => &grpc.endpoint,
            _ => &self.http.endpoint,
        }
    }

    /// The same in words.
    pub(super) fn place(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::GrpcWeb => format!("{protocol} at {}", self.http.endpoint),
            other => self.endpoint(other).named(),
        }
    }
}

#[cfg(test)]
impl Wiring {
    pub(super) fn for_tests() -> Self {
        Self {
            timeouts: Timeouts::default(),
            proxying: Proxying::new(&crate::Proxies::none()).unwrap(),
            connections: 1,
            gzip: false,
            #[cfg(feature = "tls")]
            tls: Tls::new(&crate::Tls::new()).unwrap(),
        }
    }
}
