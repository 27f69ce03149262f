//! TLS of REST and gRPC: rustls with one crypto provider, passed to each library and never
//! installed for the process.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use hyper_rustls::HttpsConnector;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, Resumption, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use secrecy::ExposeSecret as _;

use super::connector::Connector;
use super::handshake;
use crate::options::Tls as TlsOptions;
use crate::{Error, Result};

pub(crate) struct ConnectionTls {
    /// Configuration for servers.
    to_server: ClientConfig,
    /// Configuration for proxies: the same certificate authorities, without server name and client
    /// certificate, which are for the server only.
    to_proxy: Arc<ClientConfig>,
}

impl ConnectionTls {
    pub(crate) fn new(rules: &TlsOptions) -> Result<Self> {
        let provider = provider(rules.provider.as_ref(), CryptoProvider::get_default())?;
        let verifier = verifier(rules, &provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration("could not set up TLS").with_source(error))?;
        let without_name = Arc::new(ConfiguredVerifier { name: None, ..verifier.clone() });
        let to_proxy = builder.clone().dangerous().with_custom_certificate_verifier(without_name).with_no_client_auth();
        let to_proxy = Arc::new(to_proxy);
        let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        let Some(identity) = &rules.identity else {
            return Ok(Self { to_server: builder.with_no_client_auth(), to_proxy });
        };
        let chain = certificates(&identity.chain)
            .ok_or_else(|| Error::configuration("the certificate of identity_pem is not a PEM certificate"))?;
        // The library's error might quote the key, so it is dropped.
        let key = PrivateKeyDer::from_pem_slice(identity.key.expose_secret())
            .map_err(|_| Error::configuration("the key of identity_pem is not a PEM private key"))?;
        let to_server = builder.with_client_auth_cert(chain, key).map_err(|error| {
            Error::configuration("the certificate and the key of identity_pem do not match").with_source(error)
        })?;
        Ok(Self { to_server, to_proxy })
    }

    pub(crate) fn rest(&self) -> ClientConfig {
        self.to_server.clone()
    }

    /// Returns one configuration for servers and proxies. [`handshake::HandshakeLayer`] tells them
    /// apart.
    pub(crate) fn rest_and_proxy(&self) -> ClientConfig {
        let mut config = self.to_server.clone();
        let identity = Arc::clone(&config.client_auth_cert_resolver);
        config.client_auth_cert_resolver = Arc::new(ServersOnly(identity));
        config.resumption = Resumption::disabled();
        config
    }

    /// Returns the connector of gRPC, which is HTTP/2 without an upgrade.
    pub(crate) fn grpc(&self, connector: Connector) -> HttpsConnector<Connector> {
        let mut config = self.to_server.clone();
        config.alpn_protocols = vec![b"h2".to_vec()];
        HttpsConnector::from((connector, config))
    }

    /// Returns the configuration for proxies. ALPN is not offered, since CONNECT uses HTTP/1.1.
    pub(crate) fn proxy(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.to_proxy)
    }
}

/// Returns the crypto provider of the caller, else ring, else the default of the process.
fn provider(
    given: Option<&Arc<CryptoProvider>>,
    of_process: Option<&Arc<CryptoProvider>>,
) -> Result<Arc<CryptoProvider>> {
    let ours = given.cloned().or_else(ring);
    ours.or_else(|| of_process.cloned()).ok_or_else(|| {
        Error::configuration(
            "TLS has no crypto provider: enable the crate feature `ring`, or set one with Tls::crypto_provider or rustls' \
             CryptoProvider::install_default",
        )
    })
}

#[cfg(feature = "ring")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature, it is None")]
fn ring() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::ring::default_provider()))
}

#[cfg(not(feature = "ring"))]
fn ring() -> Option<Arc<CryptoProvider>> {
    None
}

