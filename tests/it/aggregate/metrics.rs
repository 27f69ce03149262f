//! Metrics of each data type, by handle and by name, and of groups.

use std::collections::BTreeMap;

use weaviate::aggregate::{AnyMetric, GroupValue, Metrics, Summary};
use weaviate::prelude::*;

use super::{Book, SHELF, books, date, empty};
use crate::support::{GRPC_PROTOCOLS, live_bed};

#[tokio::test]
async fn objects_are_counted() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    let birds = || Book::fields().topic.equal("birds");
    for protocol in GRPC_PROTOCOLS {
        assert_eq!(books.count().protocol(protocol).await.unwrap(), 5);
        assert_eq!(books.count().filter(birds()).protocol(protocol).await.unwrap(), 3);
        let snow = Book::fields().tags.contains_any(["snow"]);
        assert_eq!(books.count().filter(birds()).filter(snow).protocol(protocol).await.unwrap(), 1);
        let report = books.aggregate().filter(birds()).protocol(protocol).await.unwrap();
        assert_eq!((report.count, report.metrics), (3, ()));
    }
}

#[tokio::test]
async fn every_metric_of_every_type() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    let f = Book::fields();
    for protocol in GRPC_PROTOCOLS {
        let numbers = (
            f.year.sum().mean().mode().median().max().min().count().value_type(),
            f.years.sum().count().value_type().mode(),
            f.rating.sum().mean().mode().median().max().min().count().value_type(),
        );
        let (year, years, rating) = books.aggregate().metrics(numbers).protocol(protocol).await.unwrap().metrics;
        assert_eq!((year.count, year.value_type.as_deref(), year.sum), (Some(4), Some("int"), Some(8010)));
        assert_eq!((year.mean, year.median, year.mode), (Some(2002.5), Some(2005.0), Some(2010)));
        assert_eq!((year.max, year.min), (Some(2010), Some(1990)));
        assert_eq!((years.count, years.value_type.as_deref(), years.sum), (Some(8), Some("int[]"), Some(16024)));
        assert_eq!(years.mode, Some(2010));
        assert_eq!((rating.count, rating.value_type.as_deref(), rating.sum), (Some(4), Some("number"), Some(11.75)));
        assert_eq!((rating.mean, rating.median, rating.mode), (Some(2.9375), Some(3.0), Some(3.0)));
        assert_eq!((rating.max, rating.min), (Some(4.5), Some(1.25)));

        let others = (
            f.topic.top_occurrences(5).count().value_type(),
            f.tags.top_occurrences(2).count(),
            f.draft.count().value_type().total_true().total_false().percentage_true().percentage_false(),
            f.published.count().value_type().min().max().median(),
            f.on.pointing_to().value_type(),
        );
        let report = books.aggregate().metrics(others).protocol(protocol).await.unwrap();
        let (topic, tags, draft, published, on) = report.metrics;
        assert_eq!((topic.count, topic.value_type.as_deref()), (Some(4), Some("text")));
        let top = |summary: &weaviate::aggregate::TextSummary| -> Vec<(String, u64)> {
            let top = summary.top_occurrences.as_ref().unwrap();
            top.iter().map(|one| (one.value.clone(), one.occurs)).collect()
        };
        assert_eq!(top(&topic), [("birds".to_owned(), 3), ("trees".to_owned(), 1)]);
        assert_eq!((tags.count, top(&tags)), (Some(5), vec![("north".to_owned(), 2), ("snow".to_owned(), 2)]));
        assert_eq!((draft.count, draft.total_true, draft.total_false), (Some(4), Some(1), Some(3)));
        assert_eq!((draft.percentage_true, draft.percentage_false), (Some(0.25), Some(0.75)));
        assert_eq!(published.count, Some(4));
        assert_eq!(published.min, Some(date("2020-01-01T00:00:00Z")));
        assert_eq!(published.max, Some(date("2022-01-01T00:00:00Z")));
        assert_eq!(published.median, Some(date("2020-09-16T17:00:00Z")));
        assert_eq!((on.value_type.as_deref(), on.pointing_to), (Some("cref"), Some(vec!["Shelf".to_owned()])));
    }
}

#[tokio::test]
async fn what_was_not_asked_is_none() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    let f = Book::fields();
    let metrics = (f.topic.count(), f.draft.total_true(), f.year.max(), f.published.count());
    let (topic, draft, year, published) = books.aggregate().metrics(metrics).await.unwrap().metrics;
    assert_eq!((topic.count, topic.top_occurrences, topic.value_type), (Some(4), None, None));
    assert_eq!((draft.total_true, draft.count, draft.total_false, draft.percentage_true), (Some(1), None, None, None));
    assert_eq!((year.max, year.min, year.count, year.mean), (Some(2010), None, None, None));
    assert_eq!((published.count, published.max), (Some(4), None));
}

