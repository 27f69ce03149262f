//! The trace context of a span is sent with its calls.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing::Instrument as _;
use tracing_subscriber::layer::SubscriberExt as _;
use weaviate::prelude::*;

use super::at;
use crate::support::PROTOCOLS;
use crate::support::recorder::Recorder;

#[tokio::test]
async fn otel_trace_context_is_sent_over_each_protocol() {
    // The application's choice, for the whole process; no other test looks at it.
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let recorder = Recorder::start().await;
    let client = at(&recorder.rest_url(), &recorder.grpc_url()).connect_lazy().unwrap();
    for protocol in PROTOCOLS {
        recorder.take();
        exporter.reset();
        let insert = client.collection("Article").data().insert_many([PropertyMap::new()]).protocol(protocol);
        let _ = insert.into_future().instrument(tracing::info_span!("outside")).await;
        let call = recorder.take().pop().unwrap();
        let spans = exporter.get_finished_spans().unwrap();
        let span = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
        let attempt = span("weaviate.attempt");
        let expected = format!("00-{}-{}-01", attempt.span_context.trace_id(), attempt.span_context.span_id());
        assert_eq!(call.header("traceparent"), expected, "{protocol}");
        assert_eq!(attempt.parent_span_id, span("weaviate.call").span_context.span_id());
        assert_eq!(attempt.span_context.trace_id(), span("outside").span_context.trace_id());
    }
}
