//! The event of each message. Its names are documented in `weaviate::batch`, and stable.

use std::time::Duration;

use super::core::MessageFacts;
use crate::ErrorKind;

/// Emits the event of a message that was answered or has failed.
pub(super) fn emit(facts: &MessageFacts, took: Duration, refused: usize, failed: Option<ErrorKind>, queued: usize) {
    let MessageFacts { collection, is_objects, count, bytes, repeated, reason, sent } = facts;
    let latency = sent.elapsed().as_secs_f64();
    tracing::debug!(
        name: "weaviate.batch.flush",
        target: "weaviate::batch",
        {
            db.collection.name = collection.as_str(),
            items = if *is_objects { "objects" } else { "references" },
            reason = reason.as_str(),
            error.type = failed.map(tracing::field::debug),
            monotonic_counter.weaviate.batch.sent = count,
            monotonic_counter.weaviate.batch.refused = refused,
            monotonic_counter.weaviate.batch.repeated = repeated,
            monotonic_counter.weaviate.batch.bytes = bytes,
            histogram.weaviate.batch.latency = latency,
            histogram.weaviate.batch.took = took.as_secs_f64(),
            gauge.weaviate.batch.queued = queued
        },
        "batch message"
    );
}
