//! HTTP to what is no Weaviate server: downloads, and the probe of one that is still starting.

use crate::{Error, Result};

/// A client with the TLS of all other connections.
pub(crate) fn web_client(builder: reqwest::ClientBuilder) -> Result<reqwest::Client> {
    #[cfg(feature = "tls")]
    let builder =
        builder.tls_backend_preconfigured(super::connection::tls::Tls::new(&crate::options::Tls::new())?.rest());
    builder.build().map_err(|error| Error::configuration("the HTTP client cannot be set up").with_source(error))
}
