//! The spans and fields that a subscriber of `tracing` sees of a call: one span for the call and one for each attempt
//! beneath it. Fields follow OpenTelemetry's conventions for databases where those have a name.
//!
//! A formatter appends what is recorded later to what was there before. Each field is therefore recorded once.

use tracing::field::{debug, display};
use tracing::span::Id;
use tracing::{Span, debug_span, info_span};

use crate::call::Call;
use crate::error::Error;
use crate::options::Endpoint;
use crate::values::collection_name::CollectionName;

/// Makes the span of a call. The name of a span is static, so each operation has its own place here.
macro_rules! named_by_operation {
    ($call:ident: $($operation:literal => $name:literal,)+) => {
        match $call.operation {
            $($operation => named_by_operation!(@span $call, $name),)+
            // A test walks all calls, so that none is left here.
            _ => named_by_operation!(@span $call, "weaviate.call"),
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
    let span = named_by_operation! { call:
        "add property" => "weaviate.add_property",
        "add reference" => "weaviate.add_reference",
        "add references" => "weaviate.add_references",
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

/// The current span, unless that is of a call, too. A probe of the protocols runs within the call that needs it first and
/// serves all others. Beneath that call, its lines would have each field twice.
fn parent() -> Option<Id> {
    let current = Span::current();
    if is_ours(&current) { None } else { current.id() }
}

/// Whether a span was made by this module.
fn is_ours(span: &Span) -> bool {
    span.metadata().is_some_and(|metadata| metadata.target() == module_path!())
}

/// Records what is known only at the end of a call, also of one that is cancelled.
pub(crate) struct AtEnd<'c> {
    pub(crate) span: &'c Span,
    pub(crate) call: &'c Call,
    /// The address that the last attempt went to.
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
