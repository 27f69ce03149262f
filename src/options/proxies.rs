use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{Error, Result};

/// Which proxies lie on the way to the server.
///
/// Unless told otherwise, a client goes by the environment: `HTTPS_PROXY` and `HTTP_PROXY` for addresses with that scheme,
/// `GRPC_PROXY` for gRPC before those, `ALL_PROXY` for what is left, and `NO_PROXY` for hosts that are reached directly, each
/// in upper or lower case. Addresses on this machine are reached directly then.
///
/// A proxy's address is `http://host:3128`, `https://host:3129` for one that is itself spoken to by TLS (feature `tls`), or
/// `socks5://host:1080` (`socks5h` lets the proxy look up names; for REST with the feature `tls`), perhaps with a user and a
/// password in it. gRPC and https go through an HTTP proxy by `CONNECT`, which it has to allow for the server's port.
///
/// The certificate of an `https://` proxy has to be for the host in the proxy's address, and from an authority that the client
/// trusts: `Tls::ca_pem`, `only_these_ca` and `danger_accept_invalid_certs` count for proxies as for servers. What is meant for
/// the server alone does not: `Tls::server_name` is not looked for in a proxy's certificate, and no proxy is shown that of
/// `Tls::identity_pem`. REST and gRPC are alike in this.
///
/// ```
/// use weaviate::Client;
/// use weaviate::connect::Proxies;
///
/// let proxies = Proxies::new().all("http://user:password@proxy.internal:3128").no_proxy(["10.0.0.0/8", "weaviate.internal"]);
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
    /// Takes the proxies of the environment. The default of a client.
    pub fn from_env() -> Self {
        Self { explicit: None }
    }

    /// Uses no proxy, whatever the environment says.
    pub fn none() -> Self {
        Self::new()
    }

    /// Starts without proxies, whatever the environment says. The setters add them.
    pub fn new() -> Self {
        Self { explicit: Some(Explicit::default()) }
    }

    /// For everything.
    pub fn all(self, url: impl Into<String>) -> Self {
        let url: SecretString = url.into().into();
        self.with(|own| {
            own.http = Some(url.clone());
            own.https = Some(url.clone());
            own.grpc = Some(url);
        })
    }

    /// For REST at addresses that begin with `http://`.
    pub fn http(self, url: impl Into<String>) -> Self {
        self.with(|own| own.http = Some(url.into().into()))
    }

    /// For REST at addresses that begin with `https://`.
    pub fn https(self, url: impl Into<String>) -> Self {
        self.with(|own| own.https = Some(url.into().into()))
    }

    /// For gRPC.
    pub fn grpc(self, url: impl Into<String>) -> Self {
        self.with(|own| own.grpc = Some(url.into().into()))
    }

    /// These are reached directly: a host with all below it, an IP address, or a range of them such as `10.0.0.0/8`.
    pub fn no_proxy<H: Into<String>>(self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.with(|own| own.no.extend(hosts.into_iter().map(Into::into)))
    }

    fn with(mut self, change: impl FnOnce(&mut Explicit)) -> Self {
        change(self.explicit.get_or_insert_default());
        self
    }

    /// The addresses, looked at and found usable. `read` says what a variable of the environment holds.
    pub(crate) fn resolve(&self, read: &dyn Fn(&str) -> Option<String>) -> Result<ProxyUrls> {
        let Some(own) = &self.explicit else { return from_environment(read) };
        let url = |field: &str, text: &Option<SecretString>| match text {
            Some(text) => parse(&format!("the proxy given to {field}"), text.expose_secret()).map(Some),
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

/// The same as [`Proxies::new`]: without proxies.
impl Default for Proxies {
    fn default() -> Self {
        Self::new()
    }
}

/// Says for what there are proxies, not which: an address may hold a password.
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

/// Which proxy is for what.
#[derive(Clone, Default)]
pub(crate) struct ProxyUrls {
    pub(crate) http: Option<Url>,
    pub(crate) https: Option<Url>,
    pub(crate) grpc_http: Option<Url>,
    pub(crate) grpc_https: Option<Url>,
    /// As `NO_PROXY` has it.
    pub(crate) no: String,
    /// Addresses on this machine are reached directly.
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
        Some((name, value)) => parse(&format!("the proxy that {name} names"), &value).map(Some),
        None => Ok(None),
    };
    let all = proxy("ALL_PROXY")?;
    // To a CGI program, HTTP_PROXY is what a stranger sent as the header `Proxy`.
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

/// Errors do not repeat the address, which may hold a password.
fn parse(what: &str, text: &str) -> Result<Url> {
    let refuse = |why: &str| Err(Error::configuration(format!("{what} {why}")));
    let text = text.trim();
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let Ok(url) = Url::parse(&with_scheme) else { return refuse("is no address such as http://proxy:3128") };
    match url.scheme() {
        "http" | "socks5" | "socks5h" => {}
        "https" if cfg!(feature = "tls") => {}
        "https" => return refuse("begins with https://, which needs the feature `tls`: http:// and socks5:// do not"),
        _ => return refuse("must begin with http://, https://, socks5:// or socks5h://"),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return refuse("names no host");
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
    fn an_unusable_proxy_is_named_and_not_shown() {
        for (address, word) in [
            ("ftp://user:hunter2@proxy", "must begin with"),
            #[cfg(not(feature = "tls"))]
            ("https://user:hunter2@proxy", "feature `tls`"),
            ("http://user:hunter2@[::1", "no address"),
            ("http://", "no address"),
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
