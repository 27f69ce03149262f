//! Empty names and values: each is refused before anything is sent, and the error names the argument.

use std::time::Duration;

use weaviate::Uuid;
use weaviate::connect::{ClientBuilder, Integrations};
use weaviate::data::{NewObject, NewReference};
use weaviate::prelude::*;
use weaviate::query::{BoostCondition, Move, QueryVectors, Rerank, Targets};
use weaviate::schema::{PropertyIndex, ShardStatus};

use super::{Row, client, first};

macro_rules! rows {
    ($($name:literal, $field:literal => |$client:ident| $call:expr;)+) => {
        vec![$(Row { name: $name, field: $field, run: |$client| Box::pin(async move { $call.await.err() }) },)+]
    };
}

fn owls(client: &Client) -> Collection {
    client.collection("Owl")
}

fn empty() -> PropertyMap {
    PropertyMap::new()
}

fn rows() -> Vec<Row> {
    rows! {
        "collection of a query", "collection" => |client| client.collection("").query().fetch_objects();
        "collection of an insert", "collection" => |client| client.collection("").data().insert(empty());
        "collection of a config", "collection" => |client| async move { client.collection("").config().get().await };
        "collections create", "collection" => |client| async move { client.collections().create(CollectionConfig::new("")).await };
        "collections ensure", "collection" => |client| async move { client.collections().ensure(CollectionConfig::new("")).await };
        "collections delete", "collection" => |client| async move { client.collections().delete("").await };
        "collections exists", "collection" => |client| async move { client.collections().exists("").await };
        "property of a new collection", "property" => |client| async move {
            client.collections().create(CollectionConfig::new("Owl").property(Property::new("", DataType::Text))).await
        };
        "nested property of a new collection", "property" => |client| async move {
            let nested = DataType::Object(vec![Property::new("", DataType::Text)]);
            client.collections().create(CollectionConfig::new("Owl").property(Property::new("o", nested))).await
        };
        "property that is added", "property" => |client| async move {
            owls(&client).config().add_property(Property::new("", DataType::Text)).await
        };
        "vector of a new collection", "vector.name" => |client| async move {
            client.collections().create(CollectionConfig::new("Owl").vector(VectorConfig::self_provided().name(""))).await
        };
        "vector that is added", "vector.name" => |client| async move {
            owls(&client).config().add_vector(VectorConfig::self_provided().name("")).await
        };
        "property of a dropped index", "property" => |client| async move {
            owls(&client).config().drop_property_index("", PropertyIndex::Searchable).await
        };
        "vector of a dropped index", "vector" => |client| async move { owls(&client).config().drop_vector_index("").await };
        "property of a cancelled index", "property" => |client| async move {
            owls(&client).config().cancel_property_index("", PropertyIndex::Searchable).await
        };
        "property of a new index", "property" => |client| owls(&client).config().upsert_property_index("", PropertyIndex::Searchable);
        "property of a rebuilt index", "property" => |client| owls(&client).config().rebuild_property_index("", PropertyIndex::Searchable);
        "tenant of a rebuilt index", "tenants" => |client| {
            owls(&client).config().rebuild_property_index("title", PropertyIndex::Searchable).tenants([""])
        };
        "shard", "shards" => |client| async move { owls(&client).config().update_shards([""], ShardStatus::Ready).await };
        "tenant of a handle", "tenant" => |client| owls(&client).tenant("").query().fetch_objects();
        "tenant of an insert", "tenant" => |client| owls(&client).tenant("").data().insert(empty());
        "tenant of an import", "tenant" => |client| owls(&client).tenant("").data().insert_many([empty()]);
        "tenant of a deletion", "tenant" => |client| {
            owls(&client).tenant("").data().delete_many(Filter::property("year").equal(1))
        };
        "tenant of a stream", "tenant" => |client| first(owls(&client).tenant("").iterate().stream());
        "tenants create", "tenant" => |client| owls(&client).tenants().create([""]);
        "tenants activate", "tenant" => |client| owls(&client).tenants().activate([""]);
        "tenants delete", "tenant" => |client| owls(&client).tenants().delete([""]);
        "tenants get", "tenant" => |client| owls(&client).tenants().get("");
        "tenants exists", "tenant" => |client| owls(&client).tenants().exists("");
        "tenants list", "tenant" => |client| owls(&client).tenants().list().names([""]);
        "tenants wait for status", "tenant" => |client| async move {
            owls(&client).tenants().wait_for_status([""], TenantStatus::Active, Duration::from_secs(1)).await
        };
        "tenant of a wait", "tenant" => |client| owls(&client).tenant("").wait_until_indexed(Duration::from_secs(1));
        "properties of a query", "properties" => |client| owls(&client).query().fetch_objects().properties([""]);
        "properties of a stream", "properties" => |client| first(owls(&client).iterate().properties([""]).stream());
        "sort", "sort" => |client| owls(&client).query().fetch_objects().sort(Sort::by(""));
        "group", "group_by" => |client| owls(&client).query().near_vector([1.0]).group_by(GroupBy::new(""));
        "target of a vector search", "target" => |client| owls(&client).query().near_vector([1.0]).target("");
        "target of an object search", "target" => |client| owls(&client).query().near_object(Uuid::nil()).target("");
        "target of a hybrid search", "target" => |client| owls(&client).query().hybrid("owl").target("");
        "target of a media search", "target" => |client| owls(&client).query().near_image(vec![1]).target(Targets::sum(["a", ""]));
        "target of query vectors", "target" => |client| owls(&client).query().near_vectors(QueryVectors::sum([("", [1.0])]));
        "text of a search", "near_text" => |client| owls(&client).query().near_text("");
        "concept of a move", "move_to" => |client| owls(&client).query().near_text("owl").move_to(Move::force(0.5).concepts(""));
        "image of a search", "near_media" => |client| owls(&client).query().near_image(Vec::new());
        "property of a reranking", "rerank" => |client| owls(&client).query().bm25("owl").rerank(Rerank::new("", "owl"));
        "query of a reranking", "rerank" => |client| owls(&client).query().bm25("owl").rerank(Rerank::new("title", ""));
        "property of a boost", "boost" => |client| {
            owls(&client).query().bm25("owl").boost(BoostCondition::property_value(""))
        };
        "vectors of a query", "include_vectors" => |client| owls(&client).query().fetch_objects().include_vectors([""]);
        "properties of a keyword search", "query_properties" => |client| owls(&client).query().bm25("owl").query_properties([""]);
        "properties of a hybrid search", "query_properties" => |client| owls(&client).query().hybrid("owl").query_properties([""]);
        "property of a filter", "filter" => |client| {
            owls(&client).query().fetch_objects().filter(Filter::property("").equal(1))
        };
        "reference of a filter", "filter" => |client| {
            owls(&client).query().fetch_objects().filter(Filter::reference("").property("a").equal(1))
        };
        "property of an object", "properties" => |client| owls(&client).data().insert(PropertyMap::from([("", 1)]));
        "property of a merge", "properties" => |client| owls(&client).data().merge(Uuid::nil(), PropertyMap::from([("", 1)]));
        "vector of an object", "vectors" => |client| {
            owls(&client).data().insert(NewObject::new(empty()).named_vector("", [1.0]))
        };
        "reference of an object", "properties" => |client| {
            owls(&client).data().insert(NewObject::new(empty()).reference("", Uuid::nil()))
        };
        "reference that is added", "property" => |client| owls(&client).data().reference_add(Uuid::nil(), "", Uuid::nil());
        "reference that is replaced", "property" => |client| owls(&client).data().reference_replace(Uuid::nil(), "", [Uuid::nil()]);
        "reference that is deleted", "property" => |client| owls(&client).data().reference_delete(Uuid::nil(), "", Uuid::nil());
        "name of a header", "header" => |client| owls(&client).query().fetch_objects().header("", "x");
        "value of a header", "header" => |client| owls(&client).query().fetch_objects().header("x-y", "");
        "key of a provider", "header" => |client| {
            owls(&client).integrations(&Integrations::new().openai_api_key("")).query().fetch_objects()
        };
    }
}

