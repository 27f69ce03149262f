//! `create`, `update`, `activate`, `deactivate`, `offload` and `delete` of tenants. Runs at a real server, too.

use weaviate::ErrorKind;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::tenants::Tenant;

use super::{list, names, orders, those};
use crate::support::faults::{Fault, FaultProxy};
use crate::support::{bed, live_bed};

#[tokio::test]
async fn tenants_create_update_activate_deactivate_and_delete() {
    let bed = live_bed().await;
    let orders = orders(&bed).await;
    let tenants = orders.tenants();
    let (active, inactive) = (|| TenantStatus::Active, || TenantStatus::Inactive);
    assert!(list(&orders).await.is_empty());

    tenants.create(["ann", "bob"]).await.unwrap().into_result().unwrap();
    let asleep = NewTenant::new("eve").status(inactive());
    let report = tenants.create([asleep, NewTenant::new("dan").status(active())]).await.unwrap();
    assert_eq!((report.names(), report.has_errors()), (&["eve".to_owned(), "dan".to_owned()][..], false));
    let all = |statuses: [TenantStatus; 4]| {
        let names = ["ann", "bob", "dan", "eve"];
        names.into_iter().zip(statuses).map(Tenant::from).collect::<Vec<_>>()
    };
    assert_eq!(list(&orders).await, all([active(), active(), active(), inactive()]));

    // One that exists stays as it is.
    tenants.create([("ann", inactive())]).await.unwrap().into_result().unwrap();
    assert_eq!(list(&orders).await, all([active(), active(), active(), inactive()]));

    tenants.update([("ann", inactive()), ("eve", active())]).await.unwrap().into_result().unwrap();
    tenants.deactivate(["bob", "dan"]).await.unwrap().into_result().unwrap();
    assert_eq!(list(&orders).await, all([inactive(), inactive(), inactive(), active()]));
    tenants.activate(["bob"]).await.unwrap().into_result().unwrap();
    assert_eq!(list(&orders).await, all([inactive(), active(), inactive(), active()]));

    // Those that are not there are no error, nor is a name that comes twice.
    tenants.delete(["ann", "nobody", "ann", "eve"]).await.unwrap().into_result().unwrap();
    assert_eq!(list(&orders).await, [Tenant::new("bob", active()), Tenant::new("dan", inactive())]);
}

#[tokio::test]
async fn tenants_are_changed_in_messages_of_a_hundred() {
    let bed = live_bed().await;
    let proxy = FaultProxy::rest(bed.rest_url(), |_| Fault::Pass).await;
    let orders = orders(&bed).await;
    let client = Client::custom(proxy.url()).grpc(bed.grpc_url()).connect().await.unwrap();
    let tenants = client.collection(orders.name()).tenants();
    let messages = || proxy.log().iter().filter(|entry| entry.request.path.ends_with("/tenants")).count();

    let report = tenants.create(names(250)).await.unwrap();
    assert_eq!((report.succeeded().count(), messages()), (250, 3));
    assert!(names(250).eq(list(&orders).await.into_iter().map(|tenant| tenant.name)), "in the order of their names");
    tenants.deactivate(names(201)).await.unwrap().into_result().unwrap();
    assert_eq!(messages(), 6);
    assert!(names(201).eq(those(&orders, TenantStatus::Inactive).await));
    tenants.delete(names(200)).await.unwrap().into_result().unwrap();
    assert_eq!((messages(), list(&orders).await.len()), (8, 50));
}

#[tokio::test]
async fn deactivate_of_a_missing_tenant_leaves_the_others() {
    let bed = live_bed().await;
    let orders = orders(&bed).await;
    let tenants = orders.tenants();
    tenants.create(names(150)).await.unwrap().into_result().unwrap();

    // One is missing in each of the two messages.
    let with_missing = |name: String| match name.as_str() {
        "t007" | "t119" => vec![format!("no-{name}"), name],
        _ => vec![name],
    };
    let all: Vec<_> = names(120).flat_map(with_missing).collect();
    let report = tenants.deactivate(&all).await.unwrap();
    let failed: Vec<_> = report.errors().iter().map(|error| (error.index(), error.name())).collect();
    assert_eq!(failed, [(7, "no-t007"), (120, "no-t119")]);
    for error in report.errors() {
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Tenant, Outcome::Refused));
        assert!(error.message().contains(&format!("shard not found: {}", error.name())), "{}", error.message());
        assert_eq!(error.error().operation(), Some("update tenants"));
    }
    assert!(names(120).eq(report.succeeded().cloned()));
    assert!(names(120).eq(those(&orders, TenantStatus::Inactive).await));
    let error = report.into_result().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Partial);
    assert!(
        error.to_string().contains("2 of 122 tenants were not updated; the first of them, at index 7: "),
        "{error}"
    );

    // None at all is the error of the call.
    for missing in [&["x"][..], &["x", "y"]] {
        let error = tenants.activate(missing.iter().copied()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Tenant, Outcome::Refused), "{error}");
        assert_eq!(error.operation(), Some("update tenants"));
    }
}