fn verifier(rules: &TlsOptions, provider: &Arc<CryptoProvider>) -> Result<ConfiguredVerifier> {
    let mut own = Vec::new();
    for pem in &rules.ca {
        own.extend(
            certificates(pem).ok_or_else(|| Error::configuration("the value of ca_pem is not a PEM certificate"))?,
        );
    }
    let name = rules.server_name.clone().map(ServerName::try_from).transpose();
    let name = name.map_err(|_| Error::configuration("server_name is neither a host name nor an IP address"))?;
    if rules.accept_invalid {
        // The roots are not used then.
        let inner = webpki(Vec::new(), true, provider)?;
        return Ok(ConfiguredVerifier { inner, name, trusted: Vec::new(), accept_any: true });
    }
    if rules.only_these && own.is_empty() {
        return Err(Error::configuration(
            "only_these_ca without ca_pem trusts no certificate authority: add one with ca_pem",
        ));
    }
    #[cfg(feature = "native-roots")]
    if rules.system_roots && !rules.only_these {
        let system =
            rustls_platform_verifier::Verifier::new_with_extra_roots(own, Arc::clone(provider)).map_err(|error| {
                Error::configuration("could not use the system's certificate authorities").with_source(error)
            })?;
        return Ok(ConfiguredVerifier { inner: Arc::new(system), name, trusted: Vec::new(), accept_any: false });
    }
    let inner = webpki(own.clone(), !rules.only_these, provider)?;
    Ok(ConfiguredVerifier { inner, name, trusted: own, accept_any: false })
}

/// Returns a verifier with these certificate authorities, and Mozilla's if enabled.
fn webpki(
    own: Vec<CertificateDer<'static>>,
    mozilla: bool,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>> {
    let mut roots = RootCertStore::empty();
    if mozilla {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for certificate in own {
        roots.add(certificate).map_err(|error| {
            Error::configuration("a certificate of ca_pem is not usable as a certificate authority").with_source(error)
        })?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|error| Error::configuration("could not set up TLS").with_source(error))?;
    Ok(verifier)
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let all: Option<Vec<_>> = CertificateDer::pem_slice_iter(pem).map(Result::ok).collect();
    all.filter(|all| !all.is_empty())
}

/// Certificate verifier with the options of the caller on top of a library's verifier.
#[derive(Clone, Debug)]
struct ConfiguredVerifier {
    inner: Arc<dyn ServerCertVerifier>,
    /// Expected name, instead of the host of the address.
    name: Option<ServerName<'static>>,
    /// Certificates that are trusted themselves. A self-signed certificate is rarely a certificate
    /// authority, which is all webpki accepts.
    trusted: Vec<CertificateDer<'static>>,
    /// Set by `danger_accept_invalid_certs`. The server must still own the private key of its
    /// certificate.
    accept_any: bool,
}

impl ConfiguredVerifier {
    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.accept_any {
            return Ok(ServerCertVerified::assertion());
        }
        let name = self.name.as_ref().filter(|_| !handshake::is_proxy_handshake()).unwrap_or(server_name);
        let verdict = self.inner.verify_server_cert(end_entity, intermediates, name, ocsp_response, now);
        let Err(error) = verdict else { return verdict };
        if self.trusted.contains(end_entity) && is_about_the_chain(&error) {
            verify_server_name(&rustls::server::ParsedCertificate::try_from(end_entity)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        Err(error)
    }
}

impl ServerCertVerifier for ConfiguredVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.verify(end_entity, intermediates, server_name, ocsp_response, now);
        if verdict.is_ok() {
            handshake::certificate_accepted();
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Returns whether the error is about the certificate chain. That does not matter for a certificate
/// that is trusted itself; expiry and name still do.
fn is_about_the_chain(error: &rustls::Error) -> bool {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => {
            other.to_string().contains("CaUsedAsEndEntity")
        }
        _ => false,
    }
}

/// Resolver of the client certificate, which is not sent to proxies.
#[derive(Debug)]
struct ServersOnly(Arc<dyn ResolvesClientCert>);

impl ResolvesClientCert for ServersOnly {
    /// The client certificate is requested before the peer's is verified, so the handshake is still
    /// the peer's.
    fn resolve(&self, authorities: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        if handshake::is_proxy_handshake() { None } else { self.0.resolve(authorities, schemes) }
    }

    fn has_certs(&self) -> bool {
        self.0.has_certs()
    }
}

/// Peer of a TLS handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Server,
    /// A proxy before the server.
    Proxy,
}

/// Explains a TLS error and its remedy; `None` for other errors.
pub(crate) fn explain_tls_error(error: &(dyn StdError + 'static), with: Peer) -> Option<String> {
    use rustls::Error as E;
    let (peer, other_name, aborted) = match with {
        Peer::Server => (
            "the server",
            "use that name as the host, or set Tls::server_name",
            "it may require a client certificate, see Tls::identity_pem",
        ),
        Peer::Proxy => (
            "the proxy",
            "use that name as the host in the proxy's address",
            "it may require a client certificate, which is not sent to proxies",
        ),
    };
    let aborted = || format!("{peer} aborted the TLS handshake: {aborted}");
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = find_tls_error(error) {
            return Some(match tls {
                E::InvalidCertificate(CertificateError::UnknownIssuer) => format!(
                    "{peer}'s certificate is not signed by a trusted certificate authority: add the authority with \
                     Tls::ca_pem"
                ),
                E::InvalidCertificate(
                    CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
                ) => format!("{peer}'s certificate is for another name: {other_name}"),
                E::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
                    format!("{peer}'s certificate has expired: renew it")
                }
                E::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
                    format!("{peer}'s certificate is not valid yet: compare the clocks")
                }
                E::InvalidCertificate(_) => format!("{peer}'s certificate is not valid"),
                E::AlertReceived(_) => aborted(),
                E::InvalidMessage(_) => format!("{peer} is not a TLS endpoint; should the URL start with `http://`?"),
                _ => format!("the TLS handshake with {peer} failed"),
            });
        }
        next = error.source();
        if next.is_none() {
            let words = error.to_string();
            // HTTP/2 passes the text of an I/O error on, not the error.
            if words.contains("received fatal alert") {
                return Some(aborted());
            }
            // For the library, this is an I/O error without a type of its own.
            if words == "tls handshake eof" {
                return Some(format!(
                    "{peer} closed the connection in the TLS handshake; should the URL start with `http://`?"
                ));
            }
        }
    }
    None
}

