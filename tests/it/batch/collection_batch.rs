//! Batch of one collection, over all protocols, in all modes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use weaviate::ErrorKind;
use weaviate::batch::{BatchItem, BatchMode, RateLimit};
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::data::NewReference;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::types::Vector;
use weaviate_emulator::{Emulator, Fault};

use super::{id, numbered, stored_ids};
use crate::support::{Article, PROTOCOLS, article, article_config, live_bed};

const MODES: [BatchMode; 4] = [
    BatchMode::Auto,
    BatchMode::Dynamic,
    BatchMode::Fixed { size: 30, concurrency: 3 },
    BatchMode::RateLimited(RateLimit::objects_per_minute(600_000)),
];

#[tokio::test]
async fn every_mode_stores_everything_over_every_protocol() {
    let bed = live_bed().await;
    for protocol in PROTOCOLS {
        for mode in MODES {
            let articles = bed.articles().await;
            let objects = (0..200).map(|number| numbered(number).vector([1.0, 0.0, 0.5]));
            let report = articles.batch().mode(mode).protocol(protocol).import_from(objects).await.unwrap();
            let counts = report.objects();
            assert_eq!((counts.stored, counts.total()), (200, 200), "{protocol} {mode:?}");
            assert_eq!(stored_ids(&articles).await, (0..200).map(id).collect(), "{protocol} {mode:?}");
            assert_eq!(report.took() > Duration::ZERO, protocol != Protocol::Rest, "{protocol}");
        }
    }
    let articles = bed.articles().await;
    articles.batch().import_from([numbered(7).vector([1.0, 2.0, 3.0])]).await.unwrap();
    let found = articles.query().fetch_by_id(id(7)).include_vector(true).await.unwrap().unwrap();
    assert_eq!(found.properties, article("Article 7", 7));
    assert_eq!(found.vectors().get("default").unwrap(), &Vector::from([1.0, 2.0, 3.0]));
}

#[tokio::test]
async fn eight_tasks_feed_one_batch() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    let batch = articles.batch().fixed(50, 4).start().await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let batch = batch.clone();
            tokio::spawn(async move {
                for number in 0..100 {
                    batch.add(numbered(task * 100 + number)).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(batch.finish().await.unwrap().objects().stored, 800);
    assert_eq!(stored_ids(&articles).await.len(), 800);
}

#[tokio::test]
async fn what_the_server_refuses_comes_back_with_its_text() {
    let bed = live_bed().await;
    let things = bed.fresh::<PropertyMap>(article_config()).await;
    let good = NewObject::new(PropertyMap::from([("title", "x")])).id(id(1));
    let bad = NewObject::new(PropertyMap::from([("year", "not a number")])).id(id(2));
    let error = things.batch().import_from([good, bad.clone()]).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("1 of 2 items were not stored") && text.contains("year"), "{text}");
    let report = error.into_report();
    let [failure] = report.failures() else { panic!("{report:?}") };
    assert_eq!((failure.id(), failure.kind(), failure.outcome()), (id(2), ErrorKind::Validation, Outcome::Refused));
    assert_eq!(failure.item(), &BatchItem::Object(bad));
    assert_eq!((failure.collection(), failure.tenant()), ("Article", None));
}

#[tokio::test]
async fn references_follow_their_objects() {
    let bed = live_bed().await;
    bed.client.collections().delete("Person").await.unwrap();
    let config = CollectionConfig::new("Person").property(Property::new("name", DataType::Text));
    bed.client.collections().create(config).await.unwrap();
    let people = bed.client.collection("Person");
    people.config().add_property(Property::new("knows", DataType::reference(["Person"]))).await.unwrap();
    let batch = people.batch().start().await.unwrap();
    let (ann, bob) = (id(1), id(2));
    for (id, name) in [(ann, "Ann"), (bob, "Bob")] {
        batch.add(NewObject::new(PropertyMap::from([("name", name)])).id(id)).await.unwrap();
    }
    batch.add_reference(NewReference::new(ann, "knows", bob)).await.unwrap();
    batch.add_reference(NewReference::new(bob, "knows", ann)).await.unwrap();
    let error = batch.add_reference(NewReference::new(bob, "no/name", ann)).await.unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::Validation);
    batch.add_reference(NewReference::new(bob, "likes", ann)).await.unwrap();
    let report = batch.finish().await.unwrap_err().into_report();
    assert_eq!((report.objects().stored, report.references().stored), (2, 2), "{report:?}");
    assert_eq!(report.references().failed + report.references().unknown, 1);
    let found =
        people.query().fetch_by_id(ann).select(Selection::none().reference("knows", Selection::all())).await.unwrap();
    let found = found.unwrap();
    let [knows] = found.references("knows") else { panic!("{found:?}") };
    assert_eq!(knows.to().unwrap().id(), bob);
}

#[tokio::test]
async fn a_tracked_object_tells_its_fate_before_the_end() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    let batch = articles.batch().start().await.unwrap();
    let fate = batch.add_tracked(numbered(1)).await.unwrap();
    assert_eq!(fate.id(), id(1));
    assert_eq!(fate.await.unwrap(), id(1));
    assert!(articles.data().exists(id(1)).await.unwrap());
    batch.finish().await.unwrap();
}

