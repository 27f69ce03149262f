//! Creates a collection, imports 1,000 objects, and searches them by vector, by keywords and by both.
//!
//! `make demo` runs it against an emulator in this process. With `WEAVIATE_URL` and the other variables of
//! [`Client::from_env`](weaviate::Client::from_env) it runs against that server.

#![allow(clippy::print_stdout, reason = "printing is what a demo does")]

#[path = "shared/server.rs"]
mod server;

use std::error::Error;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use weaviate::prelude::*;
use weaviate::query::HitMetadata;

const COLLECTION: &str = "RustQuickstart";
const OBJECTS: usize = 1_000;
const CHUNK: usize = 100;

/// The objects of the collection. The derive makes the schema and typed handles of the properties.
#[derive(Debug, Serialize, Deserialize, Properties)]
struct Article {
    title: String,
    #[weaviate(tokenization = "field")]
    topic: String,
    year: i64,
    rating: f64,
    tags: Vec<String>,
    /// Not every object has one.
    subtitle: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (builder, _emulator) = server::from_env_or(weaviate_emulator::Emulator::builder()).await?;
    let client = builder.connect().await?;
    println!("Connected to Weaviate {} by {}\n", client.meta().await?.version(), client.connection_info().active);

    // An earlier run may have left the collection behind.
    client.collections().delete(COLLECTION).await?;
    let config = CollectionConfig::of::<Article>(COLLECTION)
        .description("Made-up articles of the Rust client's quickstart")
        .vector(VectorConfig::self_provided().distance(Distance::Cosine));
    let articles: Collection<Article> = client.collections().create_of(config).await?;

    import(&articles).await?;

    let fields = Article::fields();
    // The vector of TOPICS[0].
    let databases = embed(0, 0);

    println!("\nBy vector: the five articles nearest to \"databases\", written since 2020, rated 3 or better\n");
    let hits = articles
        .query()
        .near_vector(&databases)
        .filter(fields.year.greater_or_equal(2020) & fields.rating.greater_or_equal(3.0))
        .limit(5)
        .await?;
    show("distance", &hits, |found| found.distance);

    println!("\nBy keywords: \"patience\" and \"chess\", with double weight in the title\n");
    let hits = articles
        .query()
        .bm25("patience chess")
        .query_properties(["title^2", "subtitle"])
        .operator(Bm25Operator::or(2))
        .limit(5)
        .await?;
    show("score", &hits, |found| found.score);

    println!("\nBy both: \"ten years\" in the title and near \"databases\", with equal weight\n");
    let hits =
        articles.query().hybrid("ten years").query_properties(["title"]).vector(&databases).alpha(0.5).limit(5).await?;
    show("score", &hits, |found| found.score);

    client.collections().delete(COLLECTION).await?;
    Ok(())
}

fn show(measure: &str, hits: &SearchResults<Article>, value: fn(&HitMetadata) -> Option<f32>) {
    println!("  {measure:>8}  year  rating  title");
    for hit in hits {
        let article = &hit.properties;
        println!(
            "  {:>8.4}  {}  {:>6.1}  {}{}",
            value(&hit.metadata).unwrap_or_default(),
            article.year,
            article.rating,
            article.title,
            article.subtitle.as_deref().map(|s| format!(" ({s})")).unwrap_or_default(),
        );
    }
}

async fn import(articles: &Collection<Article>) -> Result<(), Box<dyn Error>> {
    let progress = ProgressBar::new(OBJECTS as u64)
        .with_style(ProgressStyle::with_template("  importing {bar:40} {pos}/{len} objects, {elapsed}")?);
    let mut stored = 0;
    for start in (0..OBJECTS).step_by(CHUNK) {
        let objects = (start..start + CHUNK).map(|i| NewObject::new(article(i)).vector(embed(i % TOPICS.len(), i)));
        let report = articles.data().insert_many(objects).await?;
        for failed in report.errors() {
            println!("  object {} was not stored: {}", start + failed.index(), failed.error());
        }
        stored += report.succeeded().count();
        progress.inc(CHUNK as u64);
    }
    progress.finish();
    println!("  {stored} of {OBJECTS} objects are stored");
    // A server with ASYNC_INDEXING finds new objects by vector a moment later.
    articles.wait_until_indexed(Duration::from_secs(60)).await?;
    Ok(())
}

const TOPICS: [&str; 8] = ["databases", "compilers", "gardening", "astronomy", "cooking", "cycling", "chess", "music"];
const VIEWS: [&str; 5] = ["A first look at", "Questions about", "Ten years of", "The patience of", "Notes on"];

fn article(i: usize) -> Article {
    let topic = TOPICS[i % TOPICS.len()];
    Article {
        title: format!("{} {topic}, part {}", VIEWS[(i / TOPICS.len()) % VIEWS.len()], i / TOPICS.len() + 1),
        topic: topic.to_owned(),
        year: 2000 + i64::try_from(i * 7 % 27).unwrap_or_default(),
        rating: f64::from(u32::try_from(i * 13 % 50).unwrap_or_default()) / 10.0,
        tags: vec![topic.to_owned(), VIEWS[i % VIEWS.len()].to_lowercase()],
        subtitle: i.is_multiple_of(3).then(|| format!("with an eye on {}", TOPICS[(i + 3) % TOPICS.len()])),
    }
}

/// Replaces an embedding model: one axis for each topic, and noise.
fn embed(topic: usize, seed: usize) -> Vec<f32> {
    let mut state = u32::try_from(seed % 1_000_000).unwrap_or_default().wrapping_mul(2_654_435_761).wrapping_add(1);
    (0..16)
        .map(|axis| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f32::from(u16::try_from(state >> 16).unwrap_or_default()) / 65_536.0 * 0.3;
            if axis == topic { 1.0 + noise } else { noise }
        })
        .collect()
}
