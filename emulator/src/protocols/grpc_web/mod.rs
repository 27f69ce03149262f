//! gRPC-Web and Connect on the REST port, below `/v1/grpc-web/`: other envelopes around the calls of the gRPC side.
//!
//! Unary calls only, as on the real server over HTTP/1.1.

mod connect;
mod envelope;
mod json;

pub(crate) use json::find_method as method;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, TE, TRANSFER_ENCODING};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt as _;
use tonic::codegen::Service as _;
use tonic::{Code, Status};

use crate::engine::store::WriteFaults;
use crate::protocols::grpc::limits::{HEALTH, METHODS, SERVICE};

/// Path of the calls, in front of the method.
pub(crate) const PREFIX: &str = "/v1/grpc-web/";

/// The one call that is a stream.
const STREAM: &str = "BatchStream";

/// Returns whether servers of this version have it: from 1.38.3 in the line of 1.38, and from 1.39.0.
pub(crate) fn is_offered(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').splitn(3, '.').map(|part| {
        let digits = part.find(|letter: char| !letter.is_ascii_digit()).map_or(part, |end| &part[..end]);
        digits.parse::<u32>().unwrap_or_default()
    });
    let mut next = || numbers.next().unwrap_or_default();
    (next(), next(), next()) >= (1, 38, 3)
}

/// Form of a wrapped message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    GrpcWeb,
    ConnectProto,
    ConnectJson,
}

impl Form {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = text("content-type").split(';').next().unwrap_or_default().trim();
        let is_connect = text("connect-protocol-version") == "1";
        match kind {
            "application/grpc-web" | "application/grpc-web+proto" => Some(Self::GrpcWeb),
            "application/proto" if is_connect => Some(Self::ConnectProto),
            "application/json" if is_connect => Some(Self::ConnectJson),
            _ => None,
        }
    }
}

/// Answers a request below [`PREFIX`] through `services`, whose side of the wire is native gRPC.
pub(crate) async fn answer(services: &Router, largest_body: usize, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let rpc = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default().to_owned();
    let method = match rpc.split_once('/') {
        Some((SERVICE, method)) if METHODS.contains(&method) => method,
        Some((HEALTH, "Check")) => "Check",
        _ => return text(StatusCode::NOT_FOUND, "Not Found\n"),
    };
    if parts.method != Method::POST {
        return text(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed\n");
    }
    let Some(form) = Form::of(&parts.headers) else { return text(StatusCode::NOT_FOUND, "Not Found\n") };
    match form {
        Form::GrpcWeb if method == STREAM => {
            return text(StatusCode::HTTP_VERSION_NOT_SUPPORTED, "HTTP Version Not Supported\n");
        }
        Form::ConnectProto | Form::ConnectJson if method == STREAM => {
            let refusal = "stream type bidi not supported with Connect unary (POST) protocol\n";
            return text(StatusCode::UNSUPPORTED_MEDIA_TYPE, refusal);
        }
        _ => {}
    }
    let Ok(body) = axum::body::to_bytes(body, largest_body).await else {
        return text(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large\n");
    };
    let frame = match form {
        Form::GrpcWeb => envelope::complete(&body),
        Form::ConnectProto => envelope::frame(&body),
        Form::ConnectJson => json::decode(&rpc, &body).and_then(|message| envelope::frame(&message)),
    };
    let outcome = match frame {
        Ok(frame) => call(services, &rpc, &parts, frame).await,
        Err(status) => Err(status),
    };
    match form {
        Form::GrpcWeb => envelope::reply(outcome),
        Form::ConnectProto => connect::reply(outcome, "application/proto"),
        Form::ConnectJson => {
            connect::reply(outcome.and_then(|message| json::encode(&rpc, &message)), "application/json")
        }
    }
}

/// A refusal without a call, in the envelope that the request came in.
pub(crate) fn refuse(headers: &HeaderMap, status: Status) -> Response {
    match Form::of(headers) {
        Some(Form::ConnectProto) => connect::reply(Err(status), "application/proto"),
        Some(Form::ConnectJson) => connect::reply(Err(status), "application/json"),
        Some(Form::GrpcWeb) | None => envelope::reply(Err(status)),
    }
}

/// Headers that belong to the envelope and not to the call.
const OF_THE_ENVELOPE: [&str; 9] = [
    "accept",
    "accept-encoding",
    "connect-protocol-version",
    "connect-timeout-ms",
    "connection",
    "content-encoding",
    "grpc-accept-encoding",
    "keep-alive",
    "x-grpc-web",
];

/// Makes the native call, and unwraps the message of its reply.
async fn call(services: &Router, rpc: &str, parts: &Parts, frame: Bytes) -> Result<Bytes, Status> {
    let mut request = Request::new(Body::from(frame));
    *request.method_mut() = Method::POST;
    *request.version_mut() = http::Version::HTTP_2;
    *request.uri_mut() = format!("/{rpc}").parse().map_err(|_| Status::internal("the path is no URI"))?;
    let of_the_envelope = [CONTENT_LENGTH, CONTENT_TYPE, HOST, TE, TRANSFER_ENCODING];
    for (name, value) in &parts.headers {
        if !of_the_envelope.contains(name) && !OF_THE_ENVELOPE.contains(&name.as_str()) {
            request.headers_mut().append(name, value.clone());
        }
    }
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    request.headers_mut().insert(TE, HeaderValue::from_static("trailers"));
    if let Some(faults) = parts.extensions.get::<WriteFaults>() {
        request.extensions_mut().insert(faults.clone());
    }
    let Ok(response) = services.clone().call(request).await;
    if let Some(status) = Status::from_header_map(response.headers()) {
        return if status.code() == Code::Ok { Ok(Bytes::new()) } else { Err(status) };
    }
    let body = response.into_body().collect().await.map_err(|fault| Status::internal(fault.to_string()))?;
    let status = body.trailers().and_then(Status::from_header_map);
    match status {
        Some(status) if status.code() == Code::Ok => envelope::message(&body.to_bytes()),
        Some(status) => Err(status),
        None => Err(Status::internal("the call ended without a status")),
    }
}

/// A refusal of the layer that takes the envelopes apart.
fn text(status: StatusCode, text: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for version in ["1.38.3", "v1.38.4", "1.39.0", "1.39.0-rc.1", "1.40.0", "2.0.0"] {
            assert!(is_offered(version), "{version}");
        }
        for version in ["1.38.2", "1.37.9", "1.38", "1.9.9", "", "nonsense"] {
            assert!(!is_offered(version), "{version}");
        }
    }

    #[test]
    fn forms() {
        let form = |kind: &'static str, connect: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", HeaderValue::from_static(kind));
            headers.insert("connect-protocol-version", HeaderValue::from_static(connect));
            Form::of(&headers)
        };
        assert_eq!(form("application/grpc-web; charset=x", ""), Some(Form::GrpcWeb));
        assert_eq!(form("application/proto", "1"), Some(Form::ConnectProto));
        assert_eq!(form("application/json", "1"), Some(Form::ConnectJson));
        for (kind, connect) in
            [("application/json", ""), ("application/proto", "2"), ("application/grpc-web-text", "1"), ("", "1")]
        {
            assert_eq!(form(kind, connect), None, "{kind} {connect}");
        }
        assert_eq!(Form::of(&HeaderMap::new()), None);
    }
}
