//! Connections: direct or through a proxy, with or without TLS.

pub(crate) mod connector;
#[cfg(feature = "tls")]
pub(crate) mod handshake;
pub(crate) mod proxy;
#[cfg(feature = "tls")]
pub(crate) mod tls;
