use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{Error, Result};

/// HTTP and SOCKS5 proxies between client and server.
///
/// A client uses those of the environment by default, each variable in upper or lower case:
///
/// - `HTTPS_PROXY` and `HTTP_PROXY` for addresses with that scheme,
/// - `GRPC_PROXY` for gRPC, before those two,
/// - `ALL_PROXY` where no other applies,
/// - `NO_PROXY` for hosts that are reached directly, as are addresses on this machine.
///
/// A proxy address may contain a user and a password. Its scheme is one of:
///
/// - `http://host:3128`. gRPC and https go through a `CONNECT` tunnel, which the proxy has to allow
///   for the server's port.
/// - `https://host:3129`, with TLS to the proxy (feature `tls`).
/// - `socks5://host:1080`, or `socks5h` to let the proxy resolve names. REST over SOCKS5 needs the
///   feature `tls`.
///
/// The certificate of an `https://` proxy is verified against the proxy's host name and the
/// certificate authorities of the client: `Tls::ca_pem`, `only_these_ca` and
/// `danger_accept_invalid_certs` apply. `Tls::server_name` and the client certificate of
/// `Tls::identity_pem` are for the server only.
///
/// ```
/// use weaviate::Client;
/// use weaviate::connect::Proxies;
///
/// let proxies = Proxies::new()
///     .all("http://user:password@proxy.internal:3128")
///     .no_proxy(["10.0.0.0/8", "weaviate.internal"]);
/// let behind_proxy = Client::custom("https://weaviate.example.com").proxies(proxies);
/// let direct = Client::local().proxies(Proxies::none());
/// ```
#[derive(Clone)]
#[must_use = "proxies are given to a client"]
pub struct Proxies {
    explicit: Option<Explicit>,
}

#[derive(Clone, Default)]
struct Explicit {
    http: Option<SecretString>,
    https: Option<SecretString>,
    grpc: Option<SecretString>,
    no: Vec<String>,
}

impl Proxies {
    /// Uses the proxies of the environment. The default of a client.
    pub fn from_env() -> Self {
        Self { explicit: None }
    }

    /// Uses no proxy and ignores the environment.
    pub fn none() -> Self {
        Self::new()
    }

    /// Starts without proxies and ignores the environment. The setters add proxies.
    pub fn new() -> Self {
        Self { explicit: Some(Explicit::default()) }
    }

    /// Sets the proxy of REST and gRPC.
    pub fn all(self, url: impl Into<String>) -> Self {
        let url: SecretString = url.into().into();
        self.with(|own| {
            own.http = Some(url.clone());
            own.https = Some(url.clone());
            own.grpc = Some(url);
        })
    }

    /// Sets the proxy of REST for addresses with `http://`.
    pub fn http(self, url: impl Into<String>) -> Self {
        self.with(|own| own.http = Some(url.into().into()))
    }

    /// Sets the proxy of REST for addresses with `https://`.
    pub fn https(self, url: impl Into<String>) -> Self {
        self.with(|own| own.https = Some(url.into().into()))
    }

    /// Sets the proxy of gRPC.
    pub fn grpc(self, url: impl Into<String>) -> Self {
        self.with(|own| own.grpc = Some(url.into().into()))
    }

    /// Adds hosts that are reached directly: a domain with its subdomains, an IP address, or a
    /// range such as `10.0.0.0/8`.
    pub fn no_proxy<H: Into<String>>(self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.with(|own| own.no.extend(hosts.into_iter().map(Into::into)))
    }

    fn with(mut self, change: impl FnOnce(&mut Explicit)) -> Self {
        change(self.explicit.get_or_insert_default());
        self
    }

    /// Parses the proxy addresses. `read` returns a variable of the environment.
    pub(crate) fn resolve(&self, read: &dyn Fn(&str) -> Option<String>) -> Result<ProxyUrls> {
        let Some(own) = &self.explicit else { return from_environment(read) };
        let url = |field: &str, text: &Option<SecretString>| match text {
            Some(text) => parse(&format!("the proxy address set with {field}"), text.expose_secret()).map(Some),
            None => Ok(None),
        };
        let grpc = url("grpc", &own.grpc)?;
        Ok(ProxyUrls {
            http: url("http", &own.http)?,
            https: url("https", &own.https)?,
            grpc_http: grpc.clone(),
            grpc_https: grpc,
            no: own.no.join(","),
            spare_loopback: false,
        })
    }
}

/// Equals [`Proxies::new`]: no proxies.
impl Default for Proxies {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows for which protocols there are proxies, without addresses, which may contain a password.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.explicit {
            None => f.write_str("Proxies(from the environment)"),
            Some(Explicit { http, https, grpc, no }) => f
                .debug_struct("Proxies")
                .field("http", &http.is_some())
                .field("https", &https.is_some())
                .field("grpc", &grpc.is_some())
                .field("no_proxy", no)
                .finish(),
        }
    }
}

