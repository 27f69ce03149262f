//! Filters: every operator on every kind of value.

use serde_json::json;
use weaviate::prelude::*;
use weaviate::types::DateTime;

use crate::support::{Bed, bed};

/// Birds with a property of every kind that a filter can look at. The index keeps lengths, nulls and times.
async fn birds(bed: &Bed) -> Collection {
    let property = |name: &str, kind: &str| json!({ "name": name, "dataType": [kind] });
    let config = json!({
        "class": "Bird",
        "invertedIndexConfig": { "indexNullState": true, "indexPropertyLength": true, "indexTimestamps": true },
        "properties": [
            property("name", "text"), property("tags", "text[]"), property("eggs", "int"), property("years", "int[]"),
            property("weight", "number"), property("spans", "number[]"), property("flies", "boolean"),
            property("seen", "date"), property("ring", "uuid"), property("home", "geoCoordinates"),
            property("preys", "Bird")
        ]
    });
    bed.post("schema", &config).await;
    let bird = |id: u128, mut properties: serde_json::Value, preys: &[u128]| {
        properties["preys"] =
            preys.iter().map(|id| json!({ "beacon": format!("weaviate://localhost/Bird/{}", uuid(*id)) })).collect();
        json!({ "class": "Bird", "id": uuid(id), "properties": properties })
    };
    for object in [
        bird(
            1,
            json!({
                "name": "snowy owl", "tags": ["white", "night"], "eggs": 7, "years": [2001, 2002], "weight": 2.0,
                "spans": [1.5, 1.6], "flies": true, "seen": "2020-06-01T12:00:00Z", "ring": uuid(11),
                "home": { "latitude": 70.0, "longitude": 20.0 }
            }),
            &[],
        ),
        bird(
            2,
            json!({
                "name": "emperor penguin", "tags": ["white", "sea"], "eggs": 1, "years": [2002], "weight": 30.5,
                "spans": [0.8], "flies": false, "seen": "2021-06-01T12:00:00+02:00", "ring": uuid(12),
                "home": { "latitude": -70.0, "longitude": 20.0 }
            }),
            &[],
        ),
        bird(3, json!({ "name": "eagle owl", "tags": ["night"], "eggs": 3 }), &[1]),
    ] {
        bed.post("objects", &object).await;
    }
    bed.client.collection("Bird")
}

fn uuid(id: u128) -> Uuid {
    Uuid::from_u128(id)
}

fn date(text: &str) -> DateTime {
    text.parse().unwrap()
}

/// Ids of the birds that match the filter.
async fn found(birds: &Collection, filter: &Filter) -> Vec<u128> {
    let hits = birds.query().fetch_objects().filter(filter.clone()).await;
    let mut found: Vec<_> =
        hits.unwrap_or_else(|e| panic!("{filter:?}: {e:?}")).iter().map(|h| h.id.as_u128()).collect();
    found.sort_unstable();
    found
}

