use weaviate::connect::Protocol;
use weaviate::data::{NewReference, ReferenceTo};
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::{ErrorKind, Uuid};
use weaviate_emulator::Emulator;

use super::through;
use crate::support::faults::{Fault, FaultProxy, RequestInfo, script};
use crate::support::{Bed, PROTOCOLS, bed_of, live_bed};

const BOOK: Uuid = Uuid::from_u128(0xb0);
const OTHER: Uuid = Uuid::from_u128(0xb1);
const ANN: Uuid = Uuid::from_u128(0xa0);
const BOB: Uuid = Uuid::from_u128(0xa1);
const PRESS: Uuid = Uuid::from_u128(0xc0);

/// Two books, two authors, one publisher, and no reference yet.
async fn library() -> (Bed, Collection) {
    let bed = live_bed().await;
    let name = || Property::new("name", DataType::Text);
    for collection in ["Author", "Publisher"] {
        bed.fresh::<PropertyMap>(CollectionConfig::new(collection).property(name())).await;
    }
    let book = CollectionConfig::new("Book")
        .property(name())
        .property(Property::new("writtenBy", DataType::reference(["Author"])))
        .property(Property::new("madeBy", DataType::reference(["Author", "Publisher"])));
    let books = bed.fresh(book).await;
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

/// True if the property of the book holds `count` references.
async fn has(books: &Collection, book: Uuid, property: &str, count: i64) -> bool {
    let filter = Filter::all_of([Filter::id().equal(book), Filter::reference_count(property).equal(count)]);
    books.query().fetch_objects().filter(filter).await.unwrap().len() == 1
}

/// True if the book refers to the author of this name.
async fn is_by(books: &Collection, book: Uuid, name: &str) -> bool {
    let author = Filter::reference("writtenBy").property("name").equal(name);
    let filter = Filter::all_of([Filter::id().equal(book), author]);
    books.query().fetch_objects().filter(filter).await.unwrap().len() == 1
}

#[tokio::test]
async fn reference_add_replace_and_delete() {
    let (_bed, books) = library().await;
    let data = books.data();
    data.reference_add(BOOK, "writtenBy", ANN).await.unwrap();
    assert!(is_by(&books, BOOK, "Ann").await && !is_by(&books, OTHER, "Ann").await);
    data.reference_add(BOOK, "writtenBy", BOB).await.unwrap();
    data.reference_add(BOOK, "madeBy", ReferenceTo::in_collection("publisher", PRESS)).await.unwrap();
    assert!(has(&books, BOOK, "writtenBy", 2).await && has(&books, BOOK, "madeBy", 1).await);
    // They are no properties of what is read.
    let book = data.get(BOOK).await.unwrap().unwrap();
    assert_eq!(book.properties, PropertyMap::from([("name", "Of crabs")]));
    assert_eq!(targets(&book, "writtenBy"), [ANN, BOB].map(in_author));
    assert_eq!(targets(&book, "madeBy"), [ReferenceTo::in_collection("Publisher", PRESS)]);
    assert_eq!(book.referring_properties().collect::<Vec<_>>(), ["madeBy", "writtenBy"]);
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

fn in_author(id: Uuid) -> ReferenceTo {
    ReferenceTo::in_collection("Author", id)
}

/// Targets of the references in a property of the book.
fn targets(book: &Hit<PropertyMap>, property: &str) -> Vec<ReferenceTo> {
    book.references(property).iter().map(|reference| reference.to().unwrap().clone()).collect()
}

/// One property of each kind.
fn referring(object: NewObject<PropertyMap>) -> NewObject<PropertyMap> {
    object
        .reference("writtenBy", ANN)
        .reference("madeBy", ReferenceTo::in_collection("publisher", PRESS))
        .reference("writtenBy", BOB)
        .reference("madeBy", ReferenceTo::in_collection("Author", BOB))
}

async fn holds_all(books: &Collection, id: Uuid) {
    let book = books.data().get(id).await.unwrap().unwrap();
    assert_eq!(targets(&book, "writtenBy"), [ANN, BOB].map(in_author));
    let mut made = targets(&book, "madeBy");
    made.sort_by_key(ReferenceTo::id);
    assert_eq!(made, [ReferenceTo::in_collection("Author", BOB), ReferenceTo::in_collection("Publisher", PRESS)]);
}

#[tokio::test]
async fn insert_replace_merge_and_insert_many_carry_references() {
    let (bed, books) = library().await;
    let data = books.data();
    let title = PropertyMap::from([("name", "Of owls")]);
    let new = || referring(NewObject::new(title.clone()));
    data.validate(new()).await.unwrap();
    let id = data.insert(new()).await.unwrap();
    holds_all(&books, id).await;
    // A replacement leaves nothing of what was there.
    data.replace(id, title.clone()).reference("writtenBy", BOB).await.unwrap();
    let book = data.get(id).await.unwrap().unwrap();
    assert_eq!((targets(&book, "writtenBy"), targets(&book, "madeBy")), (vec![in_author(BOB)], vec![]));
    // What was read can be written.
    let again = book.references("writtenBy")[0].to().unwrap().clone();
    let twin = data.insert(title.clone()).reference("writtenBy", again).await.unwrap();
    assert_eq!(data.get(twin).await.unwrap().unwrap().references("writtenBy"), book.references("writtenBy"));
    data.merge(id, PropertyMap::from([("name", "Of doves")])).await.unwrap();
    assert_eq!(data.get(id).await.unwrap().unwrap().references("writtenBy"), book.references("writtenBy"));

    for protocol in PROTOCOLS {
        let objects = [new(), NewObject::new(title.clone()), referring(NewObject::new(PropertyMap::new()))];
        let ids = data.insert_many(objects).protocol(protocol).await.unwrap().into_result().unwrap();
        holds_all(&books, ids[0]).await;
        assert_eq!(data.get(ids[1]).await.unwrap().unwrap().referring_properties().count(), 0);
        holds_all(&books, ids[2]).await;
    }

    let proxy = FaultProxy::rest(bed.rest_url(), |_| Fault::Pass).await;
    let data = through(&proxy, &bed).connect_lazy().unwrap().collection("Book").data();
    for (name, error) in [
        ("name", data.insert(title.clone()).reference("name", ANN).await.unwrap_err()),
        ("a/b", data.validate(title.clone()).reference("a/b", ANN).await.unwrap_err()),
        ("id", data.replace(id, title.clone()).reference("id", ANN).await.unwrap_err()),
    ] {
        assert_eq!((error.field(), error.outcome()), (Some(name), Outcome::NotSent));
    }
    assert_eq!(proxy.requests(), 0);
    let clash = NewObject::new(title).reference("name", ANN);
    let report = books.data().insert_many([clash]).await.unwrap();
    assert_eq!(report.errors()[0].error().field(), Some("name"));
}

/// A second attempt finds the references of the first one completed by the server.
#[tokio::test]
async fn repeated_insert_with_references_recognizes_its_own_object() {
    let (bed, books) = library().await;
    let proxy = FaultProxy::rest(bed.rest_url(), script([Fault::ResetAfter])).await;
    let data = through(&proxy, &bed).connect_lazy().unwrap().collection("Book").data();
    let id = Uuid::from_u128(0xb7);
    data.insert(referring(NewObject::new(PropertyMap::new()).id(id))).await.unwrap();
    assert_eq!(proxy.requests(), 3);
    holds_all(&books, id).await;
}

#[tokio::test]
async fn reference_operations_on_missing_objects_are_errors() {
    let (_bed, books) = library().await;
    let data = books.data();
    let unknown = Uuid::from_u128(7);
    let error = data.reference_add(BOOK, "writtenBy", unknown).await.unwrap_err();
    assert_eq!((error.outcome(), error.operation()), (Outcome::Refused, Some("add reference")));
    assert!(error.to_string().contains(&unknown.to_string()), "{error}");
    let error = data.reference_add(unknown, "writtenBy", ANN).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = data.reference_replace(unknown, "writtenBy", [ANN]).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("replace references")));
    let error = data.reference_delete(unknown, "writtenBy", ANN).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotFound, Some("delete reference")));
    for property in ["name", "nosuch"] {
        let error = data.reference_delete(BOOK, property, ANN).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::Refused), "{property}");
    }
    let error = data.reference_add(BOOK, "../x", ANN).await.unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("property"), Outcome::NotSent));
}

