//! The lines that a formatter of `tracing` prints with the filter `weaviate=debug`.

use std::collections::BTreeSet;

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use weaviate::prelude::*;

use super::{at, emulator};
use crate::calls::{self, PublicCall};
use crate::support::broken_ports::ClosedPort;
use crate::support::log::{Log, ask_all_subscribers};
use crate::support::time::timeouts;

/// Logs what the client emits on this thread, with a line at the end of each span.
fn logged() -> (Log, DefaultGuard) {
    ask_all_subscribers();
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("weaviate=debug,weaviate_emulator=off"))
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

/// The names of the fields in a line: what stands between a space or a brace and an equals sign.
fn fields(line: &str) -> Vec<&str> {
    line.split([' ', '{', '}', ':'])
        .filter_map(|word| Some(word.split_once('=')?.0))
        .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c)))
        .collect()
}

/// The last line of a span of this name: that of its end, with all its fields.
fn end_of<'l>(log: &'l str, span: &str) -> &'l str {
    let start = format!(" INFO {span}{{");
    log.lines().rfind(|line| line.contains(&start)).unwrap_or_else(|| panic!("{log}"))
}

#[tokio::test]
async fn no_line_has_a_field_twice() {
    let (one, other) = (ClosedPort::new().url(), ClosedPort::new().url());
    let (log, guard) = logged();
    // One node, whose protocols are all tried beneath the call.
    let alone = at(&one, &one).timeouts(timeouts()).connect_lazy().unwrap();
    alone.collection("Article").query().bm25("owl").await.unwrap_err();
    // Two nodes, and several attempts.
    let two = at(&one, &one).endpoints([(other.as_str(), other.as_str())]).timeouts(timeouts()).connect_lazy().unwrap();
    two.collection("Article").query().bm25("owl").await.unwrap_err();
    drop(guard);

    let log = log.text();
    for word in
        ["attempt failed", "retrying after a pause", "weaviate.search{", "weaviate.grpc_health{", "weaviate.attempt{"]
    {
        assert!(log.contains(word), "{word}: {log}");
    }
    let mut seen = BTreeSet::new();
    for line in log.lines() {
        let fields = fields(line);
        let distinct: BTreeSet<_> = fields.iter().copied().collect();
        assert_eq!(distinct.len(), fields.len(), "{line}");
        seen.extend(distinct);
    }
    for name in ["attempt", "error", "kind", "bytes", "server.port", "error.type", "node"] {
        assert!(seen.contains(name), "{name}: {seen:?}");
    }
}

#[tokio::test]
async fn a_lost_node_is_one_warning() {
    let emulator = emulator().await;
    let closed = ClosedPort::new().url();
    let (log, guard) = logged();
    let client = at(&emulator.rest_url(), &emulator.grpc_url())
        .endpoints([(closed.as_str(), closed.as_str())])
        .timeouts(timeouts())
        .connect_lazy()
        .unwrap();
    for _ in 0..9 {
        client.collection("Article").query().fetch_objects().await.unwrap();
    }
    drop(guard);
    let log = log.text();
    let warnings: Vec<&str> = log.lines().filter(|line| line.contains(" WARN ")).collect();
    let [warning] = warnings[..] else { panic!("{warnings:?}") };
    assert!(warning.contains(&format!("node={closed}")), "{warning}");
}

#[tokio::test]
async fn the_span_of_a_call_tells_kind_rows_and_bytes() {
    let emulator = emulator().await;
    let client = at(&emulator.rest_url(), &emulator.grpc_url()).connect().await.unwrap();
    let articles = client.collection("Article");
    let (log, _guard) = logged();
    let objects = ["owl", "owl and mouse", "mouse"].map(|title| {
        NewObject::new(PropertyMap::from_iter([("title", PropertyValue::from(title))])).vector([1.0, 0.0])
    });
    articles.data().insert_many(objects).await.unwrap().into_result().unwrap();
    let end = log.text();
    let line = end_of(&end, "weaviate.insert_many");
    assert!(line.contains(" rows=3 ") && fields(line).contains(&"bytes"), "{line}");
    assert!(!fields(line).contains(&"kind"), "{line}");

    let query = articles.query();
    query.bm25("owl").await.unwrap();
    query.near_vector([1.0, 0.0]).group_by(GroupBy::new("title")).limit(3).await.unwrap();
    query.hybrid("owl").vector([1.0, 0.0]).limit(1).await.unwrap();
    let hits = query.fetch_objects().await.unwrap();
    query.near_object(hits[0].id).limit(2).await.unwrap();
    let text = log.text();
    let searches: Vec<&str> = text.lines().filter(|line| line.contains(" INFO weaviate.search{")).collect();
    let expected = [("bm25", 2), ("near_vector", 3), ("hybrid", 1), ("fetch_objects", 3), ("near_object", 2)];
    assert_eq!(searches.len(), expected.len(), "{text}");
    for (line, (kind, rows)) in searches.iter().zip(expected) {
        assert!(line.contains(&format!(" kind=\"{kind}\" bytes=")), "{line}");
        assert!(line.contains(&format!(" rows={rows} ")), "{line}");
        assert!(line.contains("db.collection.name=\"Article\""), "{line}");
    }
}

/// A call without a name of its own would be a span `weaviate.call`.
#[tokio::test]
async fn each_operation_is_a_span_of_its_own_name() {
    let emulator = emulator().await;
    let client = at(&emulator.rest_url(), &emulator.grpc_url()).connect().await.unwrap();
    let (log, guard) = logged();
    for PublicCall { run, .. } in calls::all() {
        // Most calls fail: there is no such collection, or a call before has deleted it.
        run(client.clone()).await;
    }
    drop(guard);
    let log = log.text();
    let names: BTreeSet<_> =
        log.lines().filter_map(|line| Some(line.split_once(" INFO ")?.1.split_once('{')?.0)).collect();
    assert!(!names.contains("weaviate.call"), "{log}");
    for name in ["weaviate.search", "weaviate.insert_many", "weaviate.ensure_collection", "weaviate.validate"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    assert!(names.len() > 30, "{names:?}");
}
