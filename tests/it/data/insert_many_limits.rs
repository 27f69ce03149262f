//! `insert_many` with objects and messages above the size limit, or that cannot be encoded.

use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate_emulator::Emulator;

async fn server(max_message_size: usize) -> Emulator {
    Emulator::builder().grpc_max_message_size(max_message_size).start().await.unwrap()
}

fn to(server: &Emulator) -> weaviate::connect::ClientBuilder {
    Client::custom(server.rest_url()).grpc(server.grpc_url())
}

fn word(letters: usize) -> PropertyMap {
    PropertyMap::from([("word", "x".repeat(letters))])
}

#[tokio::test]
async fn insert_many_fails_only_the_object_larger_than_a_message() {
    let server = server(4_096).await;
    let words = to(&server).connect().await.unwrap().collection("Word");
    // The others do not fit into one message either.
    let objects = (0..20).map(|i| word(if i == 7 { 5_000 } else { 500 }));
    let report = words.data().insert_many(objects).await.unwrap();
    let [error] = report.errors() else { panic!("{report:?}") };
    assert_eq!((error.index(), error.kind(), error.outcome()), (7, ErrorKind::LimitExceeded, Outcome::NotSent));
    assert_eq!(error.id(), report.ids()[7]);
    assert_eq!(report.succeeded().count(), 19);
    let found = words.query().fetch_objects().properties(Vec::<String>::new()).limit(100).await.unwrap();
    assert_eq!(found.len(), 19);
}

#[tokio::test]
async fn insert_many_reports_earlier_messages_when_a_later_one_fails() {
    let server = server(300_000).await;
    // Without a question to the server, the client does not know its limit and sends what is refused.
    let words = to(&server).connect_lazy().unwrap().collection("Word");
    let objects = (0..2_001).map(|i| word(if i == 1_000 { 400_000 } else { 3 }));
    let report = words.data().insert_many(objects).await.unwrap();
    assert_eq!(report.succeeded().copied().collect::<Vec<_>>(), report.ids()[..1_000]);
    assert_eq!(report.errors().len(), 1_001);
    for error in &report.errors()[..1_000] {
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::LimitExceeded, Outcome::Refused), "{}", error.error());
    }
    let last = &report.errors()[1_000];
    assert_eq!((last.index(), last.outcome()), (2_000, Outcome::NotSent), "{}", last.error());

    let error = report.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Partial);
    assert!(error.to_string().contains("1001 of 2001"), "{error}");
}

#[tokio::test]
async fn insert_many_returns_the_error_of_the_first_message() {
    let server = server(4_096).await;
    let words = to(&server).connect_lazy().unwrap().collection("Word");
    let error = words.data().insert_many([word(5_000)]).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::LimitExceeded, Outcome::Refused));
    assert_eq!((error.operation(), error.collection()), (Some("insert many"), Some("Word")));
}

#[tokio::test]
async fn insert_many_fails_only_the_object_that_cannot_be_encoded() {
    let server = Emulator::start().await.unwrap();
    let words = to(&server).connect().await.unwrap().collection("Word");
    let bad_vector = NewObject::new(word(1)).vector(vec![f32::NAN]);
    let bad_number = PropertyMap::from([("sizes", PropertyMap::from([("width", f64::INFINITY)]))]);
    let report =
        words.data().insert_many([word(1).into(), bad_number.into(), bad_vector, word(2).into()]).await.unwrap();
    let failed: Vec<_> =
        report.errors().iter().map(|error| (error.index(), error.kind(), error.error().field())).collect();
    let expected = [(1, Some("sizes.width")), (2, Some("default"))];
    assert_eq!(failed, expected.map(|(index, field)| (index, ErrorKind::Validation, field)));
    assert_eq!(report.succeeded().count(), 2);
}