#[tokio::test]
async fn tenants_offload_and_unknown_statuses_are_refused_by_the_server() {
    let bed = live_bed().await;
    let orders = orders(&bed).await;
    let tenants = orders.tenants();
    tenants.create(["ann", "bob"]).await.unwrap().into_result().unwrap();
    for names in [&["ann"][..], &["ann", "bob"]] {
        let error = tenants.offload(names.iter().copied()).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unsupported, Outcome::Refused), "{error}");
        assert!(error.to_string().contains("offload-s3"), "{error}");
    }
    let lukewarm = TenantStatus::Other("LUKEWARM".to_owned());
    let error = tenants.update([("ann", lukewarm.clone())]).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Validation, Outcome::Refused), "{error}");
    let error = tenants.create([("new", lukewarm)]).await.unwrap_err();
    assert!(error.to_string().contains("should be one of"), "{error}");
    assert_eq!(list(&orders).await.len(), 2);

    let plain: Collection = bed.fresh(CollectionConfig::new("TenantsPlain")).await;
    let nowhere = bed.client.collection("TenantsNowhere");
    for (collection, kind) in [(&plain, ErrorKind::Tenant), (&nowhere, ErrorKind::NotFound)] {
        let tenants = collection.tenants();
        for error in [
            tenants.create(["a"]).await.unwrap_err(),
            tenants.activate(["a"]).await.unwrap_err(),
            tenants.activate(["a", "b"]).await.unwrap_err(),
            tenants.delete(["a"]).await.unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Refused), "{error}");
            assert_eq!(error.collection(), Some(collection.name()));
        }
    }
}

#[tokio::test]
async fn tenants_refuse_invalid_arguments_before_sending() {
    let bed = bed().await;
    let orders = orders(&bed).await;
    let proxy = FaultProxy::rest(bed.rest_url(), |_| Fault::Pass).await;
    let client = Client::custom(proxy.url()).grpc(proxy.url()).connect_lazy().unwrap();
    let tenants = client.collection(orders.name()).tenants();

    let none = Vec::<String>::new();
    assert!(tenants.create(&none).await.unwrap().names().is_empty());
    tenants.deactivate(&none).await.unwrap().into_result().unwrap();
    tenants.delete(&none).await.unwrap().into_result().unwrap();
    assert!(tenants.list().names(&none).await.unwrap().is_empty());
    let within = std::time::Duration::from_secs(1);
    tenants.wait_for_status(&none, TenantStatus::Active, within).await.unwrap();

    let wrong = "no/good";
    for (error, field) in [
        // The last of many, so that a server would have done a part of it.
        (tenants.create(names(300).chain([wrong.to_owned()])).await.unwrap_err(), "tenant"),
        (tenants.create(names(300).chain(["t000".to_owned()])).await.unwrap_err(), "tenant"),
        (tenants.create([""]).await.unwrap_err(), "tenant"),
        (tenants.create([("ann", TenantStatus::Offloaded)]).await.unwrap_err(), "status"),
        (tenants.update([("ann", TenantStatus::Offloading)]).await.unwrap_err(), "status"),
        (tenants.activate(["ann", "ann"]).await.unwrap_err(), "tenant"),
        (tenants.delete([wrong]).await.unwrap_err(), "tenant"),
        (tenants.get("..").await.unwrap_err(), "tenant"),
        (tenants.exists(wrong).await.unwrap_err(), "tenant"),
        (tenants.list().names(["ann", wrong]).await.unwrap_err(), "tenant"),
        (tenants.wait_for_status([wrong], TenantStatus::Active, within).await.unwrap_err(), "tenant"),
    ] {
        assert_eq!((error.kind(), error.field()), (ErrorKind::Validation, Some(field)), "{error}");
        assert_eq!((error.outcome(), error.collection()), (Outcome::NotSent, Some(orders.name())), "{error}");
    }
    assert_eq!(proxy.requests(), 0);
    assert!(list(&orders).await.is_empty());
}
