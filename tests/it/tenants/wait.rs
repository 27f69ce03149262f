//! `wait_for_status` of tenants.

use std::time::Duration;

use http::Method;
use serde_json::json;
use weaviate::ErrorKind;
use weaviate::connect::{Protocol, RetryPolicy};
use weaviate::prelude::*;

use super::orders;
use crate::support::faults::{Fault, FaultProxy};
use crate::support::recorder::Recorder;
use crate::support::time::SOON;
use crate::support::{PROTOCOLS, bed, live_bed};

#[tokio::test]
async fn wait_for_status_returns_at_once_when_it_is_reached() {
    let bed = live_bed().await;
    let tenants = orders(&bed).await.tenants();
    tenants
        .create([("ann", TenantStatus::Inactive), ("bob", TenantStatus::Inactive)])
        .await
        .unwrap()
        .into_result()
        .unwrap();
    tenants.wait_for_status(["ann"], TenantStatus::Inactive, SOON).await.unwrap();
    tenants.wait_for_status(["ann", "bob", "ann"], TenantStatus::Inactive, SOON).await.unwrap();
    let error = tenants.wait_for_status(["ann", "nobody"], TenantStatus::Inactive, SOON).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Tenant, Some("wait for tenants")));
    assert!(error.to_string().contains(r#"tenant "nobody" does not exist"#), "{error}");
    let error = tenants.wait_for_status(["nobody"], TenantStatus::Inactive, SOON).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tenant);
}

#[tokio::test]
async fn wait_for_status_sees_changes_over_each_protocol() {
    let bed = bed().await;
    let orders = orders(&bed).await;
    for protocol in PROTOCOLS {
        orders.tenants().create(["ann", "bob"]).await.unwrap().into_result().unwrap();
        let (rest, grpc) = (
            FaultProxy::rest(bed.rest_url(), |_| Fault::Pass).await,
            FaultProxy::grpc(bed.grpc_url(), |_| Fault::Pass).await,
        );
        let client = Client::custom(rest.url()).grpc(grpc.url()).protocol(protocol).connect().await.unwrap();
        let looks = if protocol == Protocol::Grpc { &grpc } else { &rest };
        let before = looks.requests();
        let tenants = client.collection(orders.name()).tenants();
        let wait =
            tokio::spawn(
                async move { tenants.wait_for_status(["ann", "bob"], TenantStatus::Inactive, SOON * 5).await },
            );
        // A look, a change of one, a look, a change of the other.
        looks.arrived(before + 1).await;
        orders.tenants().deactivate(["ann"]).await.unwrap().into_result().unwrap();
        looks.arrived(before + 2).await;
        orders.tenants().deactivate(["bob"]).await.unwrap().into_result().unwrap();
        wait.await.unwrap().unwrap();
        orders.tenants().delete(["ann", "bob"]).await.unwrap().into_result().unwrap();
    }
}

#[tokio::test]
async fn wait_for_status_timeout_names_the_missing_tenants() {
    let bed = bed().await;
    let tenants = orders(&bed).await.tenants();
    tenants
        .create([("ann", TenantStatus::Active), ("bob", TenantStatus::Inactive)])
        .await
        .unwrap()
        .into_result()
        .unwrap();
    let within = Duration::from_millis(250);
    let error = tenants.wait_for_status(["ann", "bob"], TenantStatus::Inactive, within).await.unwrap_err();
    assert!(error.is_timeout() && error.is_retryable(), "{error:?}");
    assert_eq!(
        error.to_string(),
        "wait for tenants `TenantsOrder`: timed out: not all tenants became INACTIVE within 250ms: \"ann\" is ACTIVE"
    );
}

#[tokio::test]
async fn wait_for_status_continues_after_transient_errors() {
    let bed = bed().await;
    let orders = orders(&bed).await;
    orders.tenants().create(["ann"]).await.unwrap().into_result().unwrap();
    let is_look = "/v1/schema/TenantsOrder/tenants/ann";
    let proxy = FaultProxy::rest(bed.rest_url(), move |request| match (request.path == is_look, request.nth) {
        (true, 0) => Fault::Unavailable { committed: false },
        (true, 1) => Fault::ResetBefore,
        _ => Fault::Pass,
    })
    .await;
    let client = Client::custom(proxy.url()).grpc(bed.grpc_url()).retry(RetryPolicy::none()).connect().await.unwrap();
    let tenants = client.collection(orders.name()).tenants();
    tenants.wait_for_status(["ann"], TenantStatus::Active, SOON * 5).await.unwrap();

    proxy.set(move |request| if request.path == is_look { Fault::Status(503, vec![], "") } else { Fault::Pass });
    let within = Duration::from_millis(250);
    let error = tenants.wait_for_status(["ann"], TenantStatus::Inactive, within).await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains(r#""ann" was not read"#), "{error}");
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("HTTP 503"), "{source}");

    // What does not pass is not waited for.
    proxy.set(move |request| if request.path == is_look { Fault::Status(403, vec![], "") } else { Fault::Pass });
    let error = tenants.wait_for_status(["ann"], TenantStatus::Inactive, SOON * 5).await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Permission, Some("wait for tenants")));
}

#[tokio::test]
async fn wait_for_status_follows_offloading() {
    let path = "/v1/schema/Owl/tenants/ann";
    for (end, given_up) in [("FROZEN", false), ("HOT", true)] {
        let server = Recorder::start().await;
        let answer = |status: &str| {
            server.answer(Method::GET, path, 200, json!({ "name": "ann", "activityStatus": status }));
        };
        answer("FREEZING");
        let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect().await.unwrap();
        let tenants = client.collection("Owl").tenants();
        let waiting = tenants.wait_for_status(["ann"], TenantStatus::Offloaded, SOON * 5);
        let seen = async {
            while !server.calls().iter().any(|call| call.path == path) {
                tokio::task::yield_now().await;
            }
            answer(end);
        };
        let (waited, ()) = tokio::join!(waiting, seen);
        match waited {
            Ok(progress) => assert!(!given_up && progress.reached == 1),
            Err(error) => {
                assert!(given_up && error.kind() == ErrorKind::Tenant, "{error}");
                assert!(error.to_string().contains(r#""ann" went from OFFLOADING back to ACTIVE"#), "{error}");
            }
        }
    }
}
