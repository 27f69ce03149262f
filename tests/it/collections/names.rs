//! Collection names: `test` and `Test` are one collection in every part of the API.

use std::pin::Pin;

use serde_json::json;
use weaviate::Uuid;
use weaviate::connect::Protocol;
use weaviate::data::{NewReference, ReferenceTo};
use weaviate::prelude::*;
use weaviate::schema::{CollectionUpdate, ShardStatus};

use crate::support::bed;
use crate::support::recorder::Recorder;

type Running = Pin<Box<dyn Future<Output = ()>>>;

/// A place where a name is said, and what is done with it there. What the server answers does not matter.
struct Place {
    name: &'static str,
    run: fn(Client, &'static str) -> Running,
}

macro_rules! places {
    ($($name:literal => |$client:ident, $named:ident| $call:expr;)+) => {
        vec![$(Place { name: $name, run: |$client, $named| Box::pin(async move { let _ = $call.await; }) },)+]
    };
}

const ID: Uuid = Uuid::from_u128(7);

fn config() -> CollectionConfig {
    CollectionConfig::new("Owl")
}

fn config_of(json: serde_json::Value) -> CollectionConfig {
    serde_json::from_value(json).unwrap()
}

fn empty() -> NewObject<PropertyMap> {
    NewObject::new(PropertyMap::new()).id(ID)
}

/// In a collection of another name.
fn data(client: &Client) -> weaviate::data::Data<PropertyMap> {
    client.collection("Owl").data()
}

fn found(
    client: &Client,
    filter: Filter,
) -> impl Future<Output = weaviate::Result<SearchResults<PropertyMap>>> + use<> {
    client.collection("Owl").query().fetch_objects().filter(filter).into_future()
}

fn places() -> Vec<Place> {
    places! {
        "collection, search" => |client, name| client.collection(name).query().fetch_objects();
        "collection, search over gRPC-Web" => |client, name| {
            client.collection(name).query().fetch_objects().protocol(Protocol::GrpcWeb)
        };
        "collection_of" => |client, name| client.collection_of::<PropertyMap>(name).data().get(ID);
        "collection, object" => |client, name| client.collection(name).data().insert(empty());
        "collection, objects" => |client, name| client.collection(name).data().insert_many([empty()]);
        "collection, objects over REST" => |client, name| {
            client.collection(name).data().insert_many([empty()]).protocol(Protocol::Rest)
        };
        "collection, deletions" => |client, name| client.collection(name).data().delete_many(Filter::id().equal(ID));
        "collection, reference" => |client, name| client.collection(name).data().reference_add(ID, "by", ID);
        "collection, references" => |client, name| {
            client.collection(name).data().reference_add_many([NewReference::new(ID, "by", ID)])
        };
        "collection, references over REST" => |client, name| {
            let all = [NewReference::new(ID, "by", ID)];
            client.collection(name).data().reference_add_many(all).protocol(Protocol::Rest)
        };
        "collection, iteration" => |client, name| async move { client.collection(name).iterate().stream().next().await };
        "collection, tenants" => |client, name| client.collection(name).tenants().create(["a"]);
        "collection, list of tenants" => |client, name| client.collection(name).tenants().list();
        "collection, list of tenants over REST" => |client, name| {
            client.collection(name).tenants().list().protocol(Protocol::Rest)
        };
        "collection, deletions over REST" => |client, name| {
            client.collection(name).data().delete_many(Filter::id().equal(ID)).protocol(Protocol::Rest)
        };
        "collection, settings" => |client, name| async move { client.collection(name).config().get().await };
        "collection, update" => |client, name| async move {
            client.collection(name).config().update(CollectionUpdate::new().description("x")).await
        };
        "collection, shards" => |client, name| async move {
            client.collection(name).config().update_shards(["a"], ShardStatus::Ready).await
        };
        "collection, check" => |client, name| async move { client.collection(name).check().await };
        "CollectionConfig::new" => |client, name| client.collections().create(CollectionConfig::new(name));
        "CollectionConfig::of" => |client, name| async move {
            client.collections().create_of::<PropertyMap>(CollectionConfig::of::<PropertyMap>(name)).await
        };
        "CollectionConfig::renamed" => |client, name| client.collections().create(config().renamed(name));
        "JSON" => |client, name| client.collections().create(config_of(json!({ "class": name })));
        "JSON of Python" => |client, name| client.collections().create(config_of(json!({ "name": name })));
        "Collections::exists" => |client, name| client.collections().exists(name);
        "Collections::delete" => |client, name| client.collections().delete(name);
        "plan" => |client, name| async move {
            let plan = CollectionConfig::new(name).plan(&CollectionConfig::new(name).description("x"));
            client.collection(name).config().apply(&plan).await
        };
        "DataType::reference" => |client, name| async move {
            let property = Property::new("by", DataType::reference([name]));
            client.collections().create(config().property(property)).await
        };
        "DataType::reference to several" => |client, name| async move {
            let property = Property::new("by", DataType::reference(["Other", name]));
            client.collection("Owl").config().add_property(property).await
        };
        "ReferenceTo, add" => |client, name| data(&client).reference_add(ID, "by", ReferenceTo::in_collection(name, ID));
        "ReferenceTo, replace" => |client, name| {
            data(&client).reference_replace(ID, "by", [ReferenceTo::in_collection(name, ID)])
        };
        "ReferenceTo, delete" => |client, name| {
            data(&client).reference_delete(ID, "by", ReferenceTo::in_collection(name, ID))
        };
        "ReferenceTo, add many" => |client, name| {
            data(&client).reference_add_many([NewReference::new(ID, "by", ReferenceTo::in_collection(name, ID))])
        };
        "ReferenceTo, add many over REST" => |client, name| {
            let all = [NewReference::new(ID, "by", ReferenceTo::in_collection(name, ID))];
            data(&client).reference_add_many(all).protocol(Protocol::Rest)
        };
        "ReferenceTo, insert" => |client, name| {
            data(&client).insert(empty().reference("by", ReferenceTo::in_collection(name, ID)))
        };
        "ReferenceTo, replacement" => |client, name| {
            data(&client).replace(ID, PropertyMap::new()).reference("by", ReferenceTo::in_collection(name, ID))
        };
        "ReferenceTo, insert many" => |client, name| {
            data(&client).insert_many([empty().reference("by", ReferenceTo::in_collection(name, ID))])
        };
        "ReferenceTo, insert many over REST" => |client, name| {
            let objects = [empty().reference("by", ReferenceTo::in_collection(name, ID))];
            data(&client).insert_many(objects).protocol(Protocol::Rest)
        };
        "Filter::reference_to" => |client, name| {
            found(&client, Filter::reference_to("by", name).property("a").equal(1))
        };
        "FilterReference::reference_to" => |client, name| {
            found(&client, Filter::reference("by").reference_to("of", name).property("a").equal(1))
        };
        "Filter::reference_to, deletions" => |client, name| {
            data(&client).delete_many(Filter::reference_to("by", name).property("a").equal(1))
        };
    }
}

#[tokio::test]
async fn collection_names_are_sent_capitalized_everywhere() {
    let server = Recorder::start().await;
    let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect().await.unwrap();
    for Place { name, run } in places() {
        let mut sent = Vec::new();
        for named in ["testRun", "TestRun"] {
            server.take();
            run(client.clone(), named).await;
            let calls = server.take();
            let all: Vec<_> = calls.into_iter().map(|call| (call.side, call.method, call.path, call.body)).collect();
            let says = |word: &str| {
                let body = |body: &[u8]| body.windows(word.len()).any(|part| part == word.as_bytes());
                all.iter().any(|(_, _, path, sent)| path.contains(word) || body(sent))
            };
            assert!(says("TestRun") && !says("testRun"), "{name}: {all:?}");
            sent.push(all);
        }
        assert_eq!(sent[0], sent[1], "{name}");
    }
}

#[test]
fn collection_names_are_capitalized_in_config_and_references() {
    for named in ["testRun", "TestRun"] {
        let config = CollectionConfig::new(named).property(Property::new("by", DataType::reference([named])));
        assert_eq!(config.name(), "TestRun");
        assert_eq!(config_of(json!({ "class": named })).name(), "TestRun");
        assert_eq!(ReferenceTo::in_collection(named, ID), ReferenceTo::in_collection("TestRun", ID));
        let read = json!({ "class": "TestRun", "properties": [{ "name": "by", "dataType": ["TestRun"] }] });
        let read = config_of(read);
        assert!(read.diff(&config).is_empty() && config.diff(&read).is_empty());
        assert!(read.plan(&config).is_empty(), "{:?}", read.plan(&config));
    }
}

#[cfg(feature = "derive")]
#[test]
fn derived_reference_capitalizes_the_collection_name() {
    #[derive(serde::Serialize, serde::Deserialize, Properties)]
    struct Small {
        #[weaviate(reference = "testRun", reference = "Other")]
        by: Option<Reference>,
    }
    assert_eq!(Small::properties()[0].data_type, DataType::reference(["TestRun", "Other"]));
}

/// The server's side of it.
#[tokio::test]
async fn collection_names_differing_in_the_first_letter_are_one_collection() {
    let bed = bed().await;
    let collections = bed.client.collections();
    let link = Property::new("linksTo", DataType::reference(["barnOwl"]));
    let owl = collections.create(CollectionConfig::new("barnOwl").property(link)).await.unwrap();
    assert_eq!(owl.name(), "BarnOwl");
    assert_eq!(bed.client.collection("barnOwl").name(), "BarnOwl");
    let id = bed.client.collection("barnOwl").data().insert(PropertyMap::new()).await.unwrap();
    let to = ReferenceTo::in_collection("barnOwl", id);
    bed.client.collection("BarnOwl").data().reference_add(id, "linksTo", to).await.unwrap();
    let links = Filter::reference_to("linksTo", "barnOwl").id().equal(id);
    for name in ["barnOwl", "BarnOwl"] {
        assert!(collections.exists(name).await.unwrap());
        assert_eq!(bed.client.collection(name).query().fetch_objects().filter(links.clone()).await.unwrap().len(), 1);
        assert_eq!(bed.client.collection(name).config().get().await.unwrap().name(), "BarnOwl");
    }
    collections.delete("barnOwl").await.unwrap();
    assert!(!collections.exists("BarnOwl").await.unwrap());
}