#[tokio::test]
async fn reference_add_many_reports_each_failed_reference() {
    for protocol in PROTOCOLS {
        let (bed, books) = library().await;
        let data = books.data();
        let unknown = Uuid::from_u128(7);
        let report = data.reference_add_many([
            NewReference::new(BOOK, "writtenBy", ANN),
            NewReference::new(unknown, "writtenBy", ANN),
            NewReference::new(OTHER, "madeBy", ReferenceTo::in_collection("publisher", PRESS)),
            NewReference::new(OTHER, "nosuch", ANN),
        ]);
        let report = report.protocol(protocol).await.unwrap();
        let failed = report.errors().iter().map(|error| (error.index(), error.item().from(), error.outcome()));
        let failed: Vec<_> = failed.collect();
        assert_eq!(failed, [(1, unknown, Outcome::Refused), (3, OTHER, Outcome::Refused)], "{protocol}");
        let error = &report.errors()[0];
        assert!(error.message().contains("not found"), "{}", error.message());
        assert_eq!(error.error().operation(), Some("add references"));
        assert_eq!(report.into_result().unwrap_err().kind(), ErrorKind::Partial);
        assert_eq!(targets(&data.get(BOOK).await.unwrap().unwrap(), "writtenBy"), [in_author(ANN)]);
        let press = ReferenceTo::in_collection("Publisher", PRESS);
        assert_eq!(targets(&data.get(OTHER).await.unwrap().unwrap(), "madeBy"), [press]);

        let rest = FaultProxy::rest(bed.rest_url(), |_| Fault::Pass).await;
        let grpc = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await;
        let client = Client::custom(rest.url()).grpc(grpc.url()).protocol(protocol).connect().await.unwrap();
        let data = client.collection("Book").data();
        let requests = || if protocol == Protocol::Grpc { grpc.requests() } else { rest.requests() };
        let before = (rest.requests(), grpc.requests());
        assert!(!data.reference_add_many([]).await.unwrap().has_errors());
        let error = data.reference_add_many([NewReference::new(BOOK, "a/b", ANN)]).await.unwrap_err();
        assert_eq!(error.field(), Some("property"));
        assert_eq!((rest.requests(), grpc.requests()), before);
        let mut many = vec![NewReference::new(unknown, "writtenBy", ANN); 1_000];
        many.push(NewReference::new(OTHER, "writtenBy", BOB));
        let sent = requests();
        let report = data.reference_add_many(many).await.unwrap();
        assert_eq!((report.errors().len(), requests() - sent), (1_000, 2), "{protocol}");
        assert!(has(&books, OTHER, "writtenBy", 1).await);
    }
}

