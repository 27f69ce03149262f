//! `near_vector`: order, distance, limit and offset.

use weaviate::ErrorKind;
use weaviate::error::Outcome;

use super::{three, titles};
use crate::support::bed;

#[tokio::test]
async fn near_vector_orders_by_distance() {
    let bed = bed().await;
    let articles = three(&bed).await;
    let hits = articles.query().near_vector(vec![0.9, 0.4, 0.1]).await.unwrap();
    assert_eq!(titles(&hits), ["east", "north", "up"]);
    let distances: Vec<_> = hits.iter().map(|hit| hit.metadata.distance.unwrap()).collect();
    assert!(distances.is_sorted(), "{distances:?}");
}

#[tokio::test]
async fn near_vector_distance_limit_and_offset() {
    let bed = bed().await;
    let articles = three(&bed).await;
    let hits = articles.query().near_vector(vec![1.0, 0.0, 0.0]).distance(0.5).await.unwrap();
    assert_eq!(titles(&hits), ["east"]);
    let hits = articles.query().near_vector(vec![0.9, 0.4, 0.1]).limit(1).offset(1).await.unwrap();
    assert_eq!(titles(&hits), ["north"]);
}

#[tokio::test]
async fn near_vector_refuses_invalid_arguments_before_sending() {
    let bed = bed().await;
    let articles = three(&bed).await;
    for (what, error) in [
        ("both thresholds", articles.query().near_vector(vec![1.0]).distance(0.1).certainty(0.1).await.unwrap_err()),
        ("empty vector", articles.query().near_vector(Vec::<f32>::new()).await.unwrap_err()),
    ] {
        assert_eq!(error.kind(), ErrorKind::Validation, "{what}: {error:?}");
        assert_eq!(error.outcome(), Outcome::NotSent, "{what}");
    }
}