#[tokio::test]
async fn filter_compares_every_kind_of_value() {
    let bed = bed().await;
    let birds = birds(&bed).await;
    let p = Filter::property;
    for (filter, expected) in [
        (p("name").equal("owl"), vec![1, 3]),
        (p("name").not_equal("owl"), vec![2]),
        (p("name").like("e*"), vec![2, 3]),
        (p("name").like("?agle"), vec![3]),
        (p("name").contains_any(["snowy", "penguin"]), vec![1, 2]),
        (p("tags").contains_all(["white", "night"]), vec![1]),
        (p("tags").contains_none(["sea"]), vec![1, 3]),
        (p("eggs").equal(7), vec![1]),
        (p("eggs").greater_than(1) & p("eggs").less_than(7), vec![3]),
        (p("eggs").greater_or_equal(3), vec![1, 3]),
        (p("eggs").less_or_equal(3), vec![2, 3]),
        (p("eggs").contains_any([1, 3]), vec![2, 3]),
        (p("years").contains_all([2001, 2002]), vec![1]),
        (p("years").contains_any([2002]), vec![1, 2]),
        (p("weight").greater_than(2.0), vec![2]),
        (p("weight").equal(2), vec![1]),
        (p("spans").contains_any([0.8]), vec![2]),
        (p("flies").equal(true), vec![1]),
        (p("flies").contains_any([true, false]), vec![1, 2]),
        (p("seen").less_than(date("2021-01-01T00:00:00Z")), vec![1]),
        (p("seen").equal(date("2021-06-01T10:00:00Z")), vec![2]),
        (p("seen").contains_any([date("2020-06-01T12:00:00Z")]), vec![1]),
        (p("ring").equal(uuid(12)), vec![2]),
        (p("ring").contains_any([uuid(11), uuid(12)]), vec![1, 2]),
        (p("home").within_geo_range(GeoCoordinates::new(70.5, 20.0), 100_000.0), vec![1]),
        (p("home").within_geo_range(GeoCoordinates::new(70.5, 20.0), 10_000.0), vec![]),
        (p("weight").is_null(true), vec![3]),
        (p("weight").is_null(false), vec![1, 2]),
    ] {
        assert_eq!(found(&birds, &filter).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn filter_by_id_times_length_and_combinations() {
    let bed = bed().await;
    let birds = birds(&bed).await;
    let (past, future) = (|| date("2010-01-01T00:00:00Z"), || date("2100-01-01T00:00:00Z"));
    for (filter, expected) in [
        (Filter::id().equal(uuid(2)), vec![2]),
        (Filter::id().contains_any([uuid(1), uuid(3), uuid(9)]), vec![1, 3]),
        (Filter::creation_time().greater_than(past()), vec![1, 2, 3]),
        (Filter::creation_time().greater_than(future()), vec![]),
        (Filter::last_update_time().less_than(future()), vec![1, 2, 3]),
        (Filter::property_length("name").greater_than(9), vec![2]),
        (Filter::property_length("tags").equal(1), vec![3]),
        (!Filter::property("name").equal("owl"), vec![2]),
        (Filter::property("name").equal("owl") & !Filter::property("eggs").equal(3), vec![1]),
        (Filter::any_of([1, 7].map(|eggs| Filter::property("eggs").equal(eggs))), vec![1, 2]),
        (Filter::all_of(["white", "sea"].map(|tag| Filter::property("tags").equal(tag))), vec![2]),
    ] {
        assert_eq!(found(&birds, &filter).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn filter_by_reference() {
    let bed = bed().await;
    let birds = birds(&bed).await;
    let preys = || Filter::reference("preys");
    for (filter, expected) in [
        (preys().property("name").equal("snowy"), vec![3]),
        (preys().property("name").equal("penguin"), vec![]),
        (Filter::reference_to("preys", "bird").property("eggs").greater_than(5), vec![3]),
        (preys().id().equal(uuid(1)), vec![3]),
        (preys().property_length("tags").equal(2), vec![3]),
        (preys().reference("preys").property("eggs").greater_than(0), vec![]),
        (Filter::reference_count("preys").equal(1), vec![3]),
        (Filter::reference_count("preys").less_than(1), vec![1, 2]),
    ] {
        assert_eq!(found(&birds, &filter).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn filter_works_in_near_vector_and_bm25() {
    let bed = bed().await;
    let notes = bed.notes().await;
    let words = Filter::property("topic").equal("words");
    let by_vector = notes.query().near_vector([1.0, 0.0]).filter(words.clone()).await.unwrap();
    let by_words = notes.query().bm25("quick fox").filter(words.clone()).await.unwrap();
    let twice = notes.query().bm25("quick fox").filter(words).filter(Filter::property("title").like("fox*"));
    assert!(by_vector.len() == 2 && by_words.len() == 2);
    assert_eq!(twice.await.unwrap().len(), 1);
}
