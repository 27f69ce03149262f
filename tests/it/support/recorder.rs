//! A server that knows nothing, answers every call with the least that is a valid reply, and remembers what it was sent.
//!
//! For tests that hold what is on the wire: which calls are made, and with which headers.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use weaviate::Client;

use super::tcp::Serving;

const RPCS: [&str; 7] =
    ["Aggregate", "BatchDelete", "BatchObjects", "BatchReferences", "BatchStream", "Search", "TenantsGet"];
const HEALTH: &str = "/grpc.health.v1.Health/Check";
const WEB: &str = "/v1/grpc-web";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Side {
    Rest,
    Grpc,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) side: Side,
    pub(crate) method: Method,
    /// With the query. gRPC-Web is on the side of REST, below `/v1/grpc-web/`.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    /// The value of a header, or an empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Both ports of a server that records. Dropping it stops it.
pub(crate) struct Recorder {
    rest: Serving,
    grpc: Serving,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    calls: Mutex<Vec<Call>>,
    /// Takes the calls in place of the list.
    listener: Option<Box<dyn Fn(Call) + Send + Sync>>,
    replies: Mutex<HashMap<(Method, String), (u16, Value)>>,
    messages: Mutex<HashMap<&'static str, Bytes>>,
}

impl Recorder {
    pub(crate) async fn start() -> Self {
        Self::with(Shared::default()).await
    }

    /// One that remembers nothing and hands every call on.
    pub(crate) async fn listening(listener: impl Fn(Call) + Send + Sync + 'static) -> Self {
        Self::with(Shared { listener: Some(Box::new(listener)), ..Shared::default() }).await
    }

    async fn with(shared: Shared) -> Self {
        let shared = Arc::new(shared);
        let (rest, grpc) = (Arc::clone(&shared), Arc::clone(&shared));
        let rest = Serving::start(move |stream, _, _| {
            let shared = Arc::clone(&rest);
            let service = hyper::service::service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { shared.rest(request).await }
            });
            async move {
                let _ =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            }
        });
        let grpc = Serving::start(move |stream, _, _| {
            let shared = Arc::clone(&grpc);
            let service = hyper::service::service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { shared.grpc(request).await }
            });
            async move {
                let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            }
        });
        Self { rest: rest.await, grpc: grpc.await, shared }
    }

    /// A client of both ports.
    pub(crate) async fn client(&self) -> Client {
        Client::custom(self.rest_url()).grpc(self.grpc_url()).connect().await.unwrap()
    }

    pub(crate) fn rest_url(&self) -> String {
        self.rest.url()
    }

    pub(crate) fn grpc_url(&self) -> String {
        self.grpc.url()
    }

    /// Every call so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.calls.lock().unwrap().clone()
    }

    /// Every call so far, which are then forgotten.
    pub(crate) fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.shared.calls.lock().unwrap())
    }

    /// From now on this is the reply of REST to `method` and `path`, such as `/v1/schema`, without the query.
    pub(crate) fn answer(&self, method: Method, path: &str, status: u16, body: Value) {
        self.shared.replies.lock().unwrap().insert((method, path.to_owned()), (status, body));
    }

    /// From now on this encoded message is the reply of gRPC and gRPC-Web to `rpc`, such as `Search`.
    pub(crate) fn answer_rpc(&self, rpc: &'static str, message: impl Into<Bytes>) {
        self.shared.messages.lock().unwrap().insert(rpc, message.into());
    }
}

impl Shared {
    fn record(&self, side: Side, head: &http::request::Parts, body: Bytes) {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let (method, headers) = (head.method.clone(), head.headers.clone());
        let call = Call { side, method, path, headers, body };
        match &self.listener {
            Some(listener) => listener(call),
            None => self.calls.lock().unwrap().push(call),
        }
    }

    async fn rest(&self, request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        self.record(Side::Rest, &head, body.clone());
        let path = head.uri.path();
        if let Some(rpc) = path.strip_prefix(WEB) {
            return Ok(web(self.message(rpc), head.headers.get(header::CONTENT_TYPE)));
        }
        let chosen = self.replies.lock().unwrap().get(&(head.method.clone(), path.to_owned())).cloned();
        let (status, value) = chosen.unwrap_or_else(|| {
            let sent = serde_json::from_slice(&body).unwrap_or(Value::Null);
            least(&head.method, path.strip_prefix("/v1").unwrap_or(path), sent)
        });
        let text = if value.is_null() { String::new() } else { value.to_string() };
        let mut reply = Response::new(Full::from(text));
        *reply.status_mut() = StatusCode::from_u16(status).unwrap();
        reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(reply)
    }

