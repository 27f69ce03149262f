//! Changes to a collection that exists.

use std::time::Duration;

use serde_json::{Value, json};
use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::schema::modules::{GenerativeCohere, GenerativeDummy, RerankerCohere};
use weaviate::schema::{
    Bm25Config, Bq, Change, CollectionUpdate, DeletionStrategy, Flat, Hnsw, InvertedIndexConfig, MultiTenancyConfig,
    ObjectTtlConfig, Quantizer, ReplicationConfig, Rq, Sq, Stopwords, VectorIndex,
};

use super::round_trip::from_the_future;
use super::scripted_server::ScriptedServer;
use crate::support::{bed, live_bed};

fn json_of(config: &CollectionConfig) -> Value {
    serde_json::to_value(config).unwrap()
}

async fn owl(client: &Client) -> Collection {
    let config = CollectionConfig::new("Owl")
        .description("first")
        .property(Property::new("call", DataType::Text).description("what it says"))
        .property(Property::new("weight", DataType::Number))
        .inverted_index(InvertedIndexConfig::new().index_null_state(true))
        .generative(GenerativeDummy::new())
        .vector(VectorConfig::self_provided().index(Hnsw::new().quantizer(Sq::new())))
        .vector(VectorConfig::self_provided().name("b").index(Flat::new()));
    client.collections().delete("Owl").await.unwrap();
    client.collections().create(config).await.unwrap()
}

