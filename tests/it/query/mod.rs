//! Searches of one collection: `fetch_objects`, `near_vector`, `near_object`, `bm25`, `hybrid`, targets, filters, ranking and
//! `group_by`.

mod allocations;
mod bm25;
mod fetch_by_ids;
mod fetch_objects;
mod filters;
mod group_by;
mod hybrid;
mod media;
mod near_object;
mod near_text;
mod near_vector;
mod ranking;
mod references;
mod selection;
mod targets;
mod versions;
mod wire_fields;

use weaviate::prelude::*;

use crate::support::time::until;
use crate::support::{Article, Bed, Note, article};

/// Three articles, each with a vector of its own axis.
async fn three(bed: &Bed) -> Collection<Article> {
    let articles = bed.articles().await;
    articles
        .data()
        .insert_many([
            NewObject::new(article("north", 1990)).vector(vec![0.0, 1.0, 0.0]),
            NewObject::new(article("east", 2000)).vector(vec![1.0, 0.0, 0.0]),
            NewObject::new(article("up", 2010)).vector(vec![0.0, 0.0, 1.0]),
        ])
        .await
        .unwrap()
        .into_result()
        .unwrap();
    articles
}

/// Waits for the vector index, which a server can fill after it has stored the objects.
async fn indexed(is_complete: impl AsyncFn() -> bool) {
    until("all vectors are indexed", is_complete).await;
}

/// Objects with a title.
trait Titled {
    fn title(&self) -> &str;
}

impl Titled for Article {
    fn title(&self) -> &str {
        &self.title
    }
}

impl Titled for Note {
    fn title(&self) -> &str {
        &self.title
    }
}

fn titles<P: Titled>(hits: &SearchResults<P>) -> Vec<&str> {
    hits.iter().map(|hit| hit.properties.title()).collect()
}

/// Names of groups with the titles in them.
fn shape(found: &GroupedResults<Note>) -> Vec<(&str, Vec<&str>)> {
    found
        .iter()
        .map(|group| (group.name.as_str(), group.hits.iter().map(|hit| hit.properties.title.as_str()).collect()))
        .collect()
}