    async fn grpc(&self, request: Request<Incoming>) -> hyper::Result<Response<UnsyncBoxBody<Bytes, Infallible>>> {
        let (head, body) = request.into_parts();
        // A stream of requests ends with its replies, so its end is not awaited.
        let streamed = head.uri.path().ends_with("/BatchStream");
        let body = if streamed { Bytes::new() } else { body.collect().await?.to_bytes() };
        self.record(Side::Grpc, &head, body);
        let message = self.message(head.uri.path());
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", if message.is_some() { 0 } else { 12 }.into());
        let frame = message.filter(|_| !streamed).map(|message| framed(&message)).unwrap_or_default();
        let body = Full::from(frame).with_trailers(async { Some(Ok(trailers)) }).boxed_unsync();
        let mut reply = Response::new(body);
        reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        Ok(reply)
    }

    /// The encoded reply of a call, or none for a call that Weaviate does not have.
    fn message(&self, path: &str) -> Option<Bytes> {
        if path == HEALTH {
            // The field `status` with the value SERVING.
            return Some(Bytes::from_static(&[0x08, 0x01]));
        }
        let rpc = path.strip_prefix("/weaviate.v1.Weaviate/")?;
        RPCS.contains(&rpc).then(|| self.messages.lock().unwrap().get(rpc).cloned().unwrap_or(TOOK))
    }
}

/// The field `took` of a search, an import and references: the server writes it, whatever else it has to say.
const TOOK: Bytes = Bytes::from_static(&[0x0d, 0, 0, 0x80, 0x3f]);

/// With the flags and the length that stand before a message.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap();
    [&[0], &length.to_be_bytes()[..], message].concat()
}

/// gRPC-Web and Connect.
fn web(message: Option<Bytes>, content_type: Option<&HeaderValue>) -> Response<Full<Bytes>> {
    let content_type = content_type.cloned().unwrap_or(HeaderValue::from_static("application/proto"));
    let Some(message) = message else {
        return Response::builder().status(404).body(Full::default()).unwrap();
    };
    let body = if content_type.as_bytes().starts_with(b"application/grpc-web") {
        let trailers = b"grpc-status: 0\r\n";
        [&framed(&message)[..], &[0x80, 0, 0, 0, u8::try_from(trailers.len()).unwrap()], trailers].concat()
    } else {
        message.to_vec()
    };
    Response::builder().header(header::CONTENT_TYPE, content_type).body(Full::from(body)).unwrap()
}

/// The least that is a valid reply of REST: lists are empty, and what is sent comes back.
fn least(method: &Method, path: &str, sent: Value) -> (u16, Value) {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let get = *method == Method::GET;
    match parts[..] {
        ["meta"] => (200, json!({ "hostname": "http://[::]:8080", "version": "1.39.0", "modules": {} })),
        [".well-known", "openid-configuration"] => (404, Value::Null),
        [".well-known", _] => (200, Value::Null),
        ["schema"] if get => (200, json!({ "classes": [] })),
        ["schema", ..] if *method == Method::DELETE => (200, Value::Null),
        ["schema", class] if get => (200, json!({ "class": class })),
        ["schema", _, "tenants" | "shards"] | ["backups" | "export", _] if get => (200, json!([])),
        ["authz" | "users", ..] | ["namespaces"] if get => (200, Value::Array(Vec::new())),
        ["objects"] if get => (200, json!({ "objects": [] })),
        ["objects", class, id] if get => (200, json!({ "class": class, "id": id })),
        ["nodes", ..] => (200, json!({ "nodes": [] })),
        ["aliases"] if get => (200, json!({ "aliases": [] })),
        ["graphql"] => (200, json!({ "data": {} })),
        ["batch", "objects"] if *method == Method::POST => {
            let Value::Array(mut objects) = sent["objects"].clone() else { return (422, Value::Null) };
            for object in &mut objects {
                object["result"] = json!({ "status": "SUCCESS" });
            }
            (200, objects.into())
        }
        ["batch", "objects"] => (200, json!({ "results": { "matches": 0, "successful": 0, "failed": 0 } })),
        ["batch", "references"] => (200, json!([])),
        _ if method == Method::DELETE || method == Method::HEAD || method == Method::PATCH => (204, Value::Null),
        _ if sent.is_null() => (200, json!({})),
        _ => (200, sent),
    }
}
