//! `insert_many` through an unreliable network: no object is lost or stored twice, and each report is true.

use std::collections::BTreeSet;

use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate_emulator::Fault;

use crate::connect::{at, emulator};
use crate::support::time::eager;

const OBJECTS: usize = 10_000;
const AT_ONCE: usize = 50;

/// Two of three requests fail, each in another way.
fn unreliable() -> impl Iterator<Item = Fault> {
    [
        (0, Fault::unavailable()),
        (1, Fault::unavailable().after_commit()),
        (3, Fault::reset()),
        (4, Fault::reset().after_commit()),
        (6, Fault::reset().mid_reply()),
        (7, Fault::rate_limited()),
    ]
    .into_iter()
    .map(|(first, fault)| fault.nth(first).every(9))
}

async fn import(protocol: Protocol) {
    let emulator = emulator().await;
    let faults = emulator.faults();
    for fault in unreliable() {
        faults.add(fault).unwrap();
    }
    // Enough for runs of bad luck: what is tested is what happens, not how long it takes.
    let policy = eager().max_attempts(20).budget(10_000);
    let client = at(&emulator.rest_url(), &emulator.grpc_url());
    let client = client.protocol(protocol).retry(policy).connect_lazy().unwrap();
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
    let stored: BTreeSet<_> = emulator.object_ids("Article").into_iter().collect();
    assert_eq!(told_stored.len() + told_unknown.len(), OBJECTS);
    assert!(told_stored.is_subset(&stored), "objects that were told to be stored are not");
    assert!(
        stored.iter().all(|id| told_stored.contains(id) || told_unknown.contains(id)),
        "objects are stored that no report names"
    );
    assert_eq!(stored.len(), OBJECTS, "{protocol}");
    let requests = faults.log().len();
    assert!(requests > OBJECTS / AT_ONCE * 2, "{requests} requests: the way was too good");
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
    let faults = emulator.faults();
    for (script, outcome) in [
        (vec![Fault::reset().after_commit()], Outcome::Unknown),
        (vec![Fault::unavailable().after_commit().times(1), Fault::rate_limited()], Outcome::Unknown),
        (vec![Fault::rate_limited()], Outcome::Refused),
    ] {
        let what = format!("{script:?}");
        faults.clear();
        for fault in script {
            faults.add(fault.on_rpc("BatchObjects")).unwrap();
        }
        let client = at(&emulator.rest_url(), &emulator.grpc_url()).protocol(Protocol::Grpc).connect_lazy().unwrap();
        let error = client.collection("Article").data().insert_many([PropertyMap::new()]).await.unwrap_err();
        assert_eq!((error.outcome(), error.attempts()), (outcome, 6), "{what}: {error:?}");
    }
}
