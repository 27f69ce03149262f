use weaviate::prelude::*;
use weaviate::{ErrorKind, NewReference, Outcome, ReferenceTo, Uuid};

use super::through;
use crate::support::faults::{Fault, FaultProxy, script};
use crate::support::{Bed, bed};

const BOOK: Uuid = Uuid::from_u128(0xb0);
const OTHER: Uuid = Uuid::from_u128(0xb1);
const ANN: Uuid = Uuid::from_u128(0xa0);
const BOB: Uuid = Uuid::from_u128(0xa1);
const PRESS: Uuid = Uuid::from_u128(0xc0);

/// Two books, two authors, one publisher, and no reference yet.
async fn library() -> (Bed, Collection) {
    let bed = bed().await;
    let collections = bed.client.collections();
    let name = || Property::new("name", DataType::Text);
    for collection in ["Author", "Publisher"] {
        collections.create(CollectionConfig::new(collection).property(name())).await.unwrap();
    }
    let book = CollectionConfig::new("Book")
        .property(name())
        .property(Property::new("writtenBy", DataType::reference(["Author"])))
        .property(Property::new("madeBy", DataType::reference(["Author", "Publisher"])));
    let books = collections.create(book).await.unwrap();
    for (collection, id, name) in [
        ("Book", BOOK, "Of crabs"),
        ("Book", OTHER, "Of gophers"),
        ("Author", ANN, "Ann"),
        ("Author", BOB, "Bob"),
        ("Publisher", PRESS, "Press"),
    ] {
        let data = bed.client.collection(collection).data();
        data.insert(PropertyMap::from([("name", name)])).id(id).await.unwrap();
    }
    (bed, books)
}

/// Whether the book has so many references there.
async fn has(books: &Collection, book: Uuid, property: &str, count: i64) -> bool {
    let filter = Filter::all_of([Filter::id().equal(book), Filter::reference_count(property).equal(count)]);
    books.query().fetch_objects().filter(filter).await.unwrap().len() == 1
}

/// Whether it is that author.
async fn is_by(books: &Collection, book: Uuid, name: &str) -> bool {
    let author = Filter::reference("writtenBy").property("name").equal(name);
    let filter = Filter::all_of([Filter::id().equal(book), author]);
    books.query().fetch_objects().filter(filter).await.unwrap().len() == 1
}

#[tokio::test]
async fn references_are_added_replaced_and_deleted() {
    let (_bed, books) = library().await;
    let data = books.data();
    data.reference_add(BOOK, "writtenBy", ANN).await.unwrap();
    assert!(is_by(&books, BOOK, "Ann").await && !is_by(&books, OTHER, "Ann").await);
    data.reference_add(BOOK, "writtenBy", BOB).await.unwrap();
    data.reference_add(BOOK, "madeBy", ReferenceTo::in_collection("publisher", PRESS)).await.unwrap();
    assert!(has(&books, BOOK, "writtenBy", 2).await && has(&books, BOOK, "madeBy", 1).await);
    // They are no properties of what is read.
    assert_eq!(data.get(BOOK).await.unwrap().unwrap().properties, PropertyMap::from([("name", "Of crabs")]));
    let made = Filter::reference_to("madeBy", "Publisher").property("name").equal("Press");
    assert_eq!(books.query().fetch_objects().filter(made).await.unwrap().len(), 1);

    data.reference_replace(BOOK, "writtenBy", [BOB]).await.unwrap();
    assert!(is_by(&books, BOOK, "Bob").await && !is_by(&books, BOOK, "Ann").await);
    data.reference_delete(BOOK, "writtenBy", ANN).await.unwrap();
    assert!(has(&books, BOOK, "writtenBy", 1).await);
    data.reference_delete(BOOK, "writtenBy", BOB).await.unwrap();
    assert!(has(&books, BOOK, "writtenBy", 0).await);
    // The server refuses to delete from a list that it has emptied.
    data.reference_delete(BOOK, "writtenBy", BOB).await.unwrap();
    data.reference_replace(BOOK, "madeBy", Vec::<Uuid>::new()).await.unwrap();
    assert!(has(&books, BOOK, "madeBy", 0).await);
}

