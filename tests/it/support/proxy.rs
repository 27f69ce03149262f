//! Proxies: HTTP with CONNECT, and SOCKS5. Each notes what it was asked for, and refuses or hangs when told to. With a
//! [`TlsFront`](super::tls::TlsFront) before it, one is spoken to by TLS.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::tcp::{Serving, connector, dial, splice};

/// Behavior of a proxy towards authenticated clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Manner {
    #[default]
    Forward,
    /// 403, or "not allowed by ruleset".
    Refuse,
    /// Takes the request and never answers.
    Hang,
}

/// State shared by both kinds of proxy.
#[derive(Debug, Default)]
struct Rules {
    login: Option<(String, String)>,
    manner: Mutex<Manner>,
    routes: Mutex<HashMap<String, String>>,
    targets: Mutex<Vec<String>>,
    rejected: Mutex<usize>,
}

impl Rules {
    fn new(login: Option<(&str, &str)>) -> Arc<Self> {
        let login = login.map(|(user, password)| (user.to_owned(), password.to_owned()));
        Arc::new(Self { login, ..Self::default() })
    }

    fn manner(&self) -> Manner {
        *self.manner.lock().unwrap()
    }

    /// Notes the target, and says where it leads.
    fn visit(&self, target: &str) -> String {
        self.targets.lock().unwrap().push(target.to_owned());
        self.routes.lock().unwrap().get(target).cloned().unwrap_or_else(|| target.to_owned())
    }

    fn reject(&self) {
        *self.rejected.lock().unwrap() += 1;
    }
}

macro_rules! common {
    ($proxy:ident, $scheme:literal) => {
        impl $proxy {
            /// Lets everybody in.
            pub(crate) async fn start() -> Self {
                Self::with(Rules::new(None)).await
            }

            /// Lets in who knows the password.
            pub(crate) async fn with_login(user: &str, password: &str) -> Self {
                Self::with(Rules::new(Some((user, password)))).await
            }

            pub(crate) fn url(&self) -> String {
                format!(concat!($scheme, "://{}"), self.serving.addr())
            }

            /// With user and password in front of the host.
            pub(crate) fn url_as(&self, user: &str, password: &str) -> String {
                format!(concat!($scheme, "://{}:{}@{}"), user, password, self.serving.addr())
            }

            /// From now on it behaves like this.
            pub(crate) fn set(&self, manner: Manner) {
                *self.rules.manner.lock().unwrap() = manner;
            }

            /// Leads `host:port` elsewhere, for names that only the proxy knows.
            pub(crate) fn route(&self, target: &str, to: impl ToString) {
                self.rules.routes.lock().unwrap().insert(target.to_owned(), to.to_string());
            }

            /// `host:port` of every request of somebody who was let in, in order.
            pub(crate) fn targets(&self) -> Vec<String> {
                self.rules.targets.lock().unwrap().clone()
            }

            /// Number of requests without the right password.
            pub(crate) fn rejected(&self) -> usize {
                *self.rules.rejected.lock().unwrap()
            }

            pub(crate) fn connections(&self) -> usize {
                self.serving.connections()
            }
        }
    };
}

/// An HTTP proxy: CONNECT, and requests with a whole URL in their first line. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct HttpProxy {
    serving: Serving,
    rules: Arc<Rules>,
}

common!(HttpProxy, "http");

type Body = UnsyncBoxBody<Bytes, hyper::Error>;
type Tunnel = Arc<Mutex<Option<(hyper::upgrade::OnUpgrade, TcpStream)>>>;

impl HttpProxy {
    async fn with(rules: Arc<Rules>) -> Self {
        let client = Client::builder(TokioExecutor::new()).build(connector());
        let outer = Arc::clone(&rules);
        let serving = Serving::start(move |stream, _, _| {
            let tunnel = Tunnel::default();
            let (rules, client, kept) = (Arc::clone(&outer), client.clone(), Arc::clone(&tunnel));
            let service = hyper::service::service_fn(move |request| {
                let (rules, client, tunnel) = (Arc::clone(&rules), client.clone(), Arc::clone(&kept));
                async move { proxied(request, &rules, &client, &tunnel).await }
            });
            async move {
                let server = hyper::server::conn::http1::Builder::new();
                let _ = server.serve_connection(TokioIo::new(stream), service).with_upgrades().await;
                let opened = tunnel.lock().unwrap().take();
                if let Some((upgrade, upstream)) = opened
                    && let Ok(upgraded) = upgrade.await
                {
                    splice(TokioIo::new(upgraded), upstream).await;
                }
            }
        });
        Self { serving: serving.await, rules }
    }
}

