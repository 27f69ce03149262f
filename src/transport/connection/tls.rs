//! One policy for REST and gRPC: rustls with one crypto provider, handed to each library, never installed for the whole
//! process.

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
use crate::options::Tls as Rules;
use crate::{Error, Result};

pub(crate) struct Tls {
    /// What is shown to servers and expected of them.
    to_server: ClientConfig,
    /// To trust the same authorities, and no more: the other name and the client's certificate are meant for the server.
    to_proxy: Arc<ClientConfig>,
}

impl Tls {
    pub(crate) fn new(rules: &Rules) -> Result<Self> {
        let provider = provider(rules.provider.as_ref(), CryptoProvider::get_default())?;
        let verifier = verifier(rules, &provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration("TLS cannot be set up").with_source(error))?;
        let nameless = Arc::new(Lenient { name: None, ..verifier.clone() });
        let to_proxy = builder.clone().dangerous().with_custom_certificate_verifier(nameless).with_no_client_auth();
        let to_proxy = Arc::new(to_proxy);
        let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        let Some(identity) = &rules.identity else {
            return Ok(Self { to_server: builder.with_no_client_auth(), to_proxy });
        };
        let chain = certificates(&identity.chain)
            .ok_or_else(|| Error::configuration("the certificate of identity_pem is no certificate in PEM"))?;
        // What the library says of a key that it cannot read is not passed on: it might quote it.
        let key = PrivateKeyDer::from_pem_slice(identity.key.expose_secret())
            .map_err(|_| Error::configuration("the key of identity_pem is no private key in PEM"))?;
        let to_server = builder.with_client_auth_cert(chain, key).map_err(|error| {
            Error::configuration("the certificate and the key of identity_pem do not belong together")
                .with_source(error)
        })?;
        Ok(Self { to_server, to_proxy })
    }

    pub(crate) fn rest(&self) -> ClientConfig {
        self.to_server.clone()
    }

    /// The same for servers and for proxies on the way to them, told apart by the count of [`handshake::Counted`].
    pub(crate) fn rest_and_proxy(&self) -> ClientConfig {
        let mut config = self.to_server.clone();
        let identity = Arc::clone(&config.client_auth_cert_resolver);
        config.client_auth_cert_resolver = Arc::new(ForServers(identity));
        config.resumption = Resumption::disabled();
        config
    }

    /// The way to gRPC, which speaks HTTP/2 from its first byte.
    pub(crate) fn grpc(&self, connector: Connector) -> HttpsConnector<Connector> {
        let mut config = self.to_server.clone();
        config.alpn_protocols = vec![b"h2".to_vec()];
        HttpsConnector::from((connector, config))
    }

    /// To proxies. CONNECT is spoken in HTTP/1.1, and nothing else is offered.
    pub(crate) fn proxy(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.to_proxy)
    }
}

/// The provider given by the caller, else ring, else that of the process.
fn provider(
    given: Option<&Arc<CryptoProvider>>,
    of_process: Option<&Arc<CryptoProvider>>,
) -> Result<Arc<CryptoProvider>> {
    let ours = given.cloned().or_else(ring);
    ours.or_else(|| of_process.cloned()).ok_or_else(|| {
        Error::configuration(
            "TLS has no crypto provider: enable the feature `ring` of the crate `weaviate`, or give one to \
             Tls::crypto_provider (rustls' CryptoProvider::install_default does, too)",
        )
    })
}

#[cfg(feature = "ring")]
#[expect(clippy::unnecessary_wraps, reason = "there is none without the feature")]
fn ring() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::ring::default_provider()))
}

#[cfg(not(feature = "ring"))]
fn ring() -> Option<Arc<CryptoProvider>> {
    None
}

fn verifier(rules: &Rules, provider: &Arc<CryptoProvider>) -> Result<Lenient> {
    let mut own = Vec::new();
    for pem in &rules.ca {
        own.extend(
            certificates(pem)
                .ok_or_else(|| Error::configuration("what was given to ca_pem is no certificate in PEM"))?,
        );
    }
    let name = rules.server_name.clone().map(ServerName::try_from).transpose();
    let name = name.map_err(|_| Error::configuration("server_name is neither a host nor an IP address"))?;
    if rules.accept_invalid {
        // What the roots are does not matter then.
        let inner = webpki(Vec::new(), true, provider)?;
        return Ok(Lenient { inner, name, trusted: Vec::new(), accept_any: true });
    }
    if rules.only_these && own.is_empty() {
        return Err(Error::configuration("only_these_ca trusts nobody without ca_pem: add the certificate"));
    }
    #[cfg(feature = "native-roots")]
    if rules.system_roots && !rules.only_these {
        let system = rustls_platform_verifier::Verifier::new_with_extra_roots(own, Arc::clone(provider))
            .map_err(|error| Error::configuration("the system's certificates cannot be used").with_source(error))?;
        return Ok(Lenient { inner: Arc::new(system), name, trusted: Vec::new(), accept_any: false });
    }
    let inner = webpki(own.clone(), !rules.only_these, provider)?;
    Ok(Lenient { inner, name, trusted: own, accept_any: false })
}

/// These authorities, and Mozilla's where those count as well.
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
        roots
            .add(certificate)
            .map_err(|error| Error::configuration("a certificate of ca_pem cannot be used").with_source(error))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
        .build()
        .map_err(|error| Error::configuration("TLS cannot be set up").with_source(error))?;
    Ok(verifier)
}

fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let all: Option<Vec<_>> = CertificateDer::pem_slice_iter(pem).map(Result::ok).collect();
    all.filter(|all| !all.is_empty())
}

/// A library's verifier with what the caller said beyond its rules.
#[derive(Clone, Debug)]
struct Lenient {
    inner: Arc<dyn ServerCertVerifier>,
    /// To hold a certificate against in place of the host of the address.
    name: Option<ServerName<'static>>,
    /// What the caller trusts by itself. A self-signed certificate is seldom an authority, which is all that webpki takes.
    trusted: Vec<CertificateDer<'static>>,
    /// For `danger_accept_invalid_certs`. The server still has to hold the key to what it shows.
    accept_any: bool,
}

impl Lenient {
    fn judge(
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
        let name = self.name.as_ref().filter(|_| !handshake::is_with_proxy()).unwrap_or(server_name);
        let verdict = self.inner.verify_server_cert(end_entity, intermediates, name, ocsp_response, now);
        let Err(error) = verdict else { return verdict };
        if self.trusted.contains(end_entity) && is_about_the_chain(&error) {
            verify_server_name(&rustls::server::ParsedCertificate::try_from(end_entity)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        Err(error)
    }
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.judge(end_entity, intermediates, server_name, ocsp_response, now);
        if verdict.is_ok() {
            handshake::accepted();
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

/// It is not signed by an authority, or is one itself: which says nothing against a certificate that is trusted by itself.
/// Its age and its name still count.
fn is_about_the_chain(error: &rustls::Error) -> bool {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => {
            other.to_string().contains("CaUsedAsEndEntity")
        }
        _ => false,
    }
}

/// The client's certificate, for no proxy.
#[derive(Debug)]
struct ForServers(Arc<dyn ResolvesClientCert>);

impl ResolvesClientCert for ForServers {
    /// A certificate is asked for before that of the other side is judged, hence while it is still its turn.
    fn resolve(&self, authorities: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        if handshake::is_with_proxy() { None } else { self.0.resolve(authorities, schemes) }
    }

    fn has_certs(&self) -> bool {
        self.0.has_certs()
    }
}

/// With whom there is trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Server,
    /// The one on the way to the server.
    Proxy,
}

/// What went wrong with TLS and what helps, if it is TLS that went wrong.
pub(crate) fn trouble(error: &(dyn StdError + 'static), with: Peer) -> Option<String> {
    use rustls::Error as E;
    let (who, other_name, broken_off) = match with {
        Peer::Server => (
            "the server",
            "use that one as the host, or give it to Tls::server_name",
            "it may want a certificate, see Tls::identity_pem",
        ),
        Peer::Proxy => (
            "the proxy",
            "use that one as the host in the proxy's address",
            "it may want a certificate, and proxies are shown none",
        ),
    };
    let broken_off = || format!("{who} broke off the TLS handshake: {broken_off}");
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = find(error) {
            return Some(match tls {
                E::InvalidCertificate(CertificateError::UnknownIssuer) => format!(
                    "{who}'s certificate is signed by nobody this client trusts: add the authority with Tls::ca_pem"
                ),
                E::InvalidCertificate(
                    CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
                ) => format!("{who}'s certificate is for another name: {other_name}"),
                E::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
                    format!("{who}'s certificate has expired")
                }
                E::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
                    format!("{who}'s certificate is not valid yet: compare the clocks")
                }
                E::InvalidCertificate(_) => format!("{who}'s certificate is not acceptable"),
                E::AlertReceived(_) => broken_off(),
                E::InvalidMessage(_) => format!("what {who} speaks is not TLS: its address may begin with http://"),
                _ => format!("TLS could not be agreed on with {who}"),
            });
        }
        next = error.source();
        if next.is_none() {
            let words = error.to_string();
            // HTTP/2 passes the words of an I/O error on, and not the error.
            if words.contains("received fatal alert") {
                return Some(broken_off());
            }
            // To the library this is an I/O error like any other.
            if words == "tls handshake eof" {
                return Some(format!("{who} hung up in the TLS handshake: its address may begin with http://"));
            }
        }
    }
    None
}

/// An I/O error keeps its cause where `source` does not lead.
fn find<'e>(error: &'e (dyn StdError + 'static)) -> Option<&'e rustls::Error> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().and_then(|cause| find(cause)),
        None => error.downcast_ref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider_of_the_test() -> Arc<CryptoProvider> {
        // The tests have ring in any case, from their own dependencies.
        Arc::new(rustls::crypto::ring::default_provider())
    }

    #[test]
    fn a_given_provider_comes_first() {
        let (given, other) = (provider_of_the_test(), provider_of_the_test());
        let chosen = provider(Some(&given), Some(&other)).unwrap();
        assert!(Arc::ptr_eq(&chosen, &given));
        let tls = Tls::new(&Rules::new().crypto_provider(Arc::clone(&given))).unwrap();
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
    fn without_ring_the_default_of_the_process_serves_or_the_error_names_the_ways_out() {
        let other = provider_of_the_test();
        assert!(Arc::ptr_eq(&provider(None, Some(&other)).unwrap(), &other));
        let error = provider(None, None).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        for way in ["feature `ring`", "Tls::crypto_provider"] {
            assert!(error.to_string().contains(way), "{error}");
        }
    }
}
