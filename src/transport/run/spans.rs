//! Tracing spans of a call and of each of its attempts, with their fields. Fields follow
//! OpenTelemetry's conventions for databases.
//!
//! Each field is recorded once: formatters append a value recorded later instead of replacing the
//! earlier one.

use tracing::field::{debug, display};
use tracing::span::Id;
use tracing::{Span, debug_span, info_span};

use crate::call::Call;
use crate::error::Error;
use crate::options::Endpoint;
use crate::values::collection_name::CollectionName;

/// Creates the span of a call. The name of a span is static, so each operation needs its own call
/// site.
macro_rules! span_of_operation {
    ($call:ident: $($operation:literal => $name:literal,)+) => {
        match $call.operation {
            $($operation => span_of_operation!(@span $call, $name),)+
            // A test walks all calls, so that none is left here.
            _ => span_of_operation!(@span $call, "weaviate.call"),
        }
    };
    (@span $call:ident, $name:literal) => {
        info_span!(
            parent: parent(),
            $name,
            otel.kind = "client",
            db.system.name = "weaviate",
            db.operation.name = $call.operation,
            db.collection.name = $call.collection.as_ref().map(CollectionName::as_str),
            kind = $call.kind,
            bytes = $call.bytes(),
            rows = tracing::field::Empty,
            server.address = tracing::field::Empty,
            server.port = tracing::field::Empty,
            error.type = tracing::field::Empty,
            db.response.status_code = tracing::field::Empty,
        )
    };
}

pub(crate) fn call_span(call: &Call) -> Span {
    let span = span_of_operation! { call:
        "add property" => "weaviate.add_property",
        "add reference" => "weaviate.add_reference",
        "add references" => "weaviate.add_references",
        "aggregate" => "weaviate.aggregate",
        "batch" => "weaviate.batch",
        "batch references" => "weaviate.batch_references",
        "cancel property index" => "weaviate.cancel_property_index",
        "create collection" => "weaviate.create_collection",
        "create tenants" => "weaviate.create_tenants",
        "delete" => "weaviate.delete",
        "delete collection" => "weaviate.delete_collection",
        "delete many" => "weaviate.delete_many",
        "delete reference" => "weaviate.delete_reference",
        "delete tenants" => "weaviate.delete_tenants",
        "drop property index" => "weaviate.drop_property_index",
        "drop vector index" => "weaviate.drop_vector_index",
        "ensure collection" => "weaviate.ensure_collection",
        "gRPC health" => "weaviate.grpc_health",
        "gRPC-Web health" => "weaviate.grpc_web_health",
        "get object" => "weaviate.get_object",
        "get tenant" => "weaviate.get_tenant",
        "insert" => "weaviate.insert",
        "insert many" => "weaviate.insert_many",
        "is live" => "weaviate.is_live",
        "is ready" => "weaviate.is_ready",
        "iterate" => "weaviate.iterate",
        "list collections" => "weaviate.list_collections",
        "list tenants" => "weaviate.list_tenants",
        "merge" => "weaviate.merge",
        "meta" => "weaviate.meta",
        "object exists" => "weaviate.object_exists",
        "read collection" => "weaviate.read_collection",
        "read nodes" => "weaviate.read_nodes",
        "read property indexes" => "weaviate.read_property_indexes",
        "read shards" => "weaviate.read_shards",
        "rebuild property index" => "weaviate.rebuild_property_index",
        "replace" => "weaviate.replace",
        "replace references" => "weaviate.replace_references",
        "search" => "weaviate.search",
        "tenant exists" => "weaviate.tenant_exists",
        "update collection" => "weaviate.update_collection",
        "update shard" => "weaviate.update_shard",
        "update tenants" => "weaviate.update_tenants",
        "upsert property index" => "weaviate.upsert_property_index",
        "validate" => "weaviate.validate",
        "wait for indexing" => "weaviate.wait_for_indexing",
        "wait for tenants" => "weaviate.wait_for_tenants",
    };
    if !span.is_disabled() {
        let current = Span::current();
        if is_ours(&current) {
            span.follows_from(current);
        }
    }
    span
}

/// Returns the current span, unless that belongs to a call. A protocol probe runs within the first
/// call that needs it, but serves all calls. As its child, it would print each field twice.
fn parent() -> Option<Id> {
    let current = Span::current();
    if is_ours(&current) { None } else { current.id() }
}

/// Returns whether a span was created by this module.
fn is_ours(span: &Span) -> bool {
    span.metadata().is_some_and(|metadata| metadata.target() == module_path!())
}

/// Records the fields known at the end of a call, also if it is cancelled.
pub(crate) struct AtEnd<'c> {
    pub(crate) span: &'c Span,
    pub(crate) call: &'c Call,
    /// Address of the last attempt.
    pub(crate) endpoint: Option<&'c Endpoint>,
}

impl Drop for AtEnd<'_> {
    fn drop(&mut self) {
        if self.span.is_disabled() {
            return;
        }
        if let Some(rows) = self.call.rows() {
            self.span.record("rows", rows);
        }
        if let Some(endpoint) = self.endpoint {
            self.span.record("server.address", endpoint.host());
            self.span.record("server.port", endpoint.port());
        }
    }
}

pub(crate) fn attempt_span(number: u32) -> Span {
    debug_span!("weaviate.attempt", attempt = number)
}

pub(crate) fn record_error(span: &Span, error: &Error) {
    span.record("error.type", debug(error.kind()));
    if let Some(status) = error.http_status() {
        span.record("db.response.status_code", status);
    } else if let Some(code) = error.grpc_code() {
        span.record("db.response.status_code", display(code));
    }
}
