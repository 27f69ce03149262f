//! Structs with vectors and references: they go in and come back.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config as ProptestConfig, TestRunner};
use serde::{Deserialize, Serialize};
use weaviate::ErrorKind;
use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::properties::PropertyDifferenceKind;
use weaviate::schema::MultiVector;

use crate::support::{Bed, GRPC_PROTOCOLS, PROTOCOLS, live_bed};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Author {
    name: String,
    born: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Press {
    city: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Book {
    title: String,
    #[weaviate(vector)]
    embedding: Vec<f32>,
    #[weaviate(vector = "cover")]
    cover: Option<[f32; 3]>,
    #[weaviate(vector = "words")]
    words: Option<Vec<Vec<f32>>>,
    #[weaviate(reference = "Author")]
    written_by: Vec<Reference<Author>>,
    #[weaviate(reference = "Author")]
    edited_by: Option<Uuid>,
    #[weaviate(reference = "Author", reference = "Press")]
    made_by: Option<Vec<Reference>>,
}

fn author(number: u128) -> Uuid {
    Uuid::from_u128(0xa000 + number)
}

const PRESS: Uuid = Uuid::from_u128(0xb000);

/// Four authors, a press, and no books.
async fn library(bed: &Bed) -> Collection<Book> {
    let authors: Collection<Author> = bed.fresh_of(CollectionConfig::of::<Author>("Author")).await;
    let names = ["Ann", "Bob", "Cid", "Dee"];
    let objects = (0..).zip(names).map(|(number, name)| {
        let born = (number % 2 == 0).then_some(1900);
        NewObject::new(Author { name: name.to_owned(), born }).id(author(number))
    });
    authors.data().insert_many(objects).await.unwrap().into_result().unwrap();
    let presses: Collection<Press> = bed.fresh_of(CollectionConfig::of::<Press>("Press")).await;
    presses.data().insert(Press { city: "Oslo".to_owned() }).id(PRESS).await.unwrap();
    bed.fresh_of(CollectionConfig::of::<Book>("Book")).await
}

fn written_by(number: u128) -> Reference<Author> {
    Reference::in_collection("Author", author(number))
}

fn book(title: &str) -> Book {
    Book {
        title: title.to_owned(),
        embedding: vec![0.25, -1.5],
        cover: None,
        words: None,
        written_by: Vec::new(),
        edited_by: None,
        made_by: None,
    }
}

fn books() -> impl Strategy<Value = Book> {
    let number = || -1.0e6f32..1.0e6;
    (
        "[a-z]{0,8}",
        vec(number(), 2),
        proptest::option::of(proptest::array::uniform3(number())),
        proptest::option::of(vec(vec(number(), 4), 1..4)),
        vec(0u128..4, 0..3),
        proptest::option::of(0u128..4),
        proptest::option::of(Just(vec![Reference::in_collection("Press", PRESS)])),
    )
        .prop_map(|(title, embedding, cover, words, authors, editor, made_by)| Book {
            title,
            embedding,
            cover,
            words,
            written_by: authors.into_iter().map(written_by).collect(),
            edited_by: editor.map(author),
            made_by,
        })
}

/// All that a book has.
fn everything() -> Selection<Book> {
    let fields = Book::fields();
    Selection::all()
        .vectors((fields.embedding, fields.cover, fields.words))
        .reference(fields.written_by, Selection::none())
        .reference(fields.edited_by, Selection::none())
        .reference_to(fields.made_by, "Press", Selection::none())
}

async fn found(books: &Collection<Book>, id: Uuid, protocol: Protocol) -> Book {
    if protocol == Protocol::Rest {
        return books.data().get(id).include_vector(true).await.unwrap().unwrap().properties;
    }
    let query = books.query().fetch_by_id(id).select(everything()).protocol(protocol);
    query.await.unwrap().unwrap().properties
}

#[test]
fn vectors_and_references_come_back_as_they_were_written() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (bed, books_) = runtime.block_on(async {
        let bed = live_bed().await;
        let books = library(&bed).await;
        (bed, books)
    });
    let cases = if bed.is_live() { 200 } else { 40 };
    let mut runner = TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() });
    // The server's list of references that was asked for and is empty.
    let asked = |book: &Book| Book { made_by: book.made_by.clone().or(Some(Vec::new())), ..book.clone() };
    runner
        .run(&books(), |sent| {
            for protocol in PROTOCOLS {
                let (one, many) = runtime.block_on(async {
                    let data = books_.data();
                    let one = data.insert(sent.clone()).await.unwrap();
                    let many =
                        data.insert_many([sent.clone()]).protocol(protocol).await.unwrap().into_result().unwrap();
                    (found(&books_, one, protocol).await, found(&books_, many[0], protocol).await)
                });
                prop_assert_eq!(&one, &asked(&sent), "insert, {}", protocol);
                prop_assert_eq!(&many, &asked(&sent), "insert_many, {}", protocol);
            }
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn what_was_not_selected_is_none() {
    let bed = live_bed().await;
    let books = library(&bed).await;
    let whole = Book {
        cover: Some([1.0, 2.0, 3.0]),
        words: Some(vec![vec![1.0, 0.0], vec![0.0, 1.0]]),
        written_by: vec![written_by(1), written_by(0)],
        edited_by: Some(author(2)),
        made_by: Some(vec![Reference::in_collection("Press", PRESS)]),
        ..book("Owls")
    };
    books.data().insert(whole.clone()).await.unwrap();
    let bare = Book { cover: None, words: None, edited_by: None, made_by: None, ..whole.clone() };
    for protocol in GRPC_PROTOCOLS {
        let query = books.query().fetch_objects().protocol(protocol);
        assert_eq!(query.clone().await.unwrap()[0].properties, bare);
        let cover = Book { cover: whole.cover, ..bare.clone() };
        let some = query.clone().include_vectors((Book::fields().cover,)).await.unwrap();
        assert_eq!(some[0].properties, cover);
        let projected = query.project::<Book>().await.unwrap();
        let authors = &projected[0].properties.written_by;
        let names: Vec<_> = authors.iter().map(|author| author.object().unwrap().properties.name.as_str()).collect();
        assert_eq!((names, projected[0].properties.words.as_ref()), (vec!["Bob", "Ann"], whole.words.as_ref()));
    }
    for protocol in PROTOCOLS {
        let mut all = books.iterate().protocol(protocol).stream();
        assert_eq!(all.next().await.unwrap().unwrap().properties, bare, "{protocol:?}");
    }
    let selection = Selection::of(["title"]).reference(Book::fields().edited_by, Selection::none());
    let found = books.data().get(books.query().fetch_objects().await.unwrap()[0].id).select(selection).await.unwrap();
    assert_eq!(found.unwrap().properties, Book { edited_by: whole.edited_by, ..bare });
}

#[tokio::test]
async fn a_setter_replaces_the_vector_of_the_struct() {
    let bed = live_bed().await;
    let books = library(&bed).await;
    let with = |object: NewObject<Book>| object.vector([3.0, 4.0]).reference("written_by", author(3));
    let one = books.data().insert(with(NewObject::new(book("One")))).await.unwrap();
    let many = books.data().insert_many([with(NewObject::new(book("Many")))]).await.unwrap().into_result().unwrap();
    let expected = |title| Book { embedding: vec![3.0, 4.0], written_by: vec![written_by(3)], ..book(title) };
    for (id, title) in [(one, "One"), (many[0], "Many")] {
        let found = books.query().fetch_by_id(id).await.unwrap().unwrap().properties;
        assert_eq!(found, expected(title));
    }
    books.data().replace(one, Book { embedding: vec![5.0, 6.0], ..book("One") }).await.unwrap();
    let found = books.query().fetch_by_id(one).await.unwrap().unwrap();
    assert_eq!(
        (&*found.properties.embedding, found.vectors().get("default")),
        (&[5.0, 6.0][..], Some(&[5.0, 6.0].into()))
    );
}

#[tokio::test]
async fn an_odd_vector_or_reference_is_refused_before_it_is_sent() {
    let bed = live_bed().await;
    let books = library(&bed).await;
    let press = Reference::in_collection("Press", PRESS);
    for (wrong, field, text) in [
        (Book { embedding: Vec::new(), ..book("x") }, "default", "empty"),
        (Book { embedding: vec![1.0, f32::NAN], ..book("x") }, "default", "number 1 of the vector is not finite"),
        (Book { words: Some(vec![vec![1.0], vec![]]), ..book("x") }, "words", "row 1 has 0 numbers, row 0 has 1"),
        (
            Book { written_by: vec![Reference::in_collection("Press", PRESS)], ..book("x") },
            "written_by",
            "refers to an object of Press, and the field to objects of Author",
        ),
        (
            Book { made_by: Some(vec![press.clone(), PRESS.into()]), ..book("x") },
            "made_by",
            "the collection of the object is missing, Author or Press",
        ),
    ] {
        let one = books.data().insert(wrong.clone()).await.unwrap_err();
        let many = books.data().insert_many([wrong]).await.unwrap().into_result().unwrap_err();
        assert_eq!((one.kind(), one.outcome(), one.field()), (ErrorKind::Validation, Outcome::NotSent, Some(field)));
        for error in [one.to_string(), many.to_string()] {
            assert!(error.contains(text), "{error}");
        }
    }
    let changes = Book { written_by: vec![written_by(1)], ..book("x") };
    let error = books.data().merge(PRESS, PropertyMap::new()).remove("embedding").await.unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("embedding"), Outcome::NotSent), "{error}");
    let multi = || NewObject::new(book("x")).vector(vec![vec![1.0], vec![2.0]]);
    let one = books.data().insert(multi()).await.unwrap_err();
    let many = books.data().insert_many([multi()]).await.unwrap().into_result().unwrap_err();
    for error in [one.to_string(), many.to_string()] {
        assert!(error.contains("default: is a multi-vector, and the field of the struct a single vector"), "{error}");
    }
    let error = books.data().merge(PRESS, changes).await.unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("written_by"), Outcome::NotSent), "{error}");
    assert!(error.to_string().contains("reference_add"), "{error}");
}

