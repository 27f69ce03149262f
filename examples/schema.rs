//! Say what a collection is, read it back, see what another version of it would change, and change it.
//!
//! `cargo run --example schema` runs it against the in-process emulator; with `WEAVIATE_URL` and `WEAVIATE_GRPC_URL`
//! against that server.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

use weaviate::prelude::*;
use weaviate::schema::modules::{GenerativeDummy, SelfProvided, Text2VecOpenAi};
use weaviate::schema::{
    Action, Bm25Config, CollectionUpdate, Flat, Hnsw, InvertedIndexConfig, PropertyIndex, Rq, Stopwords,
};
use weaviate_emulator::Emulator;

type AnyResult<T> = Result<T, Box<dyn std::error::Error>>;

const AUTHOR: &str = "RustSchemaAuthor";
const ARTICLE: &str = "RustSchemaArticle";

/// The collection as the program wants it, kept in one place.
fn article() -> CollectionConfig {
    CollectionConfig::new(ARTICLE)
        .description("What was written")
        .property(Property::new("title", DataType::Text).tokenization(Tokenization::Field))
        .property(Property::new("body", DataType::Text))
        .property(Property::new("address", DataType::object([Property::new("city", DataType::Text)])))
        .property(Property::new("writtenBy", DataType::reference([AUTHOR])))
        .vector(
            VectorConfig::new(Text2VecOpenAi::new().model("text-embedding-3-small").source_properties(["title"]))
                .name("title")
                .index(Hnsw::new().ef(128).quantizer(Rq::new().bits(8))),
        )
        .vector(VectorConfig::new(SelfProvided::new()).name("picture").distance(Distance::Dot))
        .inverted_index(InvertedIndexConfig::new().bm25(Bm25Config::new().b(0.6).k1(1.5)).index_timestamps(true))
        .generative(GenerativeDummy::new())
}

#[tokio::main]
async fn main() -> AnyResult<()> {
    // Held until the end: dropping the emulator stops it.
    let (_emulator, client) = connect().await?;
    let collections = client.collections();
    collections.delete(ARTICLE).await?;
    collections.delete(AUTHOR).await?;
    collections.create(CollectionConfig::new(AUTHOR)).await?;
    let articles = collections.create(article()).await?;

    println!("Read back, with what the server filled in:");
    let there = articles.config().get().await?;
    for vector in &there.vectors {
        let index = vector.index.as_ref().map_or("none", |index| index.kind());
        println!("  {} by {}, {index}", vector.name, vector.vectorizer.module());
    }

    println!("\nWhat a newer version of the program wants:");
    let wanted = article()
        .description("What was written and printed")
        .property(Property::new("year", DataType::Int))
        .vector(VectorConfig::self_provided().name("sound").index(Flat::new()));
    let plan = there.plan(&wanted);
    print!("{plan}");
    articles.config().apply(&plan).await?;

    println!("\nWhat cannot be done:");
    let plan = there.plan(&CollectionConfig::new(ARTICLE).property(Property::new("title", DataType::Int)));
    for step in plan.impossible() {
        if let Action::Impossible(why) = step.action {
            println!("  {}: {why}", step.difference.path());
        }
    }

    println!("\nA change by hand:");
    let stopwords = InvertedIndexConfig::new().stopwords(Stopwords::new().additions(["whereas"]));
    let update = CollectionUpdate::new().inverted_index(stopwords).vector("title", Hnsw::new().ef(256));
    let before = articles.config().get().await?;
    let after = articles.config().update(update).await?;
    for difference in before.diff(&after) {
        println!("  {difference}");
    }
    articles.config().drop_property_index("body", PropertyIndex::Filterable).await?;

    println!("\nCopied as JSON:");
    let json = serde_json::to_string(&articles.config().get().await?)?;
    let copy: CollectionConfig = serde_json::from_str(&json)?;
    println!("  {} bytes, {} properties", json.len(), copy.properties.len());

    collections.delete(ARTICLE).await?;
    collections.delete(AUTHOR).await?;
    Ok(())
}

async fn connect() -> AnyResult<(Option<Emulator>, Client)> {
    if let Ok(url) = std::env::var("WEAVIATE_URL") {
        let client = Client::custom(url).grpc(std::env::var("WEAVIATE_GRPC_URL")?).connect().await?;
        return Ok((None, client));
    }
    let emulator = Emulator::start().await?;
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await?;
    Ok((Some(emulator), client))
}
