//! `insert_many` over REST stores and reports the same as over gRPC.

use serde::{Deserialize, Serialize};
use weaviate::ErrorKind;
use weaviate::connect::Protocol;
use weaviate::prelude::*;
use weaviate::types::DateTime;
use weaviate_emulator::Emulator;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Owl {
    name: String,
    nick: Option<String>,
    count: i64,
    weight: f64,
    weights: Vec<f64>,
    counts: Vec<i64>,
    tags: Vec<String>,
    flags: Vec<bool>,
    none: Vec<String>,
    nest: Nest,
    seen: DateTime,
    at: GeoCoordinates,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Nest {
    tree: String,
    eggs: Vec<i64>,
}

#[tokio::test]
async fn insert_many_stores_the_same_over_rest_and_grpc() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    let nest = [Property::new("tree", DataType::Text), Property::new("eggs", DataType::IntArray)];
    let config = CollectionConfig::new("Owl")
        .property(Property::new("name", DataType::Text))
        .property(Property::new("nick", DataType::Text))
        .property(Property::new("count", DataType::Int))
        .property(Property::new("weight", DataType::Number))
        .property(Property::new("weights", DataType::NumberArray))
        .property(Property::new("counts", DataType::IntArray))
        .property(Property::new("tags", DataType::TextArray))
        .property(Property::new("flags", DataType::BooleanArray))
        .property(Property::new("none", DataType::TextArray))
        .property(Property::new("nest", DataType::object(nest)))
        .property(Property::new("seen", DataType::Date))
        .property(Property::new("at", DataType::GeoCoordinates))
        .vector(VectorConfig::self_provided());
    let owls = client.collections().create(config).await.unwrap();
    let owls = client.collection_as::<Owl>(owls.name());
    let owl = Owl {
        name: "Grüße \"quoted\" \\ back\nline 😀".to_owned(),
        nick: None,
        count: -(1 << 53),
        weight: 2.0,
        weights: vec![0.1, 2.0, -3.25],
        counts: vec![1, 1 << 53],
        tags: vec!["red".to_owned()],
        flags: vec![true, false],
        none: Vec::new(),
        nest: Nest { tree: "oak".to_owned(), eggs: vec![3] },
        seen: "2023-05-06T07:08:09.123456789+02:00".parse().unwrap(),
        at: GeoCoordinates::new(47.5, 8.25),
    };
    for protocol in [Protocol::Rest, Protocol::Grpc] {
        let object = NewObject::new(owl.clone()).vector([0.1, 0.25]);
        let insert = owls.data().insert_many([object]).protocol(protocol).consistency_level(ConsistencyLevel::All);
        let ids = insert.await.unwrap().into_result().unwrap();
        let found = owls.query().fetch_objects().filter(Filter::id().equal(ids[0])).include_vector(true);
        let found = found.await.unwrap();
        assert_eq!(found[0].properties, owl, "{protocol}");
        assert_eq!(found[0].vectors().get("default"), Some(&Vector::from([0.1, 0.25])), "{protocol}");
    }
}

#[tokio::test]
async fn insert_many_over_rest_reports_a_refused_object_by_index() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::custom(emulator.rest_url()).protocol(Protocol::Rest).connect().await.unwrap();
    let config = CollectionConfig::new("Owl").property(Property::new("count", DataType::Int));
    let owls = client.collections().create(config).await.unwrap();
    let good = PropertyMap::from([("count", PropertyValue::from(1))]);
    let bad = PropertyMap::from([("count", PropertyValue::from("many"))]);
    let report = owls.data().insert_many([good, bad]).await.unwrap();
    assert_eq!(report.errors().iter().map(weaviate::data::ItemError::index).collect::<Vec<_>>(), [1]);
    let error = owls.query().fetch_objects().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
}
