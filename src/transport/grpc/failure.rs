//! Errors of a gRPC call: those of the server, of the connection, and of a reply that cannot be
//! read.

use std::error::Error as StdError;
use std::fmt;
use std::fmt::Write as _;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use hyper::body::{Body as _, Incoming};
use tonic::{Code, Status};

use super::GrpcClient;
use crate::error::{Error, ErrorBody, ErrorKind, GrpcCode, Outcome, Verdict};
use crate::transport::causes::{find_cause, known_cause};
use crate::transport::connection::connector::ProxyError;
use crate::transport::connection::proxy;
#[cfg(feature = "tls")]
use crate::transport::connection::tls;
use crate::transport::rest_client::retry_after;

/// A call without a message.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A status of the server, or one that tonic made of an error on this side.
    Status(Status),
    /// A reply that is not gRPC.
    NotGrpc(NotGrpc),
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

/// The reply of another service on the gRPC port.
#[derive(Debug)]
pub(crate) struct NotGrpc {
    status: StatusCode,
    headers: HeaderMap,
    /// The first bytes of the body.
    start: Bytes,
}

impl NotGrpc {
    pub(crate) async fn read(status: StatusCode, headers: HeaderMap, mut body: Incoming) -> Self {
        // Only to quote it in the error, so it must not take long.
        let first = tokio::time::timeout(
            Duration::from_millis(200),
            poll_fn(|context| Pin::new(&mut body).poll_frame(context)),
        );
        let start = match first.await {
            Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            _ => Bytes::new(),
        };
        Self { status, headers, start }
    }

    fn into_error(self, client: &GrpcClient) -> Error {
        let Self { status, headers, start } = self;
        let verdict = match status.as_u16() {
            429 => Verdict::refused(ErrorKind::RateLimited).transient(),
            // A load balancer whose server is gone.
            502..=504 => Verdict::unknown(ErrorKind::Unavailable).transient(),
            // A gateway that gave up may have passed the request on.
            408 | 499 | 500..=599 => Verdict::unknown(ErrorKind::Connection).transient(),
            _ => Verdict::refused(ErrorKind::Connection),
        };
        let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let mut what = String::new();
        if let Some(kind) = text(header::CONTENT_TYPE) {
            let _ = write!(what, " with the content type {kind}");
        }
        if let Some(server) = text(header::SERVER) {
            let _ = write!(what, " from {server}");
        }
        let message = format!("the reply{what} of {} is not gRPC; check host and port", client.endpoint);
        Error::new(verdict, message)
            .with_http_status(status.as_u16())
            .with_server_message(ErrorBody::parse(&headers, &start).message.unwrap_or_default())
            .with_retry_after(retry_after(&headers))
    }
}

impl GrpcClient {
    pub(super) fn failure(&self, failure: Failure) -> Error {
        let status = match failure {
            Failure::Status(status) => status,
            Failure::NotGrpc(reply) => return reply.into_error(self),
        };
        // Connections end with a source beneath.
        if status.source().is_some() {
            let verdict = if was_not_sent(&status) {
                Verdict::not_sent(ErrorKind::Connection)
            } else {
                Verdict::unknown(ErrorKind::Connection)
            };
            return self.connection_error(LocalStatus(status), verdict).with_grpc_code(GrpcCode::Unavailable);
        }
        let (code, text) = (code(status.code()), status.message());
        if let Some((verdict, message)) = self.of_reading(text) {
            return Error::new(verdict, message).with_grpc_code(code).with_source(LocalStatus(status));
        }
        let pause = retry_after(status.metadata().as_ref());
        Error::new(Verdict::of_grpc(code, text), "")
            .with_server_message(text)
            .with_grpc_code(code)
            .with_retry_after(pause)
    }

