//! `iterate`: all objects, page by page.

mod faults;
mod options;
mod stream;
mod tenants;

use weaviate::Uuid;
use weaviate::iterate::Objects;
use weaviate::prelude::*;

use crate::support::{Article, Bed, article};

/// Ids as chance has them, the same each time, with some in a row among them.
fn ids(count: usize) -> Vec<Uuid> {
    let mut rng = fastrand::Rng::with_seed(0x5eed);
    let mut ids: Vec<Uuid> = (0..count).map(|_| Uuid::from_u128(rng.u128(..))).collect();
    for index in (0..count.saturating_sub(1)).step_by(10) {
        ids[index + 1] = Uuid::from_u128(ids[index].as_u128().wrapping_add(1));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    ids
}

/// Stores an article under each id, which stands in for its year by its number.
async fn store(articles: &Collection<Article>, ids: &[Uuid]) {
    for (chunk, numbers) in ids.chunks(10_000).zip((0..).step_by(10_000)) {
        let objects = chunk.iter().zip(numbers..).map(|(id, year)| NewObject::new(article("a", year)).id(*id));
        articles.data().insert_many(objects).await.unwrap().into_result().unwrap();
    }
}

async fn articles(bed: &Bed, count: usize) -> (Collection<Article>, Vec<Uuid>) {
    let (articles, ids) = (bed.articles().await, ids(count));
    store(&articles, &ids).await;
    (articles, ids)
}

/// The ids of the next so many objects, fewer at the end.
async fn take(objects: &mut Objects<Article>, count: usize) -> Vec<Uuid> {
    let mut ids = Vec::new();
    while ids.len() < count
        && let Some(hit) = objects.next().await
    {
        ids.push(hit.unwrap().id);
    }
    ids
}

async fn rest(mut objects: Objects<Article>) -> Vec<Uuid> {
    let ids = take(&mut objects, usize::MAX).await;
    assert!(objects.next().await.is_none(), "the end is the end");
    assert!(objects.token().is_end());
    ids
}
