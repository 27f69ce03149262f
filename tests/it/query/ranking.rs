//! Boost, diversity, reranking and the query profile.

use std::collections::BTreeMap;
use std::time::Duration;

use weaviate::prelude::*;
use weaviate::query::{Boost, BoostCondition, DecayCurve, Diversity, Modifier, Rerank};

use weaviate::schema::modules::{CustomModule, Reranker};

use super::indexed;
use crate::support::{Bed, live_bed};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Rated {
    name: String,
    rating: f64,
    published: WeaviateDateTime,
}

/// In the order of a search by `[1, 0]`: a, b, c, d. The older, the better.
async fn rated(bed: &Bed) -> Collection<Rated> {
    let dummy = CustomModule::new("reranker-dummy", BTreeMap::<String, String>::new()).unwrap();
    let config = CollectionConfig::new("Rated")
        .property(Property::new("name", DataType::Text))
        .property(Property::new("rating", DataType::Number))
        .property(Property::new("published", DataType::Date))
        .vector(VectorConfig::self_provided())
        .reranker(Reranker::Custom(dummy));
    let rated = bed.fresh(config).await;
    let object = |number: u128, name: &str, rating: f64, day: &str, vector: [f32; 2]| {
        let published = WeaviateDateTime::parse(format!("2026-01-{day}T00:00:00Z")).unwrap();
        let properties = Rated { name: name.to_owned(), rating, published };
        NewObject::new(properties).id(Uuid::from_u128(number)).vector(vector)
    };
    let report = rated.data().insert_many([
        object(1, "a owl", 1.0, "20", [1.0, 0.0]),
        object(2, "bb owl", 4.0, "15", [0.95, 0.312_25]),
        object(3, "ccc owl", 9.0, "10", [0.8, 0.6]),
        object(4, "dddd owl", 16.0, "05", [0.0, 1.0]),
    ]);
    report.await.unwrap().into_result().unwrap();
    indexed(async || rated.query().near_vector([1.0, 0.0]).await.unwrap().len() == 4).await;
    rated
}

/// First letters of the names.
fn order<P: AsRef<str>>(names: impl IntoIterator<Item = P>) -> String {
    names.into_iter().map(|name| name.as_ref().chars().next().unwrap()).collect()
}

fn names(hits: &SearchResults<Rated>) -> String {
    order(hits.iter().map(|hit| hit.properties.name.clone()))
}

#[tokio::test]
async fn a_boost_by_each_condition() {
    let bed = live_bed().await;
    let rated = rated(&bed).await;
    let search = || rated.query().near_vector([1.0, 0.0]);
    assert_eq!(names(&search().await.unwrap()), "abcd");
    let only = |boost: weaviate::properties::Typed<Rated, Boost>| search().boost(boost.weight(1.0));
    let fifth = WeaviateDateTime::parse("2026-01-05T00:00:00Z").unwrap();
    let time = BoostCondition::time_decay("published", DAY * 5).origin(fifth).curve(DecayCurve::Linear);
    let number = BoostCondition::numeric_decay("rating", 9.0, 3.0).curve(DecayCurve::Gauss);
    let value = BoostCondition::property_value("rating").modifier(Modifier::Sqrt);
    let not_first = BoostCondition::filter(!Filter::property("rating").equal(1.0));
    for (what, boost, first) in [
        ("time", Boost::blend([time.clone()]), 'd'),
        ("number", Boost::blend([number.clone()]), 'c'),
        ("value", Boost::blend([value.clone()]), 'd'),
        ("less of a value", Boost::blend([value.clone().weight(-1.0)]), 'a'),
        ("filter", Boost::blend([not_first.clone()]), 'b'),
        ("blend", Boost::blend((time, number.weight(20.0), value, not_first)), 'c'),
    ] {
        let hits = only(boost).await.unwrap();
        assert_eq!(names(&hits).chars().next(), Some(first), "{what}: {}", names(&hits));
    }
    let half = search().boost(BoostCondition::property_value("rating")).await.unwrap();
    let none = search().boost(Boost::blend([BoostCondition::property_value("rating")]).weight(0.0)).await.unwrap();
    assert_eq!(names(&none), "abcd");
    assert_ne!(names(&half), "abcd", "the default weight is a half");
}

/// As opposed to a filter of the search, which compares words.
#[tokio::test]
async fn a_filter_of_a_boost_compares_whole_texts() {
    let bed = live_bed().await;
    let rated = rated(&bed).await;
    let first = async |name: &str| {
        let filter = BoostCondition::filter(Filter::property("name").equal(name));
        let hits = rated.query().near_vector([1.0, 0.0]).boost(Boost::blend([filter]).weight(1.0)).await.unwrap();
        names(&hits).chars().next().unwrap()
    };
    assert_eq!(first("ccc owl").await, 'c');
    assert_eq!((first("ccc").await, first("CCC owl").await), ('a', 'a'));
}