#[tokio::test]
async fn verify_tells_what_is_stored_of_what_is_unknown() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    let articles: Collection<Article> = client.collections().create_of(article_config()).await.unwrap();
    let faults = emulator.faults();
    faults.add(Fault::unavailable().after_commit().on_rpc("BatchObjects").nth(0)).unwrap();
    faults.add(Fault::unavailable().on_rpc("BatchObjects").nth(0)).unwrap();
    let batch = articles.batch().fixed(1, 1).retry(RetryPolicy::none());
    let error = batch.import_from([numbered(1), numbered(2), numbered(3)]).await.unwrap_err();
    let mut report = error.into_report();
    assert_eq!((report.objects().stored, report.objects().unknown), (1, 2));
    report.verify().await.unwrap();
    assert_eq!((report.objects().stored, report.objects().failed, report.objects().unknown), (2, 1, 0));
    let [failure] = report.failures() else { panic!("{report:?}") };
    assert_eq!((failure.id(), failure.outcome()), (id(2), Outcome::Refused));
    assert!(failure.error().is_retryable());
}

#[tokio::test]
async fn settings_are_checked_before_anything_is_sent() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    for (batch, field) in [
        (articles.batch().fixed(0, 1), "size"),
        (articles.batch().fixed(1, 0), "concurrency"),
        (articles.batch().rate_limited(RateLimit::tokens_per_minute(0)), "tokens_per_minute"),
        (articles.batch().max_queued_objects(0), "max_queued_objects"),
        (articles.batch().max_queued_bytes(0), "max_queued_bytes"),
        (articles.batch().header("authorization", "x"), "header"),
        (articles.tenant("no/name").batch(), "tenant"),
        (bed.client.collection_of::<Article>("no name").batch(), "collection"),
    ] {
        let error = batch.start().await.unwrap_err();
        assert_eq!(
            (error.kind(), error.field(), error.operation()),
            (ErrorKind::Validation, Some(field), Some("batch"))
        );
    }
    let error = articles.batch().fixed(0, 1).import_from([numbered(1)]).await.unwrap_err();
    assert_eq!(
        (error.report().objects().total(), weaviate::Error::from(error).field().map(str::to_owned)),
        (0, Some("size".to_owned()))
    );
}

#[tokio::test]
async fn an_empty_batch_is_no_error_and_sends_nothing() {
    let bed = crate::support::bed().await;
    let articles = bed.articles().await;
    let before = bed.requests();
    let report = articles.batch().fixed(10, 1).import_from(Vec::<Article>::new()).await.unwrap();
    assert_eq!((report.objects().total(), bed.requests()), (0, before));
}

#[tokio::test]
async fn a_usage_limit_is_permanent() {
    let emulator = Emulator::builder().maximum_objects(5).start().await.unwrap();
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    let articles: Collection<Article> = client.collections().create_of(article_config()).await.unwrap();
    for protocol in PROTOCOLS {
        let batch = articles.batch().fixed(4, 1).protocol(protocol);
        let report = batch.import_from((0..12).map(numbered)).await.unwrap_err().into_report();
        let counts = report.objects();
        assert_eq!((counts.total(), counts.unknown, report.retries()), (12, 0, 0), "{protocol}");
        assert_eq!(usize::try_from(counts.stored).unwrap(), emulator.object_count("Article"), "{protocol}");
        assert!(
            report.failures().iter().all(|failure| failure.kind() == ErrorKind::LimitExceeded),
            "{protocol}: {report:?}"
        );
        assert!(report.failures()[0].message().contains("limit of 5 reached"), "{protocol}: {}", report.failures()[0]);
        articles.data().delete_many(Filter::property("year").greater_or_equal(0)).await.unwrap();
    }
}

#[tokio::test]
async fn a_dynamic_batch_takes_small_steps_where_the_server_makes_the_vectors() {
    let emulator =
        Emulator::builder().vectorizer("text2vec-openai", |texts: &[String]| vec![vec![1.0, 0.0]; texts.len()]);
    let emulator = emulator.start().await.unwrap();
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    let property = || Property::new("title", DataType::Text);
    let openai = VectorConfig::new(weaviate::schema::modules::Text2VecOpenAi::new());
    let configs = [
        (CollectionConfig::new("Vectorized").property(property()).vector(openai), 48),
        (CollectionConfig::new("Plain").property(property()).vector(VectorConfig::self_provided()), 250),
    ];
    for (config, first) in configs {
        let name = config.name().to_owned();
        client.collections().create(config).await.unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&seen);
        let batch = client.collection(&name).batch().dynamic();
        let batch = batch.on_progress(move |progress| listener.lock().unwrap().push(progress.objects.stored));
        batch.import_from((0..300).map(|number| PropertyMap::from([("title", number.to_string())]))).await.unwrap();
        assert_eq!(seen.lock().unwrap()[0], first, "{name}");
    }
}

#[tokio::test]
async fn an_empty_reply_over_grpc_web_says_nothing() {
    let recorder = crate::support::recorder::Recorder::start().await;
    recorder.answer_rpc("BatchObjects", Vec::new());
    let client = recorder.client().await;
    let batch = client.collection("Article").batch().protocol(Protocol::GrpcWeb).retry(RetryPolicy::none());
    let error = batch.import_from([PropertyMap::new()]).await.unwrap_err();
    assert_eq!(error.report().objects().unknown, 1, "{error}");
}