/// Servers before 1.33 accept reference batches over REST only.
#[tokio::test]
async fn reference_add_many_uses_rest_before_1_33() {
    let bed = bed_of(Emulator::builder().version("1.32.0")).await;
    let page = CollectionConfig::new("Page").property(Property::new("linksTo", DataType::reference(["Page"])));
    let page = bed.client.collections().create(page).await.unwrap();
    let ids = page.data().insert_many([PropertyMap::new()]).await.unwrap().into_result().unwrap();
    let link = || [NewReference::new(ids[0], "linksTo", ids[0])];
    let grpc = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await;
    let client = Client::custom(bed.rest_url()).grpc(grpc.url()).connect_lazy().unwrap();
    let data = client.collection("Page").data();
    data.reference_add_many(link()).await.unwrap().into_result().unwrap();
    assert_eq!(page.data().get(ids[0]).await.unwrap().unwrap().references("linksTo").len(), 1);
    let error = data.reference_add_many(link()).protocol(Protocol::Grpc).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
    assert!(error.to_string().contains("`BatchReferences` needs Weaviate 1.33.0; the server is 1.32"), "{error}");
    assert_eq!(grpc.requests(), 0);
}

/// A server of unknown version gets REST, which every version has.
#[tokio::test]
async fn reference_add_many_uses_rest_at_an_unknown_version() {
    let (bed, books) = library().await;
    let meta =
        |request: &RequestInfo| if request.path == "/v1/meta" { Fault::Status(403, vec![], "") } else { Fault::Pass };
    let rest = FaultProxy::rest(bed.rest_url(), meta).await;
    let grpc = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await;
    let client = Client::custom(rest.url()).grpc(grpc.url()).connect_lazy().unwrap();
    let data = client.collection("Book").data();
    data.reference_add_many([NewReference::new(BOOK, "writtenBy", ANN)]).await.unwrap().into_result().unwrap();
    assert_eq!(grpc.requests(), 0);
    // An explicit protocol is used.
    let same = data.reference_add_many([NewReference::new(OTHER, "writtenBy", BOB)]).protocol(Protocol::Grpc);
    same.await.unwrap().into_result().unwrap();
    assert_eq!(grpc.requests(), 1);
    assert!(has(&books, BOOK, "writtenBy", 1).await && has(&books, OTHER, "writtenBy", 1).await);
}

/// The same reference twice is two.
#[tokio::test]
async fn reference_add_is_not_repeated_after_a_lost_reply() {
    let (bed, books) = library().await;
    let proxy = FaultProxy::rest(bed.rest_url(), script([Fault::ResetAfter])).await;
    let data = through(&proxy, &bed).connect_lazy().unwrap().collection("Book").data();
    let error = data.reference_add(BOOK, "writtenBy", ANN).await.unwrap_err();
    assert_eq!((error.outcome(), proxy.requests()), (Outcome::Unknown, 1));
    assert!(has(&books, BOOK, "writtenBy", 1).await);

    // The second of three messages is lost: the third stays here.
    let add_many = |many| data.reference_add_many(many).protocol(Protocol::Rest);
    proxy.set(|request| if request.number == 2 { Fault::ResetAfter } else { Fault::Pass });
    let many = vec![NewReference::new(Uuid::from_u128(7), "writtenBy", BOB); 2_001];
    let report = add_many(many).await.unwrap();
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
