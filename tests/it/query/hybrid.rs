//! `hybrid`: keyword and vector search combined.

use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::query::NearVector;
use weaviate_emulator::Emulator;

use super::titles;
use crate::support::{Note, bed, bed_of};

#[tokio::test]
async fn hybrid_alpha_weighs_keywords_against_the_vector() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let search = || notes.query().hybrid("fox").vector([-1.0, 0.0]);
    let by_words = search().alpha(0.0).await.unwrap();
    assert_eq!(titles(&by_words), titles(&notes.query().bm25("fox").await.unwrap()));
    let by_vector = search().alpha(1.0).await.unwrap();
    assert_eq!(titles(&by_vector), titles(&notes.query().near_vector([-1.0, 0.0]).await.unwrap()));
    let scores = |hits: &SearchResults<Note>| hits.iter().map(|hit| hit.metadata.score).collect::<Vec<_>>();
    let default = search().await.unwrap();
    assert_eq!(titles(&default)[0], "Meadow", "0.75 is in favour of the vector");
    assert_eq!(scores(&default), scores(&search().alpha(0.75).await.unwrap()));
    assert_eq!(titles(&search().alpha(0.25).await.unwrap())[0], "Fox fox fox");
}

#[tokio::test]
async fn hybrid_with_only_text_or_only_vector() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let no_vector = notes.query().hybrid("fox").alpha(0.0).limit(1).await.unwrap();
    assert_eq!(titles(&no_vector), ["Fox fox fox"]);
    let no_text = notes.query().hybrid("").vector([-1.0, 0.0]).limit(1).await.unwrap();
    assert_eq!(titles(&no_text), ["Meadow"]);
    let error = notes.query().hybrid("fox").await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Refused, "nothing makes a vector of the text: {error:?}");
}

#[tokio::test]
async fn hybrid_fusion_changes_the_scores() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let search = |fusion| notes.query().hybrid("fox").vector([0.0, 1.0]).alpha(0.5).fusion(fusion);
    let relative = search(Fusion::RelativeScore).metadata([Metadata::ExplainScore]).await.unwrap();
    let ranked = search(Fusion::Ranked).await.unwrap();
    assert_eq!((titles(&relative)[0], titles(&ranked)[0]), ("Fox fox fox", "Fox fox fox"));
    assert!(relative[0].metadata.score.unwrap() > 0.99, "the best of both lists");
    assert!(ranked[0].metadata.score.unwrap() < 0.1, "of the order of one sixtieth");
    assert!(relative[0].metadata.explain_score.as_deref().is_some_and(|text| text.contains("vector")));
}

#[tokio::test]
async fn hybrid_max_vector_distance_and_near_vector_distance() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let all = notes.query().hybrid("fox").vector([1.0, 0.0]).max_vector_distance(0.05).await.unwrap();
    assert_eq!(titles(&all), ["Quick brown fox"]);
    let near_by = NearVector::new([1.0, 0.0]).distance(0.05);
    let half = notes.query().hybrid("fox").vector(near_by).await.unwrap();
    let mut found = titles(&half);
    found.sort_unstable();
    assert_eq!(found, ["Fox fox fox", "Lazy dog", "Quick brown fox"], "the other two by their words");
}

#[tokio::test]
async fn hybrid_query_properties_operator_filter_and_auto_limit() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let search = || notes.query().hybrid("quick fox").alpha(0.0);
    let hits = search().query_properties(["body"]).await.unwrap();
    let mut found = titles(&hits);
    found.sort_unstable();
    assert_eq!(found, ["Lazy dog", "Quick words"]);
    let hits = search().query_properties(["title"]).operator(Bm25Operator::and()).await.unwrap();
    assert_eq!(titles(&hits), ["Quick brown fox"]);
    let animals = Filter::property("topic").equal("animals");
    let hits = notes.query().hybrid("fox").vector([0.0, 1.0]).filter(animals).await.unwrap();
    assert!(hits.iter().all(|hit| hit.properties.topic == "animals") && hits.len() == 2);
    let all = notes.query().hybrid("fox").vector([1.0, 0.0]).await.unwrap();
    let cut = notes.query().hybrid("fox").vector([1.0, 0.0]).auto_limit(1).await.unwrap();
    assert!(!cut.is_empty() && cut.len() < all.len());
    assert_eq!(titles(&cut), titles(&all)[..cut.len()]);
}

#[tokio::test]
async fn hybrid_target_selects_a_named_vector() {
    let bed = bed().await;
    let config = CollectionConfig::new("Pair")
        .property(Property::new("title", DataType::Text))
        .vector(VectorConfig::self_provided().name("a"))
        .vector(VectorConfig::self_provided().name("b"));
    let pairs = bed.client.collections().create(config).await.unwrap();
    let pair = |title: &str, a: [f32; 2], b: [f32; 2]| {
        NewObject::new(PropertyMap::from([("title", title)])).named_vector("a", a).named_vector("b", b)
    };
    let report = pairs.data().insert_many([pair("x", [1.0, 0.0], [0.0, 1.0]), pair("y", [0.0, 1.0], [1.0, 0.0])]);
    report.await.unwrap().into_result().unwrap();
    for (target, expected) in [("a", "x"), ("b", "y")] {
        let hits = pairs.query().hybrid("").vector([1.0, 0.0]).target(target).limit(1).await.unwrap();
        assert_eq!(hits[0].properties, PropertyMap::from([("title", expected)]), "{target}");
    }
    let error = pairs.query().hybrid("x").vector([1.0, 0.0]).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::Refused), "{error:?}");
}

#[tokio::test]
async fn hybrid_refuses_invalid_arguments_before_sending() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let search = || notes.query().hybrid("fox").vector([1.0, 0.0]);
    for (field, query) in [
        ("hybrid", notes.query().hybrid("")),
        ("alpha", search().alpha(1.01)),
        ("alpha", search().alpha(f32::NAN)),
        ("max_vector_distance", search().max_vector_distance(f32::NAN)),
        ("vector", search().vector(Vec::<f32>::new())),
        ("operator", search().operator(Bm25Operator::or(0))),
        ("certainty", search().vector(NearVector::new([1.0]).certainty(-0.5))),
    ] {
        let error = query.await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)));
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
}

#[tokio::test]
async fn hybrid_works_on_the_oldest_server() {
    let bed = bed_of(Emulator::builder().version("1.27.0")).await;
    let notes = bed.notes().await;
    let search = || notes.query().hybrid("fox").alpha(0.25).max_vector_distance(2.0).fusion(Fusion::Ranked);
    let hits = search().vector([0.0, 1.0]).await.unwrap();
    assert_eq!(titles(&hits)[0], "Fox fox fox");
    let hits = search().vector(NearVector::new([0.0, 1.0]).distance(1.0)).await.unwrap();
    assert_eq!(titles(&hits)[0], "Fox fox fox");
    let hits = search().vector([0.0, 1.0]).group_by(GroupBy::new("topic")).auto_limit(3).await.unwrap();
    assert_eq!(hits[0].name, "words");
}
