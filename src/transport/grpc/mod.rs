//! gRPC client: sends encoded messages over connections that open on demand.

mod channel;
mod codec;
mod pool;
mod unary;
pub(crate) mod web;

use std::error::Error as StdError;
use std::fmt;
use std::fmt::Write as _;

use bytes::Bytes;
use http::Uri;
use prost::Message;
use tonic::{Code, Status};
use weaviate_generated::grpc::WeaviateHealthCheckResponse;
use weaviate_generated::grpc::weaviate_health_check_response::ServingStatus;

use self::channel::channel;
use self::pool::Pool;
use super::causes::{find_cause, known_cause};
use super::connection::connector::{Connector, ProxyError};
use super::connection::proxy;
#[cfg(feature = "tls")]
use super::connection::tls;
use super::node::ConnectionSettings;
use super::rest_client::retry_after;
use super::run::Attempt;
use crate::error::{Error, ErrorKind, GrpcCode, Result, Verdict};
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
        let request = unary::request(&self.origin, path, attempt.headers(), timeout, message, self.gzip);
        let reply = match lease.channel().request(request).await {
            Ok(response) => unary::reply(response, max_message_size).await,
            Err(error) => Err(Status::from_error(Box::new(error))),
        };
        // A call that is dropped at its deadline does not get here.
        lease.answered();
        reply.map_err(|status| self.failure(status))
    }

    fn failure(&self, status: Status) -> Error {
        let code = code(status.code());
        let text = status.message();
        // A status with a source was made by the client, not by the server.
        if status.source().is_some() {
            let verdict = if was_not_sent(&status) {
                Verdict::not_sent(ErrorKind::Connection)
            } else {
                Verdict::unknown(ErrorKind::Connection)
            };
            return self.connection_error(LocalStatus(status), verdict).with_grpc_code(GrpcCode::Unavailable);
        }
        let error = match () {
            () if code == GrpcCode::Internal && text.starts_with("failed to decode Protobuf message") => {
                Error::decode(format!("the reply of gRPC at {} is not a Weaviate message", self.endpoint))
            }
            () if text.starts_with("grpc-status header missing") => {
                let verdict = match code {
                    GrpcCode::Unavailable => Verdict::unknown(ErrorKind::Unavailable).transient(),
                    _ => Verdict::refused(ErrorKind::Connection),
                };
                Error::new(verdict, format!("{} is not a gRPC endpoint; check host and port", self.endpoint))
            }
            () => Error::new(Verdict::of_grpc(code, text), ""),
        };
        let pause = retry_after(status.metadata().as_ref());
        error.with_server_message(text).with_grpc_code(code).with_retry_after(pause)
    }

    fn connection_error(&self, error: impl Into<Box<dyn StdError + Send + Sync>>, verdict: Verdict) -> Error {
        let error = error.into();
        let mut message = format!("could not connect to gRPC at {}", self.endpoint);
        let why = match find_cause::<ProxyError>(&*error) {
            Some(error) => {
                let _ = write!(message, " through the proxy {}", error.proxy());
                proxy::explain_proxy_error(error.proxy(), error)
            }
            #[cfg(feature = "tls")]
            None => tls::explain_tls_error(&*error, tls::Peer::Server),
            #[cfg(not(feature = "tls"))]
            None => None,
        };
        if let Some(why) = why.or_else(|| known_cause(&*error).map(str::to_owned)) {
            let _ = write!(message, ": {why}");
        }
        Error::new(verdict.transient(), message).with_source(error)
    }
}

impl fmt::Debug for GrpcClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GrpcClient").field(&self.endpoint).finish()
    }
}

/// Returns whether the request was not sent: no connection, or one found closed before.
fn was_not_sent(status: &Status) -> bool {
    let connecting = find_cause::<hyper_util::client::legacy::Error>(status)
        .is_some_and(hyper_util::client::legacy::Error::is_connect);
    connecting || find_cause::<hyper::Error>(status).is_some_and(hyper::Error::is_canceled)
}

/// A status as a source, without its metadata, which must not reach logs.
struct LocalStatus(Status);

