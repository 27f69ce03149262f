//! The client, its builder, and the embedded server.

mod builder;
mod cloud;
mod constructors;
#[cfg(feature = "embedded")]
mod embedded;
mod environment;
mod init_checks;

pub use builder::ClientBuilder;
#[cfg(feature = "embedded")]
pub use embedded::{Embedded, EmbeddedBuilder, EmbeddedStage, Progress};

use std::fmt;
use std::time::Duration;

use crate::auth::AccessToken;
use crate::options::{ConnectionInfo, Integrations};
use crate::requests::batch::{BatchBuilder, ClientBatch};
use crate::transport::Transport;
use crate::values::diagnosis::Diagnosis;
use crate::values::properties::{Layout, Properties};
use crate::values::server::{Feature, Meta, Readiness, ServerVersion};
use crate::wait::Wait;
use crate::{Collection, Collections, Result, operations};

/// Client of one Weaviate server or cluster. Cheap to clone; clones share connections and retry
/// budget.
///
/// A client holds a pool of connections. Make one per server and program, and clone it into tasks.
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
///
/// # Runtimes
///
/// Calls run on tokio, with I/O and time enabled, as `#[tokio::main]` has them. A call outside of a
/// runtime is an error of kind [`Configuration`](crate::ErrorKind::Configuration), not a panic.
///
/// A connection belongs to the runtime on which it was opened. A client may be used from other
/// runtimes, too. When the first runtime ends, its connections close, and the next call opens
/// others. While the first runtime exists, it has to run: a `current_thread` runtime drives
/// connections only within `block_on`, so calls from elsewhere wait for it, up to their deadline.
///
/// A program without `async` keeps one
/// [`Runtime`](https://docs.rs/tokio/latest/tokio/runtime/struct.Runtime.html) as long as the
/// client, and passes each call to its `block_on`:
///
/// ```no_run
/// use weaviate::prelude::*;
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let runtime = tokio::runtime::Runtime::new()?;
///     let client = runtime.block_on(Client::local().connect())?;
///     let articles = client.collection("Article");
///     let hits = runtime.block_on(async { articles.query().bm25("owl").limit(5).await })?;
///     println!("{} hits", hits.len());
///     Ok(())
/// }
/// ```
///
/// # Logs and traces
///
/// Events and spans go to `tracing`. `RUST_LOG=weaviate=debug`, or the same filter in code, shows
/// all of them; `weaviate=warn` shows only [warnings](crate::connect::Warning) and the state of
/// nodes.
///
/// - Each call is a span of level INFO, named after its operation: `weaviate.search`,
///   `weaviate.insert_many`, `weaviate.create_collection`.
/// - A call's fields are `kind` (of a search, such as `hybrid`), `rows` (objects or references) and
///   `bytes` (size of the encoded message). Others have the names of OpenTelemetry's conventions,
///   such as `db.collection.name`, `server.address` and `error.type`.
/// - Each attempt is a span `weaviate.attempt` of level DEBUG beneath it. Events of that level have
///   the error of a failed attempt, and the pause before the next one.
/// - With several [endpoints](ClientBuilder::endpoints), one event of level WARN says that a node
///   is out of rotation, and one that it is back.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
}

impl Client {
    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Returns the handle to create, list and delete collections. No I/O.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// for collection in client.collections().list().await? {
    ///     println!("{}", collection.name());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "schema")]
    #[must_use]
    pub fn collections(&self) -> Collections {
        Collections::new(self.transport.clone())
    }

    /// Returns the handle of a collection whose objects are maps
    /// ([`PropertyMap`](crate::PropertyMap)).
    ///
    /// No I/O. If the collection does not exist, searches fail with
    /// [`NotFound`](crate::ErrorKind::NotFound), and an object read by its id is absent. Inserts create it, unless
    /// [auto-schema](https://docs.weaviate.io/weaviate/config-refs/collections#auto-schema) is off on
    /// the server.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// let hits = client.collection("Article").query().fetch_objects().limit(3).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "class")]
    #[must_use]
    pub fn collection(&self, name: impl AsRef<str>) -> Collection {
        self.collection_of(name)
    }

