//! One message to a method of gRPC, and its reply. What is sent is put together here, since tonic would copy a message that is
//! encoded already; the reply is read by tonic.

use std::convert::Infallible;
use std::io::Cursor;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::buf::Chain;
use bytes::{Buf as _, Bytes};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, Version, header};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use prost::Message;
use tonic::codec::{CompressionEncoding, Streaming};
use tonic::{Code, Status};

use super::codec::{MessageDecoder, gzip};

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const TRAILERS: HeaderValue = HeaderValue::from_static("trailers");
const TIMEOUT: &str = "grpc-timeout";
const ENCODING: &str = "grpc-encoding";

/// The body of a request: the flag and the length that stand before a message, and the message as it is.
pub(crate) struct Sent(Option<Piece>);

type Piece = Chain<Cursor<[u8; 5]>, Bytes>;

impl Sent {
    fn new(compressed: bool, message: Bytes) -> Self {
        let mut head = [u8::from(compressed), 0, 0, 0, 0];
        // No server takes as much as this number can say; one that did not fit would be refused for its length.
        let len = u32::try_from(message.len()).unwrap_or(u32::MAX);
        head[1..].copy_from_slice(&len.to_be_bytes());
        Self(Some(Cursor::new(head).chain(message)))
    }
}

impl Body for Sent {
    type Data = Piece;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Piece>, Infallible>>> {
        Poll::Ready(self.0.take().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |piece| piece.remaining() as u64))
    }
}

/// A request to a method at `origin`, with the headers that a call has of its own; `smaller` if its message is to be compressed.
pub(crate) fn request(
    origin: &Uri,
    path: &'static str,
    mut headers: HeaderMap,
    timeout: Duration,
    message: Bytes,
    smaller: bool,
) -> Request<Sent> {
    let (compressed, message) = if smaller { compress(message, &mut headers) } else { (false, message) };
    headers.insert(header::TE, TRAILERS);
    headers.insert(header::CONTENT_TYPE, GRPC);
    headers.insert(TIMEOUT, timeout_of(timeout));
    let mut parts = origin.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::from_static(path));
    let mut request = Request::new(Sent::new(compressed, message));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = Uri::from_parts(parts).unwrap_or_else(|_| origin.clone());
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    request
}

/// The message as gzip, whether it is, and the headers that say what is sent and understood.
fn compress(message: Bytes, headers: &mut HeaderMap) -> (bool, Bytes) {
    headers.insert("grpc-accept-encoding", HeaderValue::from_static("gzip,identity"));
    let Some(compressed) = gzip(&message) else { return (false, message) };
    headers.insert(ENCODING, HeaderValue::from_static("gzip"));
    (true, compressed)
}

/// Eight digits at most, and a unit.
fn timeout_of(timeout: Duration) -> HeaderValue {
    const MOST: u128 = 99_999_999;
    let (number, unit) = match (timeout.as_micros(), timeout.as_millis()) {
        (micros @ ..=MOST, _) => (micros, 'u'),
        (_, millis @ ..=MOST) => (millis, 'm'),
        _ => (u128::from(timeout.as_secs()).min(MOST), 'S'),
    };
    HeaderValue::try_from(format!("{number}{unit}")).unwrap_or_else(|_| HeaderValue::from_static("99999999S"))
}

/// The message of a reply. A status has the headers of the reply, whether it came with them or behind them.
pub(crate) async fn reply<R: Message + Default + 'static>(
    response: Response<Incoming>,
    max_message_size: usize,
) -> Result<R, Status> {
    let (head, body) = response.into_parts();
    match Status::from_header_map(&head.headers) {
        Some(status) if status.code() != Code::Ok => return Err(status),
        Some(_) => return Err(Status::internal("Missing response message.")),
        None => {}
    }
    let encoding = encoding_of(&head.headers)?;
    let decoder = MessageDecoder::new();
    let mut body = Streaming::new_response(decoder, body, head.status, encoding, Some(max_message_size));
    let message = match body.message().await {
        Ok(message) => message.ok_or_else(|| Status::internal("Missing response message."))?,
        Err(mut status) => {
            status.metadata_mut().as_mut().extend(head.headers);
            return Err(status);
        }
    };
    // The status comes last.
    body.trailers().await?;
    Ok(message)
}

fn encoding_of(headers: &HeaderMap) -> Result<Option<CompressionEncoding>, Status> {
    match headers.get(ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(None),
        #[cfg(feature = "gzip")]
        Some(b"gzip") => Ok(Some(CompressionEncoding::Gzip)),
        Some(other) => {
            let other = String::from_utf8_lossy(other);
            Err(Status::unimplemented(format!("the reply is compressed in a way that was not asked for: {other}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stands_behind_its_length() {
        let mut body = Sent::new(true, Bytes::from_static(b"abc"));
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
    fn the_server_is_told_how_long_is_waited() {
        for (timeout, told) in [
            (Duration::ZERO, "0u"),
            (Duration::from_secs(3), "3000000u"),
            (Duration::from_micros(99_999_999), "99999999u"),
            (Duration::from_secs(100), "100000m"),
            (Duration::from_secs(100_000), "100000S"),
            (Duration::MAX, "99999999S"),
        ] {
            assert_eq!(timeout_of(timeout), told, "{timeout:?}");
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
    fn what_is_not_understood_is_refused() {
        let headers =
            |encoding: &'static str| HeaderMap::from_iter([(ENCODING.parse().unwrap(), encoding.parse().unwrap())]);
        assert!(encoding_of(&HeaderMap::new()).unwrap().is_none());
        assert!(encoding_of(&headers("identity")).unwrap().is_none());
        assert_eq!(encoding_of(&headers("zstd")).unwrap_err().code(), Code::Unimplemented);
    }
}
