//! `GET /v1/meta`: version, host name and modules.

use http::StatusCode;
use http::header::HOST;
use serde_json::json;

use crate::access::auth::Caller;
use crate::config::Config;
use crate::emulated::Emulated;
use crate::engine::schema::modules_meta;

use super::call::Call;
use super::reply::Reply;

pub(super) fn meta(config: &Config, call: &Call) -> Reply {
    let host = call.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    Reply::ok(json!({
        "grpcMaxMessageSize": config.grpc_max_message_size,
        "hostname": format!("http://{host}"),
        "modules": modules_meta(config),
        "version": config.version,
    }))
}

/// Tells callers their name, roles and groups. Anonymous ones are refused.
pub(super) fn own_info(emulated: &Emulated, call: &Call) -> Result<Reply, Reply> {
    let roles = emulated.rbac.as_ref().map(|rbac| {
        let roles = rbac.read();
        roles.of_caller(&call.caller).iter().filter_map(|role| roles.json(role)).collect::<Vec<_>>()
    });
    match &call.caller {
        Caller::User { name, groups, .. } => {
            let roles = roles.filter(|roles| !roles.is_empty());
            Ok(Reply::ok(json!({"groups": groups, "roles": roles, "username": name})))
        }
        Caller::Anonymous => Err(Reply::empty(StatusCode::UNAUTHORIZED)),
    }
}

/// Names the issuer of tokens.
pub(super) fn openid_configuration(emulated: &Emulated) -> Reply {
    match (&emulated.config.oidc, &emulated.issuer) {
        (Some(oidc), Some(issuer)) => {
            Reply::ok(json!({"clientId": oidc.client_id, "href": issuer.discovery_url(), "scopes": oidc.scopes}))
        }
        _ => Reply::empty(StatusCode::NOT_FOUND),
    }
}

pub(super) fn links() -> Reply {
    const DOCUMENTATION: &str = "https://weaviate.io/developers/weaviate/api/rest#tag/";
    let documented = |href: &str, name: &str, tag: &str| json!({"documentationHref": format!("{DOCUMENTATION}{tag}"), "href": href, "name": name});
    Reply::ok(json!({"links": [
        {"href": "/v1/meta", "name": "Meta information about this instance/cluster"},
        documented("/v1/schema", "view complete schema", "schema/get/schema"),
        documented("/v1/schema{/:className}", "CRUD schema", "schema/put/schema/{className}"),
        documented("/v1/objects{/:id}", "CRUD objects", "objects/"),
        documented("/v1/classifications{/:id}", "trigger and view status of classifications", "classifications"),
        documented("/v1/.well-known/live", "check if Weaviate is live (returns 200 on GET when live)", "well-known/get/.well-known/live"),
        documented("/v1/.well-known/ready", "check if Weaviate is ready (returns 200 on GET when ready)", "well-known/get/.well-known/ready"),
        documented(
            "/v1/.well-known/openid-configuration",
            "view link to openid configuration (returns 404 on GET if no openid is configured)",
            "well-known/get/.well-known/openid-configuration",
        ),
    ]}))
}
