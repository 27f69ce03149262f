//! Replies of other server versions, and of this one where it differs from its contract.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use weaviate_generated::rest::types::*;

fn decode<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn round_trip<T: DeserializeOwned + Serialize>(value: &Value) {
    let decoded: T = decode(value.clone());
    assert_eq!(&serde_json::to_value(decoded).unwrap(), value);
}

#[test]
fn null_lists_and_maps_are_none() {
    let stopwords: StopwordConfig = decode(json!({ "preset": "en", "additions": null, "removals": null }));
    assert_eq!((stopwords.additions, stopwords.removals), (None, None));
    let object: Object = decode(json!({ "vectorWeights": null, "vectors": null, "properties": null }));
    assert_eq!(object, Object::default());
    let shards: NodeStatus = decode(json!({ "shards": null }));
    assert_eq!(shards.shards, None);
    let filter: WhereFilter = decode(json!({ "operands": null, "path": null }));
    assert_eq!((filter.operands, filter.path), (None, None));
}

#[test]
fn a_reply_that_is_nothing_but_null_is_none() {
    assert_eq!(decode::<RolesListResponse>(Value::Null).0, None);
    assert_eq!(decode::<BackupListResponse>(Value::Null).0, None);
}

#[test]
fn empty_and_absent_lists_differ() {
    round_trip::<Object>(&json!({ "vectors": {} }));
    round_trip::<Object>(&json!({}));
}

#[test]
fn an_enum_keeps_a_value_it_does_not_know() {
    let tenant: Tenant = decode(json!({ "name": "t", "activityStatus": "WARP" }));
    let status = tenant.activity_status.clone().unwrap();
    assert_eq!(status, TenantActivityStatus::Unknown("WARP".into()));
    assert_eq!(status.to_string(), "WARP");
    assert_eq!(serde_json::to_value(&tenant).unwrap(), json!({ "name": "t", "activityStatus": "WARP" }));
    assert_eq!(TenantActivityStatus::from("HOT"), TenantActivityStatus::Hot);
    assert_eq!(TenantActivityStatus::from("HOT".to_owned()).as_str(), "HOT");
    let permission: Permission = decode(json!({ "action": "fly" }));
    assert_eq!(permission.action.unwrap().as_str(), "fly");
}

#[test]
fn a_collection_comes_through_whole() {
    for value in [
        json!({}),
        json!({ "class": "A", "properties": null, "vectorConfig": null, "new": { "deep": [1, null] } }),
        json!({ "class": "A", "properties": [{ "name": "p", "new": 1, "nestedProperties": [{ "new": 2 }] }] }),
        json!({ "class": 1, "properties": "none", "invertedIndexConfig": { "stopwords": { "additions": null } } }),
    ] {
        round_trip::<Class>(&value);
        round_trip::<Property>(&value);
        let list: Schema = decode(json!({ "classes": [value, null] }));
        assert_eq!(list.classes.map(|classes| classes.len()), Some(2));
    }
}

#[test]
fn other_types_pass_over_fields_they_do_not_know() {
    let user: DbUserInfo = decode(json!({ "userId": "ann", "new": 1 }));
    assert_eq!(user.user_id.as_deref(), Some("ann"));
}

#[test]
fn no_missing_field_fails_a_reply() {
    fn bare<T: DeserializeOwned + Debug>() {
        decode::<T>(json!({}));
    }
    bare::<Role>();
    bare::<Permission>();
    bare::<UserOwnInfo>();
    bare::<DbUserInfo>();
    bare::<UserApiKey>();
    bare::<ErrorResponse>();
    bare::<UsageLimitExceededResponse>();
    bare::<RestrictionViolationResponse>();
    bare::<ReplicationReplicateReplicaResponse>();
    bare::<ReplicationReplicateDetailsReplicaResponse>();
    bare::<ExportStatusResponse>();
    bare::<Namespace>();
    bare::<SearchResponse>();
    bare::<Alias>();
    bare::<Object>();
}

#[test]
fn whole_numbers_are_sent_as_such() {
    let config = InvertedIndexConfig { cleanup_interval_seconds: Some(60), ..InvertedIndexConfig::default() };
    assert_eq!(serde_json::to_string(&config).unwrap(), r#"{"cleanupIntervalSeconds":60}"#);
    let bm25 = Bm25Config { k1: Some(1.2), ..Bm25Config::default() };
    assert_eq!(serde_json::to_string(&bm25).unwrap(), r#"{"k1":1.2}"#);
}

#[test]
fn a_bare_object_is_any_value() {
    round_trip::<Object>(&json!({ "vectors": { "a": [0.5, 1.0], "b": [[0.5], [1.0]] } }));
    round_trip::<Object>(&json!({ "additional": { "certainty": 0.5, "list": [1] } }));
    round_trip::<Statistics>(&json!({ "leaderId": "node-0", "leaderAddress": "10.0.0.1:8300" }));
}

#[test]
fn nothing_is_made_up_for_what_is_absent() {
    assert_eq!(serde_json::to_value(Permission::default()).unwrap(), json!({}));
    assert_eq!(decode::<BackupCreateStatusResponse>(json!({})).status, None);
}

#[test]
fn text_is_not_parsed_and_numbers_are_not_bounded() {
    let object: Object = decode(json!({ "id": "" }));
    assert_eq!(object.id.as_deref(), Some(""));
    let status: BackupCreateStatusResponse = decode(json!({ "completedAt": "0001-01-01T00:00:00.000Z" }));
    assert_eq!(status.completed_at.as_deref(), Some("0001-01-01T00:00:00.000Z"));
    let config: BackupConfig = decode(json!({ "CPUPercentage": 0 }));
    assert_eq!(config.cpu_percentage, Some(0));
}

#[test]
#[expect(deprecated, reason = "that the compiler knows of it is the point")]
fn a_deprecated_property_is_marked() {
    let config: BackupConfig = decode(json!({ "ChunkSize": 64 }));
    assert_eq!(config.chunk_size, Some(64));
}
