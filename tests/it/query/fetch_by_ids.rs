//! `fetch_by_id` and `fetch_by_ids`.

use weaviate::prelude::*;

use super::titles;
use crate::support::{Article, article, live_bed};

async fn numbered(bed: &crate::support::Bed) -> Collection<Article> {
    let articles = bed.articles().await;
    let object = |number: u128, title: &str, year| {
        NewObject::new(article(title, year)).id(Uuid::from_u128(number)).vector([1.0, 0.0, 0.0])
    };
    let report =
        articles.data().insert_many([object(1, "one", 2001), object(2, "two", 2002), object(3, "three", 2003)]);
    report.await.unwrap().into_result().unwrap();
    articles
}

#[tokio::test]
async fn an_object_by_its_id() {
    let bed = live_bed().await;
    let articles = numbered(&bed).await;
    let found = articles.query().fetch_by_id(Uuid::from_u128(2)).include_vector(true).await.unwrap().unwrap();
    assert_eq!(found.vector(), Some(&[1.0, 0.0, 0.0].into()));
    assert_eq!((found.properties, found.id), (article("two", 2002), Uuid::from_u128(2)));
    assert_eq!(articles.query().fetch_by_id(Uuid::from_u128(4)).await.unwrap(), None);
    let other_year = Filter::property("year").equal(2001);
    assert_eq!(articles.query().fetch_by_id(Uuid::from_u128(2)).filter(other_year).await.unwrap(), None);
}

#[tokio::test]
async fn objects_by_their_ids_come_in_the_order_of_the_ids() {
    let bed = live_bed().await;
    let articles = numbered(&bed).await;
    let ids = |numbers: &[u128]| numbers.iter().map(|&number| Uuid::from_u128(number)).collect::<Vec<_>>();
    for (numbers, expected) in [
        (&[3, 1, 2][..], &["three", "one", "two"][..]),
        (&[2, 9, 1], &["two", "one"]),
        (&[1, 3, 1], &["one", "three"]),
        (&[], &[]),
    ] {
        let hits = articles.query().fetch_by_ids(ids(numbers)).await.unwrap();
        assert_eq!(titles(&hits), expected, "{numbers:?}");
    }
    // More ids than the server's default limit.
    let many: Vec<_> = (4..200).chain([1, 2, 3]).map(Uuid::from_u128).collect();
    assert_eq!(titles(&articles.query().fetch_by_ids(many).await.unwrap()), ["one", "two", "three"]);
}