#[tokio::test]
async fn what_leads_nowhere_is_an_error_that_says_so() {
    let (_bed, books) = library().await;
    let data = books.data();
    let nobody = Uuid::from_u128(7);
    let error = data.reference_add(BOOK, "writtenBy", nobody).await.unwrap_err();
    assert_eq!((error.outcome(), error.operation()), (Outcome::Refused, Some("add reference")));
    assert!(error.to_string().contains(&nobody.to_string()), "{error}");
    let error = data.reference_add(nobody, "writtenBy", ANN).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = data.reference_replace(nobody, "writtenBy", [ANN]).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("replace references")));
    let error = data.reference_delete(nobody, "writtenBy", ANN).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("delete reference")));
    for property in ["name", "nosuch"] {
        let error = data.reference_delete(BOOK, property, ANN).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::Refused), "{property}");
    }
    let error = data.reference_add(BOOK, "../x", ANN).await.unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("property"), Outcome::NotSent));
}

#[tokio::test]
async fn many_references_come_with_a_report() {
    let (bed, books) = library().await;
    let data = books.data();
    let nobody = Uuid::from_u128(7);
    let report = data.reference_add_many([
        NewReference::new(BOOK, "writtenBy", ANN),
        NewReference::new(nobody, "writtenBy", ANN),
        NewReference::new(OTHER, "madeBy", ReferenceTo::in_collection("Publisher", PRESS)),
    ]);
    let report = report.await.unwrap();
    assert_eq!(report.errors().len(), 1);
    let error = &report.errors()[0];
    assert_eq!((error.index(), error.id(), error.outcome()), (1, nobody, Outcome::Refused));
    assert!(error.message().contains("not found"), "{}", error.message());
    assert_eq!(error.error().operation(), Some("add references"));
    assert_eq!(report.into_result().unwrap_err().kind(), ErrorKind::Partial);
    assert!(is_by(&books, BOOK, "Ann").await);
    assert!(has(&books, OTHER, "madeBy", 1).await);

    let proxy = FaultProxy::rest(bed.rest_url(), |_| Fault::Pass).await;
    let through = through(&proxy, &bed).connect_lazy().unwrap().collection("Book").data();
    assert!(!through.reference_add_many([]).await.unwrap().has_errors());
    let error = through.reference_add_many([NewReference::new(BOOK, "a/b", ANN)]).await.unwrap_err();
    assert_eq!((error.field(), proxy.requests()), (Some("property"), 0));
    let mut many = vec![NewReference::new(nobody, "writtenBy", ANN); 1_000];
    many.push(NewReference::new(OTHER, "writtenBy", BOB));
    let report = through.reference_add_many(many).await.unwrap();
    assert_eq!((report.errors().len(), proxy.requests()), (1_000, 2));
    assert!(has(&books, OTHER, "writtenBy", 1).await);
}

/// The same reference twice is two.
#[tokio::test]
async fn an_addition_is_not_repeated_where_it_may_have_been_done() {
    let (bed, books) = library().await;
    let proxy = FaultProxy::rest(bed.rest_url(), script([Fault::ResetAfter])).await;
    let data = through(&proxy, &bed).connect_lazy().unwrap().collection("Book").data();
    let error = data.reference_add(BOOK, "writtenBy", ANN).await.unwrap_err();
    assert_eq!((error.outcome(), proxy.requests()), (Outcome::Unknown, 1));
    assert!(has(&books, BOOK, "writtenBy", 1).await);

    // The second of three messages is lost: the third stays here.
    proxy.set(|request| if request.number == 2 { Fault::ResetAfter } else { Fault::Pass });
    let many = vec![NewReference::new(Uuid::from_u128(7), "writtenBy", BOB); 2_001];
    let report = data.reference_add_many(many).await.unwrap();
    let outcomes: Vec<_> = report.errors().iter().map(|error| (error.index(), error.outcome())).collect();
    assert_eq!(outcomes.len(), 2_001);
    assert_eq!((outcomes[999], outcomes[1_000]), ((999, Outcome::Refused), (1_000, Outcome::Unknown)));
    assert_eq!((outcomes[1_999], outcomes[2_000]), ((1_999, Outcome::Unknown), (2_000, Outcome::NotSent)));
    assert_eq!(proxy.requests(), 3);

    // What can be repeated is: the deletion finds the list that it had emptied itself.
    let proxy = FaultProxy::rest(bed.rest_url(), script([Fault::ResetAfter])).await;
    let data = through(&proxy, &bed).connect_lazy().unwrap().collection("Book").data();
    data.reference_delete(BOOK, "writtenBy", ANN).await.unwrap();
    assert!(has(&books, BOOK, "writtenBy", 0).await);
    assert_eq!(proxy.requests(), 2);
}
