//! Imports with a batch: a progress bar, several tasks, several collections, and failures that are sent again.
//!
//! `cargo run --example import` runs it against an emulator in this process. With `WEAVIATE_URL` and the other variables of
//! [`Client::from_env`](weaviate::Client::from_env) it runs against that server.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use weaviate::batch::{BatchItem, BatchProgress, RateLimit};
use weaviate::data::NewReference;
use weaviate::prelude::*;
use weaviate::query::Reference;

const OWL: &str = "RustImportOwl";
const NEST: &str = "RustImportNest";

#[derive(Clone, Serialize, Deserialize, Properties)]
struct Owl {
    name: String,
    year: i64,
}

#[derive(Clone, Serialize, Deserialize, Properties)]
struct Nest {
    tree: String,
    #[weaviate(reference = "RustImportOwl")]
    #[serde(default)]
    of: Option<Reference<Owl>>,
}

fn owl(number: i64) -> Owl {
    Owl { name: format!("owl {number}"), year: 1990 + number % 40 }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(weaviate_emulator::Emulator::builder()).await?;
    let client = builder.connect().await?;
    let collections = client.collections();
    collections.delete(NEST).await?;
    collections.delete(OWL).await?;
    let owls = collections.create_of::<Owl>(CollectionConfig::of::<Owl>(OWL)).await?;
    let nests = collections.create_of::<Nest>(CollectionConfig::of::<Nest>(NEST)).await?;

    println!("All at once, with a progress bar:");
    let bar = bar(20_000);
    let shown = bar.clone();
    let batch = owls.batch().on_progress(move |progress| show(&shown, progress));
    let report = batch.import_from((0..20_000).map(owl)).await?;
    bar.finish();
    println!("  {} owls in {:?}, {} sent again", report.objects().stored, report.elapsed(), report.retries());

    println!("\nObjects that fail come back, and the rest is stored:");
    let flock = (0..100).map(owl).chain([Owl { year: i64::MAX, ..owl(100) }]);
    let report = owls.batch().collect_failures().import_from(flock).await?;
    println!("  {} stored, {} failed", report.objects().stored, report.objects().failed);
    let mut corrected = Vec::new();
    for failure in report.into_failures() {
        println!("  {failure}");
        if let BatchItem::Object(object) = failure.into_item() {
            corrected.push(Owl { year: 2026, ..object.into_properties() });
        }
    }
    owls.batch().import_from(corrected).await?;

    println!("\nTwo collections from two tasks, with references between them, at a limited rate:");
    let batch = client.batch().rate_limited(RateLimit::objects_per_minute(60_000)).start().await?;
    let mut tasks = Vec::new();
    for task in 0..2 {
        let (owls, nests) = (batch.of(&owls), batch.of(&nests));
        tasks.push(tokio::spawn(async move {
            for number in 0..100 {
                let owl = owls.add(owl(task * 100 + number)).await?;
                let nest = nests.add(Nest { tree: format!("oak {number}"), of: None }).await?;
                nests.add_reference(NewReference::new(nest, "of", owl)).await?;
            }
            Ok::<(), weaviate::Error>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    let report = batch.finish().await?;
    println!("  {} objects and {} references", report.objects().stored, report.references().stored);

    // A server with asynchronous indexing answers before vector searches find the objects.
    let _ = owls.wait_until_indexed(Duration::from_secs(60)).await?;
    println!("\n{} owls are there", owls.count().await?);
    collections.delete(NEST).await?;
    collections.delete(OWL).await?;
    Ok(())
}

fn bar(objects: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("  {bar:30} {pos}/{len} {per_sec} {msg}");
    ProgressBar::new(objects).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Shows the counts of a batch. What is neither stored nor failed is on its way.
fn show(bar: &ProgressBar, progress: &BatchProgress) {
    let objects = progress.objects;
    bar.set_position(objects.stored + objects.failed + objects.unknown);
    if objects.failed + objects.unknown > 0 {
        bar.set_message(format!("{} failed", objects.failed + objects.unknown));
    }
}