#[tokio::test]
async fn every_empty_argument_is_refused_before_it_is_sent() {
    let rows = rows();
    let mut wrong = Vec::new();
    for Row { name, field, run } in &rows {
        let Some(error) = run(client()).await else {
            wrong.push(format!("{name}: sent"));
            continue;
        };
        let seen = (error.kind(), error.attempts(), error.outcome());
        if seen != (ErrorKind::Validation, 0, weaviate::error::Outcome::NotSent) || error.field() != Some(*field) {
            wrong.push(format!("{name}: {:?} {seen:?}: {error}", error.field()));
        }
    }
    println!("{} empty arguments", rows.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A bulk request goes on with its other items.
#[tokio::test]
async fn an_empty_name_in_an_import_is_the_error_of_its_item() {
    let vector = NewObject::new(empty()).named_vector("", [1.0]);
    let property = NewObject::new(PropertyMap::from([("", 1)]));
    let report = owls(&client()).data().insert_many([vector, property]).await.unwrap();
    let kinds: Vec<_> = report.errors().iter().map(|error| (error.kind(), error.outcome())).collect();
    assert_eq!(kinds, [(ErrorKind::Validation, weaviate::error::Outcome::NotSent); 2], "{report:?}");
    let reference = NewReference::new(Uuid::nil(), "", Uuid::nil());
    let error = owls(&client()).data().reference_add_many([reference]).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some("property")), "{error}");
}

#[tokio::test]
async fn an_empty_setting_of_a_client_is_refused() {
    let custom = || Client::custom("http://127.0.0.1:1").grpc("http://127.0.0.1:1");
    let rows: Vec<(&str, ClientBuilder)> = vec![
        ("address", Client::custom("")),
        ("grpc", Client::custom("http://127.0.0.1:1").grpc("")),
        ("api key", custom().api_key("")),
        ("bearer", custom().bearer("")),
        ("header name", custom().header("", "x")),
        ("header value", custom().header("x-y", "")),
        ("integrations", custom().integrations(Integrations::new().cohere_api_key(""))),
        ("client integration", custom().client_integration("")),
    ];
    for (name, builder) in rows {
        let error = builder.connect_lazy().expect_err(name);
        assert!(matches!(error.kind(), ErrorKind::Validation | ErrorKind::Configuration), "{name}: {error}");
    }
}
