//! A proxy that does to each request what a test says.
//!
//! It stands before servers that cannot do so themselves: a real one, the recorder, and the emulator where a test may run
//! against both, or decides by connection. Elsewhere use `Emulator::faults`.
//!
//! ```text
//! let faults = FaultProxy::grpc(emulator.grpc_url(), |request| match request.number {
//!     0 => Fault::Unavailable { committed: true },
//!     _ => Fault::Pass,
//! })
//! .await;
//! let client = Client::custom(emulator.rest_url()).grpc(faults.url()).connect_lazy()?;
//! ```

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::watch;

use super::tcp::{Knife, Serving, authority, connector};

type Body = UnsyncBoxBody<Bytes, Failed>;
type Decide = Arc<dyn Fn(&RequestInfo) -> Fault + Send + Sync>;

/// Treatment of one request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// Goes through.
    Pass,
    /// Goes through after a while.
    Delay(Duration),
    /// Is accepted and never answered.
    Hang,
    /// The connection is reset, and the server never sees the request.
    ResetBefore,
    /// The server does it, and the connection is reset instead of the reply.
    ResetAfter,
    /// The status UNAVAILABLE for gRPC, 503 for everything else, before or after the server has done it.
    Unavailable { committed: bool },
    /// This HTTP status, with these headers and this body, as from a load balancer. The server never sees the request.
    Status(u16, Vec<(&'static str, &'static str)>, &'static str),
    /// This status of gRPC. The server never sees the request.
    GrpcStatus(i32, &'static str),
}

/// Properties of a request that decide its treatment.
#[derive(Clone, Debug)]
pub(crate) struct RequestInfo {
    /// Number of requests before it.
    pub(crate) number: usize,
    /// Number of requests with the same method and path before it.
    pub(crate) nth: usize,
    /// Index of its connection, from 0.
    pub(crate) connection: usize,
    pub(crate) method: Method,
    /// Without the query. For gRPC `/weaviate.v1.Weaviate/Search` and the like.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
}

/// A request, and what was done to it.
#[derive(Clone, Debug)]
pub(crate) struct Logged {
    pub(crate) request: RequestInfo,
    pub(crate) fault: Fault,
    /// The server behind answered it, even if the answer was lost.
    pub(crate) committed: bool,
}

/// Forwards requests to a server, except for what the test's function decides otherwise. Dropping it stops it.
pub(crate) struct FaultProxy {
    serving: Serving,
    shared: Arc<Shared>,
    arrived: watch::Receiver<usize>,
}

struct Shared {
    upstream: Authority,
    client: Client<HttpConnector, Incoming>,
    decide: Mutex<Decide>,
    log: Mutex<Vec<Logged>>,
    count: watch::Sender<usize>,
}

impl FaultProxy {
    /// In front of a REST port (HTTP/1.1).
    pub(crate) async fn rest(
        upstream: impl AsRef<str>,
        decide: impl Fn(&RequestInfo) -> Fault + Send + Sync + 'static,
    ) -> Self {
        Self::start(upstream.as_ref(), Arc::new(decide), false).await
    }

    /// In front of a gRPC port (HTTP/2).
    pub(crate) async fn grpc(
        upstream: impl AsRef<str>,
        decide: impl Fn(&RequestInfo) -> Fault + Send + Sync + 'static,
    ) -> Self {
        Self::start(upstream.as_ref(), Arc::new(decide), true).await
    }

    async fn start(upstream: &str, decide: Decide, http2: bool) -> Self {
        let (count, arrived) = watch::channel(0);
        let shared = Arc::new(Shared {
            upstream: authority(upstream).parse().unwrap(),
            client: Client::builder(TokioExecutor::new()).http2_only(http2).build(connector()),
            decide: Mutex::new(decide),
            log: Mutex::new(Vec::new()),
            count,
        });
        let outer = Arc::clone(&shared);
        let serving = Serving::start(move |stream, connection, knife| {
            let shared = Arc::clone(&outer);
            let service = hyper::service::service_fn(move |request| {
                let (shared, knife) = (Arc::clone(&shared), knife.clone());
                async move { shared.handle(connection, request, knife).await }
            });
            async move {
                let io = TokioIo::new(stream);
                // How a connection ended is for the client to find out.
                if http2 {
                    let mut server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    server.max_concurrent_streams(None).initial_stream_window_size(1 << 20);
                    server.initial_connection_window_size(16 << 20);
                    let _ = server.serve_connection(io, service).await;
                } else {
                    let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).await;
                }
            }
        })
        .await;
        Self { serving, shared, arrived }
    }

    /// From now on this function decides.
    pub(crate) fn set(&self, decide: impl Fn(&RequestInfo) -> Fault + Send + Sync + 'static) {
        *self.shared.decide.lock().unwrap() = Arc::new(decide);
    }

    pub(crate) fn url(&self) -> String {
        self.serving.url()
    }

    /// Number of requests that have arrived so far.
    pub(crate) fn requests(&self) -> usize {
        *self.arrived.borrow()
    }

    /// Number of connections accepted so far.
    pub(crate) fn connections(&self) -> usize {
        self.serving.connections()
    }

    /// Every request so far, in the order of arrival.
    pub(crate) fn log(&self) -> Vec<Logged> {
        self.shared.log.lock().unwrap().clone()
    }

    /// Returns once that many requests have arrived, however they fared.
    pub(crate) async fn arrived(&self, requests: usize) {
        self.arrived.clone().wait_for(|count| *count >= requests).await.unwrap();
    }

    /// Resets every connection that is open.
    pub(crate) fn drop_connections(&self) {
        self.serving.drop_connections();
    }
}

