//! The jobs as users write them.

use std::hint::black_box;

use weaviate::prelude::*;

use super::{Article, COLLECTION, vector};

#[derive(Clone)]
pub(crate) struct Sdk(Collection<Article>);

impl Sdk {
    pub(crate) async fn connect(rest: &str, grpc: &str) -> Self {
        let client =
            Client::custom(rest).grpc(grpc).protocol(weaviate::connect::Protocol::Grpc).connect().await.unwrap();
        Self(client.collection_of(COLLECTION))
    }

    pub(crate) async fn near_vector(&self, limit: u32, vectors: bool) {
        let query = self.0.query().near_vector(vector()).limit(limit);
        let query = if vectors { query.include_vector(true) } else { query };
        let hits = query.await.unwrap();
        assert_eq!(hits.len(), usize::try_from(limit).unwrap());
        for hit in &hits {
            let vector: Vec<f32> = hit.vector().map(|vector| vector.iter().collect()).unwrap_or_default();
            assert_eq!(vector.is_empty(), !vectors);
            black_box((vector.last(), hit.properties.year));
        }
    }

    pub(crate) async fn fixed_batch(&self, objects: u32) {
        let objects = (0..objects).map(|number| NewObject::new(Article::new(number)).vector(vector()));
        self.0.batch().fixed(1_000, 2).import_from(objects).await.unwrap();
    }

    pub(crate) async fn dynamic_batch_of_small_objects(&self, objects: u32) {
        let small = |number: u32| Article { title: number.to_string(), body: String::new(), year: 2026 };
        self.0.batch().dynamic().import_from((0..objects).map(small)).await.unwrap();
    }

    pub(crate) async fn insert(&self, numbers: std::ops::Range<u32>) {
        let objects = numbers.map(|number| NewObject::new(Article::new(number)).vector(vector()));
        self.0.data().insert_many(objects).await.unwrap().into_result().unwrap();
    }
}
