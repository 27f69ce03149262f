//! Retrieval-augmented generation: chunks of a text are embedded by a model of this program, imported, searched for passages, and
//! a language model answers from what was found.
//!
//! `cargo run --example rag` runs it against an emulator in this process, whose language model is a function, or against the server
//! in `WEAVIATE_URL`, which needs the module `generative-dummy`. The models are toys: real ones fit in their places.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::{Deserialize, Serialize};
use weaviate::embed::Embed;
use weaviate::generate::{Generate, GroupedTask};
use weaviate::prelude::*;
use weaviate::schema::modules::GenerativeDummy;
use weaviate_emulator::Emulator;

const TEXT: &str =
    "Snowy owls live on the arctic tundra. They nest on the ground, on a rise that the wind keeps free of snow.

Barn owls live near people. They nest in barns and church towers, and hunt mice over the fields at night.

Eagle owls are the largest owls of Europe. They nest in cliffs and quarries, and take hares and even young foxes.";

#[derive(Serialize, Deserialize, Properties)]
struct Chunk {
    text: String,
    position: i64,
    #[weaviate(vector)]
    embedding: Option<Vec<f32>>,
}

/// Embeds texts as counts of their words, by hash.
async fn embed(texts: Vec<String>) -> std::io::Result<Vec<Vec<f32>>> {
    Ok(texts.iter().map(|text| vector_of(text)).collect())
}

fn vector_of(text: &str) -> Vec<f32> {
    let mut counts = [0.001; 256];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 3) {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        counts[usize::from(hasher.finish().to_le_bytes()[0])] += 1.0;
    }
    counts.to_vec()
}

/// Answers with the second sentence of the first passage.
fn answer(prompt: &str) -> String {
    prompt.split(". ").nth(1).and_then(|text| text.split('"').next()).unwrap_or("I do not know.").to_owned()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(Emulator::builder().generative(answer)).await?;
    let client = builder.connect().await?;
    client.collections().delete("RustRagChunk").await?;
    let config = CollectionConfig::of::<Chunk>("RustRagChunk").generative(GenerativeDummy::new());
    let chunks = client.collections().create_of::<Chunk>(config).await?;

    let paragraphs = TEXT.split("\n\n").map(str::to_owned);
    let objects = (0..).zip(paragraphs).map(|(position, text)| Chunk { text, position, embedding: None });
    let by_text = Embed::new(embed, |chunk: &Chunk| chunk.text.clone()).target(Chunk::fields().embedding);
    println!("{} chunks", chunks.data().insert_many(objects).embed(by_text).await?.into_result()?.len());

    let question = "Where do owls nest that live near people?";
    let task = GroupedTask::new(format!("Answer from these passages: {question}")).properties((Chunk::fields().text,));
    let search = chunks.query().hybrid(question).vector_with(embed).alpha(0.5).limit(2);
    let hits = search.generate(Generate::grouped(task)).await?;
    for hit in &hits {
        println!("{:.2}  {}", hit.metadata.score.unwrap_or_default(), hit.properties.text);
    }
    println!("{question}\n{}", hits.generated().map_or("no answer", |answer| &answer.text));
    Ok(())
}
