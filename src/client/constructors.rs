//! The constructors of a client: each returns a builder.

#[cfg(feature = "embedded")]
use super::EmbeddedBuilder;
use super::environment::{VARIABLES, builder as from_environment};
use super::{Client, ClientBuilder};
use crate::Result;

impl Client {
    /// Returns a builder for a server on this machine: REST at port 8080, gRPC at port 50051.
    ///
    /// See [Weaviate's guide](https://docs.weaviate.io/weaviate/connections/connect-local) to local
    /// instances.
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::local().connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn local() -> ClientBuilder {
        ClientBuilder::local()
    }

    /// Returns a builder for a Weaviate Cloud cluster, given the REST endpoint that its console
    /// shows.
    ///
    /// Scheme and path may be part of the address. The gRPC address follows from it. A cluster
    /// needs an [`api_key`](ClientBuilder::api_key). See [Weaviate's
    /// guide](https://docs.weaviate.io/weaviate/connections/connect-cloud).
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example(key: String) -> weaviate::Result<()> {
    /// let client = Client::cloud("my-cluster.c0.europe-west3.gcp.weaviate.cloud")
    ///     .api_key(key)
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "wcs")]
    #[doc(alias = "wcd")]
    pub fn cloud(cluster: impl Into<String>) -> ClientBuilder {
        ClientBuilder::cloud(cluster)
    }

    /// Returns a builder for the server that environment variables name, or [`local`](Self::local).
    ///
    /// | variable | content |
    /// | --- | --- |
    /// | `WEAVIATE_URL` | REST address; the host of a Weaviate Cloud cluster makes a [`cloud`](Self::cloud) client |
    /// | `WEAVIATE_GRPC_URL` | gRPC address; without it, hosts outside of Weaviate Cloud are reached by gRPC-Web or REST |
    /// | `WEAVIATE_API_KEY` | API key |
    /// | `WEAVIATE_PROTOCOL` | `auto`, `grpc`, `grpc-web` or `rest`, see [`Protocol`](crate::connect::Protocol) |
    ///
    /// An empty variable counts as absent. Other constructors read none of these. Proxies have
    /// [variables of their own](crate::connect::Proxies).
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration): a variable has a value that cannot be
    /// used. The message names the variable.
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

    /// Returns the names of the variables that [`from_env`](Self::from_env) reads.
    ///
    /// ```
    /// assert!(weaviate::Client::environment_variables().contains(&"WEAVIATE_URL"));
    /// ```
    #[must_use]
    pub const fn environment_variables() -> &'static [&'static str] {
        VARIABLES
    }

    /// Returns a builder for the server at this REST address.
    ///
    /// The address is the part of the URL before `/v1`: scheme, host, port, and a path where a
    /// proxy adds one, such as `https://host/x/y`. Add the address of native gRPC with
    /// [`ClientBuilder::grpc`]. Without it, all calls go to the REST address: by gRPC-Web if the
    /// server has it, else by REST (see [`Protocol`](crate::connect::Protocol)).
    ///
    /// See [Weaviate's guide](https://docs.weaviate.io/weaviate/connections/connect-custom) to
    /// custom connections.
    ///
    /// ```no_run
    /// use weaviate::Client;
    ///
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::custom("https://weaviate.example.com:8443")
    ///     .grpc("https://weaviate.example.com:50051")
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn custom(rest: impl Into<String>) -> ClientBuilder {
        ClientBuilder::custom(rest)
    }

    /// Returns a builder that downloads and starts a server of its own, for tests and experiments.
    ///
    /// The server runs on free ports. It stops with [`close`](Self::close), or when the last clone
    /// of the client is dropped. Linux and macOS only. REST and the cluster ports listen on
    /// loopback. The gRPC port and the cluster's data port listen on all interfaces, which the
    /// server has no setting for.
    ///
    /// See [Weaviate's guide](https://docs.weaviate.io/weaviate/connections/connect-embedded) to
    /// embedded instances.
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::embedded().connect().await?;
    /// // ...
    /// client.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "embedded")]
    pub fn embedded() -> EmbeddedBuilder {
        EmbeddedBuilder::new()
    }
}
