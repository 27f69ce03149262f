//! gRPC: the generated client over one lazily connected channel.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::uri::PathAndQuery;
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
    metadata: MetadataMap,
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
        Ok(Self { channel: target.connect_lazy(), endpoint, metadata: MetadataMap::from_headers(headers) })
    }

    pub(super) async fn search(
        &self,
        attempt: Attempt,
        message: SearchRequest,
        max_message_size: usize,
    ) -> Result<SearchReply> {
        let mut client = WeaviateClient::new(self.channel.clone()).max_decoding_message_size(max_message_size);
        let reply = client.search(self.request(attempt, message)).await;
        reply.map(tonic::Response::into_inner).map_err(|status| self.failure(status, attempt))
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
        let request = self.request(attempt, message);
        let reply = client.unary(request, PathAndQuery::from_static(path), EncodedCodec::new()).await;
        reply.map(tonic::Response::into_inner).map_err(|status| self.failure(status, attempt))
    }

    fn request<M>(&self, attempt: Attempt, message: M) -> Request<M> {
        let mut request = Request::new(message);
        *request.metadata_mut() = self.metadata.clone();
        request.set_timeout(attempt.timeout);
        request
    }

    fn failure(&self, status: Status, attempt: Attempt) -> Error {
        let code = code(status.code());
        let text = status.message();
        // A source means that the status was made on this side of the connection.
        if status.source().is_some() {
            if find::<TimeoutExpired>(&status) {
                return Error::timeout(attempt.timeout).with_grpc_code(GrpcCode::DeadlineExceeded);
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
            () if text.contains("decode Protobuf message") => {
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
