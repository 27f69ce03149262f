//! Creates a collection, reads it back, plans the changes to a new version of it, and applies them.
//!
//! `cargo run --example schema` runs it against an emulator in this process. With `WEAVIATE_URL` and the other variables of
//! [`Client::from_env`](weaviate::Client::from_env) it runs against that server.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use weaviate::prelude::*;
use weaviate::schema::modules::{GenerativeDummy, SelfProvided, Text2VecOpenAi};
use weaviate::schema::{
    Action, Bm25Config, CollectionUpdate, Flat, Hnsw, InvertedIndexConfig, PropertyIndex, Rq, Stopwords,
};

const AUTHOR: &str = "RustSchemaAuthor";
const ARTICLE: &str = "RustSchemaArticle";

/// The configuration that the program expects.
fn article() -> CollectionConfig {
    CollectionConfig::new(ARTICLE)
        .description("Articles")
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
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(weaviate_emulator::Emulator::builder()).await?;
    let client = builder.connect().await?;
    let collections = client.collections();
    collections.delete(ARTICLE).await?;
    collections.delete(AUTHOR).await?;
    collections.create(CollectionConfig::new(AUTHOR)).await?;
    let articles = collections.create(article()).await?;

    println!("Read back, with the server's defaults:");
    let current = articles.config().get().await?;
    for vector in &current.vectors {
        let index = vector.index.as_ref().map_or("none", |index| index.kind());
        println!("  vector {}: module {}, index {index}", vector.name, vector.vectorizer.module());
    }

    println!("\nThe plan for a newer version of the program:");
    let wanted = article()
        .description("Articles and news")
        .property(Property::new("year", DataType::Int))
        .vector(VectorConfig::self_provided().name("sound").index(Flat::new()));
    let plan = current.plan(&wanted);
    print!("{plan}");
    articles.config().apply(&plan).await?;

    println!("\nChanges that the server cannot make:");
    let plan = current.plan(&CollectionConfig::new(ARTICLE).property(Property::new("title", DataType::Int)));
    for step in plan.impossible() {
        if let Action::Impossible(why) = step.action {
            println!("  {}: {why}", step.difference.path());
        }
    }

    println!("\nA single update:");
    let stopwords = InvertedIndexConfig::new().stopwords(Stopwords::new().additions(["whereas"]));
    let update = CollectionUpdate::new().inverted_index(stopwords).vector("title", Hnsw::new().ef(256));
    let before = articles.config().get().await?;
    let after = articles.config().update(update).await?;
    for difference in before.diff(&after) {
        println!("  {difference}");
    }
    articles.config().drop_property_index("body", PropertyIndex::Filterable).await?;

    println!("\nAs JSON and back:");
    let json = serde_json::to_string(&articles.config().get().await?)?;
    let copy: CollectionConfig = serde_json::from_str(&json)?;
    println!("  {} bytes, {} properties", json.len(), copy.properties.len());

    collections.delete(ARTICLE).await?;
    collections.delete(AUTHOR).await?;
    Ok(())
}
