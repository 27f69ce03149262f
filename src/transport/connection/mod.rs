//! How connections are opened: directly or through a proxy, with TLS or without.

pub(crate) mod connector;
#[cfg(feature = "tls")]
pub(crate) mod handshake;
pub(crate) mod proxy;
#[cfg(feature = "tls")]
pub(crate) mod tls;
