//! Tells the TLS handshake with a proxy from the one with the server.
//!
//! reqwest accepts one TLS configuration for both, and settings for the server must not reach the
//! proxy: server name and client certificate.
//!
//! Both handshakes run in one future, the proxy's first. A task-local value of that future says
//! which one is next. A resumed session skips verification, which would break the order: such a
//! configuration does not resume sessions.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::futures::TaskLocalFuture;
use tower_layer::Layer;
use tower_service::Service;

tokio::task_local! {
    /// Whether the next handshake of the connection being opened is the proxy's.
    static WITH_PROXY: Cell<bool>;
}

/// Records that the connection being opened starts with a TLS handshake with a proxy.
pub(crate) fn expect_proxy() {
    // Outside of a connection, there is no handshake to record.
    let _ = WITH_PROXY.try_with(|first| first.set(true));
}

/// Returns whether the current handshake is the proxy's.
pub(crate) fn is_proxy_handshake() -> bool {
    WITH_PROXY.try_with(Cell::get).unwrap_or(false)
}

/// Records that a certificate was accepted: the next handshake of the connection is the server's.
pub(crate) fn certificate_accepted() {
    let _ = WITH_PROXY.try_with(|first| first.set(false));
}

/// Tower layer that tracks the handshakes of each connection reqwest opens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandshakeLayer;

impl<S> Layer<S> for HandshakeLayer {
    type Service = HandshakeService<S>;

    fn layer(&self, inner: S) -> HandshakeService<S> {
        HandshakeService { inner }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct HandshakeService<S> {
    inner: S,
}

impl<S, R> Service<R> for HandshakeService<S>
where
    S: Service<R> + Clone + Send + 'static,
    S::Future: Send,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = TaskLocalFuture<Cell<bool>, Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        // The service that was polled must be the one that is called.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        // The proxy is chosen within the call, so the call has to run inside the scope.
        WITH_PROXY.scope(Cell::new(false), Box::pin(async move { inner.call(request).await }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_connection_tracks_its_own_handshakes() {
        for through_proxy in [true, false] {
            let connecting = async {
                if through_proxy {
                    expect_proxy();
                }
                let first = is_proxy_handshake();
                tokio::task::yield_now().await;
                certificate_accepted();
                (first, is_proxy_handshake())
            };
            assert_eq!(WITH_PROXY.scope(Cell::new(false), connecting).await, (through_proxy, false));
        }
        expect_proxy();
        assert!(!is_proxy_handshake(), "outside of a connection");
    }
}
