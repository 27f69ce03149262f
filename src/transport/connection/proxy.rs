//! The way to an address: straight on, or through which proxy.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::Result;
use crate::options::{Endpoint, Proxies, ProxyUrls};

/// What a client goes by.
#[derive(Clone)]
pub(crate) struct ProxyRules(Arc<Rules>);

struct Rules {
    urls: ProxyUrls,
    /// Decides whether a host is reached directly; which proxy it is otherwise, the table above says.
    matcher: Matcher,
}

impl ProxyRules {
    pub(crate) fn new(proxies: &Proxies) -> Result<Self> {
        let urls = proxies.resolve(&|name| std::env::var(name).ok())?;
        // The library knows the language of NO_PROXY. Any proxy will do to ask it.
        let matcher = Matcher::builder().all("http://proxy").no(urls.no.clone()).build();
        Ok(Self(Arc::new(Rules { urls, matcher })))
    }

    /// For reqwest, which asks with each address that it is about to reach.
    pub(crate) fn rest(&self) -> reqwest::Proxy {
        let own = self.clone();
        reqwest::Proxy::custom(move |url| {
            let proxy = own.of_rest(url.scheme(), url.host_str()?)?;
            #[cfg(feature = "tls")]
            if proxy.scheme() == "https" {
                super::handshake::proxy_comes_first();
            }
            Some(proxy)
        })
    }

    /// Whether there is a proxy for REST that is spoken to by TLS.
    #[cfg(feature = "tls")]
    pub(crate) fn rest_by_tls(&self) -> bool {
        [&self.0.urls.http, &self.0.urls.https].into_iter().flatten().any(|proxy| proxy.scheme() == "https")
    }

    pub(crate) fn of_rest_endpoint(&self, endpoint: &Endpoint) -> Option<Url> {
        self.of_rest(endpoint.scheme(), endpoint.host())
    }

    pub(crate) fn of_grpc_endpoint(&self, endpoint: &Endpoint) -> Option<Url> {
        let urls = &self.0.urls;
        let proxy = if endpoint.is_https() { &urls.grpc_https } else { &urls.grpc_http };
        self.unless_spared(endpoint.host(), proxy.as_ref())
    }

    fn of_rest(&self, scheme: &str, host: &str) -> Option<Url> {
        let urls = &self.0.urls;
        let proxy = if scheme == "https" { &urls.https } else { &urls.http };
        self.unless_spared(host, proxy.as_ref())
    }

    fn unless_spared(&self, host: &str, proxy: Option<&Url>) -> Option<Url> {
        let proxy = proxy?;
        let spared = self.0.urls.spare_loopback && crate::options::is_loopback(host);
        if spared {
            return None;
        }
        let destination = Uri::builder().scheme("http").authority(host).path_and_query("/").build().ok()?;
        self.0.matcher.intercept(&destination).map(|_| proxy.clone())
    }
}

impl fmt::Debug for ProxyRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyRules")
    }
}

/// A proxy without user and password.
pub(crate) fn shown(proxy: &Url) -> String {
    let port = proxy.port_or_known_default().map_or_else(String::new, |port| format!(":{port}"));
    format!("{}://{}{port}", proxy.scheme(), proxy.host_str().unwrap_or_default())
}

/// Why there is no tunnel through an HTTP proxy, if that is what failed. The library shows words and no type.
pub(crate) fn tunnel(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(why) = error.to_string().strip_prefix("tunnel error: ") {
            return Some(why.to_owned());
        }
        next = error.source();
    }
    None
}

/// What went wrong between this client and a proxy, where that can be told. `proxy` is its address.
pub(crate) fn trouble(proxy: &str, error: &(dyn StdError + 'static)) -> Option<String> {
    #[cfg(feature = "tls")]
    if proxy.starts_with("https://")
        && let Some(why) = super::tls::trouble(error, super::tls::Peer::Proxy)
    {
        return Some(why);
    }
    // What a port for TLS says to plain text is no HTTP, if it says anything.
    let may_be_tls = cfg!(feature = "tls") && proxy.starts_with("http://");
    match tunnel(error).as_deref() {
        Some("failed to create underlying connection") => None,
        Some("proxy authorization required") => {
            Some("the proxy wants a user and a password: put them into its address".to_owned())
        }
        Some(_) if may_be_tls => {
            Some("the proxy does not let it through, or speaks TLS: its address may begin with https://".to_owned())
        }
        Some(_) => Some("the proxy does not let it through".to_owned()),
        None if may_be_tls && crate::transport::causes::find(error).is_some_and(hyper::Error::is_parse) => {
            Some("what the proxy speaks is not HTTP: its address may begin with https://".to_owned())
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(address: &str) -> Endpoint {
        Endpoint::parse("REST", address).unwrap()
    }

    #[test]
    fn hosts_that_are_spared_are_reached_directly() {
        let proxies = Proxies::new().all("http://user:pw@proxy:3128").no_proxy(["10.0.0.0/8", ".internal", "::2"]);
        let rules = ProxyRules::new(&proxies).unwrap();
        for (address, through) in [
            ("http://weaviate.example.com", true),
            ("http://weaviate.internal:8080", false),
            ("http://10.1.2.3:8080", false),
            ("http://11.1.2.3:8080", true),
            ("http://[::2]:8080", false),
            ("http://[::3]:8080", true),
            // Named by hand, a proxy is meant for this machine, too.
            ("http://localhost:8080", true),
        ] {
            for found in [rules.of_rest_endpoint(&endpoint(address)), rules.of_grpc_endpoint(&endpoint(address))] {
                assert_eq!(found.is_some(), through, "{address}");
                assert!(found.is_none_or(|url| shown(&url) == "http://proxy:3128"));
            }
        }
        let only_grpc = ProxyRules::new(&Proxies::new().grpc("socks5://proxy:1080")).unwrap();
        assert!(only_grpc.of_rest_endpoint(&endpoint("http://a")).is_none());
        assert_eq!(shown(&only_grpc.of_grpc_endpoint(&endpoint("http://a")).unwrap()), "socks5://proxy:1080");
    }
}
