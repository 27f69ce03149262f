//! Names of properties: the server stores the first letter in lower case, so that the other spelling is refused before
//! it is sent, wherever a name is given.

use std::pin::Pin;

use serde_json::json;
use weaviate::Uuid;
use weaviate::connect::Protocol;
use weaviate::data::NewReference;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::schema::modules::Text2VecOpenAi;
use weaviate::schema::{CollectionUpdate, ObjectTtlConfig, PropertyIndex};

use crate::support::live_bed;
use crate::support::recorder::Recorder;

type Running = Pin<Box<dyn Future<Output = Result<(), Refusal>>>>;

/// What a caller learns from an error, of a call or of one object of an import.
#[derive(Debug)]
struct Refusal {
    kind: ErrorKind,
    outcome: Outcome,
    text: String,
}

impl From<&weaviate::Error> for Refusal {
    fn from(error: &weaviate::Error) -> Self {
        Self { kind: error.kind(), outcome: error.outcome(), text: error.to_string() }
    }
}

impl From<weaviate::Error> for Refusal {
    fn from(error: weaviate::Error) -> Self {
        Self::from(&error)
    }
}

/// A place where `Title` or a path that begins with it is given.
struct Place {
    name: &'static str,
    run: fn(Collection) -> Running,
}

macro_rules! places {
    ($($name:literal => |$owls:ident| $call:expr;)+) => {
        vec![$(Place { name: $name, run: |$owls| Box::pin(async move { $call.await.map(drop).map_err(Refusal::from) }) },)+]
    };
}

const ID: Uuid = Uuid::from_u128(7);
const SEARCHABLE: PropertyIndex = PropertyIndex::Searchable;

fn text(name: &str) -> Property {
    Property::new(name, DataType::Text)
}

fn config() -> CollectionConfig {
    CollectionConfig::new("Owl")
}

fn titled() -> PropertyMap {
    PropertyMap::from([("Title", "x")])
}

/// Applies the plan that leads from an empty collection to this one.
async fn applied(owls: Collection, wanted: CollectionConfig) -> weaviate::Result<CollectionConfig> {
    owls.config().apply(&config().plan(&wanted)).await
}

/// The error of the only object of an import.
async fn imported(owls: Collection, object: NewObject<PropertyMap>, protocol: Protocol) -> Result<(), Refusal> {
    let report = owls.data().insert_many([object]).protocol(protocol).await?;
    report.errors().first().map_or(Ok(()), |error| Err(error.error().into()))
}

fn object() -> NewObject<PropertyMap> {
    NewObject::new(PropertyMap::new()).id(ID)
}

fn places() -> Vec<Place> {
    places! {
        "plan, apply" => |owls| applied(owls, config().property(text("Title")));
        "plan, apply, source of a vector" => |owls| {
            let vectorizer = Text2VecOpenAi::new().source_properties(["Title"]);
            applied(owls, config().vector(VectorConfig::new(vectorizer).name("v")))
        };
        "Config::add_property" => |owls| owls.config().add_property(text("Title"));
        "Config::update" => |owls| {
            let update = CollectionUpdate::new().property_description("Title", "x");
            async move { owls.config().update(update).await }
        };
        "Config::update, time to live" => |owls| {
            let update = CollectionUpdate::new().object_ttl(ObjectTtlConfig::by_date_property("Title"));
            async move { owls.config().update(update).await }
        };
        "Config::add_vector" => |owls| {
            let vectorizer = Text2VecOpenAi::new().source_properties(["Title"]);
            async move { owls.config().add_vector(VectorConfig::new(vectorizer).name("v")).await }
        };
        "Config::drop_property_index" => |owls| owls.config().drop_property_index("Title", SEARCHABLE);
        "Config::upsert_property_index" => |owls| owls.config().upsert_property_index("Title", SEARCHABLE);
        "Config::rebuild_property_index" => |owls| owls.config().rebuild_property_index("Title", SEARCHABLE);
        "Config::cancel_property_index" => |owls| owls.config().cancel_property_index("Title", SEARCHABLE);
        "insert" => |owls| owls.data().insert(titled());
        "insert, no value" => |owls| {
            #[derive(serde::Serialize)]
            struct Owl {
                #[serde(rename = "Title")]
                title: Option<String>,
            }
            async move {
                let owl = serde_json::to_value(Owl { title: None }).unwrap();
                owls.data().merge(ID, owl).await
            }
        };
        "insert, reference" => |owls| owls.data().insert(object().reference("Title", ID));
        "insert_many" => |owls| imported(owls, NewObject::new(titled()), Protocol::Grpc);
        "insert_many, gRPC-Web" => |owls| imported(owls, NewObject::new(titled()), Protocol::GrpcWeb);
        "insert_many, REST" => |owls| imported(owls, NewObject::new(titled()), Protocol::Rest);
        "insert_many, reference" => |owls| imported(owls, object().reference("Title", ID), Protocol::Grpc);
        "validate" => |owls| owls.data().validate(titled());
        "replace" => |owls| owls.data().replace(ID, titled());
        "replace, reference" => |owls| owls.data().replace(ID, PropertyMap::new()).reference("Title", ID);
        "merge" => |owls| owls.data().merge(ID, titled());
        "merge, remove" => |owls| owls.data().merge(ID, PropertyMap::new()).remove("Title");
        "reference_add" => |owls| owls.data().reference_add(ID, "Title", ID);
        "reference_replace" => |owls| owls.data().reference_replace(ID, "Title", [ID]);
        "reference_delete" => |owls| owls.data().reference_delete(ID, "Title", ID);
        "reference_add_many" => |owls| owls.data().reference_add_many([NewReference::new(ID, "Title", ID)]);
        "reference_add_many, REST" => |owls| {
            owls.data().reference_add_many([NewReference::new(ID, "Title", ID)]).protocol(Protocol::Rest)
        };
        "delete_many" => |owls| owls.data().delete_many(Filter::property("Title").equal("x"));
        "delete_many, REST" => |owls| {
            owls.data().delete_many(Filter::property("Title").equal("x")).protocol(Protocol::Rest)
        };
        "filter" => |owls| owls.query().fetch_objects().filter(Filter::property("Title").equal("x"));
        "filter, nested" => |owls| owls.query().fetch_objects().filter(Filter::property("Title.x").equal("x"));
        "filter, length" => |owls| owls.query().fetch_objects().filter(Filter::property_length("Title").equal(1));
        "filter, count" => |owls| owls.query().fetch_objects().filter(Filter::reference_count("Title").equal(1));
        "filter, reference" => |owls| {
            owls.query().fetch_objects().filter(Filter::reference("Title").property("x").equal(1))
        };
        "filter, property of the target" => |owls| {
            owls.query().fetch_objects().filter(Filter::reference_to("by", "Owl").property("Title").equal(1))
        };
        "sort" => |owls| owls.query().fetch_objects().sort(Sort::by("year").then_by("Title"));
        "properties" => |owls| owls.query().bm25("x").properties(["year", "Title"]);
        "properties, nested" => |owls| owls.query().bm25("x").properties(["Title.x"]);
        "query_properties" => |owls| owls.query().bm25("x").query_properties(["Title^2"]);
        "query_properties of hybrid" => |owls| owls.query().hybrid("x").query_properties(["Title"]);
        "group_by" => |owls| owls.query().near_vector([1.0]).group_by(GroupBy::new("Title"));
        "iterate" => |owls| async move {
            owls.iterate().properties(["Title"]).stream().next().await.unwrap()
        };
    }
}

