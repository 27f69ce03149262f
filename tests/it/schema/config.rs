//! `config()` of a collection: properties, vectors, indexes, shards and plans. Listing and deleting collections.

use serde_json::{Value, json};
use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::schema::{IndexTaskStatus, PropertyIndex, PropertyIndexState, ShardStatus};

use super::scripted_server::ScriptedServer;
use crate::support::{bed, golden, live_bed};

fn owl() -> CollectionConfig {
    CollectionConfig::new("Owl")
        .property(Property::new("call", DataType::Text))
        .property(Property::new("weight", DataType::Number).index_range_filters(true))
        .vector(VectorConfig::self_provided())
}

#[tokio::test]
async fn collections_list_and_delete_all() {
    let bed = bed().await;
    let collections = bed.client.collections();
    assert!(collections.list().await.unwrap().is_empty());
    for name in ["Owl", "Nest", "Tree"] {
        collections.create(CollectionConfig::new(name).description(name)).await.unwrap();
    }
    let mut listed: Vec<_> =
        collections.list().await.unwrap().into_iter().map(|it| (it.name().to_owned(), it.description)).collect();
    listed.sort();
    let named = |name: &str| (name.to_owned(), Some(name.to_owned()));
    assert_eq!(listed, [named("Nest"), named("Owl"), named("Tree")]);
    collections.delete_all().await.unwrap();
    assert!(collections.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn create_accepts_the_renamed_result_of_config_get() {
    let bed = bed().await;
    let collections = bed.client.collections();
    let owl = collections.create(owl()).await.unwrap();
    let read = owl.config().get().await.unwrap();
    let text = serde_json::to_string(&read).unwrap();
    let copy: CollectionConfig = serde_json::from_str(&text).unwrap();
    let copy = collections.create(copy.renamed("barnOwl")).await.unwrap();
    assert_eq!(copy.config().get().await.unwrap(), read.renamed("BarnOwl"));
}

#[tokio::test]
async fn config_get_of_an_unknown_collection_is_not_found() {
    let bed = bed().await;
    let error = bed.client.collection("Nowhere").config().get().await.unwrap_err();
    assert_eq!((error.kind(), error.collection()), (ErrorKind::NotFound, Some("Nowhere")), "{error}");
}

#[tokio::test]
async fn add_property_and_add_vector_extend_a_collection() {
    let bed = live_bed().await;
    let client = &bed.client;
    client.collections().delete("Owl").await.unwrap();
    let config = client.collections().create(owl()).await.unwrap().config();
    config.add_property(Property::new("colour", DataType::Text).tokenization(Tokenization::Field)).await.unwrap();
    config.add_property(Property::new("eats", DataType::reference(["Owl"])).description("prey")).await.unwrap();
    config.add_vector(VectorConfig::self_provided().name("picture").distance(Distance::Dot)).await.unwrap();
    config.add_vector(VectorConfig::self_provided().name("sound")).await.unwrap();

    let mut read = config.get().await.unwrap();
    // The server orders them as it likes.
    read.properties.sort_by(|left, right| left.name.cmp(&right.name));
    let names: Vec<_> = read.properties.iter().map(|property| property.name.as_str()).collect();
    assert_eq!(names, ["call", "colour", "eats", "weight"]);
    assert_eq!(read.properties[1].tokenization, Some(Tokenization::Field));
    assert_eq!(read.properties[2].data_type, DataType::reference(["Owl"]));
    let vectors: Vec<_> = read.vectors.iter().map(|vector| (vector.name.as_str(), vector.distance.clone())).collect();
    let cosine = Some(Distance::Cosine);
    assert_eq!(vectors, [("default", cosine.clone()), ("picture", Some(Distance::Dot)), ("sound", cosine)]);

    let error = config.add_property(Property::new("call", DataType::Text)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Refused, "{error}");
    let error = config.add_vector(VectorConfig::self_provided().name("picture")).await.unwrap_err();
    assert_eq!((error.outcome(), error.field()), (Outcome::NotSent, Some("vector.name")), "{error}");
    client.collections().delete("Owl").await.unwrap();
}

#[tokio::test]
async fn apply_carries_out_a_plan_once() {
    let bed = live_bed().await;
    let client = &bed.client;
    client.collections().delete("Owl").await.unwrap();
    let config = client.collections().create(owl()).await.unwrap().config();
    let there = config.get().await.unwrap();
    let wanted = CollectionConfig::new("Owl")
        .description("Birds")
        .property(Property::new("call", DataType::Text).description("what it says"))
        .property(Property::new("colour", DataType::Text))
        .vector(VectorConfig::self_provided().name("picture").index(Flat::new()));
    let plan = there.plan(&wanted);
    assert!(plan.is_possible(), "{plan}");
    let after = config.apply(&plan).await.unwrap();
    assert!(after.plan(&wanted).is_empty(), "{}", after.plan(&wanted));
    assert_eq!(after.description.as_deref(), Some("Birds"));
    assert_eq!((after.properties.len(), after.vectors.len()), (3, 2));

    let error = config.apply(&plan).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Conflict, Outcome::NotSent), "{error}");
    let impossible = after.plan(&CollectionConfig::new("Owl").property(Property::new("call", DataType::Int)));
    let error = config.apply(&impossible).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("properties.call.dataType")), "{error}");
    client.collections().delete("Owl").await.unwrap();
}