/// Finds a TLS error. An I/O error does not return its cause as `source`.
fn find_tls_error<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().and_then(|cause| find_tls_error(cause)),
        None => error.downcast_ref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider_of_the_test() -> Arc<CryptoProvider> {
        // The tests depend on ring themselves.
        Arc::new(rustls::crypto::ring::default_provider())
    }

    #[test]
    fn a_given_provider_comes_first() {
        let (given, other) = (provider_of_the_test(), provider_of_the_test());
        let chosen = provider(Some(&given), Some(&other)).unwrap();
        assert!(Arc::ptr_eq(&chosen, &given));
        let tls = ConnectionTls::new(&TlsOptions::new().crypto_provider(Arc::clone(&given))).unwrap();
        for config in [tls.rest(), tls.rest_and_proxy(), ClientConfig::clone(&tls.proxy())] {
            assert!(Arc::ptr_eq(config.crypto_provider(), &given));
        }
    }

    #[cfg(feature = "ring")]
    #[test]
    fn ring_comes_before_the_default_of_the_process() {
        let other = provider_of_the_test();
        assert!(!Arc::ptr_eq(&provider(None, Some(&other)).unwrap(), &other));
        assert!(provider(None, None).is_ok());
    }

    #[cfg(not(feature = "ring"))]
    #[test]
    fn without_ring_the_default_of_the_process_is_used() {
        let other = provider_of_the_test();
        assert!(Arc::ptr_eq(&provider(None, Some(&other)).unwrap(), &other));
        let error = provider(None, None).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        for way in ["feature `ring`", "Tls::crypto_provider"] {
            assert!(error.to_string().contains(way), "{error}");
        }
    }
}