#[tokio::test]
async fn nothing_is_zero_or_none() {
    let bed = live_bed().await;
    let books = empty(&bed).await;
    let f = Book::fields();
    let metrics = (
        f.year.mean().max().count(),
        f.topic.count().top_occurrences(3),
        f.draft.total_true().percentage_true(),
        f.published.count().max(),
    );
    let report = books.aggregate().metrics(metrics).await.unwrap();
    let (year, topic, draft, published) = report.metrics;
    assert_eq!((report.count, year.count, year.mean, year.max), (0, Some(0), None, None));
    assert_eq!((topic.count, topic.top_occurrences), (Some(0), Some(Vec::new())));
    assert_eq!((draft.total_true, draft.percentage_true), (Some(0), None));
    assert_eq!((published.count, published.max), (Some(0), None));
    assert!(books.aggregate().metrics(f.year.mean()).group_by(f.topic).await.unwrap().is_empty());
}

#[tokio::test]
async fn groups_have_values_counts_and_metrics() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    let f = Book::fields();
    for protocol in GRPC_PROTOCOLS {
        let by_topic = books.aggregate().metrics((f.year.mean(),)).group_by(f.topic.clone()).protocol(protocol);
        let groups = by_topic.clone().await.unwrap();
        let found: Vec<_> =
            groups.iter().map(|group| (group.value.as_str().unwrap(), group.count, group.metrics.0.mean)).collect();
        assert_eq!(found, [("birds", 3, Some(2000.0)), ("trees", 1, Some(2010.0))]);
        assert_eq!(by_topic.limit(1).await.unwrap().len(), 1);

        let values = async |groups: weaviate::aggregate::Aggregate<Book, (), weaviate::aggregate::Groups>| {
            let groups = groups.protocol(protocol).await.unwrap();
            let mut found: Vec<_> = groups.into_iter().map(|group| (group.value.to_string(), group.count)).collect();
            found.sort();
            found
        };
        let expected = |list: &[(&str, u64)]| -> Vec<_> { list.iter().map(|(v, n)| ((*v).to_owned(), *n)).collect() };
        let years = values(books.aggregate().group_by(f.year.clone())).await;
        assert_eq!(years, expected(&[("1990", 1), ("2000", 1), ("2010", 2)]));
        let tags = values(books.aggregate().group_by("tags")).await;
        assert_eq!(tags, expected(&[("north", 2), ("snow", 2), ("south", 1)]));
        let drafts = values(books.aggregate().group_by(f.draft.clone())).await;
        assert_eq!(drafts, expected(&[("false", 3), ("true", 1)]));
        let shelves = values(books.aggregate().group_by(f.on)).await;
        assert_eq!(shelves, expected(&[(&*format!("weaviate://localhost/Shelf/{SHELF}"), 4)]));
    }
    let drafts = books.aggregate().group_by(f.draft).limit(1).await.unwrap();
    assert_eq!((&drafts[0].value, drafts[0].value.as_bool()), (&GroupValue::Boolean(false), Some(false)));
}

#[tokio::test]
async fn metrics_by_name_and_at_run_time() {
    let bed = live_bed().await;
    let typed = books(&bed).await;
    let books = bed.client.collection("Book");
    let metrics = (Metrics::integer("year").mean(), Metrics::text("topic").top_occurrences(1));
    let (year, topic) = books.aggregate().metrics(metrics).await.unwrap().metrics;
    assert_eq!((year.mean, topic.top_occurrences.unwrap().len()), (Some(2002.5), 1));
    assert_eq!(books.aggregate().metrics(Metrics::number("rating").max()).await.unwrap().metrics.max, Some(4.5));

    let list: Vec<AnyMetric> =
        vec![Metrics::date("published").count().into(), Book::fields().draft.total_true().into()];
    let found: BTreeMap<String, Summary> = typed.aggregate().metrics(list).await.unwrap().metrics;
    assert_eq!(found.keys().collect::<Vec<_>>(), ["draft", "published"]);
    let Summary::Date(published) = &found["published"] else { panic!("{found:?}") };
    assert_eq!(published.count, Some(4));

    let error = books.aggregate().metrics(Metrics::integer("rating").max()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(
        error.to_string().contains("`rating` is number, and was aggregated as Integer; use `Metrics::number`"),
        "{error}"
    );
}