// By hand, since the source is that of the status and not the status.
impl fmt::Display for LocalStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.message())
    }
}

impl fmt::Debug for LocalStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Status").field("message", &self.0.message()).field("source", &self.0.source()).finish()
    }
}

impl StdError for LocalStatus {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

fn code(code: Code) -> GrpcCode {
    match code {
        Code::Ok => GrpcCode::Ok,
        Code::Cancelled => GrpcCode::Cancelled,
        Code::Unknown => GrpcCode::Unknown,
        Code::InvalidArgument => GrpcCode::InvalidArgument,
        Code::DeadlineExceeded => GrpcCode::DeadlineExceeded,
        Code::NotFound => GrpcCode::NotFound,
        Code::AlreadyExists => GrpcCode::AlreadyExists,
        Code::PermissionDenied => GrpcCode::PermissionDenied,
        Code::ResourceExhausted => GrpcCode::ResourceExhausted,
        Code::FailedPrecondition => GrpcCode::FailedPrecondition,
        Code::Aborted => GrpcCode::Aborted,
        Code::OutOfRange => GrpcCode::OutOfRange,
        Code::Unimplemented => GrpcCode::Unimplemented,
        Code::Internal => GrpcCode::Internal,
        Code::Unavailable => GrpcCode::Unavailable,
        Code::DataLoss => GrpcCode::DataLoss,
        Code::Unauthenticated => GrpcCode::Unauthenticated,
    }
}

#[cfg(test)]
mod tests {

    use tonic::metadata::MetadataMap;

    use super::*;
    use crate::error::Outcome;
    use crate::wire::search_reply::SearchReply;

    fn grpc() -> GrpcClient {
        GrpcClient::new(Endpoint::parse_grpc("http://localhost:50051").unwrap(), &ConnectionSettings::for_tests())
            .unwrap()
    }

    #[tokio::test]
    async fn client_errors_differ_from_server_statuses() {
        use Outcome::{Refused, Unknown};
        let garbage = SearchReply::decode(&[0xff_u8][..]).unwrap_err().to_string();
        for (status, kind, outcome, retryable) in [
            (Status::unknown("could not find class Owl in schema"), ErrorKind::NotFound, Refused, false),
            (Status::unavailable("shutting down"), ErrorKind::Unavailable, Unknown, true),
            (Status::deadline_exceeded("context deadline exceeded"), ErrorKind::Timeout, Unknown, true),
            (Status::from_error(Box::new(std::io::Error::other("reset"))), ErrorKind::Connection, Unknown, true),
            (Status::internal(garbage), ErrorKind::Decode, Unknown, false),
            (
                Status::unimplemented("grpc-status header missing, mapped from HTTP status code 404"),
                ErrorKind::Connection,
                Refused,
                false,
            ),
            (
                Status::unavailable("grpc-status header missing, mapped from HTTP status code 502"),
                ErrorKind::Unavailable,
                Unknown,
                true,
            ),
            (
                Status::out_of_range("Error, decoded message length too large: found 9 bytes, the limit is: 4 bytes"),
                ErrorKind::LimitExceeded,
                Refused,
                false,
            ),
        ] {
            let what = format!("{status:?}");
            let error = grpc().failure(status);
            assert_eq!((error.kind(), error.outcome(), error.is_retryable()), (kind, outcome, retryable), "{what}");
            assert!(error.grpc_code().is_some(), "{what}");
        }
    }

    #[tokio::test]
    async fn the_source_chain_has_the_cause_and_no_metadata() {
        let mut metadata = MetadataMap::new();
        metadata.insert("set-cookie", tonic::metadata::MetadataValue::from_static("hunter2"));
        let mut status = Status::from_error(Box::new(std::io::Error::other("reset by peer")));
        *status.metadata_mut() = metadata;
        let error = grpc().failure(status);
        let mut chain = vec![error.to_string()];
        let mut next = error.source();
        while let Some(error) = next {
            chain.push(error.to_string());
            next = error.source();
        }
        assert!(chain.len() > 2 && chain.last().unwrap().contains("reset by peer"), "{chain:?}");
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
}