    /// Returns the handle of a collection whose objects are structs that derive [`Properties`].
    ///
    /// No I/O. If the collection does not exist, searches fail with
    /// [`NotFound`](crate::ErrorKind::NotFound), and inserts create it as with
    /// [`collection`](Self::collection). [`Collection::check`] compares the struct with the collection
    /// on the server. For a struct without the derive, use [`collection_as`](Self::collection_as).
    ///
    /// ```no_run
    /// use serde::{Deserialize, Serialize};
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Serialize, Deserialize, Properties)]
    /// struct Article {
    ///     title: String,
    /// }
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// for hit in client.collection_of::<Article>("Article").query().fetch_objects().await? {
    ///     println!("{}", hit.properties.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn collection_of<P: Properties>(&self, name: impl AsRef<str>) -> Collection<P> {
        Collection::new(self.transport.clone(), name.as_ref(), P::LAYOUT)
    }

    /// Returns the handle of a collection whose objects have properties of a type that only serde
    /// knows.
    ///
    /// Such a type has no vectors, no references and no [handles](crate::Properties#handles). Vectors
    /// and references are set by the request instead. Of a struct that derives [`Properties`], this
    /// handle would write vectors as array properties: use [`collection_of`](Self::collection_of).
    ///
    /// ```no_run
    /// use serde::Deserialize;
    /// use weaviate::prelude::*;
    ///
    /// #[derive(Deserialize)]
    /// struct Article {
    ///     title: String,
    /// }
    ///
    /// # async fn example(client: Client) -> weaviate::Result<()> {
    /// for hit in client.collection_as::<Article>("Article").query().fetch_objects().await? {
    ///     println!("{}", hit.properties.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn collection_as<P>(&self, name: impl AsRef<str>) -> Collection<P> {
        Collection::new(self.transport.clone(), name.as_ref(), &Layout::EMPTY)
    }

    /// Returns a builder of a batch for many collections and tenants.
    ///
    /// ```no_run
    /// use weaviate::prelude::*;
    ///
    /// # async fn example(client: Client, articles: Collection, orders: Collection) -> weaviate::Result<()> {
    /// let batch = client.batch().start().await?;
    /// batch.of(&articles).add(PropertyMap::from([("title", "Owls")])).await?;
    /// batch.of(&orders.tenant("ann")).add(PropertyMap::from([("number", 7)])).await?;
    /// batch.finish().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "import")]
    pub fn batch(&self) -> BatchBuilder<ClientBatch> {
        BatchBuilder::<ClientBatch>::new(&self.transport)
    }

    /// Returns whether the server process runs. It may not take requests yet, see
    /// [`is_ready`](Self::is_ready).
    ///
    /// Sent once, without retries. Sent without a token if none comes in half of the time.
    ///
    /// # Errors
    ///
    /// Any failure to get an answer, such as [`Connection`](crate::ErrorKind::Connection) or
    /// [`Timeout`](crate::ErrorKind::Timeout).
    ///
    /// ```no_run
    /// # async fn example(client: weaviate::Client) {
    /// let live = client.is_live().await.unwrap_or(false);
    /// # }
    /// ```
    #[doc(alias = "health")]
    pub async fn is_live(&self) -> Result<bool> {
        operations::server::is_live(&self.transport).await
    }

    /// Returns whether the server takes requests.
    ///
    /// Sent once, without retries. To wait for a server, use
    /// [`wait_until_ready`](Self::wait_until_ready).
    ///
    /// # Errors
    ///
    /// Any failure to get an answer, such as [`Connection`](crate::ErrorKind::Connection) or
    /// [`Timeout`](crate::ErrorKind::Timeout).
    ///
    /// ```no_run
    /// # async fn example(client: weaviate::Client) {
    /// let ready = client.is_ready().await.unwrap_or(false);
    /// # }
    /// ```
    #[doc(alias = "health")]
    pub async fn is_ready(&self) -> Result<bool> {
        operations::server::is_ready(&self.transport).await
    }

    /// Waits until the server takes requests, for at most `timeout`.
    ///
    /// For a client made with [`connect_lazy`](ClientBuilder::connect_lazy), and for a server that
    /// restarts. [`ClientBuilder::wait_for_start`] lets `connect` wait. The server is asked every 50 ms
    /// at first, every second later. The first question may take as long as
    /// [`Timeouts::init`](crate::connect::Timeouts::init), and twice as long after each one without an
    /// answer.
    ///
    /// The wait goes on while the connection is refused, and while a gateway before the server
    /// answers 404, 429, 500, 502, 503 or 504. The [`Wait`] shows each failed question as it comes.
    ///
    /// # Errors
    ///
    /// [`Timeout`](crate::ErrorKind::Timeout): not ready in time; the last failure is its source.
    /// Errors that waiting cannot change come at once, such as
    /// [`Configuration`](crate::ErrorKind::Configuration).
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
    pub fn wait_until_ready(&self, timeout: Duration) -> Wait<Readiness> {
        operations::server::wait_until_ready(&self.transport, "wait until ready", timeout)
    }

    /// Checks each layer between client and server: DNS, TCP, TLS, proxy, REST, authentication,
    /// gRPC, gRPC-Web, version, clock.
    ///
    /// Never fails. Each check takes at most [`Timeouts::init`](crate::connect::Timeouts::init).
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
        Box::pin(self.transport.diagnose()).await
    }

    /// Reads the server's version, modules and limits.
    ///
    /// ```no_run
    /// # async fn example(client: weaviate::Client) -> weaviate::Result<()> {
    /// println!("Weaviate {}", client.meta().await?.version());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn meta(&self) -> Result<Meta> {
        self.transport.meta(None).await
    }

    /// Returns the server's version, if it is known. No I/O.
    ///
    /// [`ClientBuilder::connect`] and [`meta`](Self::meta) ask for it.
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::local().connect().await?;
    /// if let Some(version) = client.server_version() {
    ///     println!("Weaviate {version}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn server_version(&self) -> Option<&ServerVersion> {
        self.transport.server_version()
    }

    /// Returns the nodes of the server and the protocol in use. No I/O.
    ///
    /// ```no_run
    /// use weaviate::connect::Protocol;
    ///
    /// # async fn example(client: weaviate::Client) {
    /// if client.connection_info().active != Protocol::Grpc {
    ///     println!("gRPC is not in use: {:?}", client.connection_info());
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn connection_info(&self) -> ConnectionInfo {
        self.transport.connection_info()
    }

    /// Returns the token that calls send, for other services that accept it. `None` without a
    /// credential.
    ///
    /// Requests a token if there is none that is valid, once and without retries. An API key is
    /// returned as a token without an expiry.
    ///
    /// # Errors
    ///
    /// [`Authentication`](crate::ErrorKind::Authentication): the token has expired, or the identity
    /// provider refuses to renew it. [`Timeout`](crate::ErrorKind::Timeout): the identity provider
    /// does not answer within 5 s. [`Configuration`](crate::ErrorKind::Configuration): the settings
    /// do not fit the server or its issuer.
    ///
    /// ```no_run
    /// # async fn example(client: weaviate::Client) -> weaviate::Result<()> {
    /// if let Some(token) = client.access_token().await? {
    ///     let header = format!("Bearer {}", token.expose_secret());
    ///     println!("the token is valid for {:?}", token.lifetime());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "bearer")]
    #[doc(alias = "get_current_bearer_token")]
    pub async fn access_token(&self) -> Result<Option<AccessToken>> {
        self.transport.access_token().await
    }

    /// Replaces the keys of model providers, for keys that expire while the client lives.
    ///
    /// Applies to all clones of the client, from the next call on. Calls in flight keep the old
    /// keys.
    ///
    /// # Errors
    ///
    /// [`Validation`](crate::ErrorKind::Validation): a value cannot be sent as a header. Then
    /// nothing changes.
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

    /// Returns whether the server's version has a feature. Asks the server for its version if that
    /// is not known yet.
    ///
    /// # Errors
    ///
    /// Those of [`meta`](Self::meta), and [`Unsupported`](crate::ErrorKind::Unsupported) if the
    /// server does not tell its version.
    ///
    /// ```no_run
    /// use weaviate::server::Feature;
    /// # async fn example(client: weaviate::Client) -> weaviate::Result<()> {
    /// if client.supports(Feature::GrpcWeb).await? {
    ///     println!("searches can use the REST port");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn supports(&self, feature: Feature) -> Result<bool> {
        self.transport.supports(feature).await
    }

    /// Returns the server that was started for this client, `None` for clients that are not
    /// [`embedded`](Self::embedded).
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::embedded().connect().await?;
    /// if let Some(server) = client.embedded_server() {
    ///     println!("{} runs as process {}", server.rest_url(), server.pid());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "embedded")]
    #[must_use]
    pub fn embedded_server(&self) -> Option<&Embedded> {
        self.transport.owned()
    }

    /// Stops the embedded server of this client.
    ///
    /// The server is asked to end, so that it saves what it holds in memory. It is killed if it has
    /// not ended after 10 s. Other clones of the client fail from now on. Does nothing for a server
    /// that this client did not start.
    ///
    /// # Errors
    ///
    /// [`Server`](crate::ErrorKind::Server): the server had ended before. The end of its log is in
    /// [`server_message`](crate::Error::server_message).
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::embedded().connect().await?;
    /// client.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "shutdown")]
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

/// Shows the nodes and the active protocol in one line.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.transport).finish()
    }
}
