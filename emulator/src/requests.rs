//! Counting what arrives, so that a test can tell that something never did.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Number of requests that have reached a server, by protocol. Refused and unfinished ones count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Requests {
    /// Requests to the REST port other than those below.
    pub rest: u64,
    /// Calls on the gRPC port.
    pub grpc: u64,
    /// gRPC-Web and Connect calls, which also come to the REST port.
    pub grpc_web: u64,
}

/// Protocol that a request came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// REST and GraphQL, on the REST port.
    Rest,
    /// gRPC, on a port of its own.
    Grpc,
    /// gRPC-Web and Connect, on the REST port.
    GrpcWeb,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rest => "REST",
            Self::Grpc => "gRPC",
            Self::GrpcWeb => "gRPC-Web",
        })
    }
}

/// The counters of one server.
#[derive(Debug, Default)]
pub(crate) struct Served {
    rest: AtomicU64,
    grpc: AtomicU64,
    grpc_web: AtomicU64,
}

impl Served {
    pub(crate) fn count(&self, protocol: Protocol) {
        let counter = match protocol {
            Protocol::Rest => &self.rest,
            Protocol::Grpc => &self.grpc,
            Protocol::GrpcWeb => &self.grpc_web,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn so_far(&self) -> Requests {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Requests { rest: read(&self.rest), grpc: read(&self.grpc), grpc_web: read(&self.grpc_web) }
    }
}