#[tokio::test]
async fn a_merge_changes_the_vector() {
    let bed = live_bed().await;
    let books = library(&bed).await;
    let id = books.data().insert(Book { written_by: vec![written_by(1)], ..book("Owls") }).await.unwrap();
    books.data().merge(id, Book { embedding: vec![7.0, 8.0], ..book("Kites") }).await.unwrap();
    let expected = Book { embedding: vec![7.0, 8.0], written_by: vec![written_by(1)], ..book("Kites") };
    assert_eq!(books.query().fetch_by_id(id).await.unwrap().unwrap().properties, expected);
}

#[derive(Debug, Serialize, Deserialize, Properties)]
struct OneAuthor {
    #[weaviate(reference = "Author")]
    written_by: Reference<Author>,
    #[weaviate(vector = "cover")]
    cover: Vec<f32>,
}

#[tokio::test]
async fn a_field_for_one_reference_takes_one() {
    let bed = live_bed().await;
    let books = library(&bed).await;
    let of = bed.client.collection_of::<OneAuthor>("Book");
    for (authors, text) in [
        (
            vec![],
            "`written_by`: the object has no reference here, or its target was deleted: make the field an `Option` or a `Vec`",
        ),
        (vec![written_by(0), written_by(1)], "`written_by`: the object has 2 references here: make the field a `Vec`"),
        (vec![written_by(0)], ""),
    ] {
        let id = books.data().insert(Book { written_by: authors, ..book("Owls") }).await.unwrap();
        match of.query().fetch_by_id(id).await {
            Ok(found) => {
                let found = found.unwrap().properties;
                assert_eq!((text, found.written_by), ("", written_by(0)));
                assert!(found.cover.is_empty(), "the object does not have this vector");
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Decode);
                assert!(!text.is_empty() && error.to_string().contains(text), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn check_compares_vectors_and_references() {
    let bed = live_bed().await;
    let books = library(&bed).await;
    assert!(books.check().await.unwrap().is_ok());
    bed.client.collections().delete("Book").await.unwrap();
    let multi = VectorConfig::self_provided().index(Hnsw::new().multi_vector(MultiVector::new()));
    let config = CollectionConfig::new("Book")
        .property(Property::new("title", DataType::Text))
        .property(Property::new("written_by", DataType::reference(["Press"])))
        .property(Property::new("edited_by", DataType::reference(["Author"])))
        .property(Property::new("made_by", DataType::reference(["Press", "Author"])))
        .vector(multi)
        .vector(VectorConfig::self_provided().name("words"));
    bed.client.collections().create(config).await.unwrap();
    let check = books.check().await.unwrap();
    let found: Vec<_> = check.differences().iter().map(ToString::to_string).collect();
    let expected = [
        "`written_by`: data type reference to Author in the struct, reference to Press in the collection",
        "`default`: vector a vector in the struct, a multi-vector in the collection",
        "`cover`: vector a vector in the struct, none in the collection",
        "`words`: vector a multi-vector in the struct, a vector in the collection",
    ];
    assert_eq!(found, expected);
    assert_eq!(check.differences()[3].kind, PropertyDifferenceKind::Vector);
    assert!(check.into_result().is_err());
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Person {
    name: String,
    #[weaviate(vector)]
    face: Vec<f32>,
    #[weaviate(reference = "Person")]
    friends: Option<Vec<Reference<Person>>>,
    #[weaviate(reference = "Person")]
    foes: Option<Vec<Uuid>>,
}

#[derive(Debug, Serialize, Deserialize, Properties)]
struct Post {
    title: String,
    #[weaviate(reference = "Person")]
    by: Vec<Reference<Person>>,
    #[weaviate(reference = "Person")]
    about: Option<Vec<Reference>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Properties)]
struct Needy {
    name: String,
    #[weaviate(reference = "Person")]
    friends: Vec<Uuid>,
}

/// Ann, her friend Bob, and a post by both.
async fn posts(bed: &Bed) -> Collection<Post> {
    let people: Collection<Person> = bed.fresh_of(CollectionConfig::of::<Person>("Person")).await;
    let person = |name: &str, friends: Option<Vec<Reference<Person>>>| Person {
        name: name.to_owned(),
        face: vec![1.0, 3.0],
        foes: friends.as_ref().map(|_| vec![author(0)]),
        friends,
    };
    people.data().insert(person("Ann", None)).id(author(0)).await.unwrap();
    people.data().insert(person("Bob", Some(vec![author(0).into()]))).id(author(1)).await.unwrap();
    let posts: Collection<Post> = bed.fresh_of(CollectionConfig::of::<Post>("Post")).await;
    let by = vec![author(0).into(), author(1).into()];
    let about = Some(vec![author(1).into()]);
    posts.data().insert(Post { title: "Owls".to_owned(), by, about }).await.unwrap();
    posts
}

/// The vectors of objects that references lead to are requested, however the reference is named.
#[tokio::test]
async fn the_objects_of_references_have_their_vectors_and_what_was_selected() {
    let bed = live_bed().await;
    let posts = posts(&bed).await;
    let by_handle = Selection::all().reference(Post::fields().by, Selection::all());
    let by_name = Selection::all().reference("by", Selection::all());
    for selection in [by_handle, by_name] {
        let found = posts.query().fetch_objects().select(selection).await.unwrap();
        for person in found[0].properties.by.iter().map(|person| &person.object().unwrap().properties) {
            assert_eq!(
                (&*person.face, &person.friends, &person.foes),
                (&[1.0, 3.0][..], &None, &None),
                "{}",
                person.name
            );
        }
    }
    let about =
        Selection::all().reference("about", Selection::all().all_vectors().reference("friends", Selection::none()));
    let found = posts.query().fetch_objects().select(about).await.unwrap();
    let bob = found[0].properties.about.as_ref().unwrap()[0].object_as::<Person>().unwrap().unwrap().properties;
    assert_eq!((bob.friends.map(|all| all.len()), bob.foes), (Some(1), None));
}

/// A field of a referenced object that is not an `Option` and was not requested is an error, not an empty list.
#[tokio::test]
async fn what_a_referenced_object_needs_and_was_not_selected_is_an_error() {
    let bed = live_bed().await;
    let posts = posts(&bed).await;
    let found =
        posts.query().fetch_objects().select(Selection::all().reference("about", Selection::all())).await.unwrap();
    let bob = &found[0].properties.about.as_ref().unwrap()[0];
    let error = bob.object_as::<Needy>().unwrap_err();
    assert!(error.to_string().contains("`friends`: the reference was not selected"), "{error}");
    let error = bob.object_as::<Person>().unwrap_err();
    assert!(error.to_string().contains("`face`: the reply does not have the vector `default`"), "{error}");
}

#[derive(Debug, Deserialize, Properties)]
#[expect(dead_code, reason = "it is not read")]
struct Short {
    #[weaviate(vector)]
    embedding: [f32; 1],
}

#[derive(Debug, Serialize, Deserialize, Properties)]
struct Open {
    title: String,
    #[serde(flatten)]
    rest: PropertyMap,
}

#[tokio::test]
async fn a_list_of_another_length_and_an_open_struct() {
    let bed = live_bed().await;
    let books = library(&bed).await;
    let id = books.data().insert(book("Owls")).await.unwrap();
    let error = books.query().fetch_by_id(id).project::<Short>().await.unwrap_err();
    assert!(
        error.to_string().contains("`embedding`: there are 2 elements, and the type of the field takes 1"),
        "{error}"
    );
    let open = books.query().fetch_by_id(id).project::<PropertyMap>().await.unwrap().unwrap();
    assert_eq!(open.properties, PropertyMap::from([("title", "Owls")]));
    let many = CollectionConfig::new("Open").property(Property::new("title", DataType::Text));
    let opens: Collection<Open> = bed.fresh_of(many.property(Property::new("year", DataType::Int))).await;
    let id = opens.data().insert(Open { title: "x".to_owned(), rest: PropertyMap::from([("year", 1)]) }).await.unwrap();
    let found = opens.query().fetch_by_id(id).project::<Open>().await.unwrap().unwrap();
    assert_eq!(found.properties.rest, PropertyMap::from([("year", 1)]));
}
