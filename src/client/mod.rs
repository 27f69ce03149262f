//! The client, its builder, and the server that an embedded client starts.

mod builder;
mod cloud;
#[cfg(feature = "embedded")]
mod embedded;
mod environment;
mod init_checks;

pub use builder::ClientBuilder;
#[cfg(feature = "embedded")]
pub use embedded::{Embedded, EmbeddedBuilder, EmbeddedStage, Progress};

use std::fmt;
use std::time::Duration;

use self::environment::{VARIABLES, builder as from_environment};
use crate::options::{ConnectionInfo, Integrations};
use crate::transport::Transport;
use crate::values::diagnosis::Diagnosis;
use crate::values::server::{Feature, Meta, ServerVersion};
use crate::{Collection, Collections, Result, operations};

/// A client of one Weaviate server or cluster. Cheap to clone, and clones share their connections.
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// # async fn example() -> weaviate::Result<()> {
/// let client = Client::local().connect().await?;
/// assert!(client.is_ready().await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    transport: Transport,
}

impl Client {
    /// A server on this machine: REST at port 8080, gRPC at port 50051.
    pub fn local() -> ClientBuilder {
        ClientBuilder::local()
    }

    /// A cluster of Weaviate Cloud, by its address as the console shows it, with scheme and path or without. The address of
    /// gRPC follows from it. It takes an [`api_key`](ClientBuilder::api_key), too.
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example(key: String) -> weaviate::Result<()> {
    /// let client = Client::cloud("my-cluster.c0.europe-west3.gcp.weaviate.cloud").api_key(key).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn cloud(cluster: impl Into<String>) -> ClientBuilder {
        ClientBuilder::cloud(cluster)
    }

    /// The server that the environment names, [`local`](Self::local) if it names none:
    ///
    /// | variable | holds |
    /// | --- | --- |
    /// | `WEAVIATE_URL` | the address of REST; a host of Weaviate Cloud is enough, and makes a [`cloud`](Self::cloud) client |
    /// | `WEAVIATE_GRPC_URL` | the address of gRPC; without it, gRPC-Web or REST is spoken to other than cloud hosts |
    /// | `WEAVIATE_API_KEY` | the API key |
    /// | `WEAVIATE_PROTOCOL` | `auto`, `grpc`, `grpc-web` or `rest`, see [`Protocol`](crate::connect::Protocol) |
    ///
    /// Nothing else is read, and no other constructor reads anything. An error of kind
    /// [`Configuration`](crate::ErrorKind::Configuration) says which variable holds nonsense.
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::from_env()?.connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Result<ClientBuilder> {
        from_environment()
    }

