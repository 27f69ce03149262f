//! Every recorded REST reply goes through the type that the contract gives its operation, without loss.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use weaviate_generated::rest::types;

use super::steps;
use crate::replay::scenario::{Request, RestRequest};

#[test]
fn every_rest_reply_decodes_into_the_generated_types() {
    let contract = Contract::load();
    let mut decoded: BTreeMap<String, usize> = BTreeMap::new();
    let mut faults = String::new();
    for (name, step) in steps() {
        let Request::Rest(request) = &step.request else { continue };
        match check_rest(&contract, request, &step.reply) {
            Ok(Some(kind)) => *decoded.entry(kind).or_default() += 1,
            Ok(None) => {}
            Err(fault) => {
                let _ = writeln!(faults, "{name}/{}: {fault}", step.name);
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
    assert!(decoded.values().sum::<usize>() > 2000, "replies were decoded: {decoded:?}");
}

/// What the contract says about the body of a reply.
struct Contract {
    /// Method, template split at `/`, and the operation.
    operations: Vec<(String, Vec<String>, Value)>,
}

impl Contract {
    fn load() -> Self {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/openapi.json");
        let text = std::fs::read_to_string(path).expect("specs/openapi.json is readable");
        let contract: Value = serde_json::from_str(&text).expect("specs/openapi.json is JSON");
        let paths = contract["paths"].as_object().expect("the contract has paths");
        let operations = paths
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().into_iter().flatten().filter(|(_, op)| op.get("responses").is_some());
                methods.map(move |(method, op)| (method.to_uppercase(), split(path), op.clone()))
            })
            .collect();
        Self { operations }
    }

    /// `GET /v1/schema/{className}` and the operation, where the contract knows the call.
    fn operation(&self, request: &RestRequest) -> Option<(String, &Value)> {
        let path = split(&request.path);
        let is_variable = |segment: &str| segment.starts_with('{');
        self.operations
            .iter()
            .filter(|(method, template, _)| {
                *method == request.method
                    && template.len() == path.len()
                    && template.iter().zip(&path).all(|(t, p)| is_variable(t) || t == p)
            })
            // The more literal template wins.
            .min_by_key(|(_, template, _)| template.iter().filter(|t| is_variable(t)).count())
            .map(|(method, template, op)| (format!("{method} /{}", template.join("/")), op))
    }
}

fn split(path: &str) -> Vec<String> {
    path.trim_matches('/').split('/').map(str::to_owned).collect()
}

/// Decodes one body; `None` where there is none or the contract does not speak of it.
fn check_rest(contract: &Contract, request: &RestRequest, reply: &Value) -> Result<Option<String>, String> {
    let body = reply.get("body").unwrap_or(&Value::Null);
    let status = reply["status"].as_u64().ok_or("no status")?.to_string();
    let Some((operation, op)) = contract.operation(request) else { return Ok(None) };
    let Some(response) = op["responses"].get(&status) else {
        // Refusals of the framework in front of the server: `{code, message}` or a text.
        return if status.starts_with('2') { Err(format!("{operation} says nothing of {status}")) } else { Ok(None) };
    };
    let Some(schema) = response.pointer("/content/application~1json/schema") else { return Ok(None) };
    // The server leaves out some bodies that the contract promises, on purpose of HEAD or by its own fault.
    if body.is_null() {
        return Ok(None);
    }
    let kind = kind_of(&operation, schema);
    let again = decode(&kind, body)?;
    let mut lost = BTreeSet::new();
    losses(body, &again, "", &mut lost);
    if !status.starts_with('2') {
        // The framework in front of the server refuses in a form of its own, which the contract does not know.
        lost.retain(|pointer| pointer != "/code" && pointer != "/message");
    }
    if lost.is_empty() { Ok(Some(kind)) } else { Err(format!("{kind} loses or changes {lost:?}")) }
}

/// `Object`, `[Tenant]`, or the operation where the type has no name in the contract.
fn kind_of(operation: &str, schema: &Value) -> String {
    let name = |schema: &Value| schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()).map(str::to_owned);
    name(schema)
        .or_else(|| Some(format!("[{}]", name(&schema["items"])?)))
        .unwrap_or_else(|| format!("{operation} {}", schema["type"].as_str().unwrap_or("?")))
}

macro_rules! decode_as {
    ($kind:expr, $body:expr, { $($name:literal => $type:ty,)* }) => {
        match $kind {
            $($name => round_trip::<$type>($body),)*
            other => Err(format!("no generated type is known for {other}")),
        }
    };
}

