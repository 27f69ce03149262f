//! A unary gRPC call: encodes the request frame and decodes the reply.
//!
//! The request is built here, since tonic would copy a message that is encoded already. tonic
//! decodes the reply.

use std::convert::Infallible;
use std::io::Cursor;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::buf::Chain;
use bytes::{Buf as _, Bytes};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, Version, header};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use prost::Message;
use tonic::codec::{CompressionEncoding, Streaming};
use tonic::{Code, Status};

use super::codec::{MessageDecoder, gzip};
use super::failure::{Failure, NotGrpc, UNKNOWN_COMPRESSION};

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const TRAILERS: HeaderValue = HeaderValue::from_static("trailers");
const TIMEOUT: &str = "grpc-timeout";
const ENCODING: &str = "grpc-encoding";

/// A request body: compression flag and length, followed by the message.
pub(crate) struct MessageBody(Option<PrefixedMessage>);

type PrefixedMessage = Chain<Cursor<[u8; 5]>, Bytes>;

impl MessageBody {
    fn new(compressed: bool, message: Bytes) -> Self {
        let mut head = [u8::from(compressed), 0, 0, 0, 0];
        // No server accepts messages of this length; a longer one is refused for its size.
        let len = u32::try_from(message.len()).unwrap_or(u32::MAX);
        head[1..].copy_from_slice(&len.to_be_bytes());
        Self(Some(Cursor::new(head).chain(message)))
    }
}

impl Body for MessageBody {
    type Data = PrefixedMessage;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<PrefixedMessage>, Infallible>>> {
        Poll::Ready(self.0.take().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |piece| piece.remaining() as u64))
    }
}

/// Builds a request to a method at `origin`, with the headers of a call. `gzip_enabled` compresses
/// the message.
pub(crate) fn request(
    origin: &Uri,
    path: &'static str,
    mut headers: HeaderMap,
    timeout: Duration,
    message: Bytes,
    gzip_enabled: bool,
) -> Request<MessageBody> {
    let (compressed, message) = if gzip_enabled { compress(message, &mut headers) } else { (false, message) };
    headers.insert(header::TE, TRAILERS);
    headers.insert(header::CONTENT_TYPE, GRPC);
    headers.insert(TIMEOUT, grpc_timeout(timeout));
    let mut parts = origin.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::from_static(path));
    let mut request = Request::new(MessageBody::new(compressed, message));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = Uri::from_parts(parts).unwrap_or_else(|_| origin.clone());
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    request
}

/// Compresses the message and sets the headers of the encoding. Returns whether it is compressed.
fn compress(message: Bytes, headers: &mut HeaderMap) -> (bool, Bytes) {
    headers.insert("grpc-accept-encoding", HeaderValue::from_static("gzip,identity"));
    let Some(compressed) = gzip(&message) else { return (false, message) };
    headers.insert(ENCODING, HeaderValue::from_static("gzip"));
    (true, compressed)
}

/// Formats a `grpc-timeout`: at most eight digits and a unit.
fn grpc_timeout(timeout: Duration) -> HeaderValue {
    const MAX_NUMBER: u128 = 99_999_999;
    let (number, unit) = match (timeout.as_micros(), timeout.as_millis()) {
        (micros @ ..=MAX_NUMBER, _) => (micros, 'u'),
        (_, millis @ ..=MAX_NUMBER) => (millis, 'm'),
        _ => (u128::from(timeout.as_secs()).min(MAX_NUMBER), 'S'),
    };
    HeaderValue::try_from(format!("{number}{unit}")).unwrap_or_else(|_| HeaderValue::from_static("99999999S"))
}

/// Returns the message of a reply. An error status carries the headers of the reply, wherever the
/// status came from.
pub(crate) async fn reply<R: Message + Default + 'static>(
    response: Response<Incoming>,
    max_message_size: usize,
) -> Result<R, Failure> {
    let (head, body) = response.into_parts();
    match Status::from_header_map(&head.headers) {
        Some(status) if status.code() != Code::Ok => return Err(status.into()),
        Some(_) => return Err(Status::internal("Missing response message.").into()),
        None if head.status != StatusCode::OK || !is_grpc(&head.headers) => {
            return Err(Failure::NotGrpc(NotGrpc::read(head.status, head.headers, body).await));
        }
        None => {}
    }
    let encoding = encoding_of(&head.headers)?;
    let decoder = MessageDecoder::new();
    let mut body = Streaming::new_response(decoder, body, head.status, encoding, Some(max_message_size));
    let message = match body.message().await {
        Ok(message) => message.ok_or_else(|| Status::internal("Missing response message."))?,
        Err(mut status) => {
            status.metadata_mut().as_mut().extend(head.headers);
            return Err(status.into());
        }
    };
    // The status is in the trailers.
    body.trailers().await?;
    Ok(message)
}

fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(GRPC.as_bytes()))
}

fn encoding_of(headers: &HeaderMap) -> Result<Option<CompressionEncoding>, Status> {
    match headers.get(ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(None),
        #[cfg(feature = "gzip")]
        Some(b"gzip") => Ok(Some(CompressionEncoding::Gzip)),
        Some(other) => {
            let other = String::from_utf8_lossy(other);
            Err(Status::unimplemented(format!("{UNKNOWN_COMPRESSION}{other}, which the client did not offer")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_flag_length_and_message() {
        let mut body = MessageBody::new(true, Bytes::from_static(b"abc"));
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(8), false));
        let Poll::Ready(Some(Ok(frame))) =
            Pin::new(&mut body).poll_frame(&mut Context::from_waker(std::task::Waker::noop()))
        else {
            panic!("no frame")
        };
        let mut piece = frame.into_data().ok().unwrap();
        assert_eq!(piece.copy_to_bytes(piece.remaining()), &b"\x01\x00\x00\x00\x03abc"[..]);
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(0), true));
    }

    #[test]
    fn timeouts_are_formatted_with_a_unit() {
        for (timeout, expected) in [
            (Duration::ZERO, "0u"),
            (Duration::from_secs(3), "3000000u"),
            (Duration::from_micros(99_999_999), "99999999u"),
            (Duration::from_secs(100), "100000m"),
            (Duration::from_secs(100_000), "100000S"),
            (Duration::MAX, "99999999S"),
        ] {
            assert_eq!(grpc_timeout(timeout), expected, "{timeout:?}");
        }
    }

    #[test]
    fn a_request_carries_headers_and_deadline() {
        let mut headers = HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static("Bearer x"))]);
        headers.insert(TIMEOUT, HeaderValue::from_static("1S"));
        let origin = Uri::from_static("http://localhost:50051");
        let request = request(&origin, "/a.B/C", headers, Duration::from_secs(3), Bytes::new(), false);
        assert_eq!(
            (request.method(), request.uri()),
            (&Method::POST, &Uri::from_static("http://localhost:50051/a.B/C"))
        );
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!((header("authorization"), header(TIMEOUT)), ("Bearer x", "3000000u"));
        assert_eq!((header("te"), header("content-type")), ("trailers", "application/grpc"));
        assert!(!request.headers().contains_key(ENCODING));
    }

    #[test]
    fn an_unknown_encoding_is_refused() {
        let headers =
            |encoding: &'static str| HeaderMap::from_iter([(ENCODING.parse().unwrap(), encoding.parse().unwrap())]);
        assert!(encoding_of(&HeaderMap::new()).unwrap().is_none());
        assert!(encoding_of(&headers("identity")).unwrap().is_none());
        assert_eq!(encoding_of(&headers("zstd")).unwrap_err().code(), Code::Unimplemented);
    }
}