#[tokio::test]
async fn drop_property_index_removes_one_index() {
    let bed = bed().await;
    let config = bed.client.collections().create(owl()).await.unwrap().config();
    config.drop_property_index("call", PropertyIndex::Searchable).await.unwrap();
    config.drop_property_index("weight", PropertyIndex::RangeFilters).await.unwrap();
    let read = config.get().await.unwrap();
    assert_eq!(read.properties[0].index_searchable, Some(false));
    assert_eq!(read.properties[1].index_range_filters, Some(false));
    // It stays gone without a word.
    config.drop_property_index("call", PropertyIndex::Searchable).await.unwrap();
    let error = config.drop_property_index("nest", PropertyIndex::Filterable).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Refused, "{error}");
    for name in ["..", "", "."] {
        let error = config.drop_property_index(name, PropertyIndex::Filterable).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::NotSent), "{name:?}: {error}");
    }
}

#[tokio::test]
async fn shards_and_update_shards_read_and_set_the_status() {
    let bed = bed().await;
    let config = bed.client.collections().create(owl()).await.unwrap().config();
    let shards = config.shards().await.unwrap();
    assert_eq!(shards.len(), 1);
    assert_eq!(shards[0].status, ShardStatus::Ready);
    let names = || shards.iter().map(|shard| &shard.name);
    config.update_shards(names(), ShardStatus::ReadOnly).await.unwrap();
    assert_eq!(config.shards().await.unwrap()[0].status, ShardStatus::ReadOnly);
    config.update_shards(names(), ShardStatus::Ready).await.unwrap();
    assert_eq!(config.shards().await.unwrap()[0].status, ShardStatus::Ready);
    let error = bed.client.collection("Nowhere").config().shards().await.unwrap_err();
    assert_eq!(error.http_status(), Some(404), "{error}");
}

/// Status and text of the recorded reply.
fn recorded(scenario: &str, step: &str) -> (u16, String) {
    let (status, body) = golden::reply(scenario, step);
    (status, if body.is_null() { String::new() } else { body.to_string() })
}

#[tokio::test]
async fn property_indexes_upsert_rebuild_and_cancel() {
    let meta = || (200, json!({ "version": "1.39.0" }).to_string());
    let step = |step| recorded("index_ops", step);
    let stub = ScriptedServer::start(vec![
        meta(),
        step("status"),
        step("change_tokenization"),
        step("rebuild"),
        step("cancel_idle"),
        step("range_on_text"),
    ])
    .await;
    let client = stub.client();
    let config = client.collection("Shelf").config();
    let indexes = config.property_indexes().await.unwrap();
    let shown: Vec<_> = indexes
        .iter()
        .map(|of| (of.property.as_str(), of.indexes.iter().map(|it| it.index.as_str()).collect::<Vec<_>>()))
        .collect();
    assert_eq!(
        shown,
        [
            ("t", vec!["filterable", "searchable"]),
            ("plain", vec![]),
            ("n", vec!["filterable"]),
            ("day", vec!["filterable", "rangeFilters"]),
            ("o", vec!["filterable"]),
        ]
    );
    let searchable = &indexes[0].indexes[1];
    assert_eq!((&searchable.state, searchable.algorithm.as_deref()), (&PropertyIndexState::Ready, Some("blockmax")));
    assert_eq!((&searchable.tokenization, &searchable.task_id), (&Some(Tokenization::Word), &None));

    let task =
        config.upsert_property_index("t", PropertyIndex::Searchable).tokenization(Tokenization::Field).await.unwrap();
    assert_eq!((&task.status, task.id.is_some()), (&IndexTaskStatus::Started, true));
    let task = config.rebuild_property_index("t", PropertyIndex::Filterable).tenants(["a", "b"]).await.unwrap();
    assert_eq!(task.status, IndexTaskStatus::Started);
    let task = config.cancel_property_index("t", PropertyIndex::Filterable).await.unwrap();
    assert_eq!((task.status, task.id), (IndexTaskStatus::NoOp, None));
    let error = config.upsert_property_index("t", PropertyIndex::RangeFilters).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::Refused), "{error}");
    let error = config
        .upsert_property_index("t", PropertyIndex::Filterable)
        .tokenization(Tokenization::Word)
        .await
        .unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("tokenization"), Outcome::NotSent), "{error}");

    let heard: Vec<_> = stub.heard().into_iter().skip(1).collect();
    let path = "/v1/schema/Shelf";
    assert_eq!(
        heard,
        [
            (format!("GET {path}/indexes"), Value::Null),
            (format!("PUT {path}/properties/t/index/searchable"), json!({ "tokenization": "field" })),
            (format!("POST {path}/properties/t/index/filterable/rebuild?tenants=a%2Cb"), Value::Null),
            (format!("POST {path}/properties/t/index/filterable/cancel"), Value::Null),
            (format!("PUT {path}/properties/t/index/rangeFilters"), json!({})),
        ]
    );
}

