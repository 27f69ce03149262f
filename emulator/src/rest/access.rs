//! Permissions that a REST request needs where there are roles.
//!
//! What is not listed is open to all that are known. The permission to create collections and properties by writing objects
//! is not looked at.

use http::{Method, StatusCode};
use serde_json::Value as Json;

use crate::rbac::{Forbidden, Need};
use crate::store::{Emulated, capitalised};

use super::Resource;
use super::call::Call;
use super::indexes::Place;
use super::reply::Reply;

pub(super) fn check(emulated: &Emulated, resource: Resource<'_>, method: &Method, call: &Call) -> Result<(), Reply> {
    let Some(rbac) = &emulated.rbac else { return Ok(()) };
    let roles = rbac.read();
    for need in needs(resource, method, call) {
        roles.check(&call.caller, &need).map_err(|refusal| Reply::forbidden(&worded(resource, method, refusal)))?;
    }
    Ok(())
}

/// Some handlers wrap what they are told.
fn worded(resource: Resource<'_>, method: &Method, Forbidden(text): Forbidden) -> Forbidden {
    Forbidden(match resource {
        Resource::GraphQl => format!(
            "due to GraphQL introspection, this role must have the permission to `read_collections` on `*` (all) collections: {text}"
        ),
        Resource::Object { .. } if method == Method::PATCH => format!("msg:{text} code:403 err:{text}"),
        _ => text,
    })
}

fn needs(resource: Resource<'_>, method: &Method, call: &Call) -> Vec<Need> {
    let verb = match *method {
        Method::POST => "create",
        Method::PUT | Method::PATCH => "update",
        Method::DELETE => "delete",
        _ => "read",
    };
    // What does not say what it is about is refused by the handler, which knows how to say so.
    let body = || serde_json::from_slice::<Json>(&call.body).unwrap_or_default();
    let tenant = call.parameter("tenant").unwrap_or_default();
    let in_path = |class: Option<&str>| class.map_or_else(|| "*".to_owned(), capitalised);
    match resource {
        Resource::Schema if method == Method::POST => {
            class_of(&body()).map(|class| Need::collections(verb, &class)).into_iter().collect()
        }
        Resource::Class(class) => vec![Need::collections(verb, &capitalised(class))],
        Resource::Properties(class)
        | Resource::PropertyIndex(Place { class, .. })
        | Resource::RebuildIndex(Place { class, .. })
        | Resource::CancelIndex(Place { class, .. })
        | Resource::VectorIndex { class, .. }
        | Resource::Shard { class, .. } => {
            vec![Need::collections("update", &capitalised(class))]
        }
        Resource::Shards(class) | Resource::Indexes(class) => vec![Need::collections("read", &capitalised(class))],
        Resource::Tenants(class) if verb != "read" => vec![Need::tenants(verb, &capitalised(class), "*")],
        Resource::Tenant { class, tenant } => vec![Need::tenants("read", &capitalised(class), tenant)],
        Resource::Objects if method == Method::POST => written(verb, &[body()]),
        Resource::Objects => {
            let class = call.parameter("class").filter(|class| !class.is_empty());
            vec![Need::data(verb, &in_path(class), tenant, "*")]
        }
        Resource::Validate => written("read", &[body()]),
        Resource::BatchObjects if method == Method::DELETE => {
            let body = body();
            vec![Need::data(verb, &class_of(&body["match"]).unwrap_or_else(|| "*".to_owned()), tenant, "*")]
        }
        Resource::BatchObjects => written("update", body()["objects"].as_array().map_or(&[], Vec::as_slice)),
        Resource::Object { class, id } => vec![Need::data(verb, &in_path(class), tenant, id)],
        Resource::References { class, id, .. } => vec![Need::data("update", &in_path(class), tenant, id)],
        Resource::Nodes(class) => {
            vec![Need::nodes(
                call.parameter("output").filter(|it| !it.is_empty()).unwrap_or("minimal"),
                &in_path(class),
            )]
        }
        Resource::ClusterStatistics => vec![Need::cluster()],
        Resource::GraphQl => vec![Need::collections("read", "*")],
        _ => Vec::new(),
    }
}

fn class_of(body: &Json) -> Option<String> {
    body["class"].as_str().filter(|class| !class.is_empty()).map(capitalised)
}

/// An id of the caller's own choosing is not looked at.
fn written(verb: &'static str, objects: &[Json]) -> Vec<Need> {
    let need =
        |object: &Json| Some(Need::data(verb, &class_of(object)?, object["tenant"].as_str().unwrap_or_default(), "*"));
    objects.iter().filter_map(need).collect()
}

impl Reply {
    pub(super) fn forbidden(Forbidden(text): &Forbidden) -> Self {
        Self::error(StatusCode::FORBIDDEN, text.as_str())
    }
}
