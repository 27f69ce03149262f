//! `group_by` of `near_vector`, `bm25` and `hybrid`.

use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use super::shape;
use crate::support::bed;

#[tokio::test]
async fn near_vector_group_by_returns_distances() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let by_topic = GroupBy::new("topic").groups(2).objects_per_group(1);
    let found = notes.query().near_vector([1.0, 0.1]).group_by(by_topic.clone()).limit(6).await.unwrap();
    assert_eq!(shape(&found), [("animals", vec!["Quick brown fox"]), ("words", vec!["Quick words"])]);

    // Options go before the grouping or after it.
    let found = notes.query().near_vector([1.0, 0.1]).group_by(by_topic.objects_per_group(2)).distance(0.5);
    let found = found.include_vector(true).await.unwrap();
    assert_eq!(shape(&found), [("animals", vec!["Quick brown fox", "Lazy dog"])]);
    let (group, hits) = (&found[0], &found[0].hits);
    assert_eq!(group.number_of_objects, 2);
    assert_eq!((group.min_distance, group.max_distance), (hits[0].metadata.distance, hits[1].metadata.distance));
    assert!(group.min_distance < group.max_distance);
    assert_eq!(hits[0].vector(), Some(&Vector::from([1.0, 0.0])));
    assert!(found.hits().all(|hit| hit.group == "animals"));
}

#[tokio::test]
async fn bm25_and_hybrid_group_by_return_no_distances() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let by_topic = || GroupBy::new("topic").objects_per_group(2);
    let by_words = notes.query().bm25("fox").group_by(by_topic()).await.unwrap();
    assert_eq!(shape(&by_words), [("words", vec!["Fox fox fox"]), ("animals", vec!["Lazy dog", "Quick brown fox"])]);
    assert!(by_words.iter().all(|group| group.min_distance.is_none() && group.max_distance.is_none()));

    let by_both = notes.query().hybrid("fox").vector([-1.0, 0.0]).group_by(by_topic()).limit(3).await.unwrap();
    assert_eq!(by_both[0].name, "places");
    assert_eq!(by_both.hits().count(), 3, "the limit counts objects before they are grouped");
}

#[tokio::test]
async fn group_by_refuses_invalid_arguments_before_sending() {
    let bed = bed().await;
    let notes = bed.notes().await;
    for group_by in [GroupBy::new(""), GroupBy::new("topic").groups(0), GroupBy::new("topic").objects_per_group(0)] {
        let error = notes.query().bm25("fox").group_by(group_by).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("group_by")));
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
}
