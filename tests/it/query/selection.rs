//! `properties`: names of properties, and paths of nested ones.

use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::types::PropertyValue;

use crate::support::{Bed, PROTOCOLS, live_bed};

fn text(name: &str) -> Property {
    Property::new(name, DataType::Text)
}

fn object<const N: usize>(members: [(&str, PropertyValue); N]) -> PropertyMap {
    PropertyMap::from(members)
}

/// One book with an object in it, which has an object in it.
async fn books(bed: &Bed) -> Collection {
    let home = Property::new("home", DataType::object([text("city"), text("zip")]));
    let config = CollectionConfig::new("Book")
        .property(text("title"))
        .property(Property::new("author", DataType::object([text("name"), text("born"), home])))
        .property(Property::new("chapters", DataType::object_array([text("heading"), text("summary")])));
    let books: Collection = bed.fresh(config).await;
    let home = object([("city", "Oslo".into()), ("zip", "1".into())]).into();
    let chapter = |heading: &str| object([("heading", heading.into()), ("summary", "long".into())]);
    let book = PropertyMap::from([
        ("title", "Owls".into()),
        ("author", object([("name", "Ann".into()), ("born", "1950".into()), ("home", home)]).into()),
        ("chapters", PropertyValue::from(vec![chapter("One"), chapter("Two")])),
    ]);
    books.data().insert(book).await.unwrap();
    books
}

async fn read(books: &Collection, names: &[&str], protocol: Protocol) -> weaviate::Result<PropertyMap> {
    if protocol == Protocol::Rest {
        // Searches need gRPC or gRPC-Web; the list of objects does not.
        let mut all = books.iterate().properties(names.to_vec()).protocol(protocol).stream();
        return all.next().await.unwrap().map(|hit| hit.properties);
    }
    let found = books.query().fetch_objects().properties(names.to_vec()).protocol(protocol).await?;
    Ok(found[0].properties.clone())
}

#[tokio::test]
async fn a_dot_selects_a_nested_property() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    let chapter = |heading: &str| object([("heading", heading.into())]);
    for protocol in PROTOCOLS {
        for (names, expected) in [
            (
                &["title", "author.name"][..],
                PropertyMap::from([
                    ("title", PropertyValue::from("Owls")),
                    ("author", object([("name", "Ann".into())]).into()),
                ]),
            ),
            (
                &["author.born", "author.home.city"],
                PropertyMap::from([(
                    "author",
                    object([("born", "1950".into()), ("home", object([("city", "Oslo".into())]).into())]),
                )]),
            ),
            (
                &["chapters.heading"],
                PropertyMap::from([("chapters", PropertyValue::from(vec![chapter("One"), chapter("Two")]))]),
            ),
        ] {
            let found = read(&books, names, protocol).await.unwrap();
            assert_eq!(found, expected, "{protocol:?} {names:?}");
        }
        let whole = read(&books, &["author"], protocol).await.unwrap();
        assert_eq!(read(&books, &["author.name", "author"], protocol).await.unwrap(), whole, "{protocol:?}");
    }
}

#[tokio::test]
async fn a_path_that_no_server_would_find_is_refused() {
    let bed = live_bed().await;
    let books = books(&bed).await;
    for protocol in PROTOCOLS {
        for name in ["author.Name", "author.", "author..name", ".name"] {
            let error = read(&books, &["title", name], protocol).await.unwrap_err();
            assert_eq!(
                (error.kind(), error.field()),
                (ErrorKind::Validation, Some("properties")),
                "{protocol:?} {name}"
            );
            assert_eq!(error.outcome(), Outcome::NotSent);
        }
    }
    let sorted = books.query().fetch_objects().sort(Sort::by("author.name")).await.unwrap_err();
    let grouped = books.query().bm25("x").group_by(GroupBy::new("author.name")).await.unwrap_err();
    for (error, field) in [(sorted, "sort"), (grouped, "group_by")] {
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)), "{error}");
        assert!(error.to_string().contains("path of a nested property"), "{error}");
    }
}
