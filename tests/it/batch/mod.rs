//! Batches: `Collection::batch` and `Client::batch`.

mod client_batch;
mod collection_batch;
mod events;
mod fault_table;

use std::collections::BTreeSet;

use weaviate::Uuid;
use weaviate::prelude::*;

use crate::support::{Article, article};

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0xba7c << 96 | number)
}

fn numbered(number: u128) -> NewObject<Article> {
    NewObject::new(article(&format!("Article {number}"), i64::try_from(number).unwrap())).id(id(number))
}

/// The ids of all objects of a collection or tenant, each once.
async fn stored_ids<P>(collection: &Collection<P>) -> BTreeSet<Uuid>
where
    P: serde::de::DeserializeOwned + Send + 'static,
{
    let mut found = BTreeSet::new();
    let mut objects = collection.iterate().stream();
    while let Some(object) = objects.next().await {
        assert!(found.insert(object.unwrap().id), "one object came twice");
    }
    found
}
