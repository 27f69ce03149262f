//! Aggregations: metrics, groups, and those of searches.

mod metrics;
mod random;
mod refused;
mod searches;
mod wire_fields;

use serde::{Deserialize, Serialize};
use weaviate::prelude::*;
use weaviate::types::DateTime;

use crate::support::Bed;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Book {
    title: String,
    #[weaviate(tokenization = "field")]
    topic: Option<String>,
    tags: Option<Vec<String>>,
    year: Option<i64>,
    years: Option<Vec<i64>>,
    rating: Option<f64>,
    draft: Option<bool>,
    published: Option<DateTime>,
    #[weaviate(reference = "Shelf")]
    on: Option<Uuid>,
}

const SHELF: Uuid = Uuid::from_u128(0x51);

fn book(title: &str) -> Book {
    Book {
        title: title.to_owned(),
        topic: None,
        tags: None,
        year: None,
        years: None,
        rating: None,
        draft: None,
        published: None,
        on: None,
    }
}

fn date(text: &str) -> DateTime {
    DateTime::parse(text).unwrap()
}

/// Four books with everything, and one with a title alone.
fn all() -> [Book; 5] {
    let whole = |title: &str, topic: &str, tags: &[&str], year: i64, rating: f64, draft: bool, published: &str| Book {
        topic: Some(topic.to_owned()),
        tags: Some(tags.iter().map(|&tag| tag.to_owned()).collect()),
        year: Some(year),
        years: Some(vec![year, year + 1]),
        rating: Some(rating),
        draft: Some(draft),
        published: Some(date(published)),
        on: Some(SHELF),
        ..book(title)
    };
    [
        whole("Owls", "birds", &["north", "snow"], 2000, 4.5, false, "2020-01-01T00:00:00Z"),
        whole("Kites", "birds", &["north"], 2010, 3.0, true, "2020-01-03T00:00:00Z"),
        whole("Oaks", "trees", &["south", "snow"], 2010, 1.25, false, "2021-06-01T12:00:00+02:00"),
        whole("Crows", "birds", &[], 1990, 3.0, false, "2022-01-01T00:00:00Z"),
        book("Nothing"),
    ]
}

async fn empty(bed: &Bed) -> Collection<Book> {
    let shelf: Collection = bed.fresh(CollectionConfig::new("Shelf")).await;
    shelf.data().insert(PropertyMap::new()).id(SHELF).await.unwrap();
    let config = CollectionConfig::of::<Book>("Book").vector(VectorConfig::self_provided());
    bed.fresh_of(config).await
}

async fn books(bed: &Bed) -> Collection<Book> {
    let books = empty(bed).await;
    let vectors = [[1.0, 0.0], [0.9, 0.4], [0.3, 0.9], [0.0, 1.0], [-1.0, 0.0]];
    let objects = all().into_iter().zip(vectors).map(|(book, vector)| NewObject::new(book).vector(vector));
    books.data().insert_many(objects).await.unwrap().into_result().unwrap();
    books
}
