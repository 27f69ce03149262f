use weaviate::prelude::*;
use weaviate::{ErrorKind, Outcome, Protocol, RetryPolicy};
use weaviate_emulator::Emulator;

use crate::support::faults::{Fault, FaultProxy, script};
use crate::support::{article, bed, bed_of};

fn old() -> Filter {
    Filter::property("year").less_than(1900)
}

#[tokio::test]
async fn what_matches_goes_and_the_rest_stays() {
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let bed = bed().await;
        let articles = bed.articles().await;
        let report = articles.data().insert_many((1895..1905).map(|year| article("x", year))).await.unwrap();
        let ids = report.into_result().unwrap();

        let dry = articles.data().delete_many(old()).dry_run(true).verbose(true).protocol(protocol).await.unwrap();
        assert_eq!((dry.matches, dry.successful, dry.failed, dry.objects.len()), (5, 5, 0, 5));
        assert_eq!(articles.query().fetch_objects().limit(20).await.unwrap().len(), 10);

        let quiet = articles.data().delete_many(Filter::property("year").equal(1895)).protocol(protocol).await.unwrap();
        assert_eq!((quiet.matches, quiet.successful, quiet.objects.len()), (1, 1, 0));

        let report = articles.data().delete_many(old()).verbose(true).protocol(protocol).await.unwrap();
        assert_eq!((report.matches, report.successful, report.failed), (4, 4, 0));
        let mut gone: Vec<_> = report.objects.iter().map(|object| object.id).collect();
        let mut expected = ids[1..5].to_vec();
        gone.sort();
        expected.sort();
        assert_eq!(gone, expected);
        assert!(report.objects.iter().all(|object| object.error.is_none()));
        let left = articles.query().fetch_objects().limit(20).await.unwrap();
        assert!(left.len() == 5 && left.iter().all(|hit| hit.properties.year >= 1900));

        let nothing = articles.data().delete_many(old()).protocol(protocol).await.unwrap();
        assert_eq!((nothing.matches, nothing.successful), (0, 0));
    }
}

/// A server that deletes three at a time.
#[tokio::test]
async fn more_than_go_at_a_time_go_one_time_after_the_other() {
    let bed = bed_of(Emulator::builder().query_maximum_results(3)).await;
    let articles = bed.articles().await;
    articles.data().insert_many((0..10).map(|year| article("x", year))).await.unwrap().into_result().unwrap();
    let proxy = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await;
    let client = Client::custom(bed.rest_url()).grpc(proxy.url()).protocol(Protocol::Grpc).connect_lazy().unwrap();
    let some = client.collection("Article");
    let dry = some.data().delete_many(old()).dry_run(true).await.unwrap();
    assert_eq!((dry.matches, proxy.requests()), (10, 1));

    // The second time breaks off, and nobody may try again.
    proxy.set(|request| if request.nth == 2 { Fault::Unavailable { committed: true } } else { Fault::Pass });
    let error = some.data().delete_many(old()).retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!((error.outcome(), error.operation(), proxy.requests()), (Outcome::Unknown, Some("delete many"), 3));
    // Even a refusal does not mean that nothing was done.
    proxy.set(|request| if request.nth == 4 { Fault::GrpcStatus(7, "no") } else { Fault::Pass });
    let error = some.data().delete_many(old()).retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Permission, Outcome::Unknown));

    proxy.set(script([]));
    articles.data().insert_many((0..9).map(|year| article("x", year))).await.unwrap().into_result().unwrap();
    let report = some.data().delete_many(old()).verbose(true).await.unwrap();
    assert_eq!((report.matches, report.successful, report.objects.len()), (10, 10, 10));
    assert_eq!(some.data().delete_many(old()).await.unwrap().matches, 0);
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let bed = bed().await;
    let articles = bed.articles().await;
    let error = articles.data().delete_many(old()).protocol(Protocol::Rest).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent));
    assert!(error.to_string().contains("deleting by filter does not go over plain REST"), "{error}");
    let error = articles.data().delete_many(Filter::property("year").equal(f64::NAN)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::NotSent));
    let error = bed.client.collection("Nowhere").data().delete_many(old()).await.unwrap_err();
    assert_eq!((error.kind(), error.collection()), (ErrorKind::NotFound, Some("Nowhere")));
}

/// An older server would not understand the filter, and delete something else.
#[tokio::test]
async fn a_filter_that_the_server_would_misread_deletes_nothing() {
    for (version, deleted) in [("1.32.0", None), ("1.39.0", Some(1))] {
        let bed = bed_of(Emulator::builder().version(version)).await;
        let articles = bed.articles().await;
        articles.data().insert_many([article("x", 1), article("y", 2)]).await.unwrap().into_result().unwrap();
        let not = !Filter::property("year").equal(1);
        let result = articles.data().delete_many(not).await;
        if let Err(error) = &result {
            assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::NotSent), "{version}");
        }
        assert_eq!(result.ok().map(|report| report.successful), deleted, "{version}");
        let left = articles.query().fetch_objects().await.unwrap();
        assert_eq!(left.len(), if deleted.is_some() { 1 } else { 2 });
    }
}
