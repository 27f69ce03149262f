//! Proxy rules: the proxy of an address, or none.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::Result;
use crate::options::{Endpoint, Proxies, ProxyUrls};

/// The proxy rules of a client.
#[derive(Clone)]
pub(crate) struct ProxyRules(Arc<ProxyTable>);

struct ProxyTable {
    urls: ProxyUrls,
    /// Decides whether a host is reached directly. The proxy of other hosts is in `urls`.
    matcher: Matcher,
}

impl ProxyRules {
    pub(crate) fn new(proxies: &Proxies) -> Result<Self> {
        let urls = proxies.resolve(&|name| std::env::var(name).ok())?;
        // The library implements the syntax of NO_PROXY. It needs some proxy to answer, and any
        // will do.
        let matcher = Matcher::builder().all("http://proxy").no(urls.no.clone()).build();
        Ok(Self(Arc::new(ProxyTable { urls, matcher })))
    }

    /// Returns the rules for reqwest, which asks for each address it connects to.
    pub(crate) fn rest(&self) -> reqwest::Proxy {
        let own = self.clone();
        reqwest::Proxy::custom(move |url| {
            let proxy = own.of_rest(url.scheme(), url.host_str()?)?;
            #[cfg(feature = "tls")]
            if proxy.scheme() == "https" {
                super::handshake::expect_proxy();
            }
            Some(proxy)
        })
    }

    /// Returns whether some proxy for REST has an `https` address.
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
        self.unless_bypassed(endpoint.host(), proxy.as_ref())
    }

    fn of_rest(&self, scheme: &str, host: &str) -> Option<Url> {
        let urls = &self.0.urls;
        let proxy = if scheme == "https" { &urls.https } else { &urls.http };
        self.unless_bypassed(host, proxy.as_ref())
    }

    fn unless_bypassed(&self, host: &str, proxy: Option<&Url>) -> Option<Url> {
        let proxy = proxy?;
        let bypassed = self.0.urls.spare_loopback && crate::options::is_loopback(host);
        if bypassed {
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

/// Formats a proxy address without user and password.
pub(crate) fn without_credentials(proxy: &Url) -> String {
    let port = proxy.port_or_known_default().map_or_else(String::new, |port| format!(":{port}"));
    format!("{}://{}{port}", proxy.scheme(), proxy.host_str().unwrap_or_default())
}

/// Returns why a tunnel through an HTTP proxy failed, if that is the cause. The library reports it
/// as text only.
pub(crate) fn tunnel_error(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(why) = error.to_string().strip_prefix("tunnel error: ") {
            return Some(why.to_owned());
        }
        next = error.source();
    }
    None
}

/// Explains an error between this client and a proxy, where the cause is known. `proxy` is its
/// address.
pub(crate) fn explain_proxy_error(proxy: &str, error: &(dyn StdError + 'static)) -> Option<String> {
    #[cfg(feature = "tls")]
    if proxy.starts_with("https://")
        && let Some(why) = super::tls::explain_tls_error(error, super::tls::Peer::Proxy)
    {
        return Some(why);
    }
    // A TLS port answers plain text with bytes that are not HTTP, if at all.
    let may_be_tls = cfg!(feature = "tls") && proxy.starts_with("http://");
    match tunnel_error(error).as_deref() {
        Some("failed to create underlying connection") => None,
        Some("proxy authorization required") => {
            Some("the proxy requires a user and a password: put them into its address".to_owned())
        }
        Some(_) if may_be_tls => Some(
            "the proxy refuses the connection, or it is a TLS endpoint; should its URL start with `https://`?"
                .to_owned(),
        ),
        Some(_) => Some("the proxy refuses the connection".to_owned()),
        None if may_be_tls
            && crate::transport::causes::find_cause::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) =>
        {
            Some("the proxy does not answer in HTTP; should its URL start with `https://`?".to_owned())
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
    fn hosts_of_no_proxy_are_reached_directly() {
        let proxies = Proxies::new().all("http://user:pw@proxy:3128").no_proxy(["10.0.0.0/8", ".internal", "::2"]);
        let rules = ProxyRules::new(&proxies).unwrap();
        for (address, through) in [
            ("http://weaviate.example.com", true),
            ("http://weaviate.internal:8080", false),
            ("http://10.1.2.3:8080", false),
            ("http://11.1.2.3:8080", true),
            ("http://[::2]:8080", false),
            ("http://[::3]:8080", true),
            // An explicit proxy applies to this machine, too.
            ("http://localhost:8080", true),
        ] {
            for found in [rules.of_rest_endpoint(&endpoint(address)), rules.of_grpc_endpoint(&endpoint(address))] {
                assert_eq!(found.is_some(), through, "{address}");
                assert!(found.is_none_or(|url| without_credentials(&url) == "http://proxy:3128"));
            }
        }
        let only_grpc = ProxyRules::new(&Proxies::new().grpc("socks5://proxy:1080")).unwrap();
        assert!(only_grpc.of_rest_endpoint(&endpoint("http://a")).is_none());
        assert_eq!(
            without_credentials(&only_grpc.of_grpc_endpoint(&endpoint("http://a")).unwrap()),
            "socks5://proxy:1080"
        );
    }
}
