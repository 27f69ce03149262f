//! Pairs of configurations and what it takes to get from one to the other, as text in `plans.txt`. With
//! `UPDATE_SNAPSHOTS=1` the test rewrites the file.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::json;
use weaviate::prelude::*;
use weaviate::schema::modules::{GenerativeCohere, GenerativeDummy, GenerativeOpenAi, RerankerCohere, Text2VecOpenAi};
use weaviate::schema::{
    Bm25Config, Bq, DeletionStrategy, Flat, Hnsw, InvertedIndexConfig, MultiTenancyConfig, MultiVector,
    ObjectTtlConfig, PropertyVectorization, Quantizer, ReplicationConfig, Rq, ShardingConfig, Sq, Stopwords,
};

use super::round_trip::from_the_future;

fn owl() -> CollectionConfig {
    CollectionConfig::new("Owl")
}

fn call() -> Property {
    Property::new("call", DataType::Text)
}

fn with(property: Property) -> CollectionConfig {
    owl().property(property)
}

fn index(index: impl Into<weaviate::schema::VectorIndex>) -> CollectionConfig {
    owl().vector(VectorConfig::self_provided().index(index))
}

fn inverted(config: InvertedIndexConfig) -> CollectionConfig {
    owl().inverted_index(config)
}

fn tenants(config: MultiTenancyConfig) -> CollectionConfig {
    owl().multi_tenancy(config)
}

fn read(value: serde_json::Value) -> CollectionConfig {
    serde_json::from_value(value).unwrap()
}

