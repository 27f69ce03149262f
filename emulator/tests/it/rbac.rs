//! Roles, beyond what is recorded: where they cannot be, tenants, and who is who.

use serde_json::{Value, json};
use weaviate_emulator::{Builder, Emulator};

use crate::exchange::rest_as;

fn builder() -> Builder {
    Emulator::builder().anonymous_access(false).api_key("root-key", "root").api_key("jane-key", "jane").rbac(["root"])
}

async fn send(emulator: &Emulator, key: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    rest_as(emulator, Some(key), method, path, &body).await
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

/// A role with this name and these permissions, and the reply to its creation.
async fn create_role(emulator: &Emulator, name: &str, permissions: Value) -> (u16, Value) {
    send(emulator, "root-key", "POST", "authz/roles", json!({"name": name, "permissions": permissions})).await
}

async fn permissions(emulator: &Emulator, role: &str) -> Value {
    send(emulator, "root-key", "GET", &format!("authz/roles/{role}"), Value::Null).await.1["permissions"].take()
}

#[tokio::test]
async fn names_in_permissions_are_capitalised_as_collections_are() {
    let emulator = builder().start().await.unwrap();
    for class in ["RpLow", "RpOther", "Movies"] {
        assert_eq!(send(&emulator, "root-key", "POST", "schema", json!({"class": class})).await.0, 200);
    }
    let given = json!([
        {"action": "read_collections", "collections": {"collection": "rpLow"}},
        {"action": "read_data", "data": {"collection": "rp*"}},
        {"action": "read_aliases", "aliases": {"collection": "rpLow", "alias": "al*"}},
        {"action": "read_tenants", "tenants": {"collection": "*", "tenant": "lower"}},
    ]);
    assert_eq!(create_role(&emulator, "reader", given).await.0, 201);
    let stored = permissions(&emulator, "reader").await;
    assert_eq!(stored[0]["collections"]["collection"], "RpLow");
    assert_eq!(stored[1]["data"]["collection"], "Rp*");
    assert_eq!(stored[2]["aliases"], json!({"collection": "RpLow", "alias": "Al*"}));
    assert_eq!(stored[3]["tenants"]["tenant"], "lower");
    send(&emulator, "root-key", "POST", "authz/users/jane/assign", json!({"roles": ["reader"]})).await;
    for (path, expected) in [
        ("schema/RpLow", 200),
        ("schema/rpLow", 200),
        ("schema/RpOther", 403),
        ("objects?class=RpOther", 200),
        ("objects?class=Movies", 403),
    ] {
        assert_eq!(send(&emulator, "jane-key", "GET", path, Value::Null).await.0, expected, "{path}");
    }
}

#[tokio::test]
async fn what_is_empty_in_a_permission_means_everything() {
    let emulator = builder().start().await.unwrap();
    let given = json!([
        {"action": "read_aliases", "aliases": {"alias": ""}},
        {"action": "read_roles", "roles": {"role": ""}},
        {"action": "read_users", "users": {"users": ""}},
        {"action": "read_groups", "groups": {"group": "", "groupType": "oidc"}},
        // A scope goes with a role.
        {"action": "create_roles", "roles": {"scope": "all"}},
    ]);
    assert_eq!(create_role(&emulator, "wide", given).await.0, 201);
    let expected = json!([
        {"action": "read_aliases", "aliases": {"collection": "*", "alias": "*"}},
        {"action": "read_roles", "roles": {"role": "*", "scope": "match"}},
        {"action": "read_users", "users": {"users": "*"}},
        {"action": "read_groups", "groups": {"group": "*", "groupType": "oidc"}},
        {"action": "create_roles", "roles": {"role": "*", "scope": "match"}},
    ]);
    assert_eq!(permissions(&emulator, "wide").await, expected);
}

#[tokio::test]
async fn bad_names_in_permissions_are_refused() {
    let emulator = builder().start().await.unwrap();
    for (permission, expected) in [
        (json!({"action": "read_data", "data": {"collection": "no name"}}), "'No name' is not a valid class name"),
        (json!({"action": "read_data", "data": {"collection": ""}}), "'' is not a valid class name"),
        (json!({"action": "read_data", "data": {"tenant": ""}}), "empty tenant name"),
        // Also of a domain that the action is not of.
        (json!({"action": "read_cluster", "data": {"object": "a/b"}}), "object 'a/b' must not contain '/'"),
        (
            json!({"action": "read_data", "data": {"collection": "a/b"}}),
            "'A/b' is not a valid class name\ncollection 'A/b' must not contain '/'",
        ),
        (
            json!({"action": "read_users", "users": {"users": "("}}),
            "users '(' is not a valid pattern: error parsing regexp: missing closing ): `(`",
        ),
    ] {
        let (status, body) = create_role(&emulator, "bad", json!([permission])).await;
        let text = body["error"][0]["message"].as_str().unwrap_or_default();
        assert_eq!((status, text), (422, format!("role permissions are invalid: {expected}").as_str()));
        let body = json!({"permissions": [permission]});
        let (status, body) = send(&emulator, "root-key", "POST", "authz/roles/bad/add-permissions", body).await;
        let text = body["error"][0]["message"].as_str().unwrap_or_default();
        assert_eq!((status, text), (400, format!("invalid permissions {expected}").as_str()));
    }
    let longest = "r".repeat(64);
    assert_eq!(create_role(&emulator, &longest, json!([])).await.0, 201);
    let (status, body) = create_role(&emulator, &format!("{longest}r"), json!([])).await;
    assert_eq!((status, body["error"][0]["message"].as_str()), (400, Some("role name is invalid")));
}

#[tokio::test]
async fn permissions_of_a_role_are_a_set() {
    let emulator = builder().start().await.unwrap();
    let pets = |name: &str| json!({"action": "read_collections", "collections": {"collection": name}});
    let cluster = json!({"action": "read_cluster"});
    assert_eq!(create_role(&emulator, "set", json!([pets("Pets"), cluster, pets("pets"), cluster])).await.0, 201);
    assert_eq!(permissions(&emulator, "set").await, json!([pets("Pets"), cluster]));
    let body = json!({"permissions": [cluster, pets("pets")]});
    assert_eq!(send(&emulator, "root-key", "POST", "authz/roles/set/add-permissions", body.clone()).await.0, 200);
    assert_eq!(permissions(&emulator, "set").await, json!([pets("Pets"), cluster]));
    assert_eq!(send(&emulator, "root-key", "POST", "authz/roles/set/remove-permissions", body).await.0, 200);
    assert_eq!(permissions(&emulator, "set").await, json!([]));
}

#[tokio::test]
async fn a_user_without_a_type_has_the_role_as_one_of_each_kind() {
    let emulator = builder().start().await.unwrap();
    assert_eq!(create_role(&emulator, "some", json!([{"action": "read_cluster"}])).await.0, 201);
    let roles = json!({"roles": ["some"]});
    assert_eq!(send(&emulator, "root-key", "POST", "authz/users/jane/assign", roles).await.0, 200);
    let get = async |path: &str| send(&emulator, "root-key", "GET", path, Value::Null).await.1;
    let (of_issuer, of_key) =
        (json!({"userId": "jane", "userType": "oidc"}), json!({"userId": "jane", "userType": "db_env_user"}));
    assert_eq!(get("authz/roles/some/user-assignments").await, json!([of_issuer, of_key]));
    assert_eq!(get("authz/roles/some/users").await, json!(["jane"]));
    let revoked = json!({"roles": ["some"], "userType": "db"});
    assert_eq!(send(&emulator, "root-key", "POST", "authz/users/jane/revoke", revoked).await.0, 200);
    assert_eq!(get("authz/roles/some/user-assignments").await, json!([of_issuer]));
    assert_eq!(get("authz/roles/some/users").await, json!(["jane"]));
}

#[tokio::test]
async fn roles_are_only_assigned_by_those_who_hold_what_they_allow() {
    let emulator = builder().start().await.unwrap();
    let assigner =
        json!([{"action": "assign_and_revoke_users"}, {"action": "read_data", "data": {"collection": "P*"}}]);
    let less = json!([{"action": "read_data", "data": {"collection": "Pets"}}]);
    let more = json!([{"action": "read_data", "data": {"collection": "*"}}, {"action": "read_cluster"}]);
    for (name, permissions) in [("assigner", assigner), ("less", less), ("more", more)] {
        assert_eq!(create_role(&emulator, name, permissions).await.0, 201);
    }
    let assign = async |key: &str, role: &str| {
        let body = json!({"roles": [role], "userType": "db"});
        send(&emulator, key, "POST", "authz/users/jane/assign", body).await
    };
    assert_eq!(assign("root-key", "assigner").await.0, 200);
    assert_eq!(assign("jane-key", "less").await.0, 200);
    let (status, body) = assign("jane-key", "more").await;
    let who = "rbac: authorization, forbidden action: user 'jane' has insufficient permissions to";
    let expected = format!(
        "can only assign roles with less or equal permissions as the current user: {who} read_data [[Domain: data, Collection: *, Tenant: *, Object: *]]\n{who} read_cluster []"
    );
    assert_eq!((status, body["error"][0]["message"].as_str()), (403, Some(expected.as_str())));
}

#[tokio::test]
async fn bodies_of_roles_and_the_checks_of_access_read_keys_of_any_case() {
    let emulator = builder().start().await.unwrap();
    for class in ["Pets", "Plants"] {
        assert_eq!(send(&emulator, "root-key", "POST", "schema", json!({"CLASS": class})).await.0, 200);
    }
    let role = json!({"NAME": "keeper", "Permissions": [{"ACTION": "create_data", "Data": {"COLLECTION": "Pets"}}]});
    assert_eq!(send(&emulator, "root-key", "POST", "authz/roles", role).await.0, 201);
    let assigned = json!({"ROLES": ["keeper"], "UserType": "db"});
    assert_eq!(send(&emulator, "root-key", "POST", "authz/users/jane/assign", assigned).await.0, 200);
    for (class, expected) in [("Pets", 200), ("Plants", 403)] {
        let (status, body) = send(&emulator, "jane-key", "POST", "objects", json!({"CLASS": class})).await;
        assert_eq!(status, expected, "{body}");
    }
    assert_eq!(send(&emulator, "jane-key", "POST", "schema", json!({"CLASS": "New"})).await.0, 403);
}
