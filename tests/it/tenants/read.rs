//! `list`, `get` and `exists` of tenants, over each protocol and at each server version.

use http::Method;
use serde_json::json;
use weaviate::ErrorKind;
use weaviate::connect::Protocol;
use weaviate::error::Outcome;
use weaviate::prelude::*;
use weaviate::tenants::Tenant;
use weaviate_emulator::Emulator;

use super::{names, orders};
use crate::support::recorder::{Recorder, Side};
use crate::support::{PROTOCOLS, live_bed};

#[tokio::test]
async fn tenants_list_get_and_exists_agree_over_each_protocol() {
    let bed = live_bed().await;
    let orders = orders(&bed).await;
    let tenants = orders.tenants();
    tenants.create(names(120)).await.unwrap().into_result().unwrap();
    tenants.deactivate(["t003"]).await.unwrap().into_result().unwrap();
    let (active, inactive) = (Tenant::new("t100", TenantStatus::Active), Tenant::new("t003", TenantStatus::Inactive));
    for protocol in PROTOCOLS {
        let all = tenants.list().protocol(protocol).await.unwrap();
        assert!(names(120).eq(all.iter().map(|tenant| tenant.name.clone())), "{protocol}: {all:?}");
        assert_eq!((&all[3], &all[100]), (&inactive, &active), "{protocol}");
        let some = tenants.list().names(["t100", "nobody", "t003", "t100"]).protocol(protocol).await.unwrap();
        assert_eq!(some, [active.clone(), inactive.clone()], "{protocol}");
        assert!(tenants.list().names(["nobody"]).protocol(protocol).await.unwrap().is_empty(), "{protocol}");

        assert_eq!(tenants.get("t003").protocol(protocol).await.unwrap().as_ref(), Some(&inactive), "{protocol}");
        assert_eq!(tenants.get("nobody").protocol(protocol).await.unwrap(), None, "{protocol}");
        assert!(tenants.exists("t003").protocol(protocol).await.unwrap(), "{protocol}");
        assert!(!tenants.exists("nobody").protocol(protocol).await.unwrap(), "{protocol}");
    }
}

#[tokio::test]
async fn tenants_list_get_and_exists_without_multi_tenancy_are_errors() {
    let bed = live_bed().await;
    let plain: Collection = bed.fresh(CollectionConfig::new("TenantsPlain")).await;
    let nowhere = bed.client.collection("TenantsNowhere");
    for protocol in PROTOCOLS {
        for (collection, kind) in [(&plain, ErrorKind::Tenant), (&nowhere, ErrorKind::NotFound)] {
            let tenants = collection.tenants();
            for (error, operation) in [
                (tenants.list().protocol(protocol).await.unwrap_err(), "list tenants"),
                (tenants.list().names(["a"]).protocol(protocol).await.unwrap_err(), "list tenants"),
                (tenants.get("a").protocol(protocol).await.unwrap_err(), "get tenant"),
                (tenants.exists("a").protocol(protocol).await.unwrap_err(), "tenant exists"),
            ] {
                assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Refused), "{protocol}: {error}");
                assert_eq!((error.operation(), error.collection()), (Some(operation), Some(collection.name())));
            }
        }
    }
}

/// Words that this client does not know, and those that only the server sets.
#[tokio::test]
async fn tenants_list_keeps_unknown_statuses() {
    let server = Recorder::start().await;
    let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect().await.unwrap();
    let told = json!([
        {"name": "a", "activityStatus": "FREEZING"},
        {"name": "b", "activityStatus": "ONLOADING"},
        {"name": "c", "activityStatus": "FROZEN"},
        {"name": "d", "activityStatus": "LUKEWARM"},
        {"name": "e"},
    ]);
    server.answer(Method::GET, "/v1/schema/Owl/tenants", 200, told);
    let listed = client.collection("Owl").tenants().list().protocol(Protocol::Rest).await.unwrap();
    let statuses: Vec<_> = listed.iter().map(|tenant| tenant.status.as_str()).collect();
    assert_eq!(statuses, ["OFFLOADING", "ONLOADING", "OFFLOADED", "LUKEWARM", "ACTIVE"]);

    // The same as a message: name and number of each.
    let tenant = |name: u8, number: u8| [0x12, 5, 0x0a, 1, name, 0x10, number];
    let message = [tenant(b'a', 6), tenant(b'b', 11), tenant(b'c', 4), tenant(b'd', 99), tenant(b'e', 1)].concat();
    server.answer_rpc("TenantsGet", message);
    for protocol in [Protocol::Grpc, Protocol::GrpcWeb] {
        let listed = client.collection("Owl").tenants().list().protocol(protocol).await.unwrap();
        let statuses: Vec<_> = listed.iter().map(|tenant| tenant.status.as_str()).collect();
        assert_eq!(statuses, ["OFFLOADING", "ONLOADING", "OFFLOADED", "99", "ACTIVE"], "{protocol}");
    }
}