/// In a search, the server boosts by returned properties only.
#[tokio::test]
async fn a_boost_works_without_its_property_in_the_selection() {
    let bed = live_bed().await;
    let rated = rated(&bed).await;
    let boost = || Boost::blend([BoostCondition::property_value("rating")]).weight(1.0);
    let maps = bed.client.collection(rated.name());
    for hits in [
        maps.query().near_vector([1.0, 0.0]).properties(["name"]).boost(boost()).await.unwrap(),
        maps.query().bm25("owl").properties(["name"]).boost(boost()).rerank(Rerank::new("name", "owl")).await.unwrap(),
        maps.query().fetch_objects().properties(["name"]).boost(boost()).await.unwrap(),
    ] {
        assert_eq!(
            order(hits.iter().map(|hit| hit.properties.get("name").unwrap().as_text().unwrap().to_owned())),
            "dcba"
        );
        for hit in &hits {
            assert_eq!(hit.properties.keys().collect::<Vec<_>>(), ["name"], "nothing else was selected");
        }
    }
}

/// The server returns the property that it groups by, whatever is selected.
#[tokio::test]
async fn the_property_of_groups_is_returned_only_if_it_was_selected() {
    let bed = live_bed().await;
    let rated = rated(&bed).await;
    let maps: Collection = bed.client.collection(rated.name());
    let by_rating = || GroupBy::new("rating");
    for groups in [
        maps.query().near_vector([1.0, 0.0]).properties(["published"]).group_by(by_rating()).await.unwrap(),
        maps.query().bm25("owl").properties(["published"]).group_by("name").await.unwrap(),
    ] {
        assert_eq!(groups.len(), 4);
        for hit in groups.hits() {
            assert_eq!(hit.properties.keys().collect::<Vec<_>>(), ["published"]);
        }
    }
}

#[tokio::test]
async fn a_collection_without_a_reranker_is_named() {
    let bed = live_bed().await;
    let plain: Collection =
        bed.fresh(CollectionConfig::new("Plain").property(Property::new("name", DataType::Text))).await;
    plain.data().insert(PropertyMap::from([("name", "owl")])).await.unwrap();
    let error = plain.query().bm25("owl").rerank(Rerank::new("name", "q")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation, "{error}");
    assert!(error.to_string().contains("CollectionConfig::reranker"), "{error}");
}

#[tokio::test]
async fn diverse_results_make_room_for_others() {
    let bed = live_bed().await;
    let rated = rated(&bed).await;
    let search = || rated.query().near_vector([1.0, 0.0]).limit(4);
    let relevant = search().diversity(Diversity::mmr(2).balance(1.0)).await.unwrap();
    assert_eq!(names(&relevant), "ab");
    let diverse = search().diversity(Diversity::mmr(2).balance(0.0)).await.unwrap();
    assert_eq!(names(&diverse), "ad");
    let by_object = rated.query().near_object(Uuid::from_u128(1)).limit(4).diversity(Diversity::mmr(2).balance(0.0));
    assert_eq!(names(&by_object.await.unwrap()), "ad");
    let hybrid = rated.query().hybrid("").vector([1.0, 0.0]).alpha(1.0).limit(4).diversity(Diversity::mmr(3));
    assert_eq!(hybrid.await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_reranker_sorts_the_page_once_more() {
    let bed = live_bed().await;
    let rated = rated(&bed).await;
    // The dummy scores by the length of the text.
    let by_length = || Rerank::new("name", "anything");
    let hits = rated.query().near_vector([1.0, 0.0]).limit(3).rerank(by_length()).await.unwrap();
    assert_eq!(names(&hits), "cba", "the fourth is not on the page");
    let scores: Vec<_> = hits.iter().map(|hit| hit.metadata.rerank_score).collect();
    assert_eq!(scores, [Some(7.0), Some(6.0), Some(5.0)]);
    let groups =
        rated.query().near_vector([1.0, 0.0]).rerank(by_length()).group_by(GroupBy::new("name")).await.unwrap();
    assert_eq!(order(groups.iter().map(|group| group.name.clone())), "dcba");
    assert_eq!(groups[0].rerank_score, Some(8.0));
    let listed = rated.query().fetch_objects().rerank(by_length()).await.unwrap();
    assert_eq!(names(&listed), "dcba");
    let plain = rated.query().near_vector([1.0, 0.0]).await.unwrap();
    assert_eq!(plain[0].metadata.rerank_score, None);
}

#[tokio::test]
async fn a_query_profile_has_a_part_for_each_search() {
    let bed = live_bed().await;
    let rated = rated(&bed).await;
    let hybrid = rated.query().hybrid("owl").vector([1.0, 0.0]).query_profile(true).await.unwrap();
    let shard = &hybrid.query_profile().unwrap().shards[0];
    assert!(!shard.name.is_empty() && !shard.node.is_empty());
    assert_eq!(shard.searches.keys().collect::<Vec<_>>(), ["keyword", "vector"]);
    assert!(shard.searches["vector"].contains_key("total_took"), "{shard:?}");
    let groups = rated.query().bm25("owl").group_by(GroupBy::new("name")).query_profile(true).await.unwrap();
    assert!(groups.query_profile().unwrap().shards[0].searches.contains_key("keyword"));
    assert_eq!(rated.query().bm25("owl").await.unwrap().query_profile(), None);
}