/// The proxy of each kind of address.
#[derive(Clone, Default)]
pub(crate) struct ProxyUrls {
    pub(crate) http: Option<Url>,
    pub(crate) https: Option<Url>,
    pub(crate) grpc_http: Option<Url>,
    pub(crate) grpc_https: Option<Url>,
    /// In the format of `NO_PROXY`.
    pub(crate) no: String,
    /// Whether addresses on this machine are reached directly.
    pub(crate) spare_loopback: bool,
}

fn from_environment(read: &dyn Fn(&str) -> Option<String>) -> Result<ProxyUrls> {
    let either = |upper: &str| {
        [upper.to_owned(), upper.to_ascii_lowercase()].into_iter().find_map(|name| {
            let value = read(&name).filter(|value| !value.trim().is_empty())?;
            Some((name, value))
        })
    };
    let proxy = |name: &str| match either(name) {
        Some((name, value)) => parse(&format!("the proxy address in {name}"), &value).map(Some),
        None => Ok(None),
    };
    let all = proxy("ALL_PROXY")?;
    // In a CGI program, HTTP_PROXY is the header `Proxy` of the request (httpoxy).
    let http = if read("REQUEST_METHOD").is_some() { None } else { proxy("HTTP_PROXY")? }.or_else(|| all.clone());
    let https = proxy("HTTPS_PROXY")?.or(all);
    let grpc = proxy("GRPC_PROXY")?;
    Ok(ProxyUrls {
        grpc_http: grpc.clone().or_else(|| http.clone()),
        grpc_https: grpc.or_else(|| https.clone()),
        http,
        https,
        no: either("NO_PROXY").map(|(_, value)| value).unwrap_or_default(),
        spare_loopback: true,
    })
}

/// Parses a proxy address. Errors do not repeat it, since it may contain a password.
fn parse(what: &str, text: &str) -> Result<Url> {
    let refuse = |why: &str| Err(Error::configuration(format!("{what} {why}")));
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let Ok(url) = Url::parse(&with_scheme) else { return refuse("is not a URL such as http://proxy:3128") };
    match url.scheme() {
        "http" | "socks5" | "socks5h" => {}
        "https" if cfg!(feature = "tls") => {}
        "https" => {
            return refuse(
                "starts with https://, which needs the feature `tls` of the crate `weaviate`: use http:// or socks5://",
            );
        }
        _ => return refuse("must start with http://, https://, socks5:// or socks5h://"),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return refuse("has no host, such as proxy in http://proxy:3128");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Result<ProxyUrls> {
        let read =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Proxies::from_env().resolve(&read)
    }

    #[test]
    fn the_environment_names_proxies_for_each_kind_of_address() {
        let shown = |url: &Option<Url>| url.as_ref().map_or("-".to_owned(), |url| url.host_str().unwrap().to_owned());
        for (variables, expected) in [
            (&[] as &[_], "- - - -"),
            (&[("ALL_PROXY", "http://a")], "a a a a"),
            (&[("all_proxy", "socks5://a:1"), ("HTTPS_PROXY", "b:3128")], "a b a b"),
            (&[("http_proxy", "http://h"), ("grpc_proxy", "http://g")], "h - g g"),
            (&[("HTTP_PROXY", "http://h"), ("REQUEST_METHOD", "GET")], "- - - -"),
            (&[("HTTP_PROXY", " "), ("http_proxy", "http://h")], "h - h -"),
            #[cfg(feature = "tls")]
            (&[("HTTPS_PROXY", "https://s:3129"), ("GRPC_PROXY", "https://g")], "- s g g"),
        ] {
            let urls = environment(variables).unwrap();
            let found = [&urls.http, &urls.https, &urls.grpc_http, &urls.grpc_https].map(shown).join(" ");
            assert_eq!(found, expected, "{variables:?}");
            assert!(urls.spare_loopback);
        }
        assert_eq!(environment(&[("no_proxy", "a,b")]).unwrap().no, "a,b");
        let none = Proxies::none().resolve(&|_| Some("http://a".to_owned())).unwrap();
        assert!(none.http.is_none() && none.grpc_http.is_none());
    }

    #[test]
    fn an_invalid_proxy_address_is_refused_without_being_repeated() {
        for (address, word) in [
            ("ftp://user:hunter2@proxy", "must start with"),
            #[cfg(not(feature = "tls"))]
            ("https://user:hunter2@proxy", "feature `tls`"),
            ("http://user:hunter2@[::1", "not a URL"),
            ("http://", "not a URL"),
        ] {
            for error in [
                Proxies::new().grpc(address).resolve(&|_| None).err().unwrap(),
                environment(&[("HTTPS_PROXY", address)]).err().unwrap(),
            ] {
                let text = error.to_string();
                assert!(text.contains(word) && (text.contains("grpc") || text.contains("HTTPS_PROXY")), "{text}");
                assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
            }
        }
        assert!(!format!("{:?}", Proxies::new().all("http://user:hunter2@proxy")).contains("hunter2"));
    }
}
