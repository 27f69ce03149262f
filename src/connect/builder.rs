use std::fmt;

use secrecy::SecretString;

use super::{Endpoint, Timeouts, init};
use crate::auth::Credential;
use crate::transport::Transport;
use crate::{Client, Error, Result};

/// Says where a server is and how to speak to it. Made by [`Client::local`] and [`Client::custom`].
///
/// ```no_run
/// use weaviate::Client;
///
/// # async fn example() -> weaviate::Result<()> {
/// let client = Client::custom("https://weaviate.example.com")
///     .grpc("https://grpc.weaviate.example.com")
///     .api_key("secret")
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing happens before `connect` or `connect_lazy`"]
pub struct ClientBuilder {
    rest: String,
    grpc: Option<String>,
    port: Option<u16>,
    grpc_port: Option<u16>,
    credential: Credential,
    plaintext_credentials: bool,
    timeouts: Timeouts,
}

impl ClientBuilder {
    pub(crate) fn local() -> Self {
        Self::custom("http://localhost:8080").grpc("http://localhost:50051")
    }

    pub(crate) fn custom(rest: impl Into<String>) -> Self {
        Self {
            rest: rest.into(),
            grpc: None,
            port: None,
            grpc_port: None,
            credential: Credential::Anonymous,
            plaintext_credentials: false,
            timeouts: Timeouts::default(),
        }
    }

    /// The address of gRPC: scheme, host and port, such as `http://localhost:50051`.
    pub fn grpc(mut self, url: impl Into<String>) -> Self {
        self.grpc = Some(url.into());
        self
    }

    /// Another port for REST than the address has.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Another port for gRPC than the address has.
    pub fn grpc_port(mut self, port: u16) -> Self {
        self.grpc_port = Some(port);
        self
    }

    /// Authenticates every call with an API key.
    ///
    /// A key is not sent over plain http to another machine, see
    /// [`allow_plaintext_credentials`](Self::allow_plaintext_credentials). A server without authentication refuses
    /// calls that carry one.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.credential = Credential::ApiKey(SecretString::from(key.into()));
        self
    }

    /// Lets a credential travel over plain http to another machine, where anyone on the way can read it. For networks
    /// that are private or encrypted beneath.
    pub fn allow_plaintext_credentials(mut self, allow: bool) -> Self {
        self.plaintext_credentials = allow;
        self
    }

    /// How long calls may take.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Makes the client and checks, within [`Timeouts::init`], that REST and gRPC answer and that the server is new
    /// enough ([`ServerVersion::MINIMUM`](crate::ServerVersion::MINIMUM)).
    pub async fn connect(self) -> Result<Client> {
        let init = self.timeouts.init;
        let transport = self.transport()?;
        init::check(&transport, init).await?;
        Ok(Client::new(transport))
    }

    /// Makes the client without any I/O: connections open with the first call. Must be called within a tokio runtime.
    pub fn connect_lazy(self) -> Result<Client> {
        Ok(Client::new(self.transport()?))
    }

    fn transport(self) -> Result<Transport> {
        let (rest, grpc) = self.endpoints()?;
        if !self.plaintext_credentials {
            self.credential.check_endpoint(&rest)?;
            self.credential.check_endpoint(&grpc)?;
        }
        Transport::new(rest, grpc, &self.credential, self.timeouts)
    }

    fn endpoints(&self) -> Result<(Endpoint, Endpoint)> {
        let rest = Endpoint::parse("REST", &self.rest)?;
        let grpc = self.grpc.as_deref().ok_or_else(|| {
            Error::configuration("the gRPC address is missing: add it with grpc, such as http://localhost:50051")
        })?;
        let grpc = Endpoint::parse_grpc(grpc)?;
        let at = |endpoint: Endpoint, port: Option<u16>| port.map_or(endpoint.clone(), |port| endpoint.with_port(port));
        Ok((at(rest, self.port), at(grpc, self.grpc_port)))
    }
}

/// An address is shown only once it is known to hold no password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("ClientBuilder");
        match self.endpoints() {
            Ok((rest, grpc)) => out.field("rest", &rest).field("grpc", &grpc),
            Err(error) => out.field("error", &error),
        };
        out.field("credential", &self.credential).field("plaintext_credentials", &self.plaintext_credentials);
        out.field("timeouts", &self.timeouts).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn error(builder: ClientBuilder) -> Error {
        builder.connect_lazy().unwrap_err()
    }

    #[tokio::test]
    async fn a_client_is_made_without_io() {
        assert!(Client::local().connect_lazy().is_ok());
        let (rest, grpc) = Client::local().port(9).grpc_port(10).endpoints().unwrap();
        assert_eq!((rest.base(), grpc.base()), ("http://localhost:9", "http://localhost:10"));
    }

    #[test]
    fn without_a_runtime_there_is_an_error_and_no_panic() {
        let error = error(Client::local());
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("tokio runtime"), "{error}");
    }

    #[tokio::test]
    async fn what_is_wrong_is_named() {
        for (builder, word) in [
            (Client::custom("http://localhost:8080"), "gRPC address is missing"),
            (Client::custom("localhost:8080").grpc("http://localhost:50051"), "REST address"),
            (Client::custom("http://localhost:8080").grpc("localhost:50051"), "gRPC address"),
            (Client::local().api_key(""), "API key is empty"),
            (Client::custom("http://a.example").grpc("http://localhost").api_key("hunter2"), "http://a.example:80"),
            (Client::custom("http://localhost").grpc("http://b.example").api_key("hunter2"), "http://b.example:80"),
        ] {
            let shown = format!("{builder:?}");
            let error = error(builder);
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains(word), "{error}");
            assert!(!format!("{shown} {error:?}").contains("hunter2"));
        }
        let allowed = Client::custom("http://a.example").grpc("http://b.example").api_key("hunter2");
        assert!(allowed.allow_plaintext_credentials(true).connect_lazy().is_ok());
    }

    #[tokio::test]
    async fn nothing_public_shows_a_secret() {
        let builder = Client::local().api_key("hunter2");
        let client = builder.clone().connect_lazy().unwrap();
        let password = Client::custom("http://user:hunter2@localhost").grpc("http://:hunter2@localhost");
        let shown = format!("{builder:?} {builder:#?} {client:?} {:?} {password:?}", client.collections());
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[cfg(feature = "tls")]
    #[tokio::test]
    async fn https_needs_no_provider_installed() {
        let client = Client::custom("https://localhost:1").grpc("https://localhost:1").api_key("hunter2");
        let error = client.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
        assert!(rustls::crypto::CryptoProvider::get_default().is_none());
    }
}
