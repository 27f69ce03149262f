//! Whose handshake it is, the server's or its proxy's: REST speaks TLS to both with one configuration, which is all that
//! reqwest takes, and what is meant for the server alone must not reach the proxy.
//!
//! Both handshakes are part of one future, the proxy's first, so it is known while that future is polled. It is not known
//! where a session is resumed, since nothing is verified then: such a configuration resumes none.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::futures::TaskLocalFuture;
use tonic::codegen::Service;
use tower_layer::Layer;

tokio::task_local! {
    /// The next handshake of the connection that is being opened is one with a proxy.
    static WITH_PROXY: Cell<bool>;
}

/// The connection that is being opened leads to a proxy that is spoken to by TLS.
pub(crate) fn proxy_comes_first() {
    // Whoever asks about proxies without opening a connection has no handshake ahead.
    let _ = WITH_PROXY.try_with(|first| first.set(true));
}

/// Whether the handshake that is under way is one with a proxy.
pub(crate) fn is_with_proxy() -> bool {
    WITH_PROXY.try_with(Cell::get).unwrap_or(false)
}

/// A certificate was accepted: the next handshake of this connection, if there is one, is the server's.
pub(crate) fn accepted() {
    let _ = WITH_PROXY.try_with(|first| first.set(false));
}

/// Keeps count of the handshakes of each connection that reqwest opens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted;

impl<S> Layer<S> for Counted {
    type Service = Counting<S>;

    fn layer(&self, inner: S) -> Counting<S> {
        Counting { inner }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Counting<S> {
    inner: S,
}

impl<S, R> Service<R> for Counting<S>
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
        // The service that was polled is the one to call.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        // The proxy is chosen within the call, which therefore belongs into the future, too.
        WITH_PROXY.scope(Cell::new(false), Box::pin(async move { inner.call(request).await }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_connection_has_a_count_of_its_own() {
        for through_proxy in [true, false] {
            let connecting = async {
                if through_proxy {
                    proxy_comes_first();
                }
                let first = is_with_proxy();
                tokio::task::yield_now().await;
                accepted();
                (first, is_with_proxy())
            };
            assert_eq!(WITH_PROXY.scope(Cell::new(false), connecting).await, (through_proxy, false));
        }
        proxy_comes_first();
        assert!(!is_with_proxy(), "outside of a connection");
    }
}
