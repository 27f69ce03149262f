//! Values that read like texts of the server.

use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::support::{PROTOCOLS, live_bed};

/// Texts that mean something else than a wrong value where the server writes them.
const PHRASES: &[&str] = &[
    "it already exists",
    "class name Article already exists",
    "leader not found",
    "': leader not found",
    "put object: cannot reach enough replicas",
    "\": the client connection is closing: \"",
    "429 Too many requests",
    "tenant not found: \"a\"",
    "could not find class Article in schema",
    "failed to execute query: leader not found",
    "update vector index: insert to vector index: x",
    "inconsistent vector lengths: 2 != 3",
    "unauthorized: invalid api key",
    "store is read-only due to: me",
];

#[tokio::test]
async fn a_known_text_as_a_value_changes_neither_kind_nor_outcome_nor_attempts() {
    let bed = live_bed().await;
    bed.articles().await;
    let articles = bed.client.collection("Article");
    let data = articles.data();
    let wrong = |phrase: &str| PropertyMap::from([("year", phrase)]);
    let mut cases = 0;
    for phrase in PHRASES {
        let mut errors = vec![data.insert(wrong(phrase)).await.unwrap_err()];
        errors.push(data.validate(wrong(phrase)).await.unwrap_err());
        for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
            let filter = Filter::property("year").equal(*phrase);
            errors.push(articles.query().fetch_objects().filter(filter).protocol(protocol).await.unwrap_err());
        }
        for error in errors {
            let found = (error.kind(), error.outcome(), error.attempts());
            assert_eq!(found, (ErrorKind::Validation, Outcome::Refused, 1), "{phrase}: {error}");
            cases += 1;
        }
        for protocol in PROTOCOLS {
            let report = data.insert_many([wrong(phrase)]).protocol(protocol).await.unwrap();
            let [error] = report.errors() else { panic!("{report:?}") };
            let found = (error.kind(), error.outcome(), error.error().is_retryable());
            assert_eq!(found, (ErrorKind::Validation, Outcome::Refused, false), "{phrase}: {error:?}");
            cases += 1;
        }
    }
    println!("{cases} calls with a known text as a value");
}

/// The text of an error is in a header of the reply, and quotes the value.
#[tokio::test]
async fn a_long_value_changes_neither_kind_nor_attempts() {
    let bed = live_bed().await;
    bed.articles().await;
    let articles = bed.client.collection("Article");
    for length in [100, 10_000, 200_000] {
        for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
            let filter = Filter::property("year").equal("x".repeat(length));
            let error = articles.query().fetch_objects().filter(filter).protocol(protocol).await.unwrap_err();
            let found = (error.kind(), error.outcome(), error.attempts());
            assert_eq!(found, (ErrorKind::Validation, Outcome::Refused, 1), "{length} {protocol}");
        }
        let long = PropertyMap::from([("year", "x".repeat(length))]);
        let error = articles.data().insert(long).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::Refused), "{length}");
    }
}
