//! Certificates, and a TLS terminator for any port that speaks plaintext.
//!
//! ```text
//! let pki = Pki::new();
//! let front = TlsFront::to(emulator.grpc_url(), &pki.server).alpn(["h2"]).client_ca(&pki).start().await;
//! // clients trust `pki.ca` and present `pki.client`, and connect to `front.url()`
//! ```

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType};
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::tcp::{Serving, authority, dial, splice};

/// Certificates of one test, as PEM: an authority and what it signed.
#[derive(Debug)]
pub(crate) struct Pki {
    /// The certificate of the authority.
    pub(crate) ca: String,
    /// For `localhost` and 127.0.0.1.
    pub(crate) server: Identity,
    /// For `elsewhere.test` and nothing else.
    pub(crate) elsewhere: Identity,
    /// For `localhost` and 127.0.0.1, until yesterday.
    pub(crate) expired: Identity,
    /// For clients.
    pub(crate) client: Identity,
}

/// A certificate and its private key.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) cert: String,
    pub(crate) key: String,
}

impl Pki {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        // Two authorities of one name would be taken for one with a bad signature.
        let name = format!("test bed {}", uuid::Uuid::new_v4());
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let ca = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        let (here, yesterday) = (["localhost", "127.0.0.1"], OffsetDateTime::now_utc() - Duration::DAY);
        Self {
            ca,
            server: sign(&issuer, &here, ExtendedKeyUsagePurpose::ServerAuth, None),
            elsewhere: sign(&issuer, &["elsewhere.test"], ExtendedKeyUsagePurpose::ServerAuth, None),
            expired: sign(&issuer, &here, ExtendedKeyUsagePurpose::ServerAuth, Some(yesterday)),
            client: sign(&issuer, &["a client"], ExtendedKeyUsagePurpose::ClientAuth, None),
        }
    }
}

fn sign(
    issuer: &Issuer<'_, KeyPair>,
    names: &[&str],
    usage: ExtendedKeyUsagePurpose,
    until: Option<OffsetDateTime>,
) -> Identity {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, names[0]);
    for name in names {
        params.subject_alt_names.push(match name.parse::<Ipv4Addr>() {
            Ok(address) => SanType::IpAddress(IpAddr::V4(address)),
            Err(_) => SanType::DnsName(name.replace(' ', "-").try_into().unwrap()),
        });
    }
    params.extended_key_usages.push(usage);
    params.not_after = until.unwrap_or(params.not_after);
    let key = KeyPair::generate().unwrap();
    Identity { cert: params.signed_by(&key, issuer).unwrap().pem(), key: key.serialize_pem() }
}

/// Settings of a [`TlsFront`].
#[derive(Debug)]
pub(crate) struct TlsFrontBuilder {
    upstream: String,
    cert: String,
    key: String,
    alpn: Vec<Vec<u8>>,
    client_ca: Option<String>,
    client_optional: bool,
    forgetful: bool,
}

impl TlsFrontBuilder {
    /// ALPN protocols that the server offers. Default: `h2` and `http/1.1`; none if empty.
    pub(crate) fn alpn<const N: usize>(mut self, protocols: [&str; N]) -> Self {
        self.alpn = protocols.map(|protocol| protocol.as_bytes().to_vec()).to_vec();
        self
    }

    /// Lets in only clients with a certificate that this authority has signed.
    pub(crate) fn client_ca(mut self, pki: &Pki) -> Self {
        self.client_ca = Some(pki.ca.clone());
        self
    }

    /// Asks for a certificate that this authority has signed, and lets in who shows none.
    pub(crate) fn client_ca_asked(mut self, pki: &Pki) -> Self {
        self.client_optional = true;
        self.client_ca(pki)
    }

    /// Disables session resumption.
    pub(crate) fn forgetful(mut self) -> Self {
        self.forgetful = true;
        self
    }

    pub(crate) async fn start(self) -> TlsFront {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(ca) => builder.with_client_cert_verifier(verifier(ca, provider, self.client_optional)),
        };
        let chain = CertificateDer::pem_slice_iter(self.cert.as_bytes()).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap();
        let mut config = builder.with_single_cert(chain, key).unwrap();
        config.alpn_protocols = self.alpn;
        if self.forgetful {
            config.send_tls13_tickets = 0;
        }
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let noted = Arc::clone(&seen);
        let serving = Serving::start(move |stream, _, _| {
            let (acceptor, seen, upstream) = (acceptor.clone(), Arc::clone(&noted), self.upstream.clone());
            async move {
                let stream = match acceptor.accept(stream).await {
                    Ok(stream) => stream,
                    Err(fault) => return seen.lock().unwrap().failures.push(fault.to_string()),
                };
                let session = stream.get_ref().1;
                let protocol = session.alpn_protocol().unwrap_or_default().to_vec();
                let shown = session.peer_certificates().is_some();
                {
                    let mut seen = seen.lock().unwrap();
                    seen.protocols.push(String::from_utf8(protocol).unwrap());
                    seen.certificates += usize::from(shown);
                }
                // Without a server behind, the connection just ends.
                if let Ok(upstream) = dial(&upstream).await {
                    splice(stream, upstream).await;
                }
            }
        });
        TlsFront { serving: serving.await, seen }
    }
}

fn verifier(ca: &str, provider: Arc<CryptoProvider>, optional: bool) -> Arc<dyn ClientCertVerifier> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap()).unwrap();
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    if optional { builder.allow_unauthenticated() } else { builder }.build().unwrap()
}

/// Speaks TLS to its clients and plaintext to the port behind. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct TlsFront {
    serving: Serving,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    protocols: Vec<String>,
    certificates: usize,
    failures: Vec<String>,
}

impl TlsFront {
    pub(crate) fn to(upstream: impl AsRef<str>, identity: &Identity) -> TlsFrontBuilder {
        TlsFrontBuilder {
            upstream: authority(upstream.as_ref()),
            cert: identity.cert.clone(),
            key: identity.key.clone(),
            alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            client_ca: None,
            client_optional: false,
            forgetful: false,
        }
    }

    /// `https://127.0.0.1:` and the port.
    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.serving.addr())
    }

    /// `https://{host}:` and the port, for a name that leads to this machine.
    pub(crate) fn url_of(&self, host: &str) -> String {
        format!("https://{host}:{}", self.serving.addr().port())
    }

    pub(crate) fn connections(&self) -> usize {
        self.serving.connections()
    }

    /// Resets every connection that is open.
    pub(crate) fn drop_connections(&self) {
        self.serving.drop_connections();
    }

    /// In how many handshakes that succeeded the client had a certificate.
    pub(crate) fn certificates(&self) -> usize {
        self.seen.lock().unwrap().certificates
    }

    /// The protocol that was agreed on in each handshake that succeeded, or an empty text.
    pub(crate) fn handshakes(&self) -> Vec<String> {
        self.seen.lock().unwrap().protocols.clone()
    }

    /// Why handshakes failed, as seen from here.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.seen.lock().unwrap().failures.clone()
    }
}