#[tokio::test]
async fn update_changes_only_what_it_names() {
    let bed = live_bed().await;
    let client = &bed.client;
    let update = CollectionUpdate::new;
    let inverted = InvertedIndexConfig::new;
    let cases: Vec<(CollectionUpdate, &str)> = vec![
        (update().description("second"), r#"~ description: "first" -> "second""#),
        (update().description(Change::Clear), r#"- description: "first""#),
        (
            update().property_description("weight", "grams").property_description("call", Change::Clear),
            "- properties.call.description: \"what it says\"\n+ properties.weight.description: \"grams\"",
        ),
        (
            update().inverted_index(inverted().bm25(Bm25Config::new().b(0.5))),
            "~ invertedIndexConfig.bm25.b: 0.75 -> 0.5",
        ),
        (
            update().inverted_index(inverted().cleanup_interval(Duration::from_secs(30))),
            "~ invertedIndexConfig.cleanupIntervalSeconds: 60 -> 30",
        ),
        (
            update().inverted_index(inverted().stopwords(Stopwords::new().additions(["hoot"]))),
            r#"~ invertedIndexConfig.stopwords.additions: null -> ["hoot"]"#,
        ),
        (
            update().inverted_index(inverted().stopword_presets([("nest".to_owned(), vec!["twig".to_owned()])])),
            r#"+ invertedIndexConfig.stopwordPresets: {"nest":["twig"]}"#,
        ),
        (
            update().replication(ReplicationConfig::new().deletion_strategy(DeletionStrategy::DeleteOnConflict)),
            r#"~ replicationConfig.deletionStrategy: "TimeBasedResolution" -> "DeleteOnConflict""#,
        ),
        (
            update().generative(GenerativeCohere::new().model("command-r")),
            "+ moduleConfig.generative-cohere: {\"model\":\"command-r\"}\n- moduleConfig.generative-dummy: {}",
        ),
        (update().reranker(RerankerCohere::new()), "+ moduleConfig.reranker-cohere: {}"),
        (
            update().vector("default", Hnsw::new().ef(64).dynamic_ef_min(50)),
            "~ vectorConfig.default.vectorIndexConfig.dynamicEfMin: 100 -> 50\n\
             ~ vectorConfig.default.vectorIndexConfig.ef: -1 -> 64",
        ),
        (
            update().vector("default", Hnsw::new().quantizer(Sq::new().rescore_limit(30))),
            "~ vectorConfig.default.vectorIndexConfig.sq.rescoreLimit: 20 -> 30",
        ),
        (
            update().vector("b", Flat::new().vector_cache_max_objects(5_000)),
            "~ vectorConfig.b.vectorIndexConfig.vectorCacheMaxObjects: 1000000000000 -> 5000",
        ),
        (update(), ""),
        (update().description("first"), ""),
    ];
    for (update, expected) in cases {
        let owl = owl(client).await;
        let before = owl.config().get().await.unwrap();
        let after = owl.config().update(update.clone()).await.unwrap_or_else(|error| panic!("{update:?}: {error}"));
        let differences: Vec<String> = before.diff(&after).iter().map(ToString::to_string).collect();
        assert_eq!(differences.join("\n"), expected, "{update:?}");
        assert_eq!(owl.config().get().await.unwrap(), after);
    }
    client.collections().delete("Owl").await.unwrap();
}

#[tokio::test]
async fn update_sets_and_clears_multi_tenancy_options() {
    let bed = bed().await;
    let config = CollectionConfig::new("Owl").multi_tenancy(MultiTenancyConfig::new().enabled(true));
    let owl = bed.client.collections().create(config).await.unwrap();
    let tenancy = MultiTenancyConfig::new().auto_tenant_creation(true).auto_tenant_activation(true);
    let after = owl.config().update(CollectionUpdate::new().multi_tenancy(tenancy)).await.unwrap();
    let tenancy = after.multi_tenancy.unwrap();
    assert_eq!(
        (tenancy.enabled, tenancy.auto_tenant_creation, tenancy.auto_tenant_activation),
        (Some(true), Some(true), Some(true))
    );
    let after = owl.config().update(CollectionUpdate::new().multi_tenancy(Change::Clear)).await.unwrap();
    let tenancy = after.multi_tenancy.unwrap();
    assert_eq!((tenancy.enabled, tenancy.auto_tenant_creation), (Some(true), Some(false)));
}

#[tokio::test]
async fn update_changes_the_unnamed_vector_as_default() {
    let bed = bed().await;
    bed.post("schema", &json!({ "class": "Owl", "vectorizer": "none", "vectorIndexType": "hnsw" })).await;
    let owl = bed.client.collection("Owl");
    let before = owl.config().get().await.unwrap();
    assert!(before.vectors[0].is_unnamed());
    let after = owl.config().update(CollectionUpdate::new().vector("default", Hnsw::new().ef(99))).await.unwrap();
    assert_eq!(
        before.diff(&after).iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["~ vectorIndexConfig.ef: -1 -> 99"]
    );
}

#[tokio::test]
async fn update_refuses_fixed_and_missing_settings_before_sending() {
    let bed = bed().await;
    let owl = owl(&bed.client).await;
    let before = owl.config().get().await.unwrap();
    let update = CollectionUpdate::new;
    for (update, field) in [
        (
            update().inverted_index(InvertedIndexConfig::new().index_null_state(false)),
            "invertedIndexConfig.indexNullState",
        ),
        (update().multi_tenancy(MultiTenancyConfig::new().enabled(true)), "multiTenancyConfig.enabled"),
        (
            update().vector("default", Hnsw::new().ef_construction(5)),
            "vectorConfig.default.vectorIndexConfig.efConstruction",
        ),
        (
            update().vector("default", Hnsw::new().max_connections(5)),
            "vectorConfig.default.vectorIndexConfig.maxConnections",
        ),
        (update().vector("default", Flat::new()), "vectorConfig.default.vectorIndexType"),
        (update().vector("c", Flat::new()), "vectorConfig.c"),
        (update().property_description("nest", "where"), "properties.nest"),
    ] {
        let error = owl.config().update(update.description("second")).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::NotSent), "{error}");
        assert_eq!(error.field(), Some(field), "{error}");
    }
    assert_eq!(owl.config().get().await.unwrap(), before);
    let error = bed.client.collection("Nowhere").config().update(update().description("x")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
}

#[tokio::test]
async fn update_replaces_a_quantizer() {
    let bed = live_bed().await;
    let client = &bed.client;
    let owl = owl(client).await;
    let on = |config: &CollectionConfig| match &config.vectors.iter().find(|it| it.name == "default").unwrap().index {
        Some(VectorIndex::Hnsw(hnsw)) => hnsw.quantizer.clone(),
        other => panic!("{other:?}"),
    };
    let update = |quantizer: Quantizer| CollectionUpdate::new().vector("default", Hnsw::new().quantizer(quantizer));
    assert!(matches!(on(&owl.config().get().await.unwrap()), Some(Quantizer::Sq(_))));
    let after = owl.config().update(update(Rq::new().rescore_limit(10).into())).await.unwrap();
    assert!(matches!(on(&after), Some(Quantizer::Rq(rq)) if rq.rescore_limit == Some(10)));
    let after = owl.config().update(update(Quantizer::Uncompressed)).await.unwrap();
    assert_eq!(on(&after), None);

    // A flat index is compressed from its creation or not at all.
    let late = CollectionUpdate::new().vector("b", Flat::new().quantizer(Bq::new()));
    let error = owl.config().update(late).await.unwrap_err();
    assert_eq!(error.field(), Some("vectorConfig.b.vectorIndexConfig.bq.enabled"), "{error}");
    client.collections().delete("Owl").await.unwrap();
}

#[tokio::test]
async fn update_keeps_unknown_settings() {
    let there = from_the_future();
    let mut changed = there.clone();
    changed["description"] = json!("seen");
    let stub = ScriptedServer::start(vec![
        (200, there.to_string()),
        (200, there.to_string()),
        (200, changed.to_string()),
        (200, changed.to_string()),
    ])
    .await;
    let client = stub.client();
    let after = client.collection("Owl").config().update(CollectionUpdate::new().description("seen")).await.unwrap();
    assert_eq!(json_of(&after), changed);
    let heard = stub.heard();
    let heard: Vec<&str> = heard.iter().map(|(line, _)| line.as_str()).collect();
    let path = "/v1/schema/Owl";
    assert_eq!(heard, [format!("GET {path}"), format!("GET {path}"), format!("PUT {path}"), format!("GET {path}")]);
    assert_eq!(stub.heard()[2].1, changed);
}

#[tokio::test]
async fn collections_list_skips_an_unreadable_entry() {
    let stub = ScriptedServer::start(vec![(
        200,
        json!({ "classes": [from_the_future(), { "class": "Nest" }, 7] }).to_string(),
    )])
    .await;
    let list = stub.client().collections().list().await.unwrap();
    assert_eq!(list.iter().map(CollectionConfig::name).collect::<Vec<_>>(), ["Owl", "Nest"]);
    assert_eq!(json_of(&list[0]), from_the_future());
}

#[tokio::test]
async fn update_repeats_after_a_concurrent_change() {
    let owl = |description: &str| json!({ "class": "Owl", "description": description, "properties": [{ "name": description }] });
    let mut expected = owl("b");
    expected["description"] = json!("mine");
    // Another client changes it after the first read: the update is computed again.
    let replies = [owl("a"), owl("b"), owl("b"), expected.clone(), expected.clone()];
    let stub = ScriptedServer::start(replies.iter().map(|reply| (200, reply.to_string())).collect()).await;
    stub.client().collection("Owl").config().update(CollectionUpdate::new().description("mine")).await.unwrap();
    assert_eq!(stub.heard()[3], ("PUT /v1/schema/Owl".to_owned(), expected));

    // Another client keeps changing it: nothing is written.
    let replies: Vec<(u16, String)> =
        ["a", "b", "c", "d", "e", "f"].into_iter().map(|it| (200, owl(it).to_string())).collect();
    let stub = ScriptedServer::start(replies).await;
    let error =
        stub.client().collection("Owl").config().update(CollectionUpdate::new().description("mine")).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Conflict, Outcome::NotSent), "{error}");
    assert!(stub.heard().iter().all(|(line, _)| line.starts_with("GET ")));
}

