//! gRPC client: sends encoded messages over connections that open on demand.

mod channel;
mod codec;
mod failure;
#[cfg(weaviate_in_memory)]
pub mod in_memory;
mod pool;
mod unary;
pub(crate) mod web;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use prost::Message;
use tonic::Status;
use weaviate_generated::grpc::WeaviateHealthCheckResponse;
use weaviate_generated::grpc::weaviate_health_check_response::ServingStatus;

use self::channel::channel;
use self::pool::Pool;
use super::connection::connector::Connector;
use super::node::ConnectionSettings;
use super::run::Attempt;
use crate::error::{Error, ErrorKind, Result, Verdict};
use crate::options::Endpoint;

pub(crate) struct GrpcClient {
    pub(crate) endpoint: Endpoint,
    /// Scheme, host and port of requests.
    origin: Uri,
    pool: Pool,
    gzip: bool,
}

impl GrpcClient {
    /// Creates a client. Connections open with the first call, and again after a loss.
    ///
    /// Must be called within a tokio runtime.
    pub(crate) fn new(endpoint: Endpoint, settings: &ConnectionSettings) -> Result<Self> {
        let origin = Uri::try_from(endpoint.base())
            .map_err(|error| Error::configuration("the gRPC address is not a valid URI").with_source(error))?;
        let proxy = settings.proxy_rules.of_grpc_endpoint(&endpoint);
        let connect_timeout = settings.timeouts.connect;
        let connector = Connector::new(
            connect_timeout,
            proxy.as_ref(),
            #[cfg(feature = "tls")]
            settings.tls.proxy(),
        )?;
        #[cfg(feature = "tls")]
        let connector = settings.tls.grpc(connector);
        #[cfg(weaviate_in_memory)]
        let connector = in_memory::replace(connector);
        Ok(Self {
            pool: Pool::new(settings.connections, move || channel(connector.clone(), connect_timeout)),
            origin,
            endpoint,
            gzip: settings.gzip,
        })
    }

    /// Runs the standard gRPC health check. The contract has its messages under other names.
    pub(crate) async fn health(&self, attempt: Attempt<'_>, max_message_size: usize) -> Result<()> {
        const PATH: &str = "/grpc.health.v1.Health/Check";
        let reply: WeaviateHealthCheckResponse = self.unary(PATH, attempt, Bytes::new(), max_message_size).await?;
        if reply.status() == ServingStatus::Serving {
            return Ok(());
        }
        let verdict = Verdict::refused(ErrorKind::Unavailable).transient();
        Err(Error::new(verdict, format!("gRPC at {} is not serving", self.endpoint)))
    }

    /// Calls a method. `path` is `/service/method`, `message` the encoded request.
    pub(crate) async fn unary<R: Message + Default + 'static>(
        &self,
        path: &'static str,
        attempt: Attempt<'_>,
        message: Bytes,
        max_message_size: usize,
    ) -> Result<R> {
        let timeout = attempt.timeout;
        let mut lease = self.pool.take(timeout);
        let stated = rounded_up(timeout);
        let request = unary::request(&self.origin, path, attempt.headers(), stated, message, self.gzip);
        let reply = match lease.channel().request(request).await {
            Ok(response) => unary::reply(response, max_message_size).await,
            Err(error) => Err(Status::from_error(Box::new(error)).into()),
        };
        // A call that is dropped at its deadline does not get here.
        lease.answered();
        reply.map_err(|failure| self.failure(failure))
    }
}

/// Rounds the timeout that the server is told up to tenths of a second, unless it is short. A header
/// that is the same for all calls is sent once and referred to afterwards.
fn rounded_up(timeout: Duration) -> Duration {
    const STEP: Duration = Duration::from_millis(100);
    if timeout < STEP * 10 {
        return timeout;
    }
    let steps = timeout.as_nanos().div_ceil(STEP.as_nanos());
    u32::try_from(steps).map_or(timeout, |steps| STEP.saturating_mul(steps))
}

impl fmt::Debug for GrpcClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GrpcClient").field(&self.endpoint).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_timeout_is_never_shorter_than_the_timeout() {
        for (millis, expected) in [(0, 0), (1, 1), (999, 999), (1_000, 1_000), (1_001, 1_100), (59_999, 60_000)] {
            assert_eq!(rounded_up(Duration::from_millis(millis)), Duration::from_millis(expected));
        }
        assert_eq!(rounded_up(Duration::from_nanos(1_000_000_001)), Duration::from_millis(1_100));
        assert_eq!(rounded_up(Duration::MAX), Duration::MAX);
    }
}
