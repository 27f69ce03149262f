use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use secrecy::SecretSlice;

/// Whom a client trusts, and what it shows of itself, over https. One set of rules for REST and gRPC.
///
/// Without it, certificates have to be signed by one of Mozilla's authorities, which are part of this crate.
///
/// # Crypto provider
///
/// TLS is that of [rustls](https://docs.rs/rustls/0.23) 0.23, which leaves cryptography to a provider. A client takes, in
/// this order: the one given to [`crypto_provider`](Self::crypto_provider); ring, with the feature `ring`, which is on by
/// default; the default of the process, if the application has installed one. Without any of these a client cannot be
/// built, not even for `http` addresses. The client never installs a provider for the process.
///
/// A proxy that is itself spoken to by TLS (see [`Proxies`](crate::connect::Proxies)) needs a certificate from an authority that is
/// trusted here, too. [`identity_pem`](Self::identity_pem) and [`server_name`](Self::server_name) are for servers alone.
///
/// ```no_run
/// use weaviate::Client;
/// use weaviate::connect::Tls;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let tls = Tls::new()
///     .ca_pem(std::fs::read("company-ca.pem")?)
///     .identity_pem(std::fs::read("client.pem")?, std::fs::read("client-key.pem")?);
/// let client = Client::custom("https://weaviate.internal")
///     .grpc("https://weaviate.internal:50051")
///     .tls(tls)
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "the rules are given to a client"]
pub struct Tls {
    pub(crate) ca: Vec<Vec<u8>>,
    pub(crate) only_these: bool,
    #[cfg(feature = "native-roots")]
    pub(crate) system_roots: bool,
    pub(crate) identity: Option<Identity>,
    pub(crate) server_name: Option<String>,
    pub(crate) accept_invalid: bool,
    pub(crate) provider: Option<Arc<CryptoProvider>>,
}

#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) chain: Vec<u8>,
    pub(crate) key: SecretSlice<u8>,
}

impl Tls {
    /// Trusts Mozilla's authorities and shows no certificate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts the certificates of this PEM text as well: those of a company's own authority, or a server's self-signed one.
    pub fn ca_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.ca.push(pem.as_ref().to_vec());
        self
    }

    /// Trusts only what [`ca_pem`](Self::ca_pem) brings.
    pub fn only_these_ca(mut self) -> Self {
        self.only_these = true;
        self
    }

    /// Trusts whom the operating system trusts, in place of Mozilla's authorities.
    #[cfg(feature = "native-roots")]
    pub fn system_roots(mut self) -> Self {
        self.system_roots = true;
        self
    }

    /// Shows this certificate to servers that want one (mTLS): a chain in PEM, the client's own certificate first, and its
    /// private key in PEM.
    pub fn identity_pem(mut self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        self.identity = Some(Identity { chain: chain.as_ref().to_vec(), key: key.as_ref().to_vec().into() });
        self
    }

    /// Holds the certificate against this name instead of the host of the address: for a server that is reached by its IP
    /// address, or through a tunnel.
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Sets the crypto provider, such as that of aws-lc-rs or one that is certified for FIPS. Default: ring, with the feature
    /// `ring`; without it, the default of the process.
    ///
    /// The type is that of rustls 0.23, which the application names as a dependency of its own. To leave ring out of the
    /// build, turn the default features off: `default-features = false, features = ["tls", "derive"]`.
    /// Downloads of `Client::embedded` come before a client: they take ring or the default of the process.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use weaviate::connect::Tls;
    ///
    /// # fn example(aws_lc_rs: rustls::crypto::CryptoProvider) {
    /// // let aws_lc_rs = rustls::crypto::aws_lc_rs::default_provider();
    /// let tls = Tls::new().crypto_provider(Arc::new(aws_lc_rs));
    /// # }
    /// ```
    #[doc(alias = "aws-lc-rs")]
    #[doc(alias = "fips")]
    pub fn crypto_provider(mut self, provider: Arc<CryptoProvider>) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Accepts any certificate, whoever made it, for whomever, however old. Anyone on the way can read and change all that is
    /// sent, credentials included: for tests alone.
    pub fn danger_accept_invalid_certs(mut self, accept: bool) -> Self {
        self.accept_invalid = accept;
        self
    }
}

/// Tells what is there, and no key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Tls");
        out.field("ca", &self.ca.len()).field("only_these_ca", &self.only_these);
        out.field("identity", &self.identity.is_some()).field("server_name", &self.server_name);
        out.field("crypto_provider", &self.provider.is_some());
        out.field("danger_accept_invalid_certs", &self.accept_invalid).finish_non_exhaustive()
    }
}
