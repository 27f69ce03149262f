//! gRPC: messages that are encoded already, over channels that connect when they are needed.

use std::error::Error as StdError;
use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use http::uri::PathAndQuery;
use prost::Message;
use tonic::client::Grpc as Unary;
#[cfg(feature = "gzip")]
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::{Code, ConnectError, Request, Status, TimeoutExpired};
use weaviate_generated::grpc::weaviate_health_check_response::ServingStatus;
use weaviate_generated::grpc::{BatchObjectsReply, SearchReply, WeaviateHealthCheckResponse};

use super::codec::EncodedCodec;
use super::connector::{Connector, Refused};
use super::http::retry_after;
use super::node::Wiring;
use super::pool::{Lease, Pool};
use super::run::Attempt;
use crate::connect::Endpoint;
use crate::error::{Error, ErrorKind, GrpcCode, Result, Verdict};

/// Replies of many vectors have some megabytes. With HTTP/2's own 64 KiB the server would wait for us every few packets; an
/// adaptive window would measure with pings, which the server takes for an attack.
const STREAM_WINDOW: u32 = 4 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;

/// The server counts pings that come more often than every five minutes, and hangs up after the third.
const PING_INTERVAL: Duration = Duration::from_secs(5 * 60 + 10);

pub(super) struct Grpc {
    pub(super) endpoint: Endpoint,
    pool: Pool,
    #[cfg(feature = "gzip")]
    gzip: bool,
}

impl Grpc {
    /// Connects with the first call, and again whenever the connection is lost. Must be called within a tokio runtime.
    pub(super) fn new(endpoint: Endpoint, wiring: &Wiring) -> Result<Self> {
        let target = tonic::transport::Endpoint::from_shared(endpoint.base().to_owned())
            .map_err(|error| Error::configuration("the gRPC address is not usable").with_source(error))?
            .connect_timeout(wiring.timeouts.connect)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .http2_keep_alive_interval(PING_INTERVAL)
            .keep_alive_while_idle(false);
        #[cfg(feature = "tls")]
        let target = if endpoint.is_https() { wiring.tls.grpc(target)? } else { target };
        let proxy = wiring.proxying.of_grpc_endpoint(&endpoint);
        let connector = Connector::new(wiring.timeouts.connect, proxy.as_ref())?;
        Ok(Self {
            pool: Pool::new(wiring.connections, move || target.connect_with_connector_lazy(connector.clone())),
            endpoint,
            #[cfg(feature = "gzip")]
            gzip: wiring.gzip,
        })
    }

    /// `message` is an encoded `SearchRequest`.
    pub(super) async fn search(
        &self,
        attempt: Attempt,
        message: Bytes,
        max_message_size: usize,
    ) -> Result<SearchReply> {
        const PATH: &str = "/weaviate.v1.Weaviate/Search";
        self.encoded(PATH, attempt, message, max_message_size).await
    }

    /// `message` is an encoded `BatchObjectsRequest`.
    pub(super) async fn batch_objects(
        &self,
        attempt: Attempt,
        message: Bytes,
        max_message_size: usize,
    ) -> Result<BatchObjectsReply> {
        const PATH: &str = "/weaviate.v1.Weaviate/BatchObjects";
        self.encoded(PATH, attempt, message, max_message_size).await
    }

    /// The standard health check. The contract carries its messages under other names, the path is the standard one.
    pub(super) async fn health(&self, attempt: Attempt, max_message_size: usize) -> Result<()> {
        const PATH: &str = "/grpc.health.v1.Health/Check";
        let reply: WeaviateHealthCheckResponse = self.encoded(PATH, attempt, Bytes::new(), max_message_size).await?;
        if reply.status() == ServingStatus::Serving {
            return Ok(());
        }
        let verdict = Verdict::refused(ErrorKind::Unavailable).transient();
        Err(Error::new(verdict, format!("gRPC at {} is not serving", self.endpoint)))
    }

