//! HTTP requests outside the Weaviate API: downloads and the readiness probe of an embedded server.

use crate::{Error, Result};

/// Builds an HTTP client with the TLS provider of the crate.
pub(crate) fn web_client(builder: reqwest::ClientBuilder) -> Result<reqwest::Client> {
    #[cfg(feature = "tls")]
    let builder = builder
        .tls_backend_preconfigured(super::connection::tls::ConnectionTls::new(&crate::options::Tls::new())?.rest());
    builder.build().map_err(|error| Error::configuration("could not build the HTTP client").with_source(error))
}
