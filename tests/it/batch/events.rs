//! What a batch tells: events by their documented names, progress, and warnings.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use weaviate::batch::BatchProgress;
use weaviate::connect::WarningCode;
use weaviate::prelude::*;
use weaviate_emulator::{Emulator, Fault};

use super::numbered;
use crate::support::{Article, article_config, log, time};

async fn articles(emulator: &Emulator) -> (Client, Collection<Article>, Arc<Mutex<Vec<WarningCode>>>) {
    let warnings = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&warnings);
    let client = Client::custom(emulator.rest_url())
        .grpc(emulator.grpc_url())
        .on_warning(move |warning| seen.lock().unwrap().push(warning.code()))
        .connect()
        .await
        .unwrap();
    let articles = client.collections().create_of(article_config()).await.unwrap();
    (client, articles, warnings)
}

/// What is logged on this thread from DEBUG on, on which the tasks of the tests run, too.
fn logged() -> (log::Log, tracing::subscriber::DefaultGuard) {
    log::ask_all_subscribers();
    let log = log::Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_max_level(tracing::Level::DEBUG);
    (log, tracing::subscriber::set_default(subscriber.with_ansi(false).finish()))
}

#[tokio::test]
async fn each_message_emits_an_event_with_documented_names() {
    let emulator = Emulator::start().await.unwrap();
    let (_client, articles, _) = articles(&emulator).await;
    let (logged, guard) = logged();
    articles.batch().fixed(10, 1).import_from((0..15).map(numbered)).await.unwrap();
    drop(guard);
    let text = logged.text();
    let events: Vec<_> = text.lines().filter(|line| line.contains("weaviate::batch")).collect();
    assert_eq!(events.len(), 2, "{text}");
    let documented = include_str!("../../../src/api/batch.rs");
    for (event, reason, sent) in [(events[0], "full", 10), (events[1], "flush", 5)] {
        for field in documented.lines().filter_map(|line| line.strip_prefix("//! | `")?.split('`').next()) {
            let optional = field == "error.type";
            assert!(optional || event.contains(&format!("{field}=")), "{field} is missing: {event}");
        }
        assert!(event.contains(&format!("reason=\"{reason}\"")), "{event}");
        assert!(event.contains(&format!("monotonic_counter.weaviate.batch.sent={sent}")), "{event}");
    }
}

#[tokio::test]
async fn a_provider_limit_is_told_once() {
    let emulator = Emulator::start().await.unwrap();
    let (_client, articles, warnings) = articles(&emulator).await;
    let limit = Fault::object_errors(|_| Some("connection to: OpenAI API failed with status: 429".to_owned()));
    emulator.faults().add(limit.on_rpc("BatchObjects").times(2)).unwrap();
    let batch = articles.batch().fixed(10, 1).retry(time::eager().max_attempts(10));
    let report = batch.import_from((0..20).map(numbered)).await.unwrap();
    assert_eq!(report.objects().stored, 20);
    assert_eq!(*warnings.lock().unwrap(), [WarningCode::BatchSlowed]);
}

#[tokio::test]
async fn progress_is_told_after_each_message() {
    let emulator = Emulator::start().await.unwrap();
    let (_client, articles, _) = articles(&emulator).await;
    let seen = Arc::new(Mutex::new(Vec::<BatchProgress>::new()));
    let listener = Arc::clone(&seen);
    let batch = articles.batch().fixed(10, 1).on_progress(move |progress| listener.lock().unwrap().push(*progress));
    batch.import_from((0..25).map(numbered)).await.unwrap();
    let stored: Vec<_> = seen.lock().unwrap().iter().map(|progress| progress.objects.stored).collect();
    assert_eq!(stored, [10, 20, 25]);
}

#[tokio::test]
async fn a_dropped_batch_warns_with_its_counts_and_a_finished_one_does_not() {
    let emulator = Emulator::start().await.unwrap();
    let (_client, articles, _) = articles(&emulator).await;
    let (logged, guard) = logged();
    articles.batch().import_from([numbered(1)]).await.unwrap();
    drop(articles.batch().start().await.unwrap());
    assert!(!logged.text().contains("WARN"), "{}", logged.text());
    let batch = articles.batch().linger(Duration::from_secs(60)).start().await.unwrap();
    batch.add(numbered(2)).await.unwrap();
    drop(batch);
    drop(guard);
    let text = logged.text();
    let warnings: Vec<_> = text.lines().filter(|line| line.contains("WARN")).collect();
    assert_eq!(warnings.len(), 1, "{text}");
    assert!(warnings[0].contains("stored=0") && warnings[0].contains("failed=1"), "{text}");
}