    /// The names of the variables that [`from_env`](Self::from_env) reads.
    #[must_use]
    pub const fn environment_variables() -> &'static [&'static str] {
        VARIABLES
    }

    /// A server anywhere. `rest` is a URL, all of it that comes before `/v1`, a path included: `https://host/x/y`. Add the
    /// address of native gRPC with [`ClientBuilder::grpc`]; without it, everything goes through that one address, as
    /// gRPC-Web where the server has it, as REST otherwise (see [`Protocol`](crate::connect::Protocol)).
    pub fn custom(rest: impl Into<String>) -> ClientBuilder {
        ClientBuilder::custom(rest)
    }

    /// A server of this process's own: downloaded unless it is there, started on free ports, and stopped with
    /// [`close`](Self::close) or when the last clone of the client is dropped.
    ///
    /// Linux and macOS only. REST and the cluster's ports listen on loopback; the server's gRPC port and the port for its
    /// data listen on every interface, whatever it is told.
    #[cfg(feature = "embedded")]
    pub fn embedded() -> EmbeddedBuilder {
        EmbeddedBuilder::new()
    }

    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Creates, deletes and finds collections.
    #[must_use]
    pub fn collections(&self) -> Collections {
        Collections::new(self.transport.clone())
    }

    /// A collection whose objects are maps. No I/O: whether it exists shows with the first call.
    #[must_use]
    pub fn collection(&self, name: impl AsRef<str>) -> Collection {
        self.collection_of(name)
    }

    /// A collection whose objects are of type `P`. No I/O: whether it exists shows with the first call.
    #[must_use]
    pub fn collection_of<P>(&self, name: impl AsRef<str>) -> Collection<P> {
        Collection::new(self.transport.clone(), name.as_ref())
    }

    /// Whether the server runs. An error means that nothing can be said, for lack of an answer perhaps.
    pub async fn is_live(&self) -> Result<bool> {
        operations::server::is_live(&self.transport).await
    }

    /// Whether the server takes requests. An error means that nothing can be said, for lack of an answer perhaps.
    pub async fn is_ready(&self) -> Result<bool> {
        operations::server::is_ready(&self.transport).await
    }

    /// Returns once the server takes requests: for one that is being started. An error of kind
    /// [`Timeout`](crate::ErrorKind::Timeout) says that it did not within this time, with the last answer as its source; other
    /// errors say that waiting does not help.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use weaviate::Client;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::local().connect_lazy()?;
    /// client.wait_until_ready(Duration::from_secs(30)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait_until_ready(&self, timeout: Duration) -> Result<()> {
        operations::server::wait_until_ready(&self.transport, timeout).await
    }

    /// Looks at each layer between this client and its server: DNS, TCP, TLS, proxy, REST, authentication, gRPC, gRPC-Web,
    /// version and clock. Never fails, and takes no longer than [`Timeouts::init`](crate::connect::Timeouts::init) for each of them.
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::local().connect_lazy()?;
    /// println!("{}", client.diagnose().await);
    /// // ok    DNS           0 ms  localhost is 127.0.0.1; localhost is 127.0.0.1
    /// // FAIL  TCP           0 ms  REST at http://localhost:8080 is open; gRPC at http://localhost:50051: Connection refused
    /// # Ok(())
    /// # }
    /// ```
    pub async fn diagnose(&self) -> Diagnosis {
        self.transport.diagnose().await
    }

    /// Asks the server for its version, modules and limits.
    pub async fn meta(&self) -> Result<Meta> {
        self.transport.meta(None).await
    }

    /// The version of the server, if it was asked: [`ClientBuilder::connect`] and [`meta`](Self::meta) do.
    #[must_use]
    pub fn server_version(&self) -> Option<&ServerVersion> {
        self.transport.server_version()
    }

    /// Where the client is connected to, and by which protocol searches and imports travel at the moment. No I/O.
    ///
    /// ```no_run
    /// use weaviate::connect::Protocol;
    ///
    /// # async fn example(client: weaviate::Client) {
    /// if client.connection_info().active != Protocol::Grpc {
    ///     println!("gRPC cannot be reached: {:?}", client.connection_info());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn connection_info(&self) -> ConnectionInfo {
        self.transport.connection_info()
    }

    /// Sends these keys of model providers with every call from now on, in place of those before: for keys that are renewed
    /// while the client lives. All clones of the client have them, and calls under way keep the old ones.
    ///
    /// An error of kind [`Validation`](crate::ErrorKind::Validation) if one cannot be sent; then nothing changes.
    ///
    /// ```no_run
    /// use weaviate::connect::Integrations;
    ///
    /// # fn example(client: &weaviate::Client, key: &str) -> weaviate::Result<()> {
    /// client.set_integrations(&Integrations::new().openai_api_key(key))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_integrations(&self, integrations: &Integrations) -> Result<()> {
        integrations.headers().check()?;
        self.transport.set_integrations(integrations.headers());
        Ok(())
    }

    /// Whether the server can do this. Asks the server for its version if nobody did so far; an error if it does not tell.
    ///
    /// ```no_run
    /// use weaviate::server::Feature;
    /// # async fn example(client: weaviate::Client) -> weaviate::Result<()> {
    /// if client.supports(Feature::Boost).await? {
    ///     println!("scores can be raised by conditions");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn supports(&self, feature: Feature) -> Result<bool> {
        self.transport.supports(feature).await
    }

    /// The server that was started for this client, `None` for all but [`embedded`](Self::embedded) ones.
    #[cfg(feature = "embedded")]
    #[must_use]
    pub fn embedded_server(&self) -> Option<&Embedded> {
        self.transport.owned()
    }

    /// Stops the server that was started for this client: asks it to end, which saves what it holds in memory, and kills it
    /// if it has not ended within ten seconds. Other clones of the client fail from now on. Does nothing for a server that
    /// this client did not start.
    ///
    /// An error of kind [`Server`](crate::ErrorKind::Server) says that the server was gone already, and why.
    #[cfg(feature = "embedded")]
    pub async fn close(self) -> Result<()> {
        let Some(server) = self.transport.owned::<Embedded>() else { return Ok(()) };
        server.stop().await.map_err(|error| error.in_operation("stop embedded server", None))
    }

    #[cfg(any(feature = "embedded", test))]
    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }
}

/// One line: which nodes, and by which protocol.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.transport).finish()
    }
}
