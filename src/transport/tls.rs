//! One policy for REST and gRPC: rustls with ring and Mozilla's roots, handed to each library, never installed for the
//! whole process.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};

use crate::{Error, Result};

pub(super) struct Tls {
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl Tls {
    pub(super) fn new() -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|error| Error::configuration("TLS cannot be set up").with_source(error))?;
        Ok(Self { provider, verifier })
    }

    pub(super) fn rest(&self) -> Result<ClientConfig> {
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration("TLS cannot be set up").with_source(error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&self.verifier) as _)
            .with_no_client_auth();
        Ok(config)
    }

    pub(super) fn grpc(&self, endpoint: tonic::transport::Endpoint) -> Result<tonic::transport::Endpoint> {
        endpoint
            .tls_config_with_verifier(tonic::transport::ClientTlsConfig::new(), Arc::clone(&self.verifier) as _)
            .map_err(|error| Error::configuration("TLS cannot be set up for gRPC").with_source(error))
    }
}
