//! `fetch_objects`: filters, sorting, the cursor, and what is returned.

use weaviate::ErrorKind;
use weaviate::prelude::*;

use super::{three, titles};
use crate::support::bed;

#[tokio::test]
async fn fetch_objects_with_combined_filters() {
    let bed = bed().await;
    let articles = three(&bed).await;
    let year = || Filter::property("year");
    for (filter, expected) in [
        (year().equal(2000), vec!["east"]),
        (year().not_equal(2000), vec!["north", "up"]),
        (year().greater_than(2000), vec!["up"]),
        (year().greater_or_equal(2000), vec!["east", "up"]),
        (year().less_than(2000), vec!["north"]),
        (year().less_or_equal(2000), vec!["east", "north"]),
        (year().greater_than(1990) & year().less_than(2010), vec!["east"]),
        (year().equal(1990) | Filter::property("title").equal("up"), vec!["north", "up"]),
        (!year().equal(1990), vec!["east", "up"]),
    ] {
        let hits = articles.query().fetch_objects().filter(filter.clone()).await.unwrap();
        let mut found = titles(&hits);
        found.sort_unstable();
        assert_eq!(found, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn fetch_objects_sort_and_after() {
    let bed = bed().await;
    let articles = three(&bed).await;
    let hits = articles.query().fetch_objects().sort(Sort::by("year").descending()).await.unwrap();
    assert_eq!(titles(&hits), ["up", "east", "north"]);

    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let mut page = articles.query().fetch_objects().limit(2);
        if let Some(id) = after {
            page = page.after(id);
        }
        let page = page.await.unwrap();
        let Some(last) = page.iter().last() else { break };
        after = Some(last.id);
        seen.extend(page.iter().map(|hit| hit.properties.title.clone()));
    }
    seen.sort_unstable();
    assert_eq!(seen, ["east", "north", "up"]);
}

#[tokio::test]
async fn fetch_objects_returns_only_requested_metadata_vectors_and_properties() {
    let bed = bed().await;
    let articles = three(&bed).await;
    let hits = articles.query().fetch_objects().limit(1).await.unwrap();
    assert!(hits[0].metadata.creation_time.is_none());
    assert!(hits[0].vector().is_none());

    let hits = articles
        .query()
        .fetch_objects()
        .filter(Filter::property("title").equal("east"))
        .metadata([Metadata::CreationTime, Metadata::LastUpdateTime])
        .include_vector(true)
        .await
        .unwrap();
    assert!(hits[0].metadata.creation_time.is_some());
    assert!(hits[0].metadata.last_update_time.is_some());
    let vectors = hits[0].vectors();
    let vector = vectors.get("default").or(hits[0].vector()).unwrap();
    assert_eq!(vector.as_f32().unwrap().as_ref(), [1.0, 0.0, 0.0]);

    let dynamic = bed.client.collection("Article").query().fetch_objects().properties(["year"]).await.unwrap();
    assert!(dynamic.iter().all(|hit| hit.properties.keys().eq(["year"])));
}

#[tokio::test]
async fn fetch_objects_refuses_invalid_arguments_before_sending() {
    let bed = bed().await;
    let articles = three(&bed).await;
    for (what, error) in [
        (
            "cursor with filter",
            articles
                .query()
                .fetch_objects()
                .after(Uuid::from_u128(1))
                .filter(Filter::property("year").equal(1))
                .await
                .unwrap_err(),
        ),
        (
            "empty list",
            articles
                .query()
                .fetch_objects()
                .filter(Filter::property("year").contains_any(Vec::<i64>::new()))
                .await
                .unwrap_err(),
        ),
    ] {
        assert_eq!(error.kind(), ErrorKind::Validation, "{what}: {error:?}");
        assert_eq!(error.outcome(), weaviate::error::Outcome::NotSent, "{what}");
    }
}

#[tokio::test]
async fn fetch_objects_decode_error_names_the_property() {
    #[derive(Debug, serde::Deserialize)]
    struct Wrong {
        #[serde(rename = "year")]
        _year: String,
    }
    let bed = bed().await;
    let _articles = three(&bed).await;
    let error = bed.client.collection_as::<Wrong>("Article").query().fetch_objects().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let text = format!("{error}");
    assert!(text.contains("year"), "{text}");
}
