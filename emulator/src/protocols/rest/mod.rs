//! The REST side: which path and method reach which handler, and what is said about those that reach none.

mod access;
mod authz;
mod batch;
mod batch_delete;
mod batch_references;
mod bodies;
mod call;
pub(crate) mod fault;
mod graphql;
mod indexes;
mod list;
mod meta;
mod nodes;
mod objects;
mod references;
mod refused;
mod reply;
mod schema;
mod shape;
mod tenants;
mod tokenize;
pub(crate) mod where_filter;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::access::auth::{self, Caller, Denied};
use crate::config::Config;
use crate::connections::{Accepting, Knife};
use crate::emulated::Emulated;
use crate::engine::store::WriteFaults;
use crate::protocols::injection::{Incoming, RATE_LIMITED, Refusal, UNAVAILABLE};
use crate::protocols::{grpc, grpc_web};
use crate::requests::Protocol;

use call::Call;
use indexes::Place;
use reply::Reply;

/// Bound on a request body: what the real server takes in one gRPC message.
const LARGEST_BODY: usize = 104_858_000;

/// Serves on a port until `stop` is done and open requests have ended.
pub(crate) async fn serve(
    emulated: Arc<Emulated>,
    services: Router,
    port: Accepting,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new().fallback(handle).with_state(Port { emulated, services });
    axum::serve(port, router.into_make_service_with_connect_info::<Knife>()).with_graceful_shutdown(stop).await
}

/// Server and services behind the port.
#[derive(Debug, Clone)]
struct Port {
    emulated: Arc<Emulated>,
    /// The gRPC side, for the calls that come wrapped.
    services: Router,
}

async fn handle(
    State(Port { emulated, services }): State<Port>,
    ConnectInfo(knife): ConnectInfo<Knife>,
    request: Request<Body>,
) -> Response {
    let (injector, knife, config) = (&emulated.faults, Some(knife), &emulated.config);
    if request.uri().path().starts_with(grpc_web::PREFIX) && grpc_web::is_offered(&config.version) {
        emulated.served.count(Protocol::GrpcWeb);
        let headers = request.headers().clone();
        return Incoming { injector, protocol: Protocol::GrpcWeb, knife }
            .answer(
                request,
                |request| grpc_web::answer(&services, LARGEST_BODY, request),
                |refusal| grpc_web::refuse(&headers, grpc::refused(config, refusal)),
            )
            .await;
    }
    emulated.served.count(Protocol::Rest);
    let answer = async |request| answer(&emulated, request).await.unwrap_or_else(|refusal| refusal).into_response();
    Incoming { injector, protocol: Protocol::Rest, knife }
        .answer(request, answer, |refusal| refused(config, &refusal).into_response())
        .await
}

/// The reply of an injected refusal.
fn refused(config: &Config, refusal: &Refusal) -> Reply {
    match refusal {
        Refusal::RateLimited => Reply::error(StatusCode::TOO_MANY_REQUESTS, RATE_LIMITED),
        Refusal::BadCredential => refuse_caller(config, auth::refused(config)),
        // A status is for RPCs only.
        Refusal::Unavailable | Refusal::Status(_) => Reply::error(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE),
    }
}

async fn answer(emulated: &Emulated, request: Request<Body>) -> Result<Reply, Reply> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let segments = segments(path);
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let Some(resource) = Resource::find(&segments, emulated.rbac.is_some()) else {
        return Err(no_resource(emulated, &parts.method, path, &segments));
    };
    let allowed = resource.methods();
    if !allowed.contains(&parts.method.as_str()) {
        return Err(Reply::code(
            405,
            format!("method {} is not allowed, but [{}] are", parts.method, allowed.join(",")),
        ));
    }
    let caller = if resource.is_open() {
        Caller::Anonymous
    } else {
        let authorization = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        emulated.authenticate(authorization).await.map_err(|denied| refuse_caller(&emulated.config, denied))?
    };
    let body =
        axum::body::to_bytes(body, LARGEST_BODY).await.map_err(|_| Reply::code(413, "http: request body too large"))?;
    if !body.is_empty() && parts.method != Method::GET && parts.method != Method::HEAD {
        check_content_type(&parts.headers)?;
    }
    let query = Query::try_from_uri(&parts.uri).map(|Query(query)| query).unwrap_or_default();
    let faults = parts.extensions.get::<WriteFaults>().cloned().unwrap_or_default();
    let call = Call { caller, query, headers: parts.headers, body, faults };
    access::check(emulated, resource, &parts.method, &call)?;
    resource.answer(emulated, &parts.method, &call).await
}

fn segments(path: &str) -> Vec<String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Reply> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/octet-stream");
    let media_type = given.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Reply::code(
        415,
        format!("unsupported media type \"{media_type}\", only [application/yaml application/json] are allowed"),
    ))
}