#[tokio::test]
async fn update_sets_and_clears_object_ttl() {
    let there = json!({ "class": "Owl", "objectTtlConfig": { "enabled": true, "defaultTtl": 60, "deleteOn": "_creationTimeUnix", "new": 1 } });
    let mut off = there.clone();
    off["objectTtlConfig"]["enabled"] = json!(false);
    let meta = json!({ "version": "1.39.0" });
    // The version is asked for first: not every server has it.
    let stub = ScriptedServer::start(
        [&meta, &there, &there, &off, &off].into_iter().map(|it| (200, it.to_string())).collect(),
    )
    .await;
    stub.client().collection("Owl").config().update(CollectionUpdate::new().object_ttl(Change::Clear)).await.unwrap();
    assert_eq!(stub.heard()[3], ("PUT /v1/schema/Owl".to_owned(), off));

    let mut later = there.clone();
    later["objectTtlConfig"]["defaultTtl"] = json!(120);
    let stub = ScriptedServer::start(
        [&meta, &there, &there, &later, &later].into_iter().map(|it| (200, it.to_string())).collect(),
    )
    .await;
    let ttl = ObjectTtlConfig::by_creation_time(Duration::from_secs(120));
    stub.client().collection("Owl").config().update(CollectionUpdate::new().object_ttl(ttl)).await.unwrap();
    assert_eq!(stub.heard()[3], ("PUT /v1/schema/Owl".to_owned(), later));
}
