//! Objects that references lead to, as results of searches.

use serde::{Deserialize, Serialize};
use weaviate::ErrorKind;
use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::support::time::until;
use crate::support::{Bed, GRPC_PROTOCOLS, live_bed};

const ANN: Uuid = Uuid::from_u128(1);
const BOB: Uuid = Uuid::from_u128(2);
const PRESS: Uuid = Uuid::from_u128(3);
const OWLS: Uuid = Uuid::from_u128(4);
const KITES: Uuid = Uuid::from_u128(5);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Person {
    name: String,
    #[weaviate(reference = "Press")]
    works_for: Option<Reference<Press>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Press {
    city: String,
    #[weaviate(vector)]
    embedding: Vec<f32>,
}

/// `Owls` by two people, made by both of them and the press; `Kites` by no one, after `Owls`.
async fn books(bed: &Bed) -> Collection {
    let presses: Collection<Press> = bed.fresh_of(CollectionConfig::of::<Press>("Press")).await;
    let press = Press { city: "Oslo".to_owned(), embedding: vec![0.5, 1.5] };
    presses.data().insert(press).id(PRESS).await.unwrap();
    let people: Collection<Person> = bed.fresh_of(CollectionConfig::of::<Person>("Person")).await;
    for (id, name, works_for) in [(ANN, "Ann", Some(PRESS.into())), (BOB, "Bob", None)] {
        people.data().insert(Person { name: name.to_owned(), works_for }).id(id).await.unwrap();
    }
    let config = CollectionConfig::new("Book")
        .property(Property::new("title", DataType::Text))
        .property(Property::new("writtenBy", DataType::reference(["Person"])))
        .property(Property::new("madeBy", DataType::reference(["Person", "Press"])))
        .property(Property::new("sequelOf", DataType::reference(["Book"])))
        .vector(VectorConfig::self_provided());
    let books: Collection = bed.fresh(config).await;
    let owls = NewObject::new(PropertyMap::from([("title", "Owls")]))
        .id(OWLS)
        .vector([1.0, 0.0])
        .reference("writtenBy", ANN)
        .reference("writtenBy", BOB)
        .reference("madeBy", Reference::<PropertyMap>::in_collection("Press", PRESS).to().unwrap().clone());
    let kites = NewObject::new(PropertyMap::from([("title", "Kites")])).id(KITES).reference("sequelOf", OWLS);
    books.data().insert(owls).await.unwrap();
    books.data().insert(kites).await.unwrap();
    books
}

async fn book(books: &Collection, id: Uuid, selection: Selection, protocol: Protocol) -> Hit<PropertyMap> {
    books.query().fetch_by_id(id).select(selection).protocol(protocol).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_objects_of_a_reference_come_with_what_is_selected() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    for protocol in GRPC_PROTOCOLS {
        let press = Selection::of(["city"]).all_vectors().metadata([Metadata::CreationTime, Metadata::LastUpdateTime]);
        let people = Selection::of(["name"]).reference("works_for", press);
        let found = book(&books, OWLS, Selection::of(["title"]).reference("writtenBy", people), protocol).await;
        assert_eq!(found.referring_properties().collect::<Vec<_>>(), ["writtenBy"]);
        let [ann, bob] = found.references("writtenBy") else { panic!("{found:?}") };
        assert_eq!((ann.id(), ann.collection(), bob.id()), (Some(ANN), Some("Person"), Some(BOB)));
        let ann = ann.object().unwrap();
        assert_eq!((ann.id, &ann.properties), (ANN, &PropertyMap::from([("name", "Ann")])));
        assert_eq!((&ann.metadata.creation_time, ann.vector()), (&None, None));
        let press = ann.references("works_for")[0].object().unwrap();
        assert_eq!((press.id, &press.properties), (PRESS, &PropertyMap::from([("city", "Oslo")])));
        assert_eq!(press.vector(), Some(&Vector::from([0.5, 1.5])));
        assert!(press.metadata.creation_time.is_some() && press.metadata.last_update_time.is_some());
        assert!(bob.object().unwrap().references("works_for").is_empty());

        let read = found.references("writtenBy")[0].object_as::<Person>().unwrap().unwrap();
        let of_ann = read.properties.works_for.unwrap();
        assert_eq!((read.properties.name.as_str(), of_ann.object().unwrap().properties.city.as_str()), ("Ann", "Oslo"));
        let error = found.references("writtenBy")[0].object_as::<Press>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    }
}

#[tokio::test]
async fn ids_alone_bring_no_objects() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    for protocol in GRPC_PROTOCOLS {
        let ids = Selection::all().reference("writtenBy", Selection::none());
        let found = book(&books, OWLS, ids, protocol).await;
        assert_eq!(found.properties, PropertyMap::from([("title", "Owls")]));
        let all: Vec<_> = found.references("writtenBy").iter().map(|one| (one.id(), one.object().is_some())).collect();
        assert_eq!(all, [(Some(ANN), false), (Some(BOB), false)]);
        let all = Selection::all().reference("sequelOf", Selection::all());
        let found = book(&books, KITES, all, protocol).await;
        assert_eq!(
            found.references("sequelOf")[0].object().unwrap().properties,
            PropertyMap::from([("title", "Owls")])
        );
    }
    // REST lists addresses, and nothing of the objects.
    let ids = Selection::none().reference("writtenBy", Selection::none());
    let mut all = books.iterate().select(ids).protocol(Protocol::Rest).stream();
    let owls = all.next().await.unwrap().unwrap();
    assert_eq!(
        (&owls.properties, owls.references("writtenBy").len(), owls.references("madeBy").len()),
        (&PropertyMap::new(), 2, 0)
    );
    let objects = Selection::none().reference("writtenBy", Selection::all());
    let error = books.iterate().select(objects.clone()).protocol(Protocol::Rest).stream().next().await.unwrap();
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
    let error = books.data().get(OWLS).select(objects).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::NotSent));
    assert!(error.to_string().contains("fetch_by_id"), "{error}");
    let found = books.data().get(OWLS).select(Selection::of(["title"]).reference("madeBy", Selection::none())).await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.references("madeBy")[0].id(), found.references("writtenBy").len()), (Some(PRESS), 0));
}

