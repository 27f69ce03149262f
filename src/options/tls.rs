use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use secrecy::SecretSlice;

/// TLS settings of REST and gRPC: trusted certificate authorities and the client certificate.
///
/// By default, Mozilla's certificate authorities are trusted, which are part of this crate.
///
/// # Crypto provider
///
/// TLS is that of [rustls](https://docs.rs/rustls/0.23) 0.23, which needs a crypto provider. A
/// client uses the first of these:
///
/// 1. the one set with [`crypto_provider`](Self::crypto_provider),
/// 2. ring, with the feature `ring`, which is on by default,
/// 3. the default of the process, if the application has installed one.
///
/// Without any of them a client cannot be built, not even for `http` addresses. The client never
/// installs a provider for the process.
///
/// # Proxies
///
/// The certificate of an `https://` proxy (see [`Proxies`](crate::connect::Proxies)) has to be
/// signed by one of these authorities, too. [`identity_pem`](Self::identity_pem) and
/// [`server_name`](Self::server_name) apply to servers only.
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
#[must_use = "the settings are given to a client"]
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
    /// Trusts Mozilla's certificate authorities and has no client certificate.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds trusted certificate authorities in PEM, such as a company's own, or a self-signed
    /// certificate of a server.
    ///
    /// ```no_run
    /// use weaviate::connect::Tls;
    ///
    /// # fn example() -> std::io::Result<()> {
    /// let tls = Tls::new().ca_pem(std::fs::read("company-ca.pem")?);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "root_certificates")]
    pub fn ca_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.ca.push(pem.as_ref().to_vec());
        self
    }

    /// Trusts only the authorities of [`ca_pem`](Self::ca_pem), not Mozilla's.
    ///
    /// ```no_run
    /// use weaviate::connect::Tls;
    ///
    /// # fn example() -> std::io::Result<()> {
    /// let tls = Tls::new().ca_pem(std::fs::read("company-ca.pem")?).only_these_ca();
    /// # Ok(())
    /// # }
    /// ```
    pub fn only_these_ca(mut self) -> Self {
        self.only_these = true;
        self
    }

    /// Trusts the certificate authorities of the operating system in place of Mozilla's.
    ///
    /// ```
    /// use weaviate::connect::Tls;
    ///
    /// let tls = Tls::new().system_roots();
    /// ```
    #[cfg(feature = "native-roots")]
    pub fn system_roots(mut self) -> Self {
        self.system_roots = true;
        self
    }

    /// Sets the client certificate for servers that ask for one (mTLS), in PEM: the chain, with the
    /// client's own certificate first, and its private key.
    ///
    /// ```no_run
    /// use weaviate::connect::Tls;
    ///
    /// # fn example() -> std::io::Result<()> {
    /// let tls = Tls::new().identity_pem(std::fs::read("client.pem")?, std::fs::read("client-key.pem")?);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "mtls")]
    #[doc(alias = "client_certificate")]
    pub fn identity_pem(mut self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        self.identity = Some(Identity { chain: chain.as_ref().to_vec(), key: key.as_ref().to_vec().into() });
        self
    }

    /// Sets the name for hostname verification. Default: the host of the address.
    ///
    /// For a server that is reached by its IP address or through a tunnel.
    ///
    /// ```
    /// use weaviate::connect::Tls;
    ///
    /// let tls = Tls::new().server_name("weaviate.internal");
    /// ```
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into());
        self
    }

    /// Sets the crypto provider, such as aws-lc-rs or one that is certified for FIPS. Default:
    /// ring, with the feature `ring`; without it, the default of the process.
    ///
    /// The type is that of rustls 0.23, which the application depends on itself. To leave ring out
    /// of the build, turn the default features off:
    /// `default-features = false, features = ["tls", "derive"]`. Downloads of `Client::embedded`
    /// happen before there is a client. They use ring or the default of the process.
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

    /// Disables certificate verification: issuer, hostname and expiry. For tests only. Default:
    /// off.
    ///
    /// Anyone on the network path can then read and change all traffic, credentials included.
    ///
    /// ```
    /// use weaviate::connect::Tls;
    ///
    /// let tls = Tls::new().danger_accept_invalid_certs(true);
    /// ```
    #[doc(alias = "insecure")]
    pub fn danger_accept_invalid_certs(mut self, accept: bool) -> Self {
        self.accept_invalid = accept;
        self
    }
}

/// Shows which settings are set, without certificates and keys.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Tls");
        out.field("ca", &self.ca.len()).field("only_these_ca", &self.only_these);
        out.field("identity", &self.identity.is_some()).field("server_name", &self.server_name);
        out.field("crypto_provider", &self.provider.is_some());
        out.field("danger_accept_invalid_certs", &self.accept_invalid).finish_non_exhaustive()
    }
}
