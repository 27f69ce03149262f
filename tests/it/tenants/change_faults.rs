//! Changes of tenants whose messages are lost or refused.

use std::collections::BTreeMap;

use http::Method;
use weaviate::ErrorKind;
use weaviate::connect::RetryPolicy;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::tenants::{TenantReport, Tenants};

use super::{list, names, orders, those};
use crate::support::faults::{Fault, FaultProxy, RequestInfo};
use crate::support::time::eager;
use crate::support::{Bed, bed};

/// The tenants of the collection, through a proxy that does harm, tried as often as the policy says.
fn through(proxy: &FaultProxy, bed: &Bed, policy: RetryPolicy) -> Tenants {
    let client = Client::custom(proxy.url()).grpc(bed.grpc_url()).retry(policy);
    client.connect_lazy().unwrap().collection("TenantsOrder").tenants()
}

/// Does this to the message of that number, from 0, and to those that repeat it.
fn from_message(number: usize, fault: Fault) -> impl Fn(&RequestInfo) -> Fault + Send + Sync + 'static {
    move |request| {
        let is_message = request.path.ends_with("/tenants") && request.method != Method::GET;
        if is_message && request.nth >= number { fault.clone() } else { Fault::Pass }
    }
}

/// Runs of tenants with the same outcome, in the order of their positions. `None` is success.
fn fates(report: &TenantReport) -> Vec<(Option<Outcome>, usize)> {
    let errors: BTreeMap<_, _> = report.errors().iter().map(|error| (error.index(), error)).collect();
    let mut fates: Vec<(Option<Outcome>, usize)> = Vec::new();
    for index in 0..report.names().len() {
        let fate = errors.get(&index).map(|error| error.outcome());
        match fates.last_mut() {
            Some((last, count)) if *last == fate => *count += 1,
            _ => fates.push((fate, 1)),
        }
    }
    fates
}

#[tokio::test]
async fn tenants_create_distinguishes_failed_messages_from_unsent_ones() {
    let no = Fault::Status(422, vec![], r#"{"error":[{"message":"no more of these"}]}"#);
    // The schema has them by then, as a server without any more files to open has it.
    let no_files = r#"{"error":[{"message":"updating db: TYPE_ADD_TENANT: init shard t100: too many open files"}]}"#;
    let not_now = Fault::Unavailable { committed: false };
    for (fault, outcome, kind, there) in [
        (no, Outcome::Refused, ErrorKind::Validation, 100),
        (Fault::Status(422, vec![], no_files), Outcome::Unknown, ErrorKind::Server, 100),
        (not_now, Outcome::Unknown, ErrorKind::Unavailable, 100),
        (Fault::ResetBefore, Outcome::Unknown, ErrorKind::Connection, 100),
        (Fault::ResetAfter, Outcome::Unknown, ErrorKind::Connection, 200),
    ] {
        let bed = bed().await;
        let orders = orders(&bed).await;
        let proxy = FaultProxy::rest(bed.rest_url(), from_message(1, fault.clone())).await;
        let report = through(&proxy, &bed, RetryPolicy::none()).create(names(250)).await.unwrap();
        let expected = [(None, 100), (Some(outcome), 100), (Some(Outcome::NotSent), 50)];
        assert_eq!(fates(&report), expected, "{fault:?}");
        assert_eq!((proxy.requests(), list(&orders).await.len()), (2, there), "{fault:?}");
        for error in report.errors() {
            assert_eq!((error.kind(), error.error().operation()), (kind, Some("create tenants")), "{error:?}");
            assert_eq!(report.names()[error.index()], error.name());
        }
        let not_sent = report.errors()[120].message();
        assert!(not_sent.contains("not sent, because an earlier message"), "{not_sent}");
        assert!(report.succeeded().eq(report.names()[..100].iter()));
        let error = report.into_result().unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Partial, Outcome::Unknown), "{error}");
    }
}

#[tokio::test]
async fn tenants_create_returns_the_error_of_the_first_message() {
    let bed = bed().await;
    let orders = orders(&bed).await;
    let proxy = FaultProxy::rest(bed.rest_url(), from_message(0, Fault::ResetAfter)).await;
    let error = through(&proxy, &bed, RetryPolicy::none()).create(names(250)).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Connection, Outcome::Unknown));
    assert_eq!((error.operation(), error.collection()), (Some("create tenants"), Some("TenantsOrder")));
    assert_eq!((proxy.requests(), list(&orders).await.len()), (1, 100));
}

/// All changes of tenants are idempotent.
#[tokio::test]
async fn tenants_messages_are_repeated_after_a_lost_reply() {
    let bed = bed().await;
    let orders = orders(&bed).await;
    let proxy = FaultProxy::rest(bed.rest_url(), |request| match (&request.method, request.nth) {
        (&Method::GET, _) | (_, 1..) => Fault::Pass,
        _ => Fault::ResetAfter,
    })
    .await;
    let tenants = through(&proxy, &bed, eager());
    tenants.create(["ann", "bob"]).await.unwrap().into_result().unwrap();
    tenants.deactivate(["ann"]).await.unwrap().into_result().unwrap();
    assert_eq!(those(&orders, TenantStatus::Inactive).await, ["ann"]);
    tenants.delete(["ann"]).await.unwrap().into_result().unwrap();
    assert_eq!(those(&orders, TenantStatus::Active).await, ["bob"]);
    let twice =
        proxy.log().iter().filter(|entry| entry.request.method != Method::GET && entry.request.nth == 1).count();
    assert_eq!(twice, 3);
}

/// The server changed some tenants and reports an error. The client lists the tenants to learn which; if it cannot,
/// the outcome is unknown.
#[tokio::test]
async fn deactivate_outcome_is_unknown_if_tenants_cannot_be_read() {
    let bed = bed().await;
    let orders = orders(&bed).await;
    orders.tenants().create(names(150)).await.unwrap().into_result().unwrap();
    let with_one_missing = || names(140).chain(["nobody".to_owned()]).collect::<Vec<_>>();

    let blind = FaultProxy::grpc(bed.grpc_url(), |_| Fault::Unavailable { committed: false }).await;
    let client = Client::custom(bed.rest_url()).grpc(blind.url()).protocol(weaviate::connect::Protocol::Grpc);
    let client = client.retry(RetryPolicy::none()).connect_lazy().unwrap();
    let report = client.collection("TenantsOrder").tenants().deactivate(with_one_missing()).await.unwrap();
    assert_eq!(fates(&report), [(None, 100), (Some(Outcome::Unknown), 41)]);
    assert_eq!(report.errors()[0].kind(), ErrorKind::Tenant);
    assert_eq!(those(&orders, TenantStatus::Inactive).await.len(), 140);

    orders.tenants().activate(names(140)).await.unwrap().into_result().unwrap();
    let report = orders.tenants().deactivate(with_one_missing()).await.unwrap();
    assert_eq!(fates(&report), [(None, 140), (Some(Outcome::Refused), 1)]);
}