fn decode(kind: &str, body: &Value) -> Result<Value, String> {
    decode_as!(kind, body, {
        "Alias" => types::Alias,
        "AliasResponse" => types::AliasResponse,
        "BackupCreateResponse" => types::BackupCreateResponse,
        "BackupCreateStatusResponse" => types::BackupCreateStatusResponse,
        "BackupListResponse" => types::BackupListResponse,
        "BackupRestoreResponse" => types::BackupRestoreResponse,
        "BackupRestoreStatusResponse" => types::BackupRestoreStatusResponse,
        "BatchDeleteResponse" => types::BatchDeleteResponse,
        "Class" => types::Class,
        "ClusterStatisticsResponse" => types::ClusterStatisticsResponse,
        "DBUserInfo" => types::DbUserInfo,
        "DistributedTasks" => types::DistributedTasks,
        "ErrorResponse" => types::ErrorResponse,
        "ExportCreateResponse" => types::ExportCreateResponse,
        "ExportStatusResponse" => types::ExportStatusResponse,
        "GraphQLResponse" => types::GraphQlResponse,
        "GraphQLResponses" => types::GraphQlResponses,
        "IndexStatusResponse" => types::IndexStatusResponse,
        "IndexUpdateResponse" => types::IndexUpdateResponse,
        "Meta" => types::Meta,
        "Namespace" => types::Namespace,
        "NamespaceListResponse" => types::NamespaceListResponse,
        "NodesStatusResponse" => types::NodesStatusResponse,
        "Object" => types::Object,
        "ObjectsListResponse" => types::ObjectsListResponse,
        "Property" => types::Property,
        "ReplicationReplicateDetailsReplicaResponse" => types::ReplicationReplicateDetailsReplicaResponse,
        "ReplicationReplicateForceDeleteResponse" => types::ReplicationReplicateForceDeleteResponse,
        "ReplicationReplicateReplicaResponse" => types::ReplicationReplicateReplicaResponse,
        "ReplicationScalePlan" => types::ReplicationScalePlan,
        "ReplicationShardingStateResponse" => types::ReplicationShardingStateResponse,
        "RestrictionViolationResponse" => types::RestrictionViolationResponse,
        "Role" => types::Role,
        "RolesListResponse" => types::RolesListResponse,
        "Schema" => types::Schema,
        "SearchResponse" => types::SearchResponse,
        "ShardStatus" => types::ShardStatus,
        "ShardStatusList" => types::ShardStatusList,
        "Tenant" => types::Tenant,
        "TokenizeResponse" => types::TokenizeResponse,
        "UsageLimitExceededResponse" => types::UsageLimitExceededResponse,
        "UserApiKey" => types::UserApiKey,
        "UserOwnInfo" => types::UserOwnInfo,
        "[BatchReferenceResponse]" => Option<Vec<types::BatchReferenceResponse>>,
        "[DBUserInfo]" => Option<Vec<types::DbUserInfo>>,
        "[ObjectsGetResponse]" => Option<Vec<types::ObjectsGetResponse>>,
        "[ReplicationReplicateDetailsReplicaResponse]" => Option<Vec<types::ReplicationReplicateDetailsReplicaResponse>>,
        "[Tenant]" => Option<Vec<types::Tenant>>,
        "GET /v1 object" => types::WeaviateRootResponse,
        "GET /v1/.well-known/openid-configuration object" => types::WeaviateWellknownOpenidConfigurationResponse,
        "GET /v1/authz/groups/{groupType} array" => Option<Vec<String>>,
        "GET /v1/authz/roles/{id}/group-assignments array" => Option<Vec<types::GetGroupsForRoleResponseItem>>,
        "GET /v1/authz/roles/{id}/user-assignments array" => Option<Vec<types::GetUsersForRoleResponseItem>>,
        "GET /v1/authz/roles/{id}/users array" => Option<Vec<String>>,
        "POST /v1/authz/roles/{id}/has-permission boolean" => bool,
    })
}

fn round_trip<T: DeserializeOwned + Serialize>(body: &Value) -> Result<Value, String> {
    let value: T = serde_json::from_value(body.clone()).map_err(|e| e.to_string())?;
    // Through text, so that a float comes back with the digits of a float.
    let text = serde_json::to_string(&value).map_err(|e| e.to_string())?;
    serde_json::from_str(&text).map_err(|e| e.to_string())
}

/// Members that are not the same after decoding and encoding; null and absent are one.
fn losses(body: &Value, again: &Value, path: &str, lost: &mut BTreeSet<String>) {
    match (body, again) {
        (Value::Object(body), Value::Object(again)) => {
            for (key, value) in body.iter().filter(|(_, value)| !value.is_null()) {
                match again.get(key) {
                    Some(again) => losses(value, again, &format!("{path}/{key}"), lost),
                    None => drop(lost.insert(format!("{path}/{key}"))),
                }
            }
            for key in again.iter().filter(|(k, v)| !v.is_null() && !body.contains_key(*k)).map(|(k, _)| k) {
                lost.insert(format!("{path}/{key} (made up)"));
            }
        }
        (Value::Array(body), Value::Array(again)) if body.len() == again.len() => {
            body.iter().zip(again).for_each(|(b, a)| losses(b, a, &format!("{path}/*"), lost));
        }
        (Value::Number(body), Value::Number(again)) if body.as_f64() == again.as_f64() => {}
        _ if body == again => {}
        _ => drop(lost.insert(format!("{path}: {body} became {again}"))),
    }
}

#[test]
fn a_lost_or_changed_member_is_seen() {
    let of = |body: Value, again: Value| {
        let mut lost = BTreeSet::new();
        losses(&body, &again, "", &mut lost);
        lost.into_iter().collect::<Vec<_>>()
    };
    assert!(of(json!({"a": [1, null], "b": null}), json!({"a": [1.0, null]})).is_empty());
    assert_eq!(of(json!({"a": {"b": 1}}), json!({"a": {}})), ["/a/b"]);
    assert_eq!(of(json!({"a": [{"b": 1}]}), json!({"a": [{"b": 2}]})), ["/a/*/b: 1 became 2"]);
    assert_eq!(of(json!({}), json!({"a": 1})), ["/a (made up)"]);
}
