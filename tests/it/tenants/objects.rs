//! The objects of a tenant while it is created, deactivated and activated. Runs at a real server, too.

use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::{ErrorKind, Uuid};

use super::{orders, orders_with};
use crate::support::{PROTOCOLS, live_bed};

fn order(what: &str) -> PropertyMap {
    PropertyMap::from([("what", what)])
}

async fn count(orders: &Collection) -> usize {
    orders.query().fetch_objects().await.unwrap().len()
}

#[tokio::test]
async fn each_tenant_has_its_own_objects() {
    let bed = live_bed().await;
    let orders = orders(&bed).await;
    orders.tenants().create(["ann", "bob"]).await.unwrap().into_result().unwrap();
    let (ann, bob) = (orders.tenant("ann"), orders.tenant("bob"));
    let id = Uuid::from_u128(0xa11);
    ann.data().insert(order("a dozen crabs")).id(id).await.unwrap();
    bob.data().insert(order("a gopher")).id(id).await.unwrap();
    ann.data().insert_many([order("a hare")]).await.unwrap().into_result().unwrap();
    assert_eq!((count(&ann).await, count(&bob).await), (2, 1));
    assert_eq!(bob.data().get(id).await.unwrap().unwrap().properties, order("a gopher"));

    orders.tenants().delete(["bob"]).await.unwrap().into_result().unwrap();
    assert_eq!(bob.data().get(id).await.unwrap_err().kind(), ErrorKind::Tenant);
    orders.tenants().create(["bob"]).await.unwrap().into_result().unwrap();
    assert_eq!((count(&ann).await, count(&bob).await), (2, 0));

    let error = orders.data().insert(order("nobody's")).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Tenant, Outcome::Refused));
}

#[tokio::test]
async fn deactivate_refuses_access_and_keeps_the_objects() {
    let bed = live_bed().await;
    let orders = orders(&bed).await;
    let tenants = orders.tenants();
    tenants.create(["ann"]).await.unwrap().into_result().unwrap();
    let ann = orders.tenant("ann");
    let id = ann.data().insert(order("a dozen crabs")).await.unwrap();
    tenants.deactivate(["ann"]).await.unwrap().into_result().unwrap();

    for error in [
        ann.data().insert(order("a gopher")).await.unwrap_err(),
        ann.data().get(id).await.unwrap_err(),
        ann.data().merge(id, order("a hare")).await.unwrap_err(),
        ann.data().delete(id).await.unwrap_err(),
        ann.query().fetch_objects().await.unwrap_err(),
        ann.data().delete_many(Filter::property("what").like("*")).await.unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Tenant, Outcome::Refused), "{error}");
        assert!(error.to_string().contains("tenant not active: 'ann'"), "{error}");
    }
    for protocol in PROTOCOLS {
        let report = ann.data().insert_many([order("a gopher")]).protocol(protocol).await.unwrap();
        let error = &report.errors()[0];
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Tenant, Outcome::Refused), "{protocol}: {error:?}");
    }
    tenants.activate(["ann"]).await.unwrap().into_result().unwrap();
    tenants.wait_for_status(["ann"], TenantStatus::Active, crate::support::time::SOON).await.unwrap();
    let found = ann.query().fetch_objects().await.unwrap();
    assert_eq!(found.iter().map(|hit| (hit.id, &hit.properties)).collect::<Vec<_>>(), [(id, &order("a dozen crabs"))]);
}

#[tokio::test]
async fn auto_tenant_creation_and_auto_tenant_activation() {
    let bed = live_bed().await;
    let orders = orders_with(&bed, MultiTenancyConfig::new().auto_tenant_creation(true)).await;
    let tenants = orders.tenants();
    let ann = orders.tenant("ann");
    let id = ann.data().insert(order("a dozen crabs")).await.unwrap();
    orders.tenant("bob").data().insert_many([order("a gopher")]).await.unwrap().into_result().unwrap();
    let names: Vec<_> = tenants.list().await.unwrap().into_iter().map(|tenant| tenant.name).collect();
    assert_eq!(names, ["ann", "bob"]);
    // Reading makes none.
    let error = orders.tenant("eve").query().fetch_objects().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tenant);
    assert!(!tenants.exists("eve").await.unwrap());

    tenants.deactivate(["ann"]).await.unwrap().into_result().unwrap();
    assert_eq!(ann.data().get(id).await.unwrap_err().kind(), ErrorKind::Tenant);
    let config = orders.config();
    let wakes =
        |wakes: bool| CollectionUpdate::new().multi_tenancy(MultiTenancyConfig::new().auto_tenant_activation(wakes));
    let after = config.update(wakes(true)).await.unwrap().multi_tenancy.unwrap();
    assert_eq!(
        (after.enabled, after.auto_tenant_creation, after.auto_tenant_activation),
        (Some(true), Some(true), Some(true)),
        "what is not changed stays"
    );

    let status = async || tenants.get("ann").await.unwrap().unwrap().status;
    let nothing = || Filter::property("what").equal("nothing");
    for what in [
        "get",
        "exists",
        "search",
        "insert",
        "merge",
        "replace",
        "delete",
        "import",
        "iterate",
        "delete many",
        "delete many over REST",
    ] {
        tenants.deactivate(["ann"]).await.unwrap().into_result().unwrap();
        assert_eq!(status().await, TenantStatus::Inactive);
        let woken = match what {
            "get" => ann.data().get(id).await.map(drop),
            "search" => ann.query().fetch_objects().await.map(drop),
            "insert" => ann.data().insert(order("a hare")).await.map(drop),
            "exists" => ann.data().exists(id).await.map(drop),
            "replace" => ann.data().replace(id, order("a crab")).await,
            "delete" => ann.data().delete(Uuid::nil()).await,
            "iterate" => {
                ann.iterate().protocol(Protocol::Rest).stream().next().await.map_or(Ok(()), |hit| hit.map(drop))
            }
            "delete many" => ann.data().delete_many(nothing()).await.map(drop),
            "delete many over REST" => ann.data().delete_many(nothing()).protocol(Protocol::Rest).await.map(drop),
            "merge" => ann.data().merge(id, order("two dozen crabs")).await,
            _ => ann
                .data()
                .insert_many([order("a hare")])
                .await
                .and_then(weaviate::data::InsertReport::into_result)
                .map(drop),
        };
        woken.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(status().await, TenantStatus::Active, "{what}");
    }
    config.update(wakes(false)).await.unwrap();
    tenants.deactivate(["ann"]).await.unwrap().into_result().unwrap();
    assert_eq!(ann.data().get(id).await.unwrap_err().kind(), ErrorKind::Tenant);
}
