//! gRPC-Web client: unary calls of the Connect protocol on the REST port. A POST carries the bare
//! message; the reply is the bare message, or a code and a text.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, header};
use prost::Message;
use serde::Deserialize;
use weaviate_generated::grpc::WeaviateHealthCheckResponse;
use weaviate_generated::grpc::weaviate_health_check_response::ServingStatus;

use crate::error::{Author, Error, ErrorBody, ErrorKind, GrpcCode, Result, Verdict};
use crate::options::Protocol;
use crate::transport::rest_client::RestClient;
use crate::transport::run::Attempt;

/// Memory that a reply gets because it says so, in bytes. The rest comes with what arrives.
const MAX_RESERVED: usize = 4 << 20;

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/proto");

/// gRPC-Web calls over the REST connection of a client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GrpcWebClient<'c> {
    pub(crate) rest: &'c RestClient,
    /// Limit of a reply, in bytes.
    pub(crate) max_message_size: usize,
}

impl GrpcWebClient<'_> {
    pub(crate) async fn health(self, attempt: Attempt<'_>) -> Result<()> {
        let reply: WeaviateHealthCheckResponse =
            self.unary("/grpc.health.v1.Health/Check", attempt, Bytes::new()).await?;
        if reply.status() == ServingStatus::Serving {
            return Ok(());
        }
        let verdict = Verdict::refused(ErrorKind::Unavailable).transient();
        Err(Error::new(verdict, format!("gRPC-Web at {} is not serving", self.rest.endpoint)))
    }

    /// Calls a method. `path` is `/service/method`, `message` the encoded request.
    pub(crate) async fn unary<R: Message + Default>(
        self,
        path: &str,
        attempt: Attempt<'_>,
        message: Bytes,
    ) -> Result<R> {
        let path = format!("/v1/grpc-web{path}");
        let timeout = attempt.timeout;
        // Lets the server stop when the client stops waiting.
        let milliseconds = HeaderValue::from(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX));
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(header::CONTENT_TYPE, PROTOBUF);
        headers.insert("connect-protocol-version", HeaderValue::from_static("1"));
        headers.insert("connect-timeout-ms", milliseconds);
        let message = if self.rest.gzip { compressed(&message, &mut headers) } else { message };
        let reply = self.rest.post(&path, headers, message, attempt).await?;
        let status = reply.status().as_u16();
        if status != 200 {
            return Err(self.error_of_reply(status, reply).await);
        }
        if !reply
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/proto"))
        {
            let headers = reply.headers().clone();
            let body = crate::transport::rest_client::read_error_body(reply).await;
            let text = ErrorBody::parse(&headers, &body).message.unwrap_or_default();
            let message =
                format!("the reply of {} is not {}; check host and port", self.rest.endpoint, Protocol::GrpcWeb);
            let verdict = Verdict::refused(ErrorKind::Connection);
            return Err(Error::new(verdict, message).with_server_message(text).with_http_status(status));
        }
        let body = self.body(reply, timeout).await?;
        R::decode(body).map_err(|error| self.not_grpc_web().with_http_status(status).with_source(error))
    }

    /// Reads the reply body up to the size limit.
    async fn body(self, mut reply: reqwest::Response, timeout: Duration) -> Result<Bytes> {
        let max = self.max_message_size;
        let declared = reply.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        let too_large = || {
            let message = format!(
                "the reply exceeds the message limit of {max} bytes: request fewer objects or properties, or raise \
                 GRPC_MAX_MESSAGE_SIZE on the server"
            );
            Error::new(Verdict::unknown(ErrorKind::LimitExceeded), message)
        };
        if declared > max {
            return Err(too_large());
        }
        let mut body = BytesMut::with_capacity(declared.min(MAX_RESERVED));
        while let Some(chunk) = reply.chunk().await.map_err(|error| self.rest.connection_error(error, timeout))? {
            if body.len().saturating_add(chunk.len()) > max {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    /// Tells an error of the service from a server without gRPC-Web, or a proxy.
    async fn error_of_reply(self, status: u16, reply: reqwest::Response) -> Error {
        let headers = reply.headers().clone();
        let body = crate::transport::rest_client::read_error_body(reply).await;
        if let Ok(ConnectError { code, message }) = serde_json::from_slice(&body)
            && let Some(code) = grpc_code(&code)
        {
            return Error::new(Verdict::of_grpc(code, &message), "")
                .with_grpc_code(code)
                .with_http_status(status)
                .with_server_message(message)
                .with_retry_after(crate::transport::rest_client::retry_after(&headers));
        }
        if status == 404 && is_of_server(&headers, &body) {
            let message = format!(
                "no gRPC-Web at {}: it needs Weaviate 1.38.3 or 1.39.0, and can be disabled on the server",
                self.rest.endpoint
            );
            return Error::new(Verdict::refused(ErrorKind::Unsupported), message).with_http_status(status);
        }
        let place = format!("gRPC-Web at {}", self.rest.endpoint);
        if status == 404 {
            let text = ErrorBody::parse(&headers, &body).message.unwrap_or_default();
            return Error::of_gateway(status, &place).with_server_message(text);
        }
        crate::transport::rest_client::error_of_status(status, &headers, &body, &place)
    }

    fn not_grpc_web(self) -> Error {
        Error::decode(format!(
            "the reply of {} over {} is not a Weaviate message",
            self.rest.endpoint,
            Protocol::GrpcWeb
        ))
    }
}

/// Returns whether a 404 comes from the server: from its router, or from the handler of gRPC-Web for
/// an unknown method.
fn is_of_server(headers: &HeaderMap, body: &[u8]) -> bool {
    ErrorBody::parse(headers, body).author == Author::Router || body.trim_ascii() == b"Not Found"
}

/// Compresses the message and sets the header of the encoding.
fn compressed(message: &Bytes, headers: &mut HeaderMap) -> Bytes {
    let Some(body) = super::codec::gzip(message) else { return message.clone() };
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    body
}

/// Error body of the Connect protocol.
#[derive(Deserialize)]
struct ConnectError {
    code: String,
    #[serde(default)]
    message: String,
}

fn grpc_code(name: &str) -> Option<GrpcCode> {
    Some(match name {
        "canceled" => GrpcCode::Cancelled,
        "unknown" => GrpcCode::Unknown,
        "invalid_argument" => GrpcCode::InvalidArgument,
        "deadline_exceeded" => GrpcCode::DeadlineExceeded,
        "not_found" => GrpcCode::NotFound,
        "already_exists" => GrpcCode::AlreadyExists,
        "permission_denied" => GrpcCode::PermissionDenied,
        "resource_exhausted" => GrpcCode::ResourceExhausted,
        "failed_precondition" => GrpcCode::FailedPrecondition,
        "aborted" => GrpcCode::Aborted,
        "out_of_range" => GrpcCode::OutOfRange,
        "unimplemented" => GrpcCode::Unimplemented,
        "internal" => GrpcCode::Internal,
        "unavailable" => GrpcCode::Unavailable,
        "data_loss" => GrpcCode::DataLoss,
        "unauthenticated" => GrpcCode::Unauthenticated,
        _ => return None,
    })
}
