//! HTTP/2 connection for gRPC, on hyper's client.
//!
//! tonic's channel would pass each call to another task, and set a second timer for its deadline.
//! That costs a tenth of a small search.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tower_service::Service;

use super::unary::MessageBody;
use crate::transport::connection::connector::BoxError;
#[cfg(not(weaviate_in_memory))]
use crate::transport::connection::connector::Connector;

/// Replies with many vectors have some megabytes. With the 64 KiB of HTTP/2, the server would wait
/// for window updates all the time. An adaptive window needs pings, which the server counts as an
/// attack.
const STREAM_WINDOW: u32 = 4 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

/// Largest headers of a reply, in bytes. The text of an error is one of them, and the server quotes
/// what the caller wrote; instead of a longer one it resets the stream.
const MAX_HEADERS: u32 = 8 << 20;

/// The server closes connections that ping more often than every five minutes.
const PING_INTERVAL: Duration = Duration::from_secs(5 * 60 + 10);

/// HTTP/2 client of one connection, which opens with the first call and after a loss. Clones share
/// it.
pub(crate) type Channel = Arc<Client<WithConnectTimeout<HttpsChannelConnector>, MessageBody>>;

#[cfg(all(feature = "tls", not(weaviate_in_memory)))]
pub(crate) type HttpsChannelConnector = hyper_rustls::HttpsConnector<Connector>;
#[cfg(not(any(feature = "tls", weaviate_in_memory)))]
pub(crate) type HttpsChannelConnector = Connector;
#[cfg(weaviate_in_memory)]
pub(crate) type HttpsChannelConnector = super::in_memory::InMemoryConnector;

pub(crate) fn channel(connector: HttpsChannelConnector, connect_timeout: Duration) -> Channel {
    let client = Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .http2_only(true)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        .http2_max_header_list_size(MAX_HEADERS)
        .http2_keep_alive_interval(PING_INTERVAL)
        .http2_keep_alive_while_idle(false)
        // An idle connection costs nothing; a new one costs up to three round trips.
        .pool_idle_timeout(None)
        // Repeats requests that did not leave the process: the connection was closed before, or the
        // call that opened it was dropped. These are not attempts of the retry policy.
        .retry_canceled_requests(true)
        .set_host(false)
        .build(WithConnectTimeout { inner: Arc::new(connector), within: connect_timeout });
    Arc::new(client)
}

/// A connector with one timeout for TCP, tunnel and handshakes. hyper clones it for each call, so
/// clones must be cheap.
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

    /// Readiness of the inner connector is polled on its clone, in `call`.
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
