//! `near_object`: objects similar to a stored one.

use weaviate::error::Outcome;
use weaviate::prelude::*;

use super::{shape, titles};
use crate::support::bed;

#[tokio::test]
async fn near_object_finds_similar_objects() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let id = notes.query().bm25("lazy").limit(1).await.unwrap()[0].id;
    let hits = notes.query().near_object(id).limit(2).await.unwrap();
    assert_eq!(titles(&hits), ["Lazy dog", "Quick brown fox"]);
    assert!(hits[0].metadata.distance.unwrap() < 1e-5 && hits[1].metadata.distance.unwrap() > 0.01);
    let others = notes.query().near_object(id).filter(!Filter::id().equal(id)).certainty(0.9).await.unwrap();
    assert_eq!(titles(&others), ["Quick brown fox"]);
    let grouped = notes.query().near_object(id).group_by(GroupBy::new("topic").groups(1)).await.unwrap();
    assert_eq!(shape(&grouped), [("animals", vec!["Lazy dog", "Quick brown fox"])]);
    let cut = notes.query().near_object(id).auto_limit(1).await.unwrap();
    assert!(!cut.is_empty() && cut.len() < 6);

    let both = notes.query().near_object(id).distance(0.1).certainty(0.9).await.unwrap_err();
    assert_eq!((both.field(), both.outcome()), (Some("certainty"), Outcome::NotSent));
    let unknown = notes.query().near_object(Uuid::from_u128(1)).await.unwrap_err();
    assert_eq!(unknown.outcome(), Outcome::Refused, "{unknown:?}");
}
