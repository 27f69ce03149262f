//! One policy for REST and gRPC: rustls with ring, handed to each library, never installed for the whole process.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use hyper_rustls::HttpsConnector;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use secrecy::ExposeSecret as _;

use super::connector::Connector;
use crate::connect::Tls as Rules;
use crate::{Error, Result};

pub(super) struct Tls {
    config: ClientConfig,
}

impl Tls {
    pub(super) fn new(rules: &Rules) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration("TLS cannot be set up").with_source(error))?
            .dangerous()
            .with_custom_certificate_verifier(verifier(rules, &provider)?);
        let Some(identity) = &rules.identity else { return Ok(Self { config: builder.with_no_client_auth() }) };
        let chain = certificates(&identity.chain)
            .ok_or_else(|| Error::configuration("the certificate of identity_pem is no certificate in PEM"))?;
        // What the library says of a key that it cannot read is not passed on: it might quote it.
        let key = PrivateKeyDer::from_pem_slice(identity.key.expose_secret())
            .map_err(|_| Error::configuration("the key of identity_pem is no private key in PEM"))?;
        let config = builder.with_client_auth_cert(chain, key).map_err(|error| {
            Error::configuration("the certificate and the key of identity_pem do not belong together")
                .with_source(error)
        })?;
        Ok(Self { config })
    }

    pub(super) fn rest(&self) -> ClientConfig {
        self.config.clone()
    }

    /// The way to gRPC, which speaks HTTP/2 from its first byte.
    pub(super) fn grpc(&self, connector: Connector) -> HttpsConnector<Connector> {
        let mut config = self.config.clone();
        config.alpn_protocols = vec![b"h2".to_vec()];
        HttpsConnector::from((connector, config))
    }
}

fn verifier(rules: &Rules, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>> {
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
        return Ok(Arc::new(Lenient { inner, name, trusted: Vec::new(), accept_any: true }));
    }
    if rules.only_these && own.is_empty() {
        return Err(Error::configuration("only_these_ca trusts nobody without ca_pem: add the certificate"));
    }
    #[cfg(feature = "native-roots")]
    if rules.system_roots && !rules.only_these {
        let system = rustls_platform_verifier::Verifier::new_with_extra_roots(own, Arc::clone(provider))
            .map_err(|error| Error::configuration("the system's certificates cannot be used").with_source(error))?;
        return Ok(Arc::new(Lenient { inner: Arc::new(system), name, trusted: Vec::new(), accept_any: false }));
    }
    let inner = webpki(own.clone(), !rules.only_these, provider)?;
    Ok(Arc::new(Lenient { inner, name, trusted: own, accept_any: false }))
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
#[derive(Debug)]
struct Lenient {
    inner: Arc<dyn ServerCertVerifier>,
    /// To hold a certificate against in place of the host of the address.
    name: Option<ServerName<'static>>,
    /// What the caller trusts by itself. A self-signed certificate is seldom an authority, which is all that webpki takes.
    trusted: Vec<CertificateDer<'static>>,
    /// For `danger_accept_invalid_certs`. The server still has to hold the key to what it shows.
    accept_any: bool,
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
        if self.accept_any {
            return Ok(ServerCertVerified::assertion());
        }
        let name = self.name.as_ref().unwrap_or(server_name);
        let verdict = self.inner.verify_server_cert(end_entity, intermediates, name, ocsp_response, now);
        let Err(error) = verdict else { return verdict };
        if self.trusted.contains(end_entity) && is_about_the_chain(&error) {
            verify_server_name(&rustls::server::ParsedCertificate::try_from(end_entity)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        Err(error)
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

const BROKEN_OFF: &str = "it broke off the TLS handshake: it may want a certificate, see Tls::identity_pem";

/// What went wrong with TLS and what helps, if it is TLS that went wrong.
pub(super) fn trouble(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    use rustls::Error as E;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = find(error) {
            return Some(match tls {
                E::InvalidCertificate(CertificateError::UnknownIssuer) => {
                    "its certificate is signed by nobody this client trusts: add the authority with Tls::ca_pem"
                }
                E::InvalidCertificate(
                    CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
                ) => "its certificate is for another name: use that one as the host, or give it to Tls::server_name",
                E::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
                    "its certificate has expired"
                }
                E::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
                    "its certificate is not valid yet: compare the clocks"
                }
                E::InvalidCertificate(_) => "its certificate is not acceptable",
                E::AlertReceived(_) => {
                    "it broke off the TLS handshake: it may want a certificate, see Tls::identity_pem"
                }
                E::InvalidMessage(_) => "what it speaks is not TLS: its address may begin with http://",
                _ => "TLS could not be agreed on",
            });
        }
        next = error.source();
        // HTTP/2 passes the words of an I/O error on, and not the error.
        if next.is_none() && error.to_string().contains("received fatal alert") {
            return Some(BROKEN_OFF);
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
