//! Aggregations that are refused before they are sent.

use weaviate::ErrorKind;
use weaviate::aggregate::Metrics;
use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::generate::Generate;
use weaviate::prelude::*;
use weaviate::query::{Boost, BoostCondition, Diversity, Rerank, Targets};
use weaviate_emulator::Emulator;

use super::{Book, book};
use crate::support::{bed, bed_of};

#[tokio::test]
async fn what_the_server_would_ignore_is_refused() {
    let bed = bed().await;
    let books = bed.client.collection("Book");
    let near = || books.query().near_vector([1.0, 0.0]).limit(5);
    let hybrid = || books.query().hybrid("owl");
    let mean = || Metrics::integer("year").mean();
    let typed = bed.client.collection_of::<Book>("Book");
    let before = bed.requests();
    for (error, field) in [
        (books.query().near_vector([1.0]).aggregate().await.unwrap_err(), "limit"),
        (books.query().near_text("owl").aggregate().await.unwrap_err(), "limit"),
        (hybrid().aggregate().await.unwrap_err(), "limit"),
        (hybrid().vector([1.0]).alpha(1.0).aggregate().await.unwrap_err(), "limit"),
        (near().limit(0).aggregate().await.unwrap_err(), "limit"),
        (near().limit(u32::MAX).aggregate().await.unwrap_err(), "limit"),
        (books.query().near_vector([1.0]).certainty(0.0).aggregate().await.unwrap_err(), "limit"),
        (near().distance(2.0).aggregate().await.unwrap_err(), "distance"),
        (books.query().hybrid("").vector([1.0]).aggregate().await.unwrap_err(), "limit"),
        (hybrid().max_vector_distance(0.5).aggregate().await.unwrap_err(), "limit"),
        (hybrid().query_properties(["title"]).limit(5).aggregate().await.unwrap_err(), "query_properties"),
        (near().offset(1).aggregate().await.unwrap_err(), "offset"),
        (near().auto_limit(1).aggregate().await.unwrap_err(), "auto_limit"),
        (near().rerank(Rerank::new("title", "owl")).aggregate().await.unwrap_err(), "rerank"),
        (near().boost(Boost::blend((BoostCondition::property_value("year"),))).aggregate().await.unwrap_err(), "boost"),
        (near().diversity(Diversity::mmr(2)).aggregate().await.unwrap_err(), "diversity"),
        (near().generate(Generate::single("Sum up {title}")).aggregate().await.unwrap_err(), "generate"),
        (near().query_profile(true).aggregate().await.unwrap_err(), "query_profile"),
        (near().properties(["title"]).aggregate().await.unwrap_err(), "select"),
        (near().target(Targets::sum(["a", "b"])).aggregate().await.unwrap_err(), "target"),
        (near().distance(f64::NAN).aggregate().await.unwrap_err(), "distance"),
        (books.aggregate().metrics(Metrics::integer("year")).await.unwrap_err(), "metrics"),
        (books.aggregate().metrics((mean(), mean())).await.unwrap_err(), "metrics"),
        (books.aggregate().metrics(Metrics::text("Title").count()).await.unwrap_err(), "metrics"),
        (books.aggregate().metrics(Metrics::text("a.b").count()).await.unwrap_err(), "metrics"),
        (books.aggregate().metrics(Metrics::text("title").top_occurrences(0)).await.unwrap_err(), "metrics"),
        (books.aggregate().group_by("a.b").await.unwrap_err(), "group_by"),
        (books.aggregate().group_by("title").limit(0).await.unwrap_err(), "limit"),
        (typed.count().filter(Book::fields().rating.equal(f64::NAN)).await.unwrap_err(), "filter"),
    ] {
        assert_eq!(
            (error.kind(), error.outcome(), error.field()),
            (ErrorKind::Validation, Outcome::NotSent, Some(field)),
            "{error}"
        );
    }
    assert_eq!(bed.requests(), before);
}

/// The last servers without it, and the first with it.
#[tokio::test]
async fn a_server_without_aggregations_is_told_before_the_call() {
    for (version, is_ok) in
        [("1.27.27", false), ("1.28.4", false), ("1.28.5", true), ("1.29.0", true), ("1.39.0", true)]
    {
        let bed = bed_of(Emulator::builder().version(version)).await;
        let books = bed.fresh::<Book>(CollectionConfig::new("Book")).await;
        books.data().insert(book("x")).await.unwrap();
        match books.count().await {
            Ok(count) => assert_eq!((is_ok, count), (true, 1), "{version}"),
            Err(error) => {
                assert!(!is_ok, "{version} {error}");
                assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
                assert_eq!(error.feature(), Some("Aggregate"));
            }
        }
    }
}

#[tokio::test]
async fn rest_has_no_aggregations_yet() {
    let bed = bed().await;
    let error = bed.client.collection("Book").count().protocol(Protocol::Rest).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
}
