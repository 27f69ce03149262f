//! `insert_many` through an unreliable network: no object is lost or stored twice, and each report is true.

use std::collections::BTreeSet;

use weaviate::Uuid;
use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;

use crate::connect::{at, emulator};
use crate::support::faults::{Fault, FaultProxy, RequestInfo};
use crate::support::time::eager;

const OBJECTS: usize = 10_000;
const AT_ONCE: usize = 50;

/// Two of three requests fail, each in another way.
fn unreliable(request: &RequestInfo) -> Fault {
    match request.number % 9 {
        0 => Fault::Unavailable { committed: false },
        1 => Fault::Unavailable { committed: true },
        3 => Fault::ResetBefore,
        4 => Fault::ResetAfter,
        6 => Fault::TruncateReply(2),
        7 => Fault::GrpcStatus(2, "429 Too many requests"),
        _ => Fault::Pass,
    }
}

/// The ids of all objects of the collection.
async fn ids(articles: &Collection) -> BTreeSet<Uuid> {
    let mut found = BTreeSet::new();
    let mut after = None;
    loop {
        let page = articles.query().fetch_objects().limit(1_000);
        let page = match after {
            Some(after) => page.after(after).await.unwrap(),
            None => page.await.unwrap(),
        };
        let Some(last) = page.last() else { return found };
        after = Some(last.id);
        for hit in &page {
            assert!(found.insert(hit.id), "{} came twice", hit.id);
        }
    }
}

async fn import(protocol: Protocol) {
    let emulator = emulator().await;
    let faults = match protocol {
        Protocol::Grpc => FaultProxy::grpc(emulator.grpc_url(), unreliable).await,
        _ => FaultProxy::rest(emulator.rest_url(), unreliable).await,
    };
    let (rest, grpc) = match protocol {
        Protocol::Grpc => (emulator.rest_url(), faults.url()),
        _ => (faults.url(), emulator.grpc_url()),
    };
    // Enough for runs of bad luck: what is tested is what happens, not how long it takes.
    let policy = eager().max_attempts(20).budget(10_000);
    let client = at(&rest, &grpc).protocol(protocol).retry(policy).connect_lazy().unwrap();
    let articles = client.collection("Article");
    let mut told_stored = BTreeSet::new();
    let mut told_unknown = BTreeSet::new();
    for chunk in 0..OBJECTS / AT_ONCE {
        let year = |number: usize| PropertyMap::from([("year", i64::try_from(number).unwrap())]);
        let all: Vec<_> = (0..AT_ONCE).map(|_| Uuid::new_v4()).collect();
        let objects = all.iter().zip(chunk * AT_ONCE..).map(|(id, number)| NewObject::new(year(number)).id(*id));
        match articles.data().insert_many(objects).await {
            Ok(report) => {
                assert!(!report.has_errors(), "{:?}", report.errors().first());
                told_stored.extend(report.succeeded().copied());
            }
            Err(error) => {
                assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}");
                told_unknown.extend(all);
            }
        }
    }
    let direct = Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).connect().await.unwrap();
    let stored = ids(&direct.collection("Article")).await;
    assert_eq!(told_stored.len() + told_unknown.len(), OBJECTS);
    assert!(told_stored.is_subset(&stored), "objects that were told to be stored are not");
    assert!(
        stored.iter().all(|id| told_stored.contains(id) || told_unknown.contains(id)),
        "objects are stored that no report names"
    );
    assert_eq!(stored.len(), OBJECTS, "{protocol}");
    assert!(faults.requests() > OBJECTS / AT_ONCE * 2, "{} requests: the way was too good", faults.requests());
}

#[tokio::test]
async fn insert_many_through_faults_stores_each_object_once_over_grpc() {
    import(Protocol::Grpc).await;
}

#[tokio::test]
async fn insert_many_through_faults_stores_each_object_once_over_grpc_web() {
    import(Protocol::GrpcWeb).await;
}

#[tokio::test]
async fn insert_many_through_faults_stores_each_object_once_over_rest() {
    import(Protocol::Rest).await;
}

#[tokio::test]
async fn insert_many_outcome_is_unknown_after_a_lost_reply() {
    let emulator = emulator().await;
    for (faults, outcome) in [
        (vec![Fault::ResetAfter; 9], Outcome::Unknown),
        (vec![Fault::Unavailable { committed: true }, Fault::GrpcStatus(2, "429 Too many requests")], Outcome::Unknown),
        (vec![Fault::GrpcStatus(2, "429 Too many requests"); 9], Outcome::Refused),
    ] {
        let what = format!("{faults:?}");
        let proxy = FaultProxy::grpc(emulator.grpc_url(), move |request| {
            faults.get(request.number).cloned().unwrap_or(Fault::GrpcStatus(2, "429 Too many requests"))
        })
        .await;
        let client = at(&emulator.rest_url(), &proxy.url()).protocol(Protocol::Grpc).connect_lazy().unwrap();
        let error = client.collection("Article").data().insert_many([PropertyMap::new()]).await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts()), (outcome, 6), "{what}: {error:?}");
    }
}
