use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use super::ID;
use crate::support::{article, live_bed};

#[tokio::test]
async fn validate_checks_an_object_without_storing_it() {
    let bed = live_bed().await;
    let articles = bed.articles().await;
    articles.data().validate(article("first", 1999)).vector([1.0, 0.5, 0.1]).await.unwrap();
    articles.data().validate(NewObject::new(article("first", 1999)).id(ID)).await.unwrap();
    assert!(articles.query().fetch_objects().await.unwrap().is_empty());

    let dynamic = bed.client.collection("Article");
    let error = dynamic.data().validate(PropertyMap::from([("year", "not a year")])).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Validation, Some("validate")));
    assert!(error.server_message().unwrap().contains("year"), "{error}");
    let error = dynamic.data().validate(PropertyMap::from([("year", 1_i64 << 60)])).await.unwrap_err();
    assert_eq!((error.field(), error.outcome()), (Some("year"), Outcome::NotSent));
}
