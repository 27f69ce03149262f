//! Retrieval: a text is cut into chunks, embedded by a model of this program, imported, and searched for passages.
//!
//! `cargo run --example rag` runs it against an emulator in this process, or against the server in `WEAVIATE_URL`. The
//! model counts words into a vector by their hashes. A real one fits in its place.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::{Deserialize, Serialize};
use weaviate::embed::{Embed, Embedder};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

const TEXT: &str =
    "Snowy owls live on the arctic tundra. They nest on the ground, on a rise that the wind keeps free of snow.

Barn owls live near people. They nest in barns and church towers, and hunt mice over the fields at night.

Eagle owls are the largest owls of Europe. They nest in cliffs and quarries, and take hares and even young foxes.

Pygmy owls are as small as a starling. They nest in holes that woodpeckers made, and hunt by day.";

#[derive(Serialize, Deserialize, Properties)]
struct Chunk {
    text: String,
    position: i64,
    #[weaviate(vector)]
    embedding: Option<Vec<f32>>,
}

/// Embeds texts as counts of their words, by hash.
#[derive(Clone)]
struct HashedWords;

impl Embedder for HashedWords {
    type Vector = Vec<f32>;
    type Error = Infallible;

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, Infallible> {
        Ok(texts.iter().map(|text| vector_of(text)).collect())
    }
}

fn vector_of(text: &str) -> Vec<f32> {
    let mut counts = [0.001; 256];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3) {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        let [bucket, ..] = hasher.finish().to_le_bytes();
        counts[usize::from(bucket)] += 1.0;
    }
    counts.to_vec()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(Emulator::builder()).await?;
    let client = builder.connect().await?;
    client.collections().delete("RustRagChunk").await?;
    let config = CollectionConfig::of::<Chunk>("RustRagChunk");
    let chunks = client.collections().create_of::<Chunk>(config).await?;

    let paragraphs = TEXT.split("\n\n").map(str::to_owned);
    let objects = (0..).zip(paragraphs).map(|(position, text)| Chunk { text, position, embedding: None });
    let embed = Embed::new(HashedWords, |chunk: &Chunk| chunk.text.clone()).target(Chunk::fields().embedding);
    let ids = chunks.data().insert_many(objects).embed(embed).await?.into_result()?;
    println!("{} chunks", ids.len());

    let question = "Which owls nest in barns near people?";
    for hit in chunks.query().hybrid(question).vector_with(HashedWords).alpha(0.5).limit(2).await? {
        println!("{:.2}  {}", hit.metadata.score.unwrap_or_default(), hit.properties.text);
    }
    Ok(())
}
