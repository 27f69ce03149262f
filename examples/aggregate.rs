//! A small report: counts, means, most frequent values, and groups.
//!
//! `cargo run --example aggregate` runs it against an emulator in this process, or against the server in `WEAVIATE_URL`.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use serde::{Deserialize, Serialize};
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

#[derive(Serialize, Deserialize, Properties)]
struct Sighting {
    #[weaviate(tokenization = "field")]
    bird: String,
    weight: f64,
    year: i64,
    ringed: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(Emulator::builder()).await?;
    let client = builder.connect().await?;
    client.collections().delete("RustSighting").await?;
    let config = CollectionConfig::of::<Sighting>("RustSighting");
    let sightings = client.collections().create_of::<Sighting>(config).await?;
    let seen = [("snowy owl", 2.0, 2024, true), ("barn owl", 0.5, 2025, false), ("snowy owl", 1.8, 2026, false)];
    let seen = seen.map(|(bird, weight, year, ringed)| Sighting { bird: bird.to_owned(), weight, year, ringed });
    sightings.data().insert_many(seen).await?.into_result()?;

    let fields = Sighting::fields();
    let metrics = (
        fields.weight.mean().min().max(),
        fields.year.median(),
        fields.bird.top_occurrences(3),
        fields.ringed.percentage_true(),
    );
    let report = sightings.aggregate().metrics(metrics).await?;
    let (weight, year, bird, ringed) = report.metrics;
    println!("{} sightings, half of them until {:?}", report.count, year.median);
    println!("weights from {:?} to {:?}, {:.2?} on average", weight.min, weight.max, weight.mean);
    println!("share of ringed birds: {:.2?}", ringed.percentage_true);
    for top in bird.top_occurrences.unwrap_or_default() {
        println!("  {} times {}", top.occurs, top.value);
    }

    let by_bird = sightings.aggregate().filter(fields.year.greater_or_equal(2025)).metrics(fields.weight.max());
    for group in &by_bird.group_by(fields.bird).await? {
        println!("since 2025: {}, {} times, up to {:?} kg", group.value, group.count, group.metrics.max);
    }
    Ok(())
}