fn refuse_caller(config: &Config, denied: Denied) -> Reply {
    match denied {
        Denied::AnonymousOff => {
            let with_keys = (!config.api_keys.is_empty()).then_some("API-keys");
            let ways: Vec<&str> = with_keys.into_iter().chain(config.oidc.as_ref().map(|_| "OIDC")).collect();
            let ways = ways.join(", ");
            Reply::code_as_text(
                401,
                format!("{denied}. Please authenticate through one of the available methods: [{ways}]"),
            )
        }
        Denied::Credential(fault) => Reply::code(401, fault),
        Denied::NoUser(_) => Reply::code(500, denied),
    }
}

/// Paths of the real server that the emulator leaves out. It says so, where a 404 would send the reader looking for a typing error.
const LEFT_OUT: [&str; 13] = [
    "aggregate",
    "aliases",
    "authz",
    "backups",
    "batch",
    "classifications",
    "export",
    "graphql",
    "mcp",
    "namespaces",
    "replication",
    "search",
    "users",
];

fn no_resource(emulated: &Emulated, method: &Method, path: &str, segments: &[&str]) -> Reply {
    let left_out = matches!(segments, ["v1", first, ..] if LEFT_OUT.contains(first));
    if left_out {
        let version = &emulated.config.version;
        return Reply::error(
            StatusCode::NOT_IMPLEMENTED,
            format!("{method} {path} exists in Weaviate {version} but not in the emulator"),
        );
    }
    Reply::code(404, format!("path {path} was not found"))
}

