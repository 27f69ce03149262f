//! `bm25`: keyword search.

use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

use super::titles;
use crate::support::{bed, bed_of};

#[tokio::test]
async fn bm25_orders_by_score() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let hits = notes.query().bm25("fox").await.unwrap();
    assert_eq!(titles(&hits), ["Fox fox fox", "Lazy dog", "Quick brown fox"]);
    let scores: Vec<_> = hits.iter().map(|hit| hit.metadata.score.unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a > b) && scores[2] > 0.0, "{scores:?}");
    assert!(hits.iter().all(|hit| hit.metadata.distance.is_none() && hit.metadata.explain_score.is_none()));

    let hits = notes.query().bm25("fox").metadata([Metadata::ExplainScore]).limit(1).offset(1).await.unwrap();
    assert_eq!(titles(&hits), ["Lazy dog"]);
    assert!(hits[0].metadata.score.is_some());
    assert!(hits[0].metadata.explain_score.as_deref().unwrap().to_lowercase().contains("bm25"), "{:?}", hits[0]);
}

#[tokio::test]
async fn bm25_query_properties_and_weights() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let hits = notes.query().bm25("fox").query_properties(["body"]).await.unwrap();
    assert_eq!(titles(&hits), ["Lazy dog"]);
    let hits = notes.query().bm25("dog").query_properties(["title", "body^20"]).await.unwrap();
    assert_eq!(titles(&hits), ["Quick brown fox", "Lazy dog"]);
    let weighted = [SearchProperty::new("title").weight(20.0), "body".into()];
    let hits = notes.query().bm25("dog").query_properties(weighted).await.unwrap();
    assert_eq!(titles(&hits), ["Lazy dog", "Quick brown fox"]);
}

#[tokio::test]
async fn bm25_operator_sets_how_many_words_must_match() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let search = |operator| notes.query().bm25("quick brown fox").query_properties(["title"]).operator(operator);
    for (operator, expected) in [
        (Bm25Operator::or(1), vec!["Fox fox fox", "Quick brown fox", "Quick words"]),
        (Bm25Operator::or(2), vec!["Quick brown fox"]),
        (Bm25Operator::or(4), vec![]),
        (Bm25Operator::and(), vec!["Quick brown fox"]),
    ] {
        let hits = search(operator).await.unwrap();
        let mut found = titles(&hits);
        found.sort_unstable();
        assert_eq!(found, expected, "{operator:?}");
    }
    let across = |operator| notes.query().bm25("lazy fox").query_properties(["title", "body"]).operator(operator);
    assert!(across(Bm25Operator::and()).await.unwrap().is_empty(), "no one property has both words");
    assert_eq!(titles(&across(Bm25Operator::and_cross()).await.unwrap()), ["Lazy dog"]);
}

#[tokio::test]
async fn bm25_with_filter_and_auto_limit() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let hits = notes.query().bm25("fox").filter(Filter::property("topic").equal("animals")).await.unwrap();
    assert_eq!(titles(&hits), ["Lazy dog", "Quick brown fox"]);
    let search = || notes.query().bm25("quick brown fox").query_properties(["title"]);
    assert_eq!(search().await.unwrap().len(), 3);
    assert_eq!(titles(&search().auto_limit(1).await.unwrap()), ["Quick brown fox"]);
    let hits = notes.query().bm25("fox").properties(["topic"]).include_vector(true).limit(1);
    let dynamic = bed.client.collection("Note").query().bm25("fox").properties(["topic"]).include_vector(true).limit(1);
    assert_eq!(hits.await.unwrap_err().kind(), ErrorKind::Decode, "a note has a title");
    let dynamic = dynamic.await.unwrap();
    assert_eq!(dynamic[0].properties, PropertyMap::from([("topic", "words")]));
    assert_eq!(dynamic[0].vector(), Some(&Vector::from([0.0, 1.0])));
}

#[tokio::test]
async fn bm25_refuses_invalid_arguments_before_sending() {
    let bed = bed().await;
    let notes = bed.notes().await;
    for (field, query) in [
        ("bm25", notes.query().bm25("")),
        ("query_properties", notes.query().bm25("fox").query_properties(Vec::<SearchProperty>::new())),
        ("query_properties", notes.query().bm25("fox").query_properties(["title^much"])),
        ("operator", notes.query().bm25("fox").operator(Bm25Operator::or(0))),
        ("auto_limit", notes.query().bm25("fox").auto_limit(0)),
    ] {
        let error = query.await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
    let error = notes.query().bm25("fox").query_properties(["nosuch"]).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Refused, "only the server knows the properties: {error:?}");
}

#[tokio::test]
async fn bm25_operator_checks_the_server_version() {
    for (version, and, and_cross) in
        [("1.30.16", false, false), ("1.30.17", true, false), ("1.38.7", true, false), ("1.38.8", true, true)]
    {
        let bed = bed_of(Emulator::builder().version(version)).await;
        let notes = bed.notes().await;
        for (operator, known) in [(Bm25Operator::and(), and), (Bm25Operator::and_cross(), and_cross)] {
            let texts = ["title", "body"];
            let by_words = notes.query().bm25("fox").query_properties(texts).operator(operator).await;
            let by_both = notes.query().hybrid("fox").alpha(0.0).query_properties(texts).operator(operator).await;
            for found in [by_words, by_both] {
                match found {
                    Ok(hits) => assert!(known && hits.len() == 3, "{version} {operator:?}: {hits:?}"),
                    Err(error) => {
                        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
                        assert!(!known && error.to_string().contains(version), "{version} {operator:?}: {error}");
                    }
                }
            }
        }
    }
}
