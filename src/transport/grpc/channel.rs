//! An HTTP/2 connection that carries gRPC, over hyper's client.
//!
//! tonic's own channel would hand each call to a task of its own and back, and set a second timer for its deadline. That
//! costs a tenth of what a small search costs altogether.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tonic::codegen::Service;

use super::call::Sent;
use crate::transport::connection::connector::{BoxError, Connector};

/// Replies of many vectors have some megabytes. With HTTP/2's own 64 KiB the server would wait for us every few packets; an
/// adaptive window would measure with pings, which the server takes for an attack.
const STREAM_WINDOW: u32 = 4 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

/// The server counts pings that come more often than every five minutes, and hangs up after the third.
const PING_INTERVAL: Duration = Duration::from_secs(5 * 60 + 10);

/// Connects with its first call, and again when the connection is lost. Clones share the connection.
pub(crate) type Channel = Arc<Client<WithConnectTimeout<HttpsChannelConnector>, Sent>>;

#[cfg(feature = "tls")]
pub(crate) type HttpsChannelConnector = hyper_rustls::HttpsConnector<Connector>;
#[cfg(not(feature = "tls"))]
pub(crate) type HttpsChannelConnector = Connector;

pub(crate) fn channel(connector: HttpsChannelConnector, connect_timeout: Duration) -> Channel {
    let client = Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .http2_only(true)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_while_idle(false)
        // An idle connection costs nothing, a new one a round trip or three.
        .pool_idle_timeout(None)
        // This concerns requests that never left the process: the connection was found closed, or whoever opened it for
        // several gave up. They are no attempts.
        .retry_canceled_requests(true)
        .set_host(false)
        .build(WithConnectTimeout { inner: Arc::new(connector), within: connect_timeout });
    Arc::new(client)
}

/// A connector that has so long for all that it does: tunnels and handshakes are part of it. hyper clones it with each call,
/// so there is little to clone.
#[derive(Debug)]
pub(crate) struct WithConnectTimeout<C> {
    inner: Arc<C>,
    within: Duration,
}

impl<C> Clone for WithConnectTimeout<C> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), within: self.within }
    }
}

impl<C> Service<Uri> for WithConnectTimeout<C>
where
    C: Service<Uri> + Clone + Send + Sync + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    /// Whether the connector within is ready shows with its own clone.
    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let (mut connector, within) = (C::clone(&self.inner), self.within);
        Box::pin(async move {
            let connecting = async {
                poll_fn(|context| connector.poll_ready(context)).await.map_err(Into::into)?;
                connector.call(destination).await.map_err(Into::into)
            };
            match tokio::time::timeout(within, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(format!("no connection within {within:?}").into()),
            }
        })
    }
}
