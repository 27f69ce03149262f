//! gRPC: the generated client over one lazily connected channel.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderMap, header};
use prost::Message;
use tonic::client::Grpc as Unary;
use tonic::metadata::MetadataMap;
use tonic::transport::Channel;
use tonic::{Code, ConnectError, Request, Status, TimeoutExpired};
use weaviate_generated::grpc::weaviate_client::WeaviateClient;
use weaviate_generated::grpc::weaviate_health_check_response::ServingStatus;
use weaviate_generated::grpc::{BatchObjectsReply, SearchReply, SearchRequest, WeaviateHealthCheckResponse};

use super::codec::EncodedCodec;
use super::run::Attempt;
use crate::connect::{Endpoint, Timeouts};
use crate::error::{Error, ErrorKind, GrpcCode, Result, Verdict};

/// Idle connections are noticed when they die, whatever is between the two ends.
const TCP_KEEPALIVE: Duration = Duration::from_secs(60);

pub(super) struct Grpc {
    pub(super) endpoint: Endpoint,
    channel: Channel,
    headers: HeaderMap,
}

impl Grpc {
    /// Connects with the first call, and again whenever the connection is lost. Must be called within a tokio runtime.
    pub(super) fn new(
        endpoint: Endpoint,
        headers: HeaderMap,
        timeouts: Timeouts,
        #[cfg(feature = "tls")] tls: &super::tls::Tls,
    ) -> Result<Self> {
        let target = tonic::transport::Endpoint::from_shared(endpoint.base().to_owned())
            .map_err(|error| Error::configuration("the gRPC address is not usable").with_source(error))?
            .connect_timeout(timeouts.connect)
            .tcp_keepalive(Some(TCP_KEEPALIVE))
            .tcp_nodelay(true);
        #[cfg(feature = "tls")]
        let target = if endpoint.is_https() { tls.grpc(target)? } else { target };
        Ok(Self { channel: target.connect_lazy(), endpoint, headers })
    }

    pub(super) async fn search(
        &self,
        attempt: Attempt,
        message: SearchRequest,
        max_message_size: usize,
    ) -> Result<SearchReply> {
        let mut client = WeaviateClient::new(self.channel.clone()).max_decoding_message_size(max_message_size);
        let timeout = attempt.timeout;
        let reply = client.search(self.request(attempt, message)).await;
        reply.map(tonic::Response::into_inner).map_err(|status| self.failure(status, timeout))
    }

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
        let mut client = Unary::new(self.channel.clone()).max_decoding_message_size(max_message_size);
        client.ready().await.map_err(|error| self.lost(error, Verdict::not_sent(ErrorKind::Connection)))?;
        let timeout = attempt.timeout;
        let request = self.request(attempt, message);
        let reply = client.unary(request, PathAndQuery::from_static(path), EncodedCodec::new()).await;
        reply.map(tonic::Response::into_inner).map_err(|status| self.failure(status, timeout))
    }

    fn request<M>(&self, attempt: Attempt, message: M) -> Request<M> {
        let mut request = Request::new(message);
        let mut headers = self.headers.clone();
        headers.extend(attempt.authorization.map(|value| (header::AUTHORIZATION, value)));
        *request.metadata_mut() = MetadataMap::from_headers(headers);
        request.set_timeout(attempt.timeout);
        request
    }

    fn failure(&self, status: Status, timeout: Duration) -> Error {
        let code = code(status.code());
        let text = status.message();
        // A source means that the status was made on this side of the connection.
        if status.source().is_some() {
            if find::<TimeoutExpired>(&status) {
                return Error::timeout(timeout).with_grpc_code(GrpcCode::DeadlineExceeded);
            }
            let verdict = if find::<ConnectError>(&status) {
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
        error.with_server_message(text).with_grpc_code(code)
    }

    fn lost(&self, error: impl Into<Box<dyn StdError + Send + Sync>>, verdict: Verdict) -> Error {
        Error::new(verdict.transient(), format!("no connection to gRPC at {}", self.endpoint)).with_source(error)
    }
}

impl fmt::Debug for Grpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Grpc").field(&self.endpoint).finish()
    }
}

/// Whether an error of type `E` is among the causes.
fn find<E: StdError + 'static>(status: &Status) -> bool {
    let mut next = status.source();
    while let Some(error) = next {
        if error.is::<E>() {
            return true;
        }
        next = error.source();
    }
    false
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

    fn grpc(headers: HeaderMap) -> Grpc {
        let endpoint = Endpoint::parse_grpc("http://localhost:50051").unwrap();
        Grpc::new(
            endpoint,
            headers,
            Timeouts::default(),
            #[cfg(feature = "tls")]
            &super::super::tls::Tls::new().unwrap(),
        )
        .unwrap()
    }

    const TIMEOUT: Duration = Duration::from_secs(3);

    #[tokio::test]
    async fn a_request_carries_headers_and_deadline() {
        let mut headers = HeaderMap::new();
        let mut key = http::HeaderValue::from_static("Bearer hunter2");
        key.set_sensitive(true);
        headers.insert("x-weaviate-client", http::HeaderValue::from_static("weaviate-client-rust/0"));
        let request = grpc(headers).request(Attempt { timeout: TIMEOUT, authorization: Some(key) }, ());
        let metadata = request.metadata();
        assert_eq!(metadata.get("authorization").unwrap(), "Bearer hunter2");
        assert_eq!(metadata.get("x-weaviate-client").unwrap(), "weaviate-client-rust/0");
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
            let error = grpc(HeaderMap::new()).failure(status, TIMEOUT);
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
        let error = grpc(HeaderMap::new()).failure(status, TIMEOUT);
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
