//! The frames of gRPC-Web: a flag, the length in four bytes, and a message or, with flag 0x80, the trailers.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tonic::Status;

const KIND: &str = "application/grpc-web+proto";
const HEAD: usize = 5;

/// Trailers behind the message of a call that went well.
const TRAILERS: &[u8] = b"Grpc-Message: \r\nGrpc-Status: 0\r\n";

/// Bytes that a status message in a header cannot hold as they are.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// A body that has to be one whole frame.
pub(super) fn complete(body: &Bytes) -> Result<Bytes, Status> {
    if body.is_empty() {
        return Err(Status::unknown("EOF"));
    }
    length(body).map(|length| body.slice(..HEAD + length)).ok_or_else(|| Status::unknown("unexpected EOF"))
}

/// The message of the first frame, if the frame is whole.
pub(super) fn message(frame: &Bytes) -> Result<Bytes, Status> {
    let length = length(frame).ok_or_else(|| Status::internal("the reply breaks off"))?;
    Ok(frame.slice(HEAD..HEAD + length))
}

/// Length of the message, of which all has to be there.
fn length(frame: &[u8]) -> Option<usize> {
    let ([_, length @ ..], rest) = frame.split_first_chunk::<HEAD>()?;
    usize::try_from(u32::from_be_bytes(*length)).ok().filter(|length| *length <= rest.len())
}

/// A frame around a message.
pub(super) fn frame(message: &[u8]) -> Result<Bytes, Status> {
    let mut frame = BytesMut::with_capacity(HEAD + message.len());
    put(&mut frame, 0, message)?;
    Ok(frame.freeze())
}

fn put(frames: &mut BytesMut, flag: u8, content: &[u8]) -> Result<(), Status> {
    let length = u32::try_from(content.len()).map_err(|_| Status::resource_exhausted("longer than a frame can say"))?;
    frames.put_u8(flag);
    frames.put_u32(length);
    frames.put_slice(content);
    Ok(())
}

/// The outcome of a call: its message and trailers in frames, or the status in the headers.
pub(super) fn reply(outcome: Result<Bytes, Status>) -> Response {
    let framed = outcome.and_then(|message| {
        let mut frames = BytesMut::with_capacity(2 * HEAD + message.len() + TRAILERS.len());
        put(&mut frames, 0, &message)?;
        put(&mut frames, 0x80, TRAILERS)?;
        Ok(frames.freeze())
    });
    let mut response = match framed {
        Ok(body) => Body::from(body).into_response(),
        Err(status) => {
            let mut response = Body::empty().into_response();
            response.headers_mut().insert("grpc-status", HeaderValue::from(i32::from(status.code())));
            let message = utf8_percent_encode(status.message(), ESCAPED).to_string();
            if let Ok(message) = HeaderValue::from_str(&message) {
                response.headers_mut().insert("grpc-message", message);
            }
            response
        }
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(KIND));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_whole_or_refused() {
        let framed = frame(b"abc").unwrap();
        assert_eq!(message(&framed).unwrap(), "abc");
        assert_eq!(complete(&framed).unwrap(), framed);
        let longer = Bytes::from([&framed[..], b"rest"].concat());
        assert_eq!(complete(&longer).unwrap(), framed);
        assert_eq!(complete(&Bytes::new()).unwrap_err().message(), "EOF");
        for length in 1..framed.len() {
            assert_eq!(complete(&framed.slice(..length)).unwrap_err().message(), "unexpected EOF");
        }
        assert!(complete(&Bytes::from_static(&[0, 255, 255, 255, 255, 1])).is_err());
    }

    #[test]
    fn an_error_is_told_in_headers() {
        let response = reply(Err(Status::not_found("50 % of \"it\":\u{a0}\n")));
        assert_eq!(response.headers()["grpc-status"], "5");
        assert_eq!(response.headers()["grpc-message"], "50 %25 of \"it\":%C2%A0%0A");
    }
}