    async fn encoded<R: Message + Default + 'static>(
        &self,
        path: &'static str,
        attempt: Attempt,
        message: Bytes,
        max_message_size: usize,
    ) -> Result<R> {
        let mut lease = self.pool.take(attempt.timeout);
        let client = Unary::new(lease.channel()).max_decoding_message_size(max_message_size);
        #[cfg(feature = "gzip")]
        let client = if self.gzip {
            client.send_compressed(CompressionEncoding::Gzip).accept_compressed(CompressionEncoding::Gzip)
        } else {
            client
        };
        let mut client = client;
        client.ready().await.map_err(|error| self.lost(error, Verdict::not_sent(ErrorKind::Connection)))?;
        let timeout = attempt.timeout;
        let reply = client.unary(request(attempt, message), PathAndQuery::from_static(path), EncodedCodec::new()).await;
        self.reply(reply, &mut lease, timeout)
    }

    fn reply<R>(
        &self,
        reply: Result<tonic::Response<R>, Status>,
        lease: &mut Lease<'_>,
        timeout: Duration,
    ) -> Result<R> {
        match reply {
            Ok(reply) => {
                lease.answered();
                Ok(reply.into_inner())
            }
            Err(status) => {
                let error = self.failure(status, timeout);
                if !error.is_timeout() {
                    lease.answered();
                }
                Err(error)
            }
        }
    }

    fn failure(&self, status: Status, timeout: Duration) -> Error {
        let code = code(status.code());
        let text = status.message();
        // A source means that the status was made on this side of the connection.
        if status.source().is_some() {
            if find::<TimeoutExpired>(&status).is_some() {
                return Error::timeout(timeout).with_grpc_code(GrpcCode::DeadlineExceeded);
            }
            let verdict = if find::<ConnectError>(&status).is_some() {
                Verdict::not_sent(ErrorKind::Connection)
            } else {
                Verdict::unknown(ErrorKind::Connection)
            };
            return self.lost(LocalStatus(status), verdict).with_grpc_code(code);
        }
        let error = match () {
            // So the generated client words it when the channel itself is gone.
            () if text.starts_with("Service was not ready") => Error::new(
                Verdict::not_sent(ErrorKind::Connection).transient(),
                format!("no gRPC at {}", self.endpoint),
            ),
            () if code == GrpcCode::Internal && text.starts_with("failed to decode Protobuf message") => {
                Error::decode(format!("gRPC at {} sent no message of Weaviate's", self.endpoint))
            }
            () if text.starts_with("grpc-status header missing") => {
                let verdict = match code {
                    GrpcCode::Unavailable => Verdict::unknown(ErrorKind::Unavailable).transient(),
                    _ => Verdict::refused(ErrorKind::Connection),
                };
                Error::new(verdict, format!("what answers at {} does not speak gRPC", self.endpoint))
            }
            () => Error::new(Verdict::of_grpc(code, text), ""),
        };
        let pause = retry_after(status.metadata().as_ref());
        error.with_server_message(text).with_grpc_code(code).with_retry_after(pause)
    }

    fn lost(&self, error: impl Into<Box<dyn StdError + Send + Sync>>, verdict: Verdict) -> Error {
        let error = error.into();
        let mut message = format!("no connection to gRPC at {}", self.endpoint);
        if let Some(refused) = find::<Refused>(&*error) {
            let _ = write!(message, " through the proxy {}", refused.proxy());
        }
        #[cfg(feature = "tls")]
        if let Some(why) = super::tls::trouble(&*error) {
            let _ = write!(message, ": {why}");
        }
        Error::new(verdict.transient(), message).with_source(error)
    }
}

impl fmt::Debug for Grpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Grpc").field(&self.endpoint).finish()
    }
}

/// The message with all that an attempt says of itself.
fn request<M>(attempt: Attempt, message: M) -> Request<M> {
    let mut request = Request::new(message);
    let timeout = attempt.timeout;
    *request.metadata_mut() = MetadataMap::from_headers(attempt.headers());
    request.set_timeout(timeout);
    request
}

/// The error of type `E` among the causes.
fn find<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// A status as a link of the chain: without its metadata, which belong to no log.
struct LocalStatus(Status);

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
    use super::*;
    use crate::Outcome;

    fn grpc() -> Grpc {
        Grpc::new(Endpoint::parse_grpc("http://localhost:50051").unwrap(), &Wiring::for_tests()).unwrap()
    }

    const TIMEOUT: Duration = Duration::from_secs(3);

    #[test]
    fn a_request_carries_headers_and_deadline() {
        let mut key = http::HeaderValue::from_static("Bearer hunter2");
        key.set_sensitive(true);
        let request = request(Attempt { authorization: Some(key), ..Attempt::for_tests(TIMEOUT) }, ());
        let metadata = request.metadata();
        assert_eq!(metadata.get("authorization").unwrap(), "Bearer hunter2");
        assert_eq!(metadata.get("x-client").unwrap(), "1");
        assert_eq!(metadata.get("grpc-timeout").unwrap(), "3000000u");
        assert!(!format!("{request:?}").contains("hunter2"), "{request:?}");
    }

    #[tokio::test]
    async fn what_is_made_here_is_told_from_what_the_server_says() {
        use Outcome::{NotSent, Refused, Unknown};
        let garbage = SearchReply::decode(&[0xff_u8][..]).unwrap_err().to_string();
        let refused = || ConnectError(Box::new(std::io::Error::other("connection refused")));
        for (status, kind, outcome, retryable) in [
            (Status::unknown("could not find class Owl in schema"), ErrorKind::NotFound, Refused, false),
            (Status::unavailable("shutting down"), ErrorKind::Unavailable, Unknown, true),
            (Status::from_error(Box::new(refused())), ErrorKind::Connection, NotSent, true),
            (Status::from_error(Box::new(TimeoutExpired(()))), ErrorKind::Timeout, Unknown, true),
            (Status::from_error(Box::new(std::io::Error::other("reset"))), ErrorKind::Connection, Unknown, true),
            (Status::unknown("Service was not ready: closed"), ErrorKind::Connection, NotSent, true),
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
            let error = grpc().failure(status, TIMEOUT);
            assert_eq!((error.kind(), error.outcome(), error.is_retryable()), (kind, outcome, retryable), "{what}");
            assert!(error.grpc_code().is_some(), "{what}");
        }
    }

    #[tokio::test]
    async fn the_chain_leads_to_the_cause_and_shows_no_metadata() {
        let mut metadata = MetadataMap::new();
        metadata.insert("set-cookie", tonic::metadata::MetadataValue::from_static("hunter2"));
        let mut status = Status::from_error(Box::new(std::io::Error::other("reset by peer")));
        *status.metadata_mut() = metadata;
        let error = grpc().failure(status, TIMEOUT);
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
