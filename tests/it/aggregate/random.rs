//! Aggregations of random objects equal those that are computed from the objects.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{Config as ProptestConfig, TestRunner};
use weaviate::prelude::*;
use weaviate::types::DateTime;

use super::{Book, book, empty};
use crate::support::live_bed;

fn random() -> impl Strategy<Value = Book> {
    (
        option::of("[ab]{0,2}"),
        option::of(vec("[xyz]", 0..4)),
        option::of(-5i64..5),
        option::of(vec(-3i64..3, 0..4)),
        option::of((-8i32..8).prop_map(|eighth| f64::from(eighth) / 8.0)),
        option::of(any::<bool>()),
        option::of(0i64..1_000_000),
    )
        .prop_map(|(topic, tags, year, years, rating, draft, published)| Book {
            topic,
            tags,
            year,
            years,
            rating,
            draft,
            published: published.map(|seconds| DateTime::from_unix(seconds, 0).unwrap()),
            ..book("x")
        })
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// Most frequent value, the lowest of several.
fn mode(sorted: &[f64]) -> Option<f64> {
    let count = |value: f64| sorted.iter().filter(|other| other.total_cmp(&value).is_eq()).count();
    sorted.iter().copied().rev().max_by_key(|value| count(*value))
}

/// Count, sum, mean, median, mode, minimum, maximum.
type Numbers = (Option<u64>, Option<f64>, Option<f64>, Option<f64>, Option<f64>, Option<f64>, Option<f64>);

fn expected_numbers(values: impl Iterator<Item = f64>) -> Numbers {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let sum: f64 = sorted.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of objects")]
    let mean = sum / sorted.len() as f64;
    let of_some = |value: f64| (!sorted.is_empty()).then_some(value);
    let count = Some(sorted.len() as u64);
    (
        count,
        of_some(sum),
        of_some(mean),
        median(&sorted),
        mode(&sorted),
        sorted.first().copied(),
        sorted.last().copied(),
    )
}

fn is_close(found: Numbers, expected: Numbers) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (a, b) => a == b,
    };
    found.0 == expected.0
        && near(found.1, expected.1)
        && near(found.2, expected.2)
        && near(found.3, expected.3)
        && near(found.4, expected.4)
        && near(found.5, expected.5)
        && near(found.6, expected.6)
}

/// By count, then by bytes.
fn expected_top(values: impl Iterator<Item = String>) -> Vec<(String, u64)> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_insert(0) += 1;
    }
    let mut top: Vec<_> = counts.into_iter().collect();
    top.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    top.truncate(3);
    top
}

async fn check(books: &Collection<Book>, all: &[Book]) -> Result<(), TestCaseError> {
    let f = Book::fields();
    let metrics = (
        f.year.count().sum().mean().median().mode().min().max(),
        f.years.count().sum().mean().median().mode().min().max(),
        f.rating.count().sum().mean().median().mode().min().max(),
        f.topic.count().top_occurrences(3),
        f.tags.count().top_occurrences(3),
        f.draft.count().total_true().total_false(),
        f.published.count().min().max(),
    );
    let report = books.aggregate().metrics(metrics).await.unwrap();
    prop_assert_eq!(report.count, all.len() as u64);
    let (year, years, rating, topic, tags, draft, published) = report.metrics;
    macro_rules! numbers {
        ($found:expr, $values:expr) => {{
            #[allow(clippy::cast_precision_loss, clippy::unnecessary_cast, reason = "small numbers")]
            let float = |number| number as f64;
            let sum = $found.sum.map(float);
            let (mode, min, max) = ($found.mode.map(float), $found.min.map(float), $found.max.map(float));
            let found = ($found.count, sum, $found.mean, $found.median, mode, min, max);
            let expected = expected_numbers($values);
            prop_assert!(is_close(found, expected), "{:?} {:?}", found, expected);
        }};
    }
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let float = |number: i64| number as f64;
    numbers!(year, all.iter().filter_map(|book| book.year).map(float));
    numbers!(years, all.iter().flat_map(|book| book.years.clone().unwrap_or_default()).map(float));
    numbers!(rating, all.iter().filter_map(|book| book.rating));
    for (found, values) in [
        (topic, all.iter().filter_map(|book| book.topic.clone()).collect::<Vec<_>>()),
        (tags, all.iter().flat_map(|book| book.tags.clone().unwrap_or_default()).collect()),
    ] {
        prop_assert_eq!(found.count, Some(values.len() as u64));
        let top = found.top_occurrences.unwrap().into_iter().map(|one| (one.value, one.occurs));
        prop_assert_eq!(top.collect::<Vec<_>>(), expected_top(values.into_iter()));
    }
    let drafts: Vec<_> = all.iter().filter_map(|book| book.draft).collect();
    let count = |flag: bool| Some(drafts.iter().filter(|draft| **draft == flag).count() as u64);
    prop_assert_eq!(
        (draft.count, draft.total_true, draft.total_false),
        (Some(drafts.len() as u64), count(true), count(false))
    );
    let mut dates: Vec<_> = all.iter().filter_map(|book| book.published.clone()).collect();
    dates.sort_by(DateTime::cmp_instant);
    prop_assert_eq!(
        (published.count, published.min, published.max),
        (Some(dates.len() as u64), dates.first().cloned(), dates.last().cloned())
    );

    let mut groups: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for book in all {
        if let Some(topic) = &book.topic {
            groups.entry(topic.clone()).or_default().extend(book.year);
        }
    }
    let found = books.aggregate().metrics(f.year.count().sum()).group_by(f.topic).await.unwrap();
    let found: BTreeMap<_, _> =
        found.into_iter().map(|group| (group.value.to_string(), (group.metrics.count, group.metrics.sum))).collect();
    let expected: BTreeMap<_, _> = groups
        .into_iter()
        .map(|(topic, years)| (topic, (Some(years.len() as u64), (!years.is_empty()).then(|| years.iter().sum()))))
        .collect();
    prop_assert_eq!(found, expected);
    Ok(())
}

#[test]
fn aggregations_equal_what_is_computed_from_the_objects() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let bed = runtime.block_on(live_bed());
    let cases = if bed.is_live() { 60 } else { 25 };
    let mut runner = TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() });
    runner
        .run(&vec(random(), 0..12), |all| {
            runtime.block_on(async {
                let books = empty(&bed).await;
                books.data().insert_many(all.clone()).await.unwrap().into_result().unwrap();
                check(&books, &all).await
            })
        })
        .unwrap();
}
