//! One search of each kind: by vector, text, image, object and keywords, hybrid, and with results ranked once more.
//!
//! `cargo run --example search` runs it against an emulator in this process, which makes vectors of texts and images by a
//! simple rule. With `WEAVIATE_URL` and the other variables of [`Client::from_env`](weaviate::Client::from_env) it runs
//! against that server, which needs the module `reranker-dummy`; `JINAAI_APIKEY` is the key of Jina AI then.

#![allow(clippy::print_stdout, reason = "printing is what an example does")]

#[path = "shared/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use weaviate::connect::Integrations;
use weaviate::prelude::*;
use weaviate::query::{
    Boost, BoostCondition, DecayCurve, Diversity, Modifier, Move, NearText, NearVector, QueryVectors, Rerank, Targets,
};
use weaviate::schema::modules::{CustomModule, Multi2VecJinaAi, Reranker};
use weaviate_emulator::Emulator;

const OWL: &str = "RustSearchOwl";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Serialize, Deserialize, Properties)]
struct Owl {
    name: String,
    habitat: String,
    rating: f64,
    seen: WeaviateDateTime,
    photo: Option<Blob>,
}

/// Creates the collection. The server makes the vector `look` of texts and photo; `place` is given.
async fn create(client: &Client) -> weaviate::Result<Collection<Owl>> {
    client.collections().delete(OWL).await?;
    let look = Multi2VecJinaAi::new().text_fields(["name", "habitat"]).image_fields(["photo"]);
    let reranker = CustomModule::new("reranker-dummy", BTreeMap::<String, String>::new())?;
    let config = CollectionConfig::of::<Owl>(OWL)
        .vector(VectorConfig::new(look).name("look"))
        .vector(VectorConfig::self_provided().name("place"))
        .reranker(Reranker::Custom(reranker));
    let owls = client.collections().create_of::<Owl>(config).await?;
    for (number, name, habitat, rating, day, place) in [
        (1, "snowy owl", "arctic tundra", 5.0, "05", [1.0, 0.1]),
        (2, "barn owl", "fields and barns", 3.0, "20", [0.2, 1.0]),
        (3, "eagle owl", "rocks and forests", 4.0, "12", [0.6, 0.6]),
        (4, "pygmy owl", "old forests", 2.0, "28", [0.5, 0.8]),
    ] {
        let seen = WeaviateDateTime::parse(format!("2026-10-{day}T00:00:00Z"))?;
        let photo = Some(Blob::from(name.as_bytes()));
        let owl = Owl { name: name.to_owned(), habitat: habitat.to_owned(), rating, seen, photo };
        owls.data().insert(owl).id(Uuid::from_u128(number)).named_vector("place", place).await?;
    }
    Ok(owls)
}

fn show<T: Debug>(what: &str, hits: &SearchResults<Owl>, value: impl Fn(&Hit<Owl>) -> T) {
    println!("\n{what}:");
    for hit in hits {
        println!("  {:<9} {:?}", hit.properties.name, value(hit));
    }
}

fn distance(hit: &Hit<Owl>) -> Option<f32> {
    hit.metadata.distance
}

fn score(hit: &Hit<Owl>) -> Option<f32> {
    hit.metadata.score
}

async fn by_vector(owls: &Collection<Owl>) -> weaviate::Result<()> {
    let query = owls.query();
    let hits = query.near_vector([1.0, 0.0]).target("place").limit(2).await?;
    show("By vector, the two nearest places", &hits, distance);

    let tundra = Move::force(0.5).concepts("tundra");
    let hits = query.near_text("white owl").target("look").move_to(tundra).distance(0.5).await?;
    show("By text, moved towards the tundra", &hits, distance);

    let hits = query.near_image(b"barn owl".as_slice()).target("look").limit(2).await?;
    show("By image", &hits, distance);

    let hits = query.near_object(Uuid::from_u128(1)).target(Targets::sum(["look", "place"])).limit(3).await?;
    show("By object, with the sum of two distances", &hits, distance);

    let places = QueryVectors::minimum([("place", [1.0, 0.0]), ("place", [0.0, 1.0])]);
    let hits = query.near_vectors(places).limit(2).await?;
    show("By two vectors, near the one or the other", &hits, distance);
    Ok(())
}

async fn by_keywords(owls: &Collection<Owl>) -> weaviate::Result<()> {
    let (query, fields) = (owls.query(), Owl::fields());
    let words = query.bm25("forests owl").query_properties((fields.name, fields.habitat.weight(2.0)));
    show("By keywords, all of which must match", &words.operator(Bm25Operator::and_cross()).await?, score);

    let near = NearVector::new([0.5, 0.8]).distance(0.2);
    let hits = query.hybrid("forests").vector(near).target("place").alpha(0.5).limit(3).await?;
    show("Hybrid: keywords and a vector", &hits, score);

    let hits = query.hybrid("forests").vector(NearText::new("eagle")).target("look").limit(2).await?;
    show("Hybrid: keywords and another text", &hits, score);
    Ok(())
}

async fn ranked_once_more(owls: &Collection<Owl>) -> weaviate::Result<()> {
    let (query, fields) = (owls.query(), Owl::fields());
    let around_the_tenth = fields.seen.decay(DAY * 3).origin(WeaviateDateTime::parse("2026-10-10T00:00:00Z")?);
    let boost = Boost::blend((
        around_the_tenth.curve(DecayCurve::Gauss).weight(2.0),
        fields.rating.value().modifier(Modifier::Sqrt),
        BoostCondition::filter(fields.habitat.equal("old forests")).weight(-1.0),
    ));
    show("Boosted by date, rating and a filter", &query.bm25("owl").boost(boost.weight(0.8)).await?, score);

    let four = query.near_vector([1.0, 0.0]).target("place").limit(4);
    show("Two diverse ones of four", &four.diversity(Diversity::mmr(2).balance(0.2)).await?, distance);

    let hits = query.bm25("owl").rerank(Rerank::new("habitat", "ice and snow")).await?;
    show("Reranked by the habitat", &hits, |hit| hit.metadata.rerank_score);

    println!("\nIn groups:");
    for group in &query.near_vector([1.0, 0.0]).target("place").group_by(GroupBy::new("name")).limit(10).await? {
        println!("  {:<9} {} of them, nearest at {:?}", group.name, group.number_of_objects, group.min_distance);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = server::from_env_or(Emulator::builder().offline_models(true)).await?;
    let key = std::env::var("JINAAI_APIKEY").unwrap_or_else(|_| "any".to_owned());
    let client = builder.integrations(Integrations::new().jinaai_api_key(key)).connect().await?;
    let owls = create(&client).await?;
    by_vector(&owls).await?;
    by_keywords(&owls).await?;
    ranked_once_more(&owls).await?;

    let one = owls.query().fetch_by_id(Uuid::from_u128(3)).await?;
    println!("\nBy id: {:?}", one.map(|hit| hit.properties.name));
    let hits = owls.query().bm25("owl").query_profile(true).await?;
    for shard in hits.query_profile().iter().flat_map(|profile| &profile.shards) {
        println!("The profile of shard {} has the parts {:?}", shard.name, shard.searches.keys());
    }
    client.collections().delete(OWL).await?;
    Ok(())
}