#[tokio::test]
async fn drop_vector_index_removes_a_named_vector() {
    let meta = || (200, json!({ "version": "1.39.0" }).to_string());
    let stub = ScriptedServer::start(vec![
        meta(),
        recorded("schema_features", "drop_vector_index"),
        recorded("schema_features", "drop_vector_index_again"),
        recorded("schema_features", "get_after_drop_vector"),
    ])
    .await;
    let client = stub.client();
    let config = client.collection("NV").config();
    config.drop_vector_index("b").await.unwrap();
    assert_eq!(config.drop_vector_index("b").await.unwrap_err().outcome(), Outcome::Refused);
    let read = config.get().await.unwrap();
    assert_eq!(read.vectors.iter().map(|vector| vector.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert_eq!(stub.heard()[1].0, "DELETE /v1/schema/NV/vectors/b/index");
}

/// The server shows zeros as the sharding of a collection with tenants, and does not take them back.
#[tokio::test]
async fn create_accepts_what_config_get_returns_of_a_collection_with_tenants() {
    let bed = live_bed().await;
    let collections = bed.client.collections();
    let tenants = CollectionConfig::new("WithTenants").multi_tenancy(MultiTenancyConfig::new().enabled(true));
    let collection: Collection = bed.fresh(tenants).await;
    let read = collection.config().get().await.unwrap();
    collections.delete("WithTenants").await.unwrap();
    let again = collections.create(read.clone()).await.unwrap();
    assert_eq!(again.config().get().await.unwrap(), read);
    assert!(collections.ensure(read.clone()).await.unwrap().differences.is_empty());

    collections.delete("WithTenants").await.unwrap();
    let copy: CollectionConfig = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
    assert!(collections.ensure(copy.renamed("TenantsCopy")).await.unwrap().created);
    collections.delete("TenantsCopy").await.unwrap();
    // Real settings are not left out in silence.
    let both = read.sharding(weaviate::schema::ShardingConfig::new().desired_count(2));
    assert_eq!(collections.create(both).await.unwrap_err().kind(), ErrorKind::Validation);
}

/// Each object takes two levels of JSON.
#[tokio::test]
async fn the_deepest_properties_are_created_and_read() {
    let nested = |objects| {
        (0..objects).fold(Property::new("text", DataType::Text), |inside, _| {
            Property::new("inside", DataType::Object(vec![inside]))
        })
    };
    let bed = live_bed().await;
    let config = CollectionConfig::new("DeepProperties").property(nested(PropertyMap::MAX_DEPTH));
    let deep: Collection = bed.fresh(config.clone()).await;
    let read = deep.config().get().await.unwrap();
    assert_eq!(serde_json::from_str::<CollectionConfig>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
    assert!(bed.client.collections().ensure(config).await.unwrap().differences.is_empty());

    let deeper = nested(PropertyMap::MAX_DEPTH + 1);
    let error = deep.config().add_property(deeper.clone()).await.unwrap_err();
    assert_eq!((error.kind(), error.field(), error.attempts()), (ErrorKind::Validation, Some("property"), 0));
    bed.client.collections().delete("DeepProperties").await.unwrap();
    let config = CollectionConfig::new("DeepProperties").property(deeper);
    let error = bed.client.collections().create(config).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("property")), "{error}");
}
