//! Connector for gRPC, direct or through a proxy.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
#[cfg(feature = "tls")]
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
#[cfg(feature = "tls")]
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;
use url::Url;

use super::proxy;
use crate::{Error, Result};

/// Detects idle connections that died, even behind a NAT or a load balancer.
pub(crate) const TCP_KEEPALIVE: Duration = Duration::from_secs(60);
/// Closes a connection whose data stays unacknowledged for this time. The kernel's default is a
/// quarter of an hour, in which every call on the connection would time out.
#[cfg(target_os = "linux")]
pub(crate) const TCP_USER_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Clone, Debug)]
pub(crate) struct Connector {
    tcp: HttpConnector,
    /// TLS for proxies with an `https` address.
    #[cfg(feature = "tls")]
    tls: Arc<rustls::ClientConfig>,
    route: Route,
}

#[derive(Clone, Debug)]
enum Route {
    Direct,
    /// Through an HTTP proxy with CONNECT; TLS to the proxy as its scheme says.
    Http {
        proxy: Uri,
        authorization: Option<HeaderValue>,
    },
    Socks {
        proxy: Uri,
        user: Option<ProxyCredentials>,
        local_dns: bool,
    },
}

/// User and password of a proxy, hidden from `Debug`.
#[derive(Clone)]
struct ProxyCredentials(String, String);

impl fmt::Debug for ProxyCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Connector {
    pub(crate) fn new(
        connect_timeout: Duration,
        proxy: Option<&Url>,
        #[cfg(feature = "tls")] tls: Arc<rustls::ClientConfig>,
    ) -> Result<Self> {
        let mut tcp = HttpConnector::new();
        // The scheme of the URI is that of the tunnelled protocol.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(TCP_KEEPALIVE));
        #[cfg(target_os = "linux")]
        tcp.set_tcp_user_timeout(Some(TCP_USER_TIMEOUT));
        tcp.set_connect_timeout(Some(connect_timeout));
        Ok(Self {
            tcp,
            #[cfg(feature = "tls")]
            tls,
            route: proxy.map_or(Ok(Route::Direct), Route::through)?,
        })
    }

    /// Returns the connector to an HTTP proxy: with TLS if its address says so.
    #[cfg(feature = "tls")]
    fn to_proxy(&self, tcp: HttpConnector) -> HttpsConnector<HttpConnector> {
        HttpsConnector::from((tcp, Arc::clone(&self.tls)))
    }

    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "with TLS there is a choice")]
    fn to_proxy(&self, tcp: HttpConnector) -> HttpConnector {
        tcp
    }
}

impl Route {
    fn through(url: &Url) -> Result<Self> {
        let unusable =
            || Error::configuration(format!("the proxy address {} is not valid", proxy::without_credentials(url)));
        // The library needs an explicit port.
        let port = url.port_or_known_default().unwrap_or(1080);
        let host = url.host_str().unwrap_or_default();
        let proxy = Uri::try_from(format!("{}://{host}:{port}", url.scheme())).map_err(|_| unusable())?;
        let user = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some((percent_decoded(user), percent_decoded(password.unwrap_or_default()))),
        };
        if url.scheme().starts_with("socks") {
            let user = user.map(|(user, password)| ProxyCredentials(user, password));
            return Ok(Self::Socks { proxy, user, local_dns: url.scheme() == "socks5" });
        }
        let authorization = user.map(|(user, password)| {
            let text = format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")));
            HeaderValue::try_from(text).map_err(|_| unusable())
        });
        Ok(Self::Http { proxy, authorization: authorization.transpose()? })
    }
}

/// Decodes the percent encoding of a URL.
fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;
type Tcp = TokioIo<TcpStream>;
/// A connection; TLS here is with the proxy. TLS with the server is the next layer.
#[cfg(feature = "tls")]
type Connection = MaybeHttpsStream<Tcp>;
#[cfg(not(feature = "tls"))]
type Connection = Tcp;

/// Wraps a connection without TLS to a proxy.
#[cfg(feature = "tls")]
const WITHOUT_PROXY_TLS: fn(Tcp) -> Connection = MaybeHttpsStream::Http;
#[cfg(not(feature = "tls"))]
const WITHOUT_PROXY_TLS: fn(Tcp) -> Connection = std::convert::identity;

