//! The tracing spans of a call.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Subscriber, subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

use super::{CLOSED_PORT, at};

#[derive(Clone, Debug, Default)]
struct RecordedSpan {
    name: String,
    parent: Option<String>,
    fields: BTreeMap<String, String>,
}

impl Visit for RecordedSpan {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name().to_owned(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<(Id, RecordedSpan)>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut recorded = RecordedSpan { name: attributes.metadata().name().to_owned(), ..RecordedSpan::default() };
        attributes.record(&mut recorded);
        recorded.parent = context.span(id).and_then(|span| Some(span.parent()?.name().to_owned()));
        self.0.lock().unwrap().push((id.clone(), recorded));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        for (other, recorded) in self.0.lock().unwrap().iter_mut() {
            if other == id {
                values.record(recorded);
            }
        }
    }
}

#[tokio::test]
async fn a_call_is_a_span_and_an_attempt_its_child() {
    let spans = Spans::default();
    let guard = subscriber::set_default(Registry::default().with(spans.clone()));
    let client = at(CLOSED_PORT, CLOSED_PORT).api_key("hunter2").connect_lazy().unwrap();
    client.collections().exists("owl").await.unwrap_err();
    drop(guard);

    let recorded: Vec<RecordedSpan> = spans.0.lock().unwrap().iter().map(|(_, recorded)| recorded.clone()).collect();
    let ours: Vec<&RecordedSpan> = recorded.iter().filter(|span| span.name.starts_with("weaviate.")).collect();
    let [call, attempt] = ours[..] else { panic!("{ours:?}") };
    for (name, value) in [
        ("otel.kind", "client"),
        ("db.system.name", "weaviate"),
        ("db.operation.name", "read collection"),
        ("db.collection.name", "Owl"),
        ("server.address", "127.0.0.1"),
        ("server.port", "1"),
        ("error.type", "Connection"),
    ] {
        assert_eq!(call.fields.get(name).map(String::as_str), Some(value), "{name}: {call:?}");
    }
    assert_eq!(call.name, "weaviate.read_collection");
    assert_eq!(
        (attempt.name.as_str(), attempt.parent.as_deref()),
        ("weaviate.attempt", Some("weaviate.read_collection"))
    );
    assert_eq!(attempt.fields.get("attempt").map(String::as_str), Some("1"));
    assert!(!format!("{recorded:?}").contains("hunter2"));
}
