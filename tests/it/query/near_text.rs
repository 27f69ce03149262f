//! `near_text`: concepts, moves and thresholds, alone and in a hybrid search.

use weaviate::prelude::*;
use weaviate::query::{Move, NearText};
use weaviate::schema::modules::Text2VecOllama;
use weaviate_emulator::Emulator;

use super::indexed;
use crate::support::provider::Provider;
use crate::support::{Bed, live_bed_of};

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Word {
    text: String,
}

async fn bed() -> Bed {
    live_bed_of(Emulator::builder().module("text2vec-ollama").offline_models(true)).await
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Four texts on four axes, which the vectorizer makes of them.
async fn words(bed: &Bed, provider: &Provider) -> Collection<Word> {
    let module = Text2VecOllama::new().api_endpoint(provider.url()).model("any").vectorize_collection_name(false);
    let config =
        CollectionConfig::new("Word").property(Property::new("text", DataType::Text)).vector(VectorConfig::new(module));
    let words = bed.fresh(config).await;
    let object = |number, text: &str| NewObject::new(Word { text: text.to_owned() }).id(id(number));
    let report = words.data().insert_many([object(1, "aaa"), object(2, "ggg"), object(3, "nnn"), object(4, "sss")]);
    report.await.unwrap().into_result().unwrap();
    indexed(async || words.query().near_text("agns").await.unwrap().len() == 4).await;
    words
}

fn found(hits: &SearchResults<Word>) -> Vec<(&str, f32)> {
    let rounded = |distance: f32| (distance * 1_000.0).round() / 1_000.0;
    hits.iter().map(|hit| (hit.properties.text.as_str(), rounded(hit.metadata.distance.unwrap()))).collect()
}

#[tokio::test]
async fn near_text_makes_the_query_vector() {
    let bed = bed().await;
    let provider = Provider::of(&bed).await;
    let words = words(&bed, &provider).await;
    let hits = words.query().near_text("aag").limit(2).await.unwrap();
    assert_eq!(found(&hits), [("aaa", 0.106), ("ggg", 0.553)]);
    let hits = words.query().near_text("aag").distance(0.2).await.unwrap();
    assert_eq!(found(&hits), [("aaa", 0.106)]);
    let hits = words.query().near_text("aag").certainty(0.9).metadata([Metadata::Certainty]).await.unwrap();
    assert!(hits.len() == 1 && hits[0].metadata.certainty.unwrap() > 0.9, "{hits:?}");
    let filtered = words.query().near_text("aag").filter(Filter::property("text").equal("ggg")).await.unwrap();
    assert_eq!(found(&filtered), [("ggg", 0.553)]);
    let groups = words.query().near_text("a").group_by(GroupBy::new("text")).limit(4).await.unwrap();
    assert_eq!(groups[0].name, "aaa");
}

#[tokio::test]
async fn moves_change_the_query_vector() {
    let bed = bed().await;
    let provider = Provider::of(&bed).await;
    let words = words(&bed, &provider).await;
    // q = [1, 0], t = [0, 1]: [0.5, 0.5].
    let halfway = words.query().near_text("a").move_to(Move::force(1.0).concepts("g")).limit(2).await.unwrap();
    assert_eq!(halfway.iter().map(|hit| hit.metadata.distance.unwrap() < 0.3).collect::<Vec<_>>(), [true, true]);
    // The object's vector is three times as long: [0.5, 1.5].
    let to_object = words.query().near_text("a").move_to(Move::force(1.0).objects([id(2)])).limit(1).await.unwrap();
    assert_eq!(found(&to_object)[0].0, "ggg");
    // q = [1, 1], t = [0, 1]: [1.5, 1].
    let away = words.query().near_text("ag").move_away(Move::force(1.0).concepts(["g"])).limit(2).await.unwrap();
    assert_eq!(found(&away), [("aaa", 0.168), ("ggg", 0.445)]);
    let unmoved = words.query().near_text("ag").move_away(Move::force(0.0).concepts("g")).limit(2).await.unwrap();
    assert!(found(&unmoved).iter().all(|(_, distance)| (distance - 0.293).abs() < 0.001), "{unmoved:?}");
}

#[tokio::test]
async fn a_hybrid_search_can_have_a_text_of_its_own() {
    let bed = bed().await;
    let provider = Provider::of(&bed).await;
    let words = words(&bed, &provider).await;
    let first = |hits: SearchResults<Word>| hits[0].properties.text.clone();
    // The vector of the words themselves.
    assert_eq!(first(words.query().hybrid("sss").alpha(1.0).await.unwrap()), "sss");
    let by_other_text = words.query().hybrid("sss").vector(NearText::new("nnn")).alpha(1.0);
    assert_eq!(first(by_other_text.await.unwrap()), "nnn");
    let moved = NearText::new("a").move_to(Move::force(1.0).concepts("ggg"));
    assert_eq!(first(words.query().hybrid("sss").vector(moved).alpha(1.0).await.unwrap()), "ggg");
    let by_words = words.query().hybrid("sss").vector(NearText::new("nnn")).alpha(0.0);
    assert_eq!(first(by_words.await.unwrap()), "sss");
}

#[tokio::test]
async fn what_the_server_cannot_vectorize_is_an_error_with_its_reason() {
    let bed = bed().await;
    let plain: Collection<Word> = bed
        .fresh(
            CollectionConfig::new("Word")
                .property(Property::new("text", DataType::Text))
                .vector(VectorConfig::self_provided()),
        )
        .await;
    let error = plain.query().near_text("owl").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
    let provider = Provider::of(&bed).await;
    let words = words(&bed, &provider).await;
    let error = words.query().near_text("a").move_to(Move::force(1.0).objects([id(9)])).await.unwrap_err();
    assert!(error.to_string().contains("vector not found"), "{error}");
}