/// Resource that a path names.
#[derive(Debug, Clone, Copy)]
enum Resource<'a> {
    Links,
    Meta,
    Live,
    Ready,
    OpenId,
    OwnInfo,
    Authz(authz::Resource<'a>),
    /// Lists that are empty because the feature is off.
    EmptyList,
    Tasks,
    GraphQl,
    Nodes(Option<&'a str>),
    ClusterStatistics,
    Schema,
    Class(&'a str),
    Properties(&'a str),
    Indexes(&'a str),
    PropertyIndex(Place<'a>),
    RebuildIndex(Place<'a>),
    CancelIndex(Place<'a>),
    Tokenize,
    PropertyTokenize {
        class: &'a str,
        property: &'a str,
    },
    VectorIndex {
        class: &'a str,
        vector: &'a str,
    },
    Shards(&'a str),
    Shard {
        class: &'a str,
        shard: &'a str,
    },
    Tenants(&'a str),
    Tenant {
        class: &'a str,
        tenant: &'a str,
    },
    Objects,
    Validate,
    BatchObjects,
    BatchReferences,
    Object {
        class: Option<&'a str>,
        id: &'a str,
    },
    References {
        class: Option<&'a str>,
        id: &'a str,
        property: &'a str,
    },
}

impl<'a> Resource<'a> {
    fn find(segments: &[&'a str], with_roles: bool) -> Option<Self> {
        let rest = segments.strip_prefix(&["v1"])?;
        if with_roles && let Some(found) = authz::Resource::find(rest) {
            return Some(Self::Authz(found));
        }
        Some(match *rest {
            [] => Self::Links,
            ["meta"] => Self::Meta,
            [".well-known", "live"] => Self::Live,
            [".well-known", "ready"] => Self::Ready,
            [".well-known", "openid-configuration"] => Self::OpenId,
            ["users", "own-info"] => Self::OwnInfo,
            ["authz", "roles"] | ["users", "db"] => Self::EmptyList,
            ["tasks"] => Self::Tasks,
            ["graphql"] => Self::GraphQl,
            ["nodes"] => Self::Nodes(None),
            ["nodes", class] => Self::Nodes(Some(class)),
            ["cluster", "statistics"] => Self::ClusterStatistics,
            ["schema"] => Self::Schema,
            ["schema", class] => Self::Class(class),
            ["schema", class, "properties"] => Self::Properties(class),
            ["schema", class, "indexes"] => Self::Indexes(class),
            ["schema", class, "properties", property, "index", index] => {
                Self::PropertyIndex(Place { class, property, index })
            }
            ["schema", class, "properties", property, "index", index, "rebuild"] => {
                Self::RebuildIndex(Place { class, property, index })
            }
            ["schema", class, "properties", property, "index", index, "cancel"] => {
                Self::CancelIndex(Place { class, property, index })
            }
            ["tokenize"] => Self::Tokenize,
            ["schema", class, "properties", property, "tokenize"] => Self::PropertyTokenize { class, property },
            ["schema", class, "vectors", vector, "index"] => Self::VectorIndex { class, vector },
            ["schema", class, "shards"] => Self::Shards(class),
            ["schema", class, "shards", shard] => Self::Shard { class, shard },
            ["schema", class, "tenants"] => Self::Tenants(class),
            ["schema", class, "tenants", tenant] => Self::Tenant { class, tenant },
            ["objects"] => Self::Objects,
            ["objects", "validate"] => Self::Validate,
            ["batch", "objects"] => Self::BatchObjects,
            ["batch", "references"] => Self::BatchReferences,
            ["objects", id] => Self::Object { class: None, id },
            ["objects", id, "references", property] => Self::References { class: None, id, property },
            ["objects", class, id, "references", property] => Self::References { class: Some(class), id, property },
            ["objects", class, id] => Self::Object { class: Some(class), id },
            _ => return None,
        })
    }

    fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Authz(resource) => resource.methods(),
            Self::Schema | Self::Objects => &["GET", "POST"],
            Self::Class(_) => &["DELETE", "GET", "PUT"],
            Self::Properties(_)
            | Self::RebuildIndex(_)
            | Self::CancelIndex(_)
            | Self::Tokenize
            | Self::PropertyTokenize { .. }
            | Self::Validate
            | Self::BatchReferences
            | Self::GraphQl => &["POST"],
            Self::PropertyIndex(_) => &["DELETE", "PUT"],
            Self::VectorIndex { .. } => &["DELETE"],
            Self::BatchObjects => &["DELETE", "POST"],
            Self::Shard { .. } => &["PUT"],
            Self::Tenants(_) => &["DELETE", "GET", "POST", "PUT"],
            Self::References { .. } => &["DELETE", "POST", "PUT"],
            Self::Tenant { .. } => &["GET", "HEAD"],
            Self::Object { .. } => &["DELETE", "GET", "HEAD", "PATCH", "PUT"],
            _ => &["GET"],
        }
    }

    /// Returns whether anybody may ask, key or not.
    fn is_open(self) -> bool {
        matches!(self, Self::Live | Self::Ready | Self::OpenId)
    }

    async fn answer(self, emulated: &Emulated, method: &Method, call: &Call) -> Result<Reply, Reply> {
        Ok(match self {
            Self::Links => meta::links(),
            Self::Meta => meta::meta(&emulated.config, call),
            Self::Live | Self::Ready => Reply::empty(StatusCode::OK),
            Self::OpenId => meta::openid_configuration(emulated),
            Self::OwnInfo => return meta::own_info(emulated, call),
            Self::Authz(resource) => match &emulated.rbac {
                Some(rbac) => return resource.answer(emulated, rbac, method, call),
                None => Reply::ok(serde_json::json!([])),
            },
            Self::EmptyList => Reply::ok(serde_json::json!([])),
            Self::Tasks => indexes::tasks(emulated),
            Self::GraphQl => return graphql::answer(emulated, call),
            Self::Nodes(class) => return nodes::nodes(emulated, class, call),
            Self::ClusterStatistics => nodes::statistics(emulated),
            Self::Schema if method == Method::POST => return schema::create(emulated, call),
            Self::Schema => schema::all(emulated, call),
            Self::Class(class) => return schema::one(emulated, method, class, call),
            Self::Properties(class) => return schema::add_property(emulated, class, call),
            Self::Indexes(class) => return indexes::all(emulated, class),
            Self::PropertyIndex(place) if method == Method::PUT => return indexes::upsert(emulated, place, call),
            Self::PropertyIndex(Place { class, property, index }) => {
                return schema::drop_property_index(emulated, class, property, index);
            }
            Self::RebuildIndex(place) => return indexes::rebuild(emulated, place, call),
            Self::CancelIndex(place) => return indexes::cancel(emulated, place),
            Self::VectorIndex { class, vector } => return schema::drop_vector_index(emulated, class, vector),
            Self::Tokenize => return tokenize::text(&emulated.config, call),
            Self::PropertyTokenize { class, property } => return tokenize::property(emulated, class, property, call),
            Self::Shards(class) => return schema::shards(emulated, class, call),
            Self::Shard { class, shard } => return schema::set_shard(emulated, class, shard, call),
            Self::Tenants(class) => return tenants::all(emulated, method, class, call),
            Self::Tenant { class, tenant } => return tenants::one(emulated, method, class, tenant),
            Self::Objects if method == Method::POST => return objects::insert(emulated, call).await,
            Self::Objects => return list::list(emulated, call),
            Self::Validate => return objects::validate(emulated, call),
            Self::BatchObjects if method == Method::DELETE => return batch_delete::delete(emulated, call),
            Self::BatchObjects => return batch::insert(emulated, call).await,
            Self::BatchReferences => return batch_references::add(emulated, call),
            Self::References { class, id, property } => {
                return references::one(emulated, method, class, id, property, call);
            }
            Self::Object { class, id } => return objects::one(emulated, method, class, id, call),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_resources_by_path() {
        let find = |path: &str| {
            let owned = segments(path);
            let borrowed: Vec<&str> = owned.iter().map(String::as_str).collect();
            format!("{:?}", Resource::find(&borrowed, false))
        };
        assert_eq!(find("/v1"), find("/v1/"));
        assert!(find("/v1/objects/Art%69cle/1").contains("\"Article\""));
        assert_eq!(find("/v2/meta"), "None");
        assert_eq!(find("/v1/nothing-here"), "None");
        assert_eq!(find("/"), "None");
    }
}
