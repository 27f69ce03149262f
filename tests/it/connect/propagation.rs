//! The hook that adds headers to each attempt, and an adapter that makes it carry the context of OpenTelemetry.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use opentelemetry::propagation::{Injector, TextMapPropagator as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing::{Instrument as _, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;
use weaviate::connect::Protocol;
use weaviate::prelude::*;

use super::{at, eager};
use crate::support::log::ask_all_subscribers;
use crate::support::recorder::Recorder;

struct Headers<'h>(&'h mut dyn FnMut(&str, &str));

impl Injector for Headers<'_> {
    fn set(&mut self, name: &str, value: String) {
        (self.0)(name, &value);
    }
}

#[tokio::test]
async fn the_context_of_the_attempt_travels_on_each_protocol() {
    ask_all_subscribers();
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let recorder = Recorder::start().await;
    let propagator = TraceContextPropagator::new();
    let client = at(&recorder.rest_url(), &recorder.grpc_url())
        .propagate(move |set| propagator.inject_context(&Span::current().context(), &mut Headers(set)))
        .connect_lazy()
        .unwrap();
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb, Protocol::Rest] {
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
        assert_eq!(attempt.parent_span_id, span("weaviate.insert_many").span_context.span_id());
        assert_eq!(attempt.span_context.trace_id(), span("outside").span_context.trace_id());
    }
}

#[tokio::test]
async fn the_hook_runs_for_each_attempt_and_a_header_of_the_call_replaces_its_own() {
    let recorder = Recorder::start().await;
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let client = at(&recorder.rest_url(), &recorder.grpc_url())
        .api_key("secret")
        .header("x-from", "client")
        .propagate(move |set| {
            let run = count.fetch_add(1, Ordering::SeqCst);
            set("x-run", &run.to_string());
            set("x-from", "hook");
            set("authorization", "Bearer other");
        })
        .retry(eager())
        .connect_lazy()
        .unwrap();
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb, Protocol::Rest] {
        let run = runs.load(Ordering::SeqCst).to_string();
        recorder.take();
        let insert = || client.collection("Article").data().insert_many([PropertyMap::new()]).protocol(protocol);
        let _ = insert().await;
        let call = recorder.take().pop().unwrap();
        assert_eq!((call.header("x-run"), call.header("x-from")), (run.as_str(), "hook"), "{protocol}");
        assert_eq!(call.header("authorization"), "Bearer secret", "{protocol}");
        let _ = insert().header("x-from", "call").await;
        assert_eq!(recorder.take().pop().unwrap().header("x-from"), "call", "{protocol}");
    }
}