impl Service<Uri> for Connector {
    type Response = Connection;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Connection, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Service::poll_ready(&mut self.tcp, context).map_err(Into::into)
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        // The service that was polled must be the one that is called.
        let fresh = self.tcp.clone();
        let mut tcp = std::mem::replace(&mut self.tcp, fresh);
        match self.route.clone() {
            Route::Direct => {
                let connecting = tcp.call(destination);
                Box::pin(async move { connecting.await.map(WITHOUT_PROXY_TLS).map_err(Into::into) })
            }
            Route::Http { proxy, authorization } => {
                let mut tunnel = Tunnel::new(proxy.clone(), self.to_proxy(tcp));
                if let Some(authorization) = authorization {
                    tunnel = tunnel.with_auth(authorization);
                }
                let connecting = tunnel.call(with_port(destination));
                Box::pin(async move { connecting.await.map_err(|error| ProxyError::boxed(&proxy, error)) })
            }
            Route::Socks { proxy, user, local_dns } => {
                let mut tunnel = SocksV5::new(proxy.clone(), tcp).local_dns(local_dns);
                if let Some(ProxyCredentials(user, password)) = user {
                    tunnel = tunnel.with_auth(user, password);
                }
                let connecting = tunnel.call(with_port(destination));
                Box::pin(async move {
                    connecting.await.map(WITHOUT_PROXY_TLS).map_err(|error| ProxyError::boxed(&proxy, error))
                })
            }
        }
    }
}

/// Adds port 80 to `http` addresses: tunnels assume 443.
fn with_port(destination: Uri) -> Uri {
    if destination.port().is_some() || destination.scheme_str() != Some("http") {
        return destination;
    }
    let host = destination.host().unwrap_or_default();
    Uri::try_from(format!("http://{host}:80/")).unwrap_or(destination)
}

/// Failed connection through a proxy: unreachable, refused by it, or without a login it requires.
#[derive(Debug, thiserror::Error)]
#[error("could not connect through the proxy {proxy}")]
pub(crate) struct ProxyError {
    proxy: String,
    source: BoxError,
}

impl ProxyError {
    fn boxed(proxy: &Uri, source: impl Into<BoxError>) -> BoxError {
        let proxy = proxy.to_string().trim_end_matches('/').to_owned();
        Box::new(Self { proxy, source: source.into() })
    }

    pub(crate) fn proxy(&self) -> &str {
        &self.proxy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxy_credentials_are_decoded_and_hidden_from_debug() {
        for (url, address) in [
            ("http://us%40er:hun+ter2%25@proxy:3128", "http://proxy:3128/"),
            ("https://us%40er:hun+ter2%25@proxy", "https://proxy:443/"),
        ] {
            let route = Route::through(&Url::parse(url).unwrap()).unwrap();
            let Route::Http { proxy, authorization: Some(authorization) } = &route else { panic!("{route:?}") };
            assert_eq!(proxy.to_string(), address);
            let expected = format!("Basic {}", BASE64_STANDARD.encode("us@er:hun+ter2%"));
            assert_eq!(authorization.to_str().unwrap(), expected);
        }
        for (url, port) in [("socks5://user:hunter2@proxy", 1080), ("socks5h://user:hunter2@proxy:9", 9)] {
            let route = Route::through(&Url::parse(url).unwrap()).unwrap();
            let Route::Socks { proxy, local_dns, .. } = &route else { panic!("{route:?}") };
            assert_eq!((proxy.port_u16(), *local_dns), (Some(port), url.starts_with("socks5:")));
            assert!(!format!("{route:?}").contains("hunter2"));
        }
    }

    #[test]
    fn a_tunnel_gets_an_explicit_port() {
        for (given, expected) in [
            ("http://host/", "http://host:80/"),
            ("http://[::1]/", "http://[::1]:80/"),
            ("https://host/", "https://host/"),
        ] {
            assert_eq!(with_port(Uri::from_static(given)).to_string(), expected);
        }
    }
}
