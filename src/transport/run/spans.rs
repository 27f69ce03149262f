//! What a subscriber of `tracing` sees of a call: a span for it, and one for each attempt beneath, named as OpenTelemetry's
//! conventions for databases have it.

use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

use crate::call::Call;
use crate::error::Error;
use crate::options::Endpoint;
use crate::values::schema::CollectionName;

pub(crate) fn call_span(call: &Call) -> Span {
    info_span!(
        "weaviate.call",
        otel.kind = "client",
        db.system.name = "weaviate",
        db.operation.name = call.operation,
        db.collection.name = call.collection.as_ref().map(CollectionName::as_str),
        server.address = Empty,
        server.port = Empty,
        error.type = Empty,
        db.response.status_code = Empty,
    )
}

/// Where the call goes; the last node that it was sent to stays.
pub(crate) fn record_endpoint(span: &Span, endpoint: &Endpoint) {
    if !span.is_disabled() {
        span.record("server.address", endpoint.host());
        span.record("server.port", endpoint.port());
    }
}

pub(crate) fn attempt_span(number: u32) -> Span {
    debug_span!("weaviate.attempt", attempt = number)
}

pub(crate) fn record_error(span: &Span, error: &Error) {
    span.record("error.type", tracing::field::debug(error.kind()));
    if let Some(status) = error.http_status() {
        span.record("db.response.status_code", status);
    } else if let Some(code) = error.grpc_code() {
        span.record("db.response.status_code", tracing::field::display(code));
    }
}
