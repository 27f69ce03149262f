//! REST replies: JSON, including the server's several shapes of errors, or an empty body.

use std::fmt;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value as Json, json};

use crate::engine::schema::fault::SchemaFault;
use crate::engine::schema::{LimitReached, NotAllowed};
use crate::protocols::grpc::limit_status::ERROR_CODE;

/// An answer of the emulated server.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// No body and no content type.
    Nothing,
    /// The content type of JSON without any.
    EmptyJson,
    Json(Json),
    /// JSON under the content type of plain text, as the authentication layer sends it.
    JsonAsText(Json),
}

#[expect(clippy::needless_pass_by_value, reason = "texts and faults come as `map_err` hands them over")]
impl Reply {
    pub(super) fn ok(body: Json) -> Self {
        Self { status: StatusCode::OK, content: Content::Json(body) }
    }

    pub(super) fn json(status: StatusCode, body: Json) -> Self {
        Self { status, content: Content::Json(body) }
    }

    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, content: Content::Nothing }
    }

    pub(super) fn empty_json(status: StatusCode) -> Self {
        Self { status, content: Content::EmptyJson }
    }

    /// `{"error":[{"message":…}]}`.
    pub(super) fn error(status: StatusCode, message: impl ToString) -> Self {
        Self { status, content: Content::Json(json!({"error": [{"message": message.to_string()}]})) }
    }

    pub(super) fn unprocessable(message: impl ToString) -> Self {
        Self::error(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// A limit of the operator's that would be exceeded.
    pub(super) fn limit(reached: LimitReached) -> Self {
        let (limit, message) = (reached.limit.name(), reached.to_string());
        let body = json!({"errorCode": ERROR_CODE, "limit": limit, "message": message, "value": reached.most});
        Self { status: StatusCode::TOO_MANY_REQUESTS, content: Content::Json(body) }
    }

    /// A setting that the operator does not allow.
    pub(super) fn not_allowed(fault: &NotAllowed) -> Self {
        let body = json!({
            "allowed": fault.allowed,
            "error": null,
            "errorCode": "CONFIG_NOT_ALLOWED",
            "message": fault.to_string(),
            "restriction": fault.restriction,
            "value": fault.value,
        });
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, content: Content::Json(body) }
    }

    /// A definition that is not accepted, or a change of one.
    pub(super) fn refused_schema(fault: &SchemaFault) -> Self {
        fault.not_allowed().map_or_else(|| Self::schema_error(fault), Self::not_allowed)
    }

    /// The shape of the schema endpoints, which leaves room for a restriction.
    pub(super) fn schema_error(message: impl ToString) -> Self {
        let body = json!({"allowed": null, "error": [{"message": message.to_string()}]});
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, content: Content::Json(body) }
    }

    /// `{"code":…,"message":…}`. Codes from 600 are refused parameters, which travel as 422.
    pub(super) fn code(code: u16, message: impl ToString) -> Self {
        let status = if code >= 600 {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::from_u16(code).unwrap_or(StatusCode::BAD_REQUEST)
        };
        Self { status, content: Content::Json(json!({"code": code, "message": message.to_string()})) }
    }

    /// A body that cannot be read as what it should be.
    pub(super) fn unparsable(parameter: &str, fault: &impl fmt::Display) -> Self {
        Self::code(400, format!("parsing {parameter} body from \"\" failed, because {fault}"))
    }

    /// A refusal of the layer in front of the handlers.
    pub(super) fn code_as_text(code: u16, message: impl ToString) -> Self {
        let status = StatusCode::from_u16(code).unwrap_or(StatusCode::UNAUTHORIZED);
        Self { status, content: Content::JsonAsText(json!({"code": code, "message": message.to_string()})) }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        const JSON: &str = "application/json";
        let (content_type, body) = match self.content {
            Content::Nothing => (None, Body::empty()),
            Content::EmptyJson => (Some(JSON), Body::empty()),
            Content::Json(json) => (Some(JSON), Body::from(json.to_string())),
            Content::JsonAsText(json) => (Some("text/plain; charset=utf-8"), Body::from(json.to_string())),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        if let Some(content_type) = content_type {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        response
    }
}