/// A recorder that claims to be of this version, with a client that has not asked it yet.
async fn at_version(version: &str) -> (Recorder, Client) {
    let server = Recorder::start().await;
    server.answer(
        Method::GET,
        "/v1/meta",
        200,
        json!({ "hostname": "http://[::]:8080", "version": version, "modules": {} }),
    );
    server.answer(Method::GET, "/v1/schema/Owl/tenants", 200, json!([{ "name": "a" }]));
    server.answer(Method::GET, "/v1/schema/Owl/tenants/a", 200, json!({ "name": "a" }));
    let client = Client::custom(server.rest_url()).grpc(server.grpc_url()).connect_lazy().unwrap();
    (server, client)
}

#[tokio::test]
async fn tenants_update_sends_the_names_of_statuses() {
    let (server, client) = at_version("1.39.0").await;
    let tenants = client.collection("Owl").tenants();
    let wanted = [("a", TenantStatus::Active), ("b", TenantStatus::Inactive), ("c", TenantStatus::Offloaded)];
    tenants.update(wanted).await.unwrap().into_result().unwrap();
    tenants.create([("d", TenantStatus::Inactive)]).await.unwrap().into_result().unwrap();
    let bodies: Vec<serde_json::Value> = server
        .calls()
        .iter()
        .filter(|call| call.path == "/v1/schema/Owl/tenants")
        .map(|call| serde_json::from_slice(&call.body).unwrap())
        .collect();
    let updated = json!([
        {"name": "a", "activityStatus": "ACTIVE"},
        {"name": "b", "activityStatus": "INACTIVE"},
        {"name": "c", "activityStatus": "OFFLOADED"},
    ]);
    assert_eq!(bodies, [updated, json!([{"name": "d", "activityStatus": "INACTIVE"}])]);
    // No client asks for the version.
    let (server, client) = at_version("1.39.0").await;
    client.collection("Owl").tenants().create(["a"]).await.unwrap().into_result().unwrap();
    let calls = server.calls();
    assert_eq!((calls.len(), &calls[0].body[..]), (1, &br#"[{"name":"a"}]"#[..]));
}

#[tokio::test]
async fn tenant_exists_uses_what_the_server_version_has() {
    for (version, protocol, side, path) in [
        ("1.39.0", Protocol::Auto, Side::Rest, "/v1/schema/Owl/tenants/a"),
        ("1.28.0", Protocol::Auto, Side::Rest, "/v1/schema/Owl/tenants/a"),
        ("1.27.9", Protocol::Auto, Side::Grpc, "/weaviate.v1.Weaviate/TenantsGet"),
        ("1.27.9", Protocol::Rest, Side::Rest, "/v1/schema/Owl/tenants"),
        ("unheard-of", Protocol::Auto, Side::Grpc, "/weaviate.v1.Weaviate/TenantsGet"),
    ] {
        let (server, client) = at_version(version).await;
        client.collection("Owl").tenants().exists("a").protocol(protocol).await.unwrap();
        let calls = server.take();
        let asked: Vec<_> = calls.iter().filter(|call| call.path != "/v1/meta").collect();
        let asked: Vec<_> = asked.iter().map(|call| (call.side, call.path.as_str())).collect();
        assert_eq!(asked, [(side, path)], "{version} {protocol}");
    }
}

/// A list leaves out what may not be read; a question about one tenant says so.
#[tokio::test]
async fn tenant_exists_without_permission_is_an_error() {
    let builder = Emulator::builder().anonymous_access(false).api_key("root", "root").api_key("jane", "jane");
    let emulator = builder.rbac(["root"]).start().await.unwrap();
    let at = |key: &str| Client::custom(emulator.rest_url()).grpc(emulator.grpc_url()).api_key(key);
    let root = at("root").connect().await.unwrap();
    let config = CollectionConfig::new("Owl").multi_tenancy(MultiTenancyConfig::new().enabled(true));
    let owls = root.collections().create(config).await.unwrap();
    owls.tenants().create(["a", "b"]).await.unwrap().into_result().unwrap();

    let jane = at("jane").connect_lazy().unwrap().collection("Owl").tenants();
    for protocol in PROTOCOLS {
        let listed = jane.list().protocol(protocol).await.unwrap();
        assert!(listed.is_empty(), "{protocol}: {listed:?}");
    }
    let error = jane.exists("a").await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Permission, Outcome::Refused), "{error}");
    let error = jane.deactivate(["a", "b"]).await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Permission, Outcome::Refused), "{error}");
}
