use std::fmt;

use url::{Host, Url};

use crate::{Error, Result};

/// The address of a server for one protocol: scheme, host, port and, for REST, a path before `/v1`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// The protocol, for messages.
    protocol: &'static str,
    url: Url,
}

/// The reason why a text is not a valid address. It does not repeat the text, which may contain a
/// password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Unusable {
    #[error("is not a URL such as http://localhost:8080: {0}")]
    NotAUrl(#[from] url::ParseError),
    #[error("must start with http:// or https://")]
    Scheme,
    #[error("has no host, such as localhost in http://localhost:8080")]
    NoHost,
    #[error("contains a user or password, which logs would show: use api_key")]
    Credentials,
    #[error("must not have a query or a fragment")]
    QueryOrFragment,
    #[error("must not have a path: give scheme, host and port only")]
    Path,
    #[error("starts with https://, which needs the feature `tls` of the crate `weaviate`")]
    NoTls,
}

impl Unusable {
    /// Makes the error, which names the protocol.
    fn of(self, protocol: &'static str) -> Error {
        Error::configuration(format!("the {protocol} address {self}"))
    }
}

fn usable(address: &str) -> Result<Url, Unusable> {
    let url = Url::parse(address.trim())?;
    let faults = [
        (!matches!(url.scheme(), "http" | "https"), Unusable::Scheme),
        (url.host().is_none(), Unusable::NoHost),
        (!url.username().is_empty() || url.password().is_some(), Unusable::Credentials),
        (url.query().is_some() || url.fragment().is_some(), Unusable::QueryOrFragment),
        (url.scheme() == "https" && cfg!(not(feature = "tls")), Unusable::NoTls),
    ];
    match faults.into_iter().find(|(is_there, _)| *is_there) {
        Some((_, fault)) => Err(fault),
        None => Ok(url),
    }
}

impl Endpoint {
    /// Parses the address of a protocol. Errors name the protocol and do not repeat the address.
    pub(crate) fn parse(protocol: &'static str, address: &str) -> Result<Self> {
        usable(address).map(|url| Self { protocol, url }).map_err(|reason| reason.of(protocol))
    }

    /// Parses an address of native gRPC, which cannot have a path.
    pub(crate) fn parse_grpc(address: &str) -> Result<Self> {
        let endpoint = Self::parse("gRPC", address)?;
        if endpoint.url.path() != "/" {
            return Err(Unusable::Path.of("gRPC"));
        }
        Ok(endpoint)
    }

    /// The URL without a trailing slash.
    pub(crate) fn base(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Formats protocol and address for messages: `REST at http://localhost:8080`.
    pub(crate) fn named(&self) -> String {
        format!("{} at {self}", self.protocol)
    }

    pub(crate) fn scheme(&self) -> &str {
        self.url.scheme()
    }

    /// Whether the address is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    pub(crate) fn with_port(&self, port: u16) -> Self {
        let mut url = self.url.clone();
        // Fails only for a URL without a host, which `parse` refuses.
        let _ = url.set_port(Some(port));
        Self { protocol: self.protocol, url }
    }
}

/// Whether a host is this machine. IPv6 addresses are in brackets, as in a URL.
pub(crate) fn is_loopback(host: &str) -> bool {
    match Host::parse(host) {
        Ok(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Ok(Host::Ipv4(ip)) => ip.is_loopback(),
        Ok(Host::Ipv6(ip)) => ip.to_canonical().is_loopback(),
        Err(_) => false,
    }
}

/// Shows the port even if it is the default, since it is the first thing to check.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}{}", self.url.scheme(), self.host(), self.port(), self.url.path().trim_end_matches('/'))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn rest(address: &str) -> Endpoint {
        Endpoint::parse("REST", address).unwrap()
    }

    #[test]
    fn addresses_are_read() {
        for (address, base, shown) in [
            ("http://localhost:8080", "http://localhost:8080", "http://localhost:8080"),
            ("http://localhost:8080/", "http://localhost:8080", "http://localhost:8080"),
            (" http://host ", "http://host", "http://host:80"),
            ("http://host/x/y/", "http://host/x/y", "http://host:80/x/y"),
            ("http://[::1]:8080", "http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!((rest(address).base(), rest(address).to_string().as_str()), (base, shown));
        }
        assert_eq!(rest("http://host").with_port(9).base(), "http://host:9");
    }

    #[cfg(feature = "tls")]
    #[test]
    fn https_has_a_port_of_its_own() {
        let endpoint = rest("https://host/x");
        assert_eq!((endpoint.to_string().as_str(), endpoint.is_https()), ("https://host:443/x", true));
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn https_needs_the_feature() {
        let error = Endpoint::parse("REST", "https://host").unwrap_err();
        assert!(error.to_string().contains("feature `tls`"), "{error}");
    }

    #[test]
    fn bad_addresses_are_refused_without_being_repeated() {
        use url::ParseError::{EmptyHost, InvalidIpv6Address, InvalidPort, RelativeUrlWithoutBase};
        for (address, reason) in [
            ("", RelativeUrlWithoutBase.into()),
            ("localhost:8080", Unusable::Scheme),
            ("ftp://host", Unusable::Scheme),
            ("http://", EmptyHost.into()),
            ("//host", RelativeUrlWithoutBase.into()),
            ("http://user:hunter2@host", Unusable::Credentials),
            ("http://hunter2@host", Unusable::Credentials),
            ("http://host?key=hunter2", Unusable::QueryOrFragment),
            ("http://host/#hunter2", Unusable::QueryOrFragment),
            ("http://u:hunter2@[::1", InvalidIpv6Address.into()),
            ("http://host:99999", InvalidPort.into()),
        ] {
            assert_eq!(usable(address), Err(reason), "{address}");
            let error = Endpoint::parse("REST", address).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{address}");
            assert!(error.to_string().contains("REST"), "{error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
        assert!(Endpoint::parse_grpc("http://host:50051/x").is_err());
        assert!(Endpoint::parse_grpc("http://host:50051/").is_ok());
    }

    #[test]
    fn loopback_is_recognised() {
        for address in
            ["http://localhost", "http://a.localhost", "http://127.0.0.1", "http://127.8.9.1:1", "http://[::1]"]
        {
            assert!(rest(address).is_loopback(), "{address}");
        }
        assert!(rest("http://[::ffff:127.0.0.1]").is_loopback());
        for address in ["http://host", "http://localhost.evil.com", "http://10.0.0.1", "http://[::2]", "http://0.0.0.0"]
        {
            assert!(!rest(address).is_loopback(), "{address}");
        }
    }
}
