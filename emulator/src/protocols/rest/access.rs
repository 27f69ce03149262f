//! Permissions that a REST request needs where there are roles.
//!
//! What is not listed is open to all that are known. The permission to create collections and properties by writing objects
//! is not looked at.

use http::{Method, StatusCode};
use serde_json::Value as Json;

use crate::access::rbac::{Forbidden, Need};
use crate::emulated::Emulated;
use crate::engine::letter_case::capitalised;

use super::Resource;
use super::bodies::{BATCH_DELETE, BATCH_OBJECTS, BATCH_REFERENCE, CLASS, OBJECT, TENANT};
use super::call::Call;
use super::indexes::Place;
use super::reply::Reply;
use super::shape::Shape;

pub(super) fn check(emulated: &Emulated, resource: Resource<'_>, method: &Method, call: &Call) -> Result<(), Reply> {
    let Some(rbac) = &emulated.rbac else { return Ok(()) };
    let roles = rbac.read();
    for need in needs(resource, method, call) {
        roles
            .check(&call.caller, &need)
            .map_err(|refusal| Reply::forbidden(&worded(resource, method, call, refusal)))?;
    }
    Ok(())
}

/// Some handlers wrap what they are told.
fn worded(resource: Resource<'_>, method: &Method, call: &Call, Forbidden(text): Forbidden) -> Forbidden {
    Forbidden(match resource {
        Resource::GraphQl => format!(
            "due to GraphQL introspection, this role must have the permission to `read_collections` on `*` (all) collections: {text}"
        ),
        Resource::Object { .. } if method == Method::PATCH => format!("msg:{text} code:403 err:{text}"),
        Resource::Objects if method == Method::GET && class_parameter(call).is_some() => {
            format!("msg:{text} code:403 err:{text}")
        }
        Resource::References { .. } => format!("msg:{text} code:403 err:{text}"),
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
    let body = |shape: &Shape| call.object(shape).unwrap_or_default();
    let tenant = call.parameter("tenant").unwrap_or_default();
    let in_path = |class: Option<&str>| class.map_or_else(|| "*".to_owned(), capitalised);
    match resource {
        Resource::Schema if method == Method::POST => {
            class_of(&body(&CLASS)).map(|class| Need::collections(verb, &class)).into_iter().collect()
        }
        Resource::Class(class) => vec![Need::collections(verb, &capitalised(class))],
        Resource::Properties(class)
        | Resource::PropertyIndex(Place { class, .. })
        | Resource::RebuildIndex(Place { class, .. })
        | Resource::CancelIndex(Place { class, .. })
        | Resource::VectorIndex { class, .. } => {
            vec![Need::collections("update", &capitalised(class))]
        }
        Resource::Shard { class, shard } => vec![Need::tenants("update", &capitalised(class), shard)],
        Resource::Shards(class) => vec![Need::tenants("read", &capitalised(class), "*")],
        Resource::Indexes(class) => vec![Need::collections("read", &capitalised(class))],
        Resource::Tenants(class) if verb != "read" => {
            let class = capitalised(class);
            let names: Vec<String> = if method == Method::DELETE {
                call.texts("tenants").unwrap_or_default()
            } else {
                let tenants = call.objects(&TENANT, "").unwrap_or_default();
                tenants.iter().map(|tenant| tenant["name"].as_str().unwrap_or_default().to_owned()).collect()
            };
            names.iter().map(|name| Need::tenants(verb, &class, name)).collect()
        }
        Resource::Tenant { class, tenant } => vec![Need::tenants("read", &capitalised(class), tenant)],
        Resource::Objects if method == Method::POST => written(verb, &[body(&OBJECT)]),
        Resource::Objects => {
            // Which tenant is asked for is not looked at.
            vec![Need::data(verb, &in_path(class_parameter(call)), "", "*")]
        }
        Resource::Validate => {
            let body = body(&OBJECT);
            let id = body["id"].as_str().filter(|id| !id.is_empty()).unwrap_or("*");
            class_of(&body).map(|class| Need::data("read", &class, tenant_of(&body), id)).into_iter().collect()
        }
        Resource::BatchObjects if method == Method::DELETE => {
            let body = body(&BATCH_DELETE);
            vec![Need::data(verb, &class_of(&body["match"]).unwrap_or_else(|| "*".to_owned()), tenant, "*")]
        }
        Resource::BatchObjects => {
            let body = body(&BATCH_OBJECTS);
            let objects = body["objects"].as_array().map_or(&[][..], Vec::as_slice);
            ["update", "create"].into_iter().flat_map(|verb| written(verb, objects)).collect()
        }
        Resource::BatchReferences => batch_references(&call.objects(&BATCH_REFERENCE, "").unwrap_or_default(), tenant),
        Resource::Object { class, id } if matches!(*method, Method::PUT | Method::PATCH) => {
            vec![Need::data(verb, &in_path(class), tenant_of(&body(&OBJECT)), id)]
        }
        Resource::Object { class, id } => vec![Need::data(verb, &in_path(class), tenant, id)],
        Resource::References { class, .. } => {
            let read = (method == Method::DELETE).then(|| Need::data("read", &in_path(class), tenant, "*"));
            read.into_iter().chain([Need::data("update", &in_path(class), tenant, "*")]).collect()
        }
        // Without a collection, the shards that the caller may not see are left out.
        Resource::Nodes(None) if call.parameter("output") == Some("verbose") => Vec::new(),
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

fn tenant_of(body: &Json) -> &str {
    body["tenant"].as_str().unwrap_or_default()
}

fn class_parameter(call: &Call) -> Option<&str> {
    call.parameter("class").filter(|class| !class.is_empty())
}

/// Of both ends of each reference. A beacon without a collection says nothing of its end.
fn batch_references(references: &[Json], tenant: &str) -> Vec<Need> {
    let class = |reference: &Json, end: &str| {
        let beacon = reference[end].as_str()?.strip_prefix("weaviate://localhost/")?;
        let (class, _) = beacon.split_once('/')?;
        Some(capitalised(class))
    };
    let tenant = |reference: &Json| reference["tenant"].as_str().unwrap_or(tenant).to_owned();
    let from = || references.iter().filter_map(|it| Some((class(it, "from")?, tenant(it))));
    let to = || references.iter().filter_map(|it| Some((class(it, "to")?, tenant(it))));
    let schema = from().map(|(class, _)| Need::collections("read", &class));
    let update = from().map(|(class, tenant)| Need::data("update", &class, &tenant, "*"));
    let read = to().map(|(class, tenant)| Need::data("read", &class, &tenant, "*"));
    schema.chain(update).chain(read).collect()
}

/// An id of the caller's own choosing is not looked at.
fn written(verb: &'static str, objects: &[Json]) -> Vec<Need> {
    let need = |object: &Json| Some(Need::data(verb, &class_of(object)?, tenant_of(object), "*"));
    objects.iter().filter_map(need).collect()
}

impl Reply {
    pub(super) fn forbidden(Forbidden(text): &Forbidden) -> Self {
        Self::error(StatusCode::FORBIDDEN, text.as_str())
    }
}
