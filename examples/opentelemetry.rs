//! Continues a trace of OpenTelemetry in the server, with an adapter for the hook that adds headers to each attempt.
//!
//! `cargo run --example opentelemetry` runs it against an emulator in this process. With `WEAVIATE_URL` and the other
//! variables of [`Client::from_env`](weaviate::Client::from_env) it runs against that server. The crate `weaviate` does not
//! depend on OpenTelemetry: the application chooses the versions of `opentelemetry` and `tracing-opentelemetry`.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use opentelemetry::propagation::Injector;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing::{Instrument as _, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The adapter: OpenTelemetry's propagator sets headers of the attempt through it.
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
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // An application would export its spans to a collector. This example prints them at the end.
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    tracing_subscriber::registry()
        // With `debug`, the header has the span of the attempt. With `info`, it has the span of the call.
        .with(EnvFilter::new("opentelemetry=info,weaviate=debug"))
        .with(tracing_opentelemetry::layer().with_tracer(provider.tracer("example")))
        .init();

    let (builder, _emulator) = server::from_env_or(weaviate_emulator::Emulator::builder()).await?;
    let client = builder.propagate(inject).connect().await?;
    let request = info_span!("handle request");
    async { client.collections().exists("Article").await }.instrument(request).await?;

    provider.force_flush()?;
    for span in exporter.get_finished_spans()? {
        println!("{} {} {}", span.span_context.trace_id(), span.span_context.span_id(), span.name);
    }
    Ok(())
}
