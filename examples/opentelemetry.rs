//! Continue a trace of OpenTelemetry in the server: an adapter for the hook that adds headers to each attempt.
//!
//! `cargo run --example opentelemetry` runs it against the in-process emulator; with `WEAVIATE_URL` and
//! `WEAVIATE_GRPC_URL` against that server. The crate `weaviate` does not depend on OpenTelemetry: the versions of
//! `opentelemetry` and `tracing-opentelemetry` are those of the application.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

use opentelemetry::propagation::Injector;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing::{Instrument as _, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

type AnyResult<T> = Result<T, Box<dyn std::error::Error>>;

/// The adapter: what OpenTelemetry's propagator writes becomes headers of the attempt.
struct Headers<'h>(&'h mut dyn FnMut(&str, &str));

impl Injector for Headers<'_> {
    fn set(&mut self, name: &str, value: String) {
        (self.0)(name, &value);
    }
}

/// The hook for `ClientBuilder::propagate`. It runs within the span of the attempt.
fn inject(set: &mut dyn FnMut(&str, &str)) {
    let context = Span::current().context();
    opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&context, &mut Headers(set));
    });
}

#[tokio::main]
async fn main() -> AnyResult<()> {
    // Where an application exports its spans to a collector, this example keeps them and prints them at the end.
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    tracing_subscriber::registry()
        // `debug` has a span for each attempt; with `info`, the header holds the span of the call.
        .with(EnvFilter::new("opentelemetry=info,weaviate=debug"))
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("example")))
        .init();

    // Held until the end: dropping the emulator stops it.
    let (_emulator, builder) = if std::env::var_os("WEAVIATE_URL").is_some() {
        (None, Client::from_env()?)
    } else {
        let emulator = Emulator::start().await?;
        let builder = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url());
        (Some(emulator), builder)
    };
    let client = builder.propagate(inject).connect().await?;
    let request = info_span!("handle request");
    async { client.collections().exists("Article").await }.instrument(request).await?;

    provider.force_flush()?;
    for span in exporter.get_finished_spans()? {
        println!("{} {} {}", span.span_context.trace_id(), span.span_context.span_id(), span.name);
    }
    Ok(())
}
