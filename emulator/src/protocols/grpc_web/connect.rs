//! Replies of the Connect protocol: the bare message, or an HTTP status and the error as JSON.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::json;
use tonic::{Code, Status};

/// The outcome of a call; `kind` is the content type of its message.
pub(super) fn reply(outcome: Result<Bytes, Status>, kind: &'static str) -> Response {
    match outcome {
        Ok(message) => ([(CONTENT_TYPE, kind)], message).into_response(),
        Err(status) => {
            let (http_status, code) = names(status.code());
            let body = json!({"code": code, "message": status.message()}).to_string();
            (http_status, [(CONTENT_TYPE, "application/json")], body).into_response()
        }
    }
}

/// The HTTP status and the name that Connect has for a code.
fn names(code: Code) -> (StatusCode, &'static str) {
    match code {
        Code::Ok | Code::Unknown => (StatusCode::INTERNAL_SERVER_ERROR, "unknown"),
        Code::Cancelled => (StatusCode::from_u16(499).unwrap_or(StatusCode::REQUEST_TIMEOUT), "canceled"),
        Code::InvalidArgument => (StatusCode::BAD_REQUEST, "invalid_argument"),
        Code::DeadlineExceeded => (StatusCode::GATEWAY_TIMEOUT, "deadline_exceeded"),
        Code::NotFound => (StatusCode::NOT_FOUND, "not_found"),
        Code::AlreadyExists => (StatusCode::CONFLICT, "already_exists"),
        Code::PermissionDenied => (StatusCode::FORBIDDEN, "permission_denied"),
        Code::ResourceExhausted => (StatusCode::TOO_MANY_REQUESTS, "resource_exhausted"),
        Code::FailedPrecondition => (StatusCode::BAD_REQUEST, "failed_precondition"),
        Code::Aborted => (StatusCode::CONFLICT, "aborted"),
        Code::OutOfRange => (StatusCode::BAD_REQUEST, "out_of_range"),
        Code::Unimplemented => (StatusCode::NOT_IMPLEMENTED, "unimplemented"),
        Code::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        Code::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        Code::DataLoss => (StatusCode::INTERNAL_SERVER_ERROR, "data_loss"),
        Code::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
    }
}
