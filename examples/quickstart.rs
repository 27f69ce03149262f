//! Create a collection, import 1,000 objects with a progress bar, search them by vector, by words and by both.
//!
//! `make demo` runs it against the in-process emulator. With `WEAVIATE_URL=http://host:8080` and what else
//! `Client::from_env` reads (`WEAVIATE_GRPC_URL`, `WEAVIATE_API_KEY`, `WEAVIATE_PROTOCOL`) it runs against that server.

#![allow(clippy::print_stdout, reason = "printing is what a demo does")]

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use weaviate::prelude::*;
use weaviate::query::HitMetadata;
use weaviate_emulator::Emulator;

type AnyResult<T> = Result<T, Box<dyn std::error::Error>>;

const COLLECTION: &str = "RustQuickstart";
const OBJECTS: usize = 1_000;
const CHUNK: usize = 100;

/// One collection object is one Rust struct: its fields are the properties.
#[derive(Debug, Serialize, Deserialize)]
struct Article {
    title: String,
    topic: String,
    year: i64,
    rating: f64,
    tags: Vec<String>,
    /// `Option` is a property that an object may lack.
    subtitle: Option<String>,
}

#[tokio::main]
async fn main() -> AnyResult<()> {
    // Held until the end: dropping the emulator stops it.
    let emulator = match std::env::var("WEAVIATE_URL") {
        Ok(_) => None,
        Err(_) => Some(Emulator::start().await?),
    };
    let client = connect(emulator.as_ref()).await?;
    let meta = client.meta().await?;
    println!("Connected to Weaviate {} by {}\n", meta.version(), client.connection_info().active);

    // A collection of the same name from an earlier run is in the way.
    client.collections().delete(COLLECTION).await?;
    let articles = client
        .collections()
        .create_of::<Article>(
            CollectionConfig::new(COLLECTION)
                .description("Made-up articles of the Rust client's quickstart")
                .property(Property::new("title", DataType::Text))
                .property(Property::new("topic", DataType::Text).tokenization(Tokenization::Field))
                .property(Property::new("year", DataType::Int))
                .property(Property::new("rating", DataType::Number))
                .property(Property::new("tags", DataType::TextArray))
                .property(Property::new("subtitle", DataType::Text))
                .vector(VectorConfig::self_provided().distance(Distance::Cosine)),
        )
        .await?;

    import(&articles).await?;

    let databases = embed(TOPICS.iter().position(|t| *t == "databases").unwrap_or_default(), 0);

    println!("\nBy vector: the five nearest to \"databases\", written since 2020, rated 3 or better\n");
    let hits = articles
        .query()
        .near_vector(&databases)
        .filter(Filter::property("year").greater_or_equal(2020) & Filter::property("rating").greater_or_equal(3.0))
        .limit(5)
        .await?;
    show("distance", &hits, |found| found.distance);

    println!("\nBy words: \"patience\" and \"chess\", which count twice in the title\n");
    let hits = articles
        .query()
        .bm25("patience chess")
        .query_properties(["title^2", "subtitle"])
        .operator(Bm25Operator::or(2))
        .limit(5)
        .await?;
    show("score", &hits, |found| found.score);

    println!("\nBy both: \"ten years\" in the title, near \"databases\", half and half\n");
    let hits =
        articles.query().hybrid("ten years").query_properties(["title"]).vector(&databases).alpha(0.5).limit(5).await?;
    show("score", &hits, |found| found.score);

    client.collections().delete(COLLECTION).await?;
    Ok(())
}

fn show(measure: &str, hits: &SearchResults<Article>, number: fn(&HitMetadata) -> Option<f32>) {
    println!("  {measure:>8}  year  rating  title");
    for hit in hits {
        let article = &hit.properties;
        println!(
            "  {:>8.4}  {}  {:>6.1}  {}{}",
            number(&hit.metadata).unwrap_or_default(),
            article.year,
            article.rating,
            article.title,
            article.subtitle.as_deref().map(|s| format!(" ({s})")).unwrap_or_default(),
        );
    }
}

async fn connect(emulator: Option<&Emulator>) -> AnyResult<Client> {
    let builder = if let Some(emulator) = emulator {
        println!("WEAVIATE_URL is not set: using the in-process emulator at {}", emulator.rest_url());
        Client::custom(emulator.rest_url()).grpc(emulator.grpc_url())
    } else {
        Client::from_env()?
    };
    Ok(builder.connect().await?)
}

async fn import(articles: &Collection<Article>) -> AnyResult<()> {
    let progress = ProgressBar::new(OBJECTS as u64)
        .with_style(ProgressStyle::with_template("  importing {bar:40} {pos}/{len} objects, {elapsed}")?);
    let mut stored = 0;
    for start in (0..OBJECTS).step_by(CHUNK) {
        let objects = (start..start + CHUNK).map(|i| NewObject::new(article(i)).vector(embed(i % TOPICS.len(), i)));
        let report = articles.data().insert_many(objects).await?;
        for failed in report.errors() {
            println!("  object {} was refused: {}", start + failed.index(), failed.message());
        }
        stored += report.succeeded().count();
        progress.inc(CHUNK as u64);
    }
    progress.finish();
    println!("  {stored} of {OBJECTS} objects are stored");
    // Servers that index vectors in the background find an object by its vector a moment later.
    for _ in 0..100 {
        if articles.query().near_vector(embed(0, 0)).limit(1_000).await?.len() == OBJECTS {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

const TOPICS: [&str; 8] = ["databases", "compilers", "gardening", "astronomy", "cooking", "cycling", "chess", "music"];
const VIEWS: [&str; 5] = ["A first look at", "What nobody says about", "Ten years of", "The patience of", "Notes on"];

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

/// Stands in for an embedding model: one axis per topic, and a little of everything else.
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