#[tokio::test]
async fn a_query_reads_the_objects_of_one_of_several_collections() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    for protocol in GRPC_PROTOCOLS {
        let of =
            |collection: &str, name: &str| Selection::none().reference_to("madeBy", collection, Selection::of([name]));
        let presses = book(&books, OWLS, of("Press", "city"), protocol).await;
        let found = presses.references("madeBy");
        assert_eq!((found.len(), found[0].collection()), (1, Some("Press")));
        assert_eq!(found[0].object().unwrap().properties, PropertyMap::from([("city", "Oslo")]));
        assert!(book(&books, OWLS, of("person", "name"), protocol).await.references("madeBy").is_empty());
    }
    let both = Selection::all().reference_to("madeBy", "Press", Selection::all()).reference_to(
        "madeBy",
        "Person",
        Selection::all(),
    );
    let error = books.query().fetch_objects().select(both).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome(), error.field()),
        (ErrorKind::Validation, Outcome::NotSent, Some("select"))
    );
    assert!(error.to_string().contains("send a query for each"), "{error}");
}

#[tokio::test]
async fn an_odd_selection_is_refused_before_it_is_sent() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    let mut deep: Selection = Selection::all();
    for _ in 0..100_000 {
        deep = Selection::all().reference("sequelOf", deep);
    }
    for (selection, text) in [
        (deep, "more than 32 references follow each other"),
        (Selection::all().reference("", Selection::all()), "name"),
        (Selection::all().reference("writtenBy.name", Selection::all()), "writtenBy.name"),
        (Selection::all().reference("WrittenBy", Selection::all()), "writtenBy"),
        (Selection::all().reference_to("madeBy", "no name", Selection::all()), "No name"),
        (Selection::all().reference("writtenBy", Selection::all().metadata([Metadata::Score])), "Score"),
        (Selection::all().reference("writtenBy", Selection::of(["Name"])), "name"),
        (Selection::all().reference("writtenBy", Selection::all().vectors([""])), "empty vector name"),
    ] {
        let error = books.query().fetch_objects().select(selection).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::NotSent), "{error}");
        assert!(error.to_string().contains(text), "{text}: {error}");
    }
}

/// Five objects, the found one included. Those of which only the id is selected do not count.
#[tokio::test]
async fn more_references_than_the_server_follows_are_its_error() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    for (last, depth, is_ok) in [("title", 4, true), ("title", 5, false), ("", 5, true), ("", 6, false)] {
        let mut selection = if last.is_empty() { Selection::none() } else { Selection::of([last]) };
        for _ in 0..depth {
            selection = Selection::of(["title"]).reference("sequelOf", selection);
        }
        match books.query().fetch_objects().select(selection).await {
            Ok(_) => assert!(is_ok, "{last} {depth}"),
            Err(error) => {
                assert!(!is_ok && error.to_string().contains("QUERY_CROSS_REFERENCE_DEPTH_LIMIT (5)"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn groups_and_iterations_have_references_too() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    let selection = || Selection::of(["title"]).reference("writtenBy", Selection::of(["name"]));
    let mut all = books.iterate().select(selection()).stream();
    let owls = all.next().await.unwrap().unwrap();
    let names = |hit: &Hit<PropertyMap>| -> Vec<PropertyMap> {
        hit.references("writtenBy").iter().map(|one| one.object().unwrap().properties.clone()).collect()
    };
    let expected = [PropertyMap::from([("name", "Ann")]), PropertyMap::from([("name", "Bob")])];
    assert_eq!(names(&owls), expected);
    until("the vector is indexed", async || !books.query().near_vector([1.0, 0.0]).await.unwrap().is_empty()).await;
    let groups = books.query().near_vector([1.0, 0.0]).select(selection()).group_by("title").await.unwrap();
    assert_eq!(names(&groups[0].hits[0]), expected);
}

/// A collection of old servers, whose vector has no name.
#[tokio::test]
async fn an_unnamed_vector_is_the_vector_of_the_struct() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
    struct Legacy {
        title: String,
        #[weaviate(vector)]
        embedding: Vec<f32>,
    }
    let bed = live_bed().await;
    bed.client.collections().delete("Legacy").await.unwrap();
    let title = serde_json::json!({"name": "title", "dataType": ["text"]});
    bed.post("schema", &serde_json::json!({"class": "Legacy", "vectorizer": "none", "properties": [title]})).await;
    let legacy = bed.client.collection_of::<Legacy>("Legacy");
    let sent = Legacy { title: "Owls".to_owned(), embedding: vec![0.5, 2.0] };
    let one = legacy.data().insert(sent.clone()).await.unwrap();
    let many = legacy.data().insert_many([sent.clone()]).await.unwrap().into_result().unwrap();
    for id in [one, many[0]] {
        for protocol in GRPC_PROTOCOLS {
            let found = legacy.query().fetch_by_id(id).protocol(protocol).await.unwrap().unwrap();
            assert_eq!(found.properties, sent, "{protocol}");
        }
        assert_eq!(legacy.data().get(id).await.unwrap().unwrap().properties, sent);
    }
}