/// The first request suffers the first of `faults`, and so on; all behind them pass.
pub(crate) fn script<const N: usize>(faults: [Fault; N]) -> impl Fn(&RequestInfo) -> Fault + Send + Sync + 'static {
    move |request| faults.get(request.number).cloned().unwrap_or(Fault::Pass)
}

impl Shared {
    async fn handle(
        &self,
        connection: usize,
        request: Request<Incoming>,
        knife: Knife,
    ) -> Result<Response<Body>, Failed> {
        let (number, fault) = self.note(connection, &request);
        let grpc = request.headers().get(header::CONTENT_TYPE).cloned();
        let grpc = grpc.filter(|value| value.as_bytes().starts_with(b"application/grpc"));
        match fault {
            Fault::Pass => self.forward(number, request, &knife).await,
            Fault::Delay(time) => {
                tokio::time::sleep(time).await;
                self.forward(number, request, &knife).await
            }
            Fault::Hang => std::future::pending().await,
            Fault::ResetBefore => reset(&knife).await,
            Fault::ResetAfter => {
                self.commit(number, request, &knife).await?;
                reset(&knife).await
            }
            Fault::Unavailable { committed } => {
                if committed {
                    self.commit(number, request, &knife).await?;
                }
                Ok(match grpc {
                    Some(content_type) => grpc_status(14, "the server is shutting down", content_type),
                    None => http_status(503, &[], "the server is shutting down"),
                })
            }
            Fault::Status(status, headers, body) => Ok(http_status(status, &headers, body)),
            Fault::GrpcStatus(code, text) => {
                Ok(grpc_status(code, text, grpc.unwrap_or(HeaderValue::from_static("application/grpc"))))
            }
        }
    }

    fn note(&self, connection: usize, request: &Request<Incoming>) -> (usize, Fault) {
        // Deciding and counting are one step, so that the log is in the order of the numbers.
        let mut log = self.log.lock().unwrap();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let nth = log.iter().filter(|entry| (&entry.request.method, &entry.request.path) == (&method, &path)).count();
        let headers = request.headers().clone();
        let request = RequestInfo { number: log.len(), nth, connection, method, path, headers };
        let decide = Arc::clone(&self.decide.lock().unwrap());
        let fault = decide(&request);
        let number = request.number;
        log.push(Logged { request, fault: fault.clone(), committed: false });
        self.count.send_replace(log.len());
        (number, fault)
    }

    async fn forward(
        &self,
        number: usize,
        mut request: Request<Incoming>,
        knife: &Knife,
    ) -> Result<Response<Body>, Failed> {
        let mut uri = std::mem::take(request.uri_mut()).into_parts();
        (uri.scheme, uri.authority) = (Some(Scheme::HTTP), Some(self.upstream.clone()));
        *request.uri_mut() = Uri::from_parts(uri).unwrap();
        request.headers_mut().remove(header::CONNECTION);
        let Ok(mut reply) = self.client.request(request).await else {
            // The server behind is gone: so is this one.
            return reset(knife).await;
        };
        self.log.lock().unwrap()[number].committed = true;
        reply.headers_mut().remove(header::CONNECTION);
        Ok(reply.map(|body| body.map_err(|error| Failed(error.into())).boxed_unsync()))
    }

    /// Waits for the whole reply.
    async fn commit(
        &self,
        number: usize,
        request: Request<Incoming>,
        knife: &Knife,
    ) -> Result<Response<Bytes>, Failed> {
        let (head, body) = self.forward(number, request, knife).await?.into_parts();
        Ok(Response::from_parts(head, body.collect().await.map_err(|error| Failed(error.into()))?.to_bytes()))
    }
}

/// Resets the connection, and with it what waits for this.
async fn reset<T>(knife: &Knife) -> T {
    knife.cut();
    std::future::pending().await
}

/// Why there is no reply. The server makes the reset of a stream of it.
#[derive(Debug)]
struct Failed(Box<dyn Error + Send + Sync>);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no reply")
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

fn full(body: impl Into<Bytes>) -> Body {
    Full::new(body.into()).map_err(|never: Infallible| match never {}).boxed_unsync()
}

fn http_status(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Response<Body> {
    let mut reply = Response::new(full(body));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        reply.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    reply
}

/// A reply that is nothing but a status, the headers being the trailers at the same time.
fn grpc_status(code: i32, text: &'static str, content_type: HeaderValue) -> Response<Body> {
    let mut reply = Response::new(full(Bytes::new()));
    reply.headers_mut().insert(header::CONTENT_TYPE, content_type);
    reply.headers_mut().insert("grpc-status", code.into());
    reply.headers_mut().insert("grpc-message", HeaderValue::from_static(text));
    reply
}