#[tokio::test]
async fn a_spelling_that_the_server_rewrites_is_refused_everywhere() {
    let server = Recorder::start().await;
    let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect().await.unwrap();
    let all = places();
    println!("{} places", all.len());
    for Place { name, run } in all {
        server.take();
        let error = run(client.collection("Owl")).await.expect_err(name);
        assert_eq!((error.kind, error.outcome), (ErrorKind::Validation, Outcome::NotSent), "{name}: {error:?}");
        let shown = &error.text;
        assert!(shown.contains("lower case"), "{name}: {shown}");
        assert!(shown.contains("use `title") || shown.contains("use that spelling"), "{name}: {shown}");
        let sent: Vec<_> = server.take().into_iter().map(|call| call.path).collect();
        assert_eq!(sent, [""; 0], "{name}");
    }
    for config in [
        config().property(text("Title")),
        config().object_ttl(ObjectTtlConfig::by_date_property("Title")),
        config().vector(VectorConfig::new(Text2VecOpenAi::new().source_properties(["Title"]))),
        serde_json::from_value(json!({"class": "Owl", "properties": [{"name": "Title", "dataType": ["text"]}]}))
            .unwrap(),
    ] {
        for error in [
            client.collections().create(config.clone()).await.unwrap_err(),
            client.collections().ensure(config.clone()).await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::NotSent), "{error}");
            assert!(error.to_string().contains("use `title`"), "{error}");
        }
    }
    assert!(server.take().is_empty());
}

#[test]
fn a_plan_shows_that_a_spelling_is_impossible() {
    let there = config().property(text("title"));
    let plan = there.plan(&config().property(text("Title").description("x")));
    assert!(!plan.is_possible(), "{plan}");
    assert!(plan.to_string().contains("in lower case"), "{plan}");
}

#[tokio::test]
async fn names_of_nested_properties_keep_their_spelling() {
    let bed = live_bed().await;
    let owl = DataType::object([text("Name"), text("rank")]);
    let owls: Collection = bed.fresh(CollectionConfig::new("Owl").property(Property::new("owner", owl))).await;
    let found = owls.config().get().await.unwrap();
    let DataType::Object(nested) = &found.properties[0].data_type else { panic!("{found:?}") };
    let names: Vec<_> = nested.iter().map(|property| property.name.as_str()).collect();
    assert_eq!(names, ["Name", "rank"]);
    let object = PropertyMap::from([("owner", PropertyMap::from([("Name", "Ann"), ("rank", "x")]))]);
    let id = owls.data().insert(object.clone()).await.unwrap();
    assert_eq!(owls.data().get(id).await.unwrap().unwrap().properties, object);
    let found = owls.query().fetch_objects().properties(["owner"]).await.unwrap();
    assert_eq!(found[0].properties, object);
}
