//! Roles, beyond what is recorded: where they cannot be, tenants, and who is who.

use serde_json::{Value, json};
use weaviate_emulator::{Builder, Emulator};

use crate::http;

fn builder() -> Builder {
    Emulator::builder().anonymous_access(false).api_key("root-key", "root").api_key("jane-key", "jane").rbac(["root"])
}

async fn send(emulator: &Emulator, key: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let request = http().request(method, format!("{}/v1/{path}", emulator.rest_url())).bearer_auth(key);
    let request = if body.is_null() {
        request
    } else {
        request.header("content-type", "application/json").body(body.to_string())
    };
    let reply = request.send().await.unwrap();
    let status = reply.status().as_u16();
    (status, serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn roles_and_anonymous_callers_exclude_each_other() {
    let fault = builder().anonymous_access(true).start().await.unwrap_err();
    assert!(fault.to_string().contains("anonymous_access"), "{fault}");
}

#[tokio::test]
async fn a_role_takes_effect_at_once_and_only_where_it_says() {
    let emulator = builder().start().await.unwrap();
    for class in ["Pets", "Plants"] {
        let body = json!({"class": class, "multiTenancyConfig": {"enabled": true}});
        assert_eq!(send(&emulator, "root-key", "POST", "schema", body).await.0, 200);
        let tenants = json!([{"name": "one"}, {"name": "two"}]);
        assert_eq!(send(&emulator, "root-key", "POST", &format!("schema/{class}/tenants"), tenants).await.0, 200);
    }
    assert_eq!(send(&emulator, "jane-key", "GET", "schema", Value::Null).await.1, json!({"classes": []}));
    let permissions = json!([
        {"action": "read_collections", "collections": {"collection": "Pets"}},
        {"action": "read_tenants", "tenants": {"collection": "Pets", "tenant": "o*"}},
        {"action": "create_data", "data": {"collection": "Pets", "tenant": "o*"}},
    ]);
    let role = json!({"name": "keeper", "permissions": permissions});
    assert_eq!(send(&emulator, "root-key", "POST", "authz/roles", role).await.0, 201);
    let assigned = json!({"roles": ["keeper"], "userType": "db"});
    assert_eq!(send(&emulator, "root-key", "POST", "authz/users/jane/assign", assigned.clone()).await.0, 200);

    let (_, schema) = send(&emulator, "jane-key", "GET", "schema", Value::Null).await;
    assert_eq!(schema["classes"].as_array().unwrap().len(), 1);
    let (_, tenants) = send(&emulator, "jane-key", "GET", "schema/pets/tenants", Value::Null).await;
    assert_eq!((tenants[0]["name"].as_str(), tenants.as_array().unwrap().len()), (Some("one"), 1));
    assert_eq!(send(&emulator, "jane-key", "GET", "schema/Pets/tenants/two", Value::Null).await.0, 403);
    for (class, tenant, expected) in
        [("Pets", "one", 200), ("pets", "one", 200), ("Pets", "two", 403), ("Plants", "one", 403)]
    {
        let (status, body) =
            send(&emulator, "jane-key", "POST", "objects", json!({"class": class, "tenant": tenant})).await;
        assert_eq!(status, expected, "{class} {tenant}: {body}");
    }

    assert_eq!(send(&emulator, "root-key", "POST", "authz/users/jane/revoke", assigned).await.0, 200);
    assert_eq!(send(&emulator, "jane-key", "POST", "objects", json!({"class": "Pets", "tenant": "one"})).await.0, 403);
}

#[tokio::test]
async fn what_the_emulator_leaves_out_is_said_to_who_may_do_it() {
    let emulator = builder().start().await.unwrap();
    assert_eq!(send(&emulator, "jane-key", "POST", "users/db/ann", json!({})).await.0, 403);
    let (status, body) = send(&emulator, "root-key", "POST", "users/db/ann", json!({})).await;
    assert_eq!(status, 501);
    assert!(body["error"][0]["message"].as_str().unwrap().contains("not in the emulator"), "{body}");
}
