//! Imports by each mode of a batch to a real server, counted back, beside `insert_many` from two tasks. `make live-import`;
//! the server is `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`. `OBJECTS=100000` and `ROUNDS=1` are the defaults.
//!
//! The collection `LiveImport` is deleted before each import and after the last one, and its vectors that are not indexed yet
//! with it.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench fails by panicking and prints its result")]

use std::time::Instant;

use serde::{Deserialize, Serialize};
use weaviate::batch::{BatchMode, RateLimit};
use weaviate::prelude::*;
use weaviate::types::Vector;

const DIMENSIONS: usize = 128;
const NAME: &str = "LiveImport";

#[derive(Clone, Serialize, Deserialize)]
struct Thing {
    number: u64,
    text: String,
}

/// Ways to import, and their modes; `None` is `insert_many`.
fn ways() -> Vec<(&'static str, Option<BatchMode>)> {
    vec![
        ("insert_many, 2 tasks", None),
        ("fixed(1000, 2)", Some(BatchMode::Fixed { size: 1_000, concurrency: 2 })),
        ("dynamic", Some(BatchMode::Dynamic)),
        ("auto", Some(BatchMode::Auto)),
        ("rate limit 600,000 a minute", Some(BatchMode::RateLimited(RateLimit::objects_per_minute(600_000)))),
    ]
}

fn objects(numbers: std::ops::Range<u64>) -> impl Iterator<Item = NewObject<Thing>> + Send {
    numbers.map(|number| {
        let mut random = fastrand::Rng::with_seed(number);
        let vector: Vec<f32> = std::iter::repeat_with(|| random.f32()).take(DIMENSIONS).collect();
        NewObject::new(Thing { number, text: "lorem ipsum dolor sit amet ".repeat(4) }).vector(Vector::from(vector))
    })
}

async fn import(things: &Collection<Thing>, mode: Option<BatchMode>, count: u64) -> u64 {
    let Some(mode) = mode else {
        let halves = [0..count / 2, count / 2..count].map(|numbers| {
            let things = things.clone();
            tokio::spawn(async move {
                things.data().insert_many(objects(numbers)).await.unwrap().into_result().unwrap().len()
            })
        });
        let mut stored = 0;
        for half in halves {
            stored += half.await.unwrap();
        }
        return stored as u64;
    };
    things.batch().mode(mode).import_from(objects(0..count)).await.unwrap().objects().stored
}

#[tokio::main]
async fn main() {
    let variable = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let (count, rounds) = (variable("OBJECTS", 100_000), variable("ROUNDS", 1));
    let (rest, grpc) = (std::env::var("WEAVIATE_URL").unwrap(), std::env::var("WEAVIATE_GRPC_URL").unwrap());
    let client = Client::custom(rest).grpc(grpc).connect().await.unwrap();
    let config = || {
        CollectionConfig::new(NAME)
            .property(Property::new("number", DataType::Int))
            .property(Property::new("text", DataType::Text))
            .vector(VectorConfig::self_provided())
    };
    println!("{count} objects of {DIMENSIONS} dimensions, seconds");
    let mut seconds = vec![Vec::new(); ways().len()];
    for _ in 0..rounds {
        for (way, (name, mode)) in ways().into_iter().enumerate() {
            client.collections().delete(NAME).await.unwrap();
            client.collections().create(config()).await.unwrap();
            let things = client.collection_as::<Thing>(NAME);
            let start = Instant::now();
            let stored = import(&things, mode, count).await;
            seconds[way].push(start.elapsed().as_secs_f64());
            let counted = things.count().await.unwrap();
            assert_eq!((stored, counted), (count, count), "{name}");
        }
    }
    client.collections().delete(NAME).await.unwrap();
    for ((name, _), mut seconds) in ways().into_iter().zip(seconds) {
        seconds.sort_by(f64::total_cmp);
        println!(
            "{name:<30} {:>6.2} ({:.2}..{:.2})",
            seconds[seconds.len() / 2],
            seconds[0],
            seconds[seconds.len() - 1]
        );
    }
}