#[rustfmt::skip]
fn pairs() -> Vec<(&'static str, CollectionConfig, CollectionConfig)> {
    let minute = Duration::from_secs(60);
    let bm25 = |b: f64, k1: f64| inverted(InvertedIndexConfig::new().bm25(Bm25Config::new().b(b).k1(k1)));
    vec![
        ("the same", with(call()), with(call())),
        ("what is not mentioned stays", with(call()).description("Birds"), owl()),
        ("another description", owl().description("Birds"), owl().description("Owls")),
        ("a first description", owl(), owl().description("Owls")),
        ("another name", owl(), CollectionConfig::new("Nest")),
        ("a new property", with(call()), with(call()).property(Property::new("weight", DataType::Number))),
        ("properties in another order", with(call()).property(Property::new("weight", DataType::Int)), with(Property::new("weight", DataType::Int)).property(call())),
        ("a property described", with(call()), with(call().description("what it says"))),
        ("another type", with(call()), with(Property::new("call", DataType::Int))),
        ("one more target of a reference", with(Property::new("eats", DataType::reference(["Mouse"]))), with(Property::new("eats", DataType::reference(["Mouse", "Frog"])))),
        ("another tokenization", with(call().tokenization(Tokenization::Word)), with(call().tokenization(Tokenization::Field))),
        ("an index of a property", with(call().index_searchable(true)), with(call().index_searchable(false).index_filterable(true))),
        ("one more part of an object", with(Property::new("nest", DataType::object([call()]))), with(Property::new("nest", DataType::object([Property::new("height", DataType::Int)])))),
        ("a property skipped", with(call()), with(call().vectorization("text2vec-openai", PropertyVectorization::new().skip(true)))),
        ("another ranking", bm25(0.75, 1.2), bm25(0.5, 1.2)),
        ("stopwords", inverted(InvertedIndexConfig::new().stopwords(Stopwords::new().preset("en"))), inverted(InvertedIndexConfig::new().stopwords(Stopwords::new().additions(["hoot"])))),
        ("presets of stopwords", inverted(InvertedIndexConfig::new().stopword_presets([("a".to_owned(), vec!["x".to_owned()])])), inverted(InvertedIndexConfig::new().stopword_presets([("b".to_owned(), vec!["y".to_owned()])]))),
        ("what the inverted index holds", inverted(InvertedIndexConfig::new().index_null_state(false)), inverted(InvertedIndexConfig::new().index_null_state(true).index_timestamps(true).index_property_length(true))),
        ("replication", owl().replication(ReplicationConfig::new().factor(1)), owl().replication(ReplicationConfig::new().factor(3).deletion_strategy(DeletionStrategy::DeleteOnConflict))),
        ("more shards", owl().sharding(ShardingConfig::new().desired_count(1)), owl().sharding(ShardingConfig::new().desired_count(3))),
        ("tenants after all", tenants(MultiTenancyConfig::new().enabled(false)), tenants(MultiTenancyConfig::new().enabled(true).auto_tenant_creation(true))),
        ("how tenants come", tenants(MultiTenancyConfig::new().enabled(true).auto_tenant_creation(false)), tenants(MultiTenancyConfig::new().auto_tenant_creation(true))),
        ("a time to live", owl(), owl().object_ttl(ObjectTtlConfig::by_creation_time(minute))),
        ("an end of the time to live", owl().object_ttl(ObjectTtlConfig::by_update_time(minute)), owl().object_ttl(ObjectTtlConfig::disabled())),
        ("another module that writes", owl().generative(GenerativeDummy::new()), owl().generative(GenerativeOpenAi::new().model("gpt-4o"))),
        ("other settings of a module", owl().generative(GenerativeCohere::new().model("a").k(3)), owl().generative(GenerativeCohere::new().model("b")).reranker(RerankerCohere::new())),
        ("a vector added", owl().vector(VectorConfig::self_provided()), owl().vector(VectorConfig::self_provided().name("picture").distance(Distance::Dot))),
        ("another vectorizer", owl().vector(VectorConfig::self_provided()), owl().vector(VectorConfig::new(Text2VecOpenAi::new().model("m")))),
        ("other settings of a vectorizer", owl().vector(VectorConfig::new(Text2VecOpenAi::new().model("m"))), owl().vector(VectorConfig::new(Text2VecOpenAi::new().model("n")))),
        ("another kind of index", index(Hnsw::new()), index(Flat::new())),
        ("another distance", owl().vector(VectorConfig::self_provided().distance(Distance::Cosine)), owl().vector(VectorConfig::self_provided().distance(Distance::Dot))),
        ("tunables of a graph", index(Hnsw::new().ef(-1).ef_construction(128).max_connections(32)), index(Hnsw::new().ef(64).ef_construction(256).max_connections(64).dynamic_ef_min(50))),
        ("another quantizer", index(Hnsw::new().quantizer(Sq::new())), index(Hnsw::new().quantizer(Rq::new().bits(8)))),
        ("a quantizer tuned", index(Hnsw::new().quantizer(Rq::new().bits(8).rescore_limit(20))), index(Hnsw::new().quantizer(Rq::new().bits(1).rescore_limit(40)))),
        ("no quantizer any more", index(Flat::new().quantizer(Bq::new())), index(Flat::new().quantizer(Quantizer::Uncompressed))),
        ("several vectors per object", index(Hnsw::new()), index(Hnsw::new().multi_vector(MultiVector::new()))),
        ("a collection of the future, described", read(from_the_future()), owl().description("seen")),
        ("a vector without a name", read(json!({ "class": "Owl", "vectorizer": "none", "vectorIndexType": "hnsw", "vectorIndexConfig": { "ef": 1 } })), read(json!({ "class": "Owl", "vectorizer": "text2vec-openai", "vectorIndexType": "flat", "vectorIndexConfig": { "ef": 2 } }))),
        ("everything at once", with(call()).description("a").vector(VectorConfig::self_provided()), with(call().description("c")).property(Property::new("weight", DataType::Number)).description("b").sharding(ShardingConfig::new().desired_count(2)).vector(VectorConfig::self_provided().index(Hnsw::new().ef(5))).vector(VectorConfig::self_provided().name("b"))),
    ]
}

#[test]
fn plan_and_diff_print_what_plans_txt_holds() {
    let pairs = pairs();
    assert!(pairs.len() >= 30);
    let mut text = String::new();
    for (name, there, wanted) in &pairs {
        let plan = there.plan(wanted);
        let _ = write!(text, "== {name}\n{plan}");
        let differences = there.diff(wanted);
        if !differences.is_empty() {
            text.push_str("-- diff\n");
        }
        for difference in &differences {
            let _ = writeln!(text, "{difference}");
        }
        text.push('\n');
        // A difference is one from both sides.
        assert_eq!(wanted.diff(there).len(), differences.len(), "{name}");
        assert!(there.diff(there).is_empty() && there.plan(there).is_empty(), "{name}");
    }
    let path = format!("{}/tests/it/schema/plans.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap();
    for (now, then) in text.split("== ").zip(written.split("== ")) {
        assert_eq!(now, then);
    }
    assert_eq!(text.len(), written.len());
}