    /// Classifies the texts of tonic and of the codec about a reply that cannot be read. The server
    /// has acted, and says nothing of the kind itself.
    fn of_reading(&self, text: &str) -> Option<(Verdict, String)> {
        let endpoint = &self.endpoint;
        if text.starts_with("Error, decoded message length too large") {
            let message = format!(
                "the reply of gRPC at {endpoint} exceeds the message limit of the server: request fewer objects or \
                 properties, or raise GRPC_MAX_MESSAGE_SIZE on the server"
            );
            return Some((Verdict::unknown(ErrorKind::LimitExceeded), message));
        }
        if text.starts_with("Error decompressing: size limit") {
            let message = format!("the reply of gRPC at {endpoint} exceeds the message limit once it is decompressed");
            return Some((Verdict::unknown(ErrorKind::LimitExceeded), message));
        }
        if text.starts_with("unknown service weaviate.v1.Weaviate") {
            let message = format!("another gRPC service than Weaviate answers at {endpoint}; check host and port");
            return Some((Verdict::refused(ErrorKind::Connection), message));
        }
        if text.starts_with("Unexpected EOF decoding stream") {
            let message = format!("lost the connection to gRPC at {endpoint} within the reply");
            return Some((Verdict::unknown(ErrorKind::Connection).transient(), message));
        }
        UNREADABLE.iter().any(|start| text.starts_with(start)).then(|| {
            let message = format!("the reply of gRPC at {endpoint} is not a Weaviate message");
            (Verdict::unknown(ErrorKind::Decode), message)
        })
    }

    fn connection_error(&self, error: impl Into<Box<dyn StdError + Send + Sync>>, verdict: Verdict) -> Error {
        let error = error.into();
        let failed = if verdict.outcome == Outcome::NotSent { "could not connect" } else { "lost the connection" };
        let mut message = format!("{failed} to gRPC at {}", self.endpoint);
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

/// Starts of the texts about a message that cannot be read.
const UNREADABLE: [&str; 5] = [
    "failed to decode Protobuf message",
    "protocol error: ",
    "Missing response message",
    "Error decompressing",
    UNKNOWN_COMPRESSION,
];

/// Start of the text about a compression that the client did not offer.
pub(super) const UNKNOWN_COMPRESSION: &str = "the reply has the compression ";

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
    use prost::Message as _;
    use tonic::metadata::MetadataMap;

    use super::*;
    use crate::error::Outcome;
    use crate::options::Endpoint;
    use crate::transport::node::ConnectionSettings;
    use weaviate_generated::grpc::reply::SearchReply;

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
            // What follows is made on this side, after the server has acted.
            (
                Status::unimplemented("the reply has the compression zstd, which the client did not offer"),
                ErrorKind::Decode,
                Unknown,
                false,
            ),
            (Status::unimplemented("unknown service weaviate.v1.Weaviate"), ErrorKind::Connection, Refused, false),
            (
                Status::resource_exhausted(
                    "Error decompressing: size limit, of 9 bytes, exceeded while decompressing message",
                ),
                ErrorKind::LimitExceeded,
                Unknown,
                false,
            ),
            (Status::internal("Error decompressing: corrupt deflate stream"), ErrorKind::Decode, Unknown, false),
            (Status::internal("Missing response message."), ErrorKind::Decode, Unknown, false),
            (
                Status::internal(
                    "protocol error: received message with invalid compression flag: 123 (valid flags are 0 and 1)",
                ),
                ErrorKind::Decode,
                Unknown,
                false,
            ),
            (Status::internal("Unexpected EOF decoding stream."), ErrorKind::Connection, Unknown, true),
            (
                Status::out_of_range("Error, decoded message length too large: found 9 bytes, the limit is: 4 bytes"),
                ErrorKind::LimitExceeded,
                Unknown,
                false,
            ),
            // The server says so of its own reply.
            (
                Status::resource_exhausted("grpc: trying to send message larger than max (6101 vs. 4096)"),
                ErrorKind::LimitExceeded,
                Unknown,
                false,
            ),
            (
                Status::resource_exhausted("grpc: received message larger than max (5064 vs. 4096)"),
                ErrorKind::LimitExceeded,
                Refused,
                false,
            ),
        ] {
            let what = format!("{status:?}");
            let error = grpc().failure(status.into());
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
        let error = grpc().failure(status.into());
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
