use serde::{Deserialize, Serialize};
use weaviate::prelude::*;
use weaviate::properties::PropertyDifferenceKind::{
    DataType as OtherType, Description, IndexFilterable, IndexSearchable, Missing, Tokenization as OtherTokenization,
    Unmentioned,
};

use super::{Nest, Owl, owls};
use crate::support::live_bed;

#[tokio::test]
async fn check_of_a_collection_created_from_its_struct_finds_nothing() {
    let bed = live_bed().await;
    let owls = owls(&bed).await;
    let check = owls.check().await.unwrap();
    assert!(check.differences().is_empty(), "{check}");
    assert_eq!(check.to_string(), "collection Owl matches the struct");
    check.into_result().unwrap();
    // Neither is a map wrong, nor a struct that knows less.
    assert!(bed.client.collection("Owl").check().await.unwrap().is_ok());
    let error = bed.client.collection_of::<Nest>("Owl").check().await.unwrap().into_result().unwrap_err();
    assert!(error.to_string().contains("`tree`: text in the struct, missing in the collection"), "{error}");
    let unknown = bed.client.collection_of::<Owl>("Nobody").check().await.unwrap_err();
    assert!(unknown.is_not_found(), "{unknown:?}");
}

#[tokio::test]
async fn check_reports_every_difference_from_the_server() {
    #[derive(Serialize, Deserialize, Properties)]
    struct Book {
        #[weaviate(tokenization = "field", description = "As on the cover")]
        title: String,
        pages: i64,
        #[weaviate(index_filterable = false)]
        isbn: String,
        #[weaviate(index_searchable = false)]
        blurb: Option<String>,
        subtitle: Option<String>,
        author: Author,
        #[weaviate(reference = "Shelf")]
        on: Option<Reference>,
    }

    #[derive(Serialize, Deserialize, Properties)]
    struct Author {
        name: String,
        born: i64,
    }

    let bed = live_bed().await;
    for shelf in ["Shelf", "Table"] {
        bed.fresh::<PropertyMap>(CollectionConfig::new(shelf)).await;
    }
    let author = [Property::new("name", DataType::TextArray), Property::new("died", DataType::Int)];
    let config = CollectionConfig::new("Book")
        .property(Property::new("title", DataType::Text))
        .property(Property::new("pages", DataType::Number))
        .property(Property::new("isbn", DataType::Text))
        .property(Property::new("blurb", DataType::Text))
        .property(Property::new("author", DataType::object(author)))
        .property(Property::new("on", DataType::reference(["Table"])))
        .property(Property::new("price", DataType::Number));
    let books: Collection<Book> = bed.fresh(config).await;
    let check = bed.client.collection_of::<Book>(books.name()).check().await.unwrap();
    let found: Vec<_> = check.differences().iter().map(|difference| (&*difference.property, difference.kind)).collect();
    let expected = [
        ("title", OtherTokenization),
        ("title", Description),
        ("pages", OtherType),
        ("isbn", IndexFilterable),
        ("blurb", IndexSearchable),
        ("subtitle", Missing),
        ("author.name", OtherType),
        ("author.born", Missing),
        ("on", OtherType),
        ("author.died", Unmentioned),
        ("price", Unmentioned),
    ];
    assert_eq!(found, expected);
    let shown = check.to_string();
    assert!(shown.contains("\n  `pages`: data type int in the struct, number in the collection\n"), "{shown}");
    let error = check.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SchemaDrift, "{error:?}");
}