async fn proxied(
    mut request: Request<Incoming>,
    rules: &Rules,
    client: &Client<hyper_util::client::legacy::connect::HttpConnector, Incoming>,
    tunnel: &Tunnel,
) -> hyper::Result<Response<Body>> {
    if let Some((user, password)) = &rules.login {
        let expected = format!("Basic {}", base64(&format!("{user}:{password}")));
        if request.headers().get(header::PROXY_AUTHORIZATION).is_none_or(|sent| sent != expected.as_str()) {
            rules.reject();
            let mut reply = status(StatusCode::PROXY_AUTHENTICATION_REQUIRED);
            reply.headers_mut().insert(header::PROXY_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"bed\""));
            return Ok(reply);
        }
    }
    let Some(authority) = request.uri().authority().cloned() else { return Ok(status(StatusCode::BAD_REQUEST)) };
    let target = format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80));
    let address = rules.visit(&target);
    match rules.manner() {
        Manner::Forward => {}
        Manner::Refuse => return Ok(status(StatusCode::FORBIDDEN)),
        Manner::Hang => std::future::pending().await,
    }
    if *request.method() == Method::CONNECT {
        let Ok(upstream) = dial(&address).await else { return Ok(status(StatusCode::BAD_GATEWAY)) };
        *tunnel.lock().unwrap() = Some((hyper::upgrade::on(&mut request), upstream));
        return Ok(status(StatusCode::OK));
    }
    let mut uri = std::mem::take(request.uri_mut()).into_parts();
    uri.authority = Some(address.parse().unwrap());
    *request.uri_mut() = uri.try_into().unwrap();
    request.headers_mut().remove(header::PROXY_AUTHORIZATION);
    let Ok(reply) = client.request(request).await else { return Ok(status(StatusCode::BAD_GATEWAY)) };
    Ok(reply.map(BodyExt::boxed_unsync))
}

fn status(status: StatusCode) -> Response<Body> {
    let mut reply = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
    *reply.status_mut() = status;
    reply
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// A SOCKS5 proxy for CONNECT, to names and addresses (RFC 1928, RFC 1929). Dropping it stops it.
#[derive(Debug)]
pub(crate) struct SocksProxy {
    serving: Serving,
    rules: Arc<Rules>,
}

// The `h` leaves it to the proxy to look up names.
common!(SocksProxy, "socks5h");

impl SocksProxy {
    async fn with(rules: Arc<Rules>) -> Self {
        let outer = Arc::clone(&rules);
        let serving = Serving::start(move |mut stream, _, _| {
            let rules = Arc::clone(&outer);
            async move {
                // Who hangs up half-way, or speaks something else, has no more to expect.
                if let Ok(Some(upstream)) = negotiate(&mut stream, &rules).await {
                    splice(stream, upstream).await;
                }
            }
        });
        Self { serving: serving.await, rules }
    }
}

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;

async fn negotiate(stream: &mut TcpStream, rules: &Rules) -> io::Result<Option<TcpStream>> {
    if stream.read_u8().await? != VERSION {
        return Ok(None);
    }
    let offered = counted(stream).await?;
    let method = if rules.login.is_some() { PASSWORD } else { NO_LOGIN };
    if !offered.contains(&method) {
        rules.reject();
        stream.write_all(&[VERSION, NO_METHOD]).await?;
        return Ok(None);
    }
    stream.write_all(&[VERSION, method]).await?;
    if let Some((user, password)) = &rules.login {
        stream.read_u8().await?;
        let (sent_user, sent_password) = (counted(stream).await?, counted(stream).await?);
        let right = sent_user == user.as_bytes() && sent_password == password.as_bytes();
        stream.write_all(&[1, u8::from(!right)]).await?;
        if !right {
            rules.reject();
            return Ok(None);
        }
    }
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let host = match head[3] {
        1 => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
        3 => String::from_utf8_lossy(&counted(stream).await?).into_owned(),
        4 => format!("[{}]", std::net::Ipv6Addr::from(stream.read_u128().await?)),
        _ => return Ok(None),
    };
    let port = stream.read_u16().await?;
    let address = rules.visit(&format!("{host}:{port}"));
    let (code, upstream) = match rules.manner() {
        Manner::Forward => match dial(&address).await {
            Ok(upstream) => (0, Some(upstream)),
            // "Connection refused"
            Err(_) => (5, None),
        },
        Manner::Refuse => (2, None),
        Manner::Hang => std::future::pending().await,
    };
    stream.write_all(&[VERSION, code, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    Ok(upstream)
}

/// A length of one byte, and as many bytes.
async fn counted(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}
