//! Starting and stopping an emulated server.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{ApiKey, Config, Oidc};
use crate::emulated::Emulated;
use crate::engine::schema;
use crate::protocols::{grpc, rest};
use crate::requests::Requests;

/// Open calls get this long to end when the server stops.
const GRACE: Duration = Duration::from_secs(5);

/// A running server. Dropping it stops it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use weaviate_emulator::Emulator;
///
/// let emulator = Emulator::start().await?;
/// println!("REST at {}, gRPC at {}", emulator.rest_url(), emulator.grpc_url());
/// # Ok(())
/// # }
/// ```
pub struct Emulator {
    rest: SocketAddr,
    grpc: SocketAddr,
    emulated: Arc<Emulated>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Emulator {
    /// Starts a server with default settings on two free ports of the loopback interface.
    ///
    /// Fails if no port can be bound. Needs a running Tokio runtime, which has to stay alive as long as the emulator.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Settings of a server to be started.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Base URL of REST, such as `http://127.0.0.1:41234`, without the `/v1` of the paths.
    #[must_use]
    pub fn rest_url(&self) -> String {
        format!("http://{}", self.rest)
    }

    /// Base URL of gRPC, such as `http://127.0.0.1:41235`.
    #[must_use]
    pub fn grpc_url(&self) -> String {
        format!("http://{}", self.grpc)
    }

    /// Address of the REST port.
    #[must_use]
    pub fn rest_addr(&self) -> SocketAddr {
        self.rest
    }

    /// Address of the gRPC port.
    #[must_use]
    pub fn grpc_addr(&self) -> SocketAddr {
        self.grpc
    }

    /// Returns the number of requests so far, by protocol.
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.emulated.served.so_far()
    }

    /// Stops the server and waits until both ports are closed. Calls that are open get five seconds to end.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        for task in std::mem::take(&mut self.tasks) {
            // A task that failed has ended, which is all that matters here.
            let _ = task.await;
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The tasks end by themselves, the ports at once and open calls within the grace period.
        self.stop.send_replace(true);
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator").field("rest", &self.rest).field("grpc", &self.grpc).finish_non_exhaustive()
    }
}

/// Settings of a server to be started; what is not set is as on a server started without configuration.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use weaviate_emulator::Emulator;
///
/// let emulator = Emulator::builder()
///     .version("1.30.0")
///     .anonymous_access(false)
///     .api_key("secret", "jane")
///     .query_defaults_limit(20)
///     .start()
///     .await?;
/// # drop(emulator);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing runs until `start` is awaited"]
pub struct Builder {
    config: Config,
    host: IpAddr,
    rest_port: u16,
    grpc_port: u16,
}

impl Builder {
    fn new() -> Self {
        Self { config: Config::default(), host: Ipv4Addr::LOCALHOST.into(), rest_port: 0, grpc_port: 0 }
    }

    /// The version the server reports, such as `1.30.0`; 1.39.0 if not set. The behaviour stays that of 1.39.0.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.config.version = version.into();
        self
    }

    /// Address to listen on; 127.0.0.1 if not set.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Port for REST; 0, which is the default, takes a free one.
    pub fn rest_port(mut self, port: u16) -> Self {
        self.rest_port = port;
        self
    }

    /// Port for gRPC; 0, which is the default, takes a free one.
    pub fn grpc_port(mut self, port: u16) -> Self {
        self.grpc_port = port;
        self
    }

    /// Results of a query that names no limit; 10 if not set.
    pub fn query_defaults_limit(mut self, limit: u32) -> Self {
        self.config.query_defaults_limit = limit;
        self
    }

    /// Bound on offset plus limit; 10,000 if not set.
    pub fn query_maximum_results(mut self, maximum: u32) -> Self {
        self.config.query_maximum_results = maximum;
        self
    }

    /// Returns whether writes may create collections and properties; on if not set.
    pub fn autoschema_enabled(mut self, enabled: bool) -> Self {
        self.config.autoschema_enabled = enabled;
        self
    }

    /// Returns whether the vector index type `dynamic` is allowed; off if not set.
    pub fn async_indexing(mut self, enabled: bool) -> Self {
        self.config.async_indexing = enabled;
        self
    }

    /// Returns whether collections may let their objects expire; off if not set. Searches leave expired objects out where the
    /// collection says so, but nothing is ever deleted.
    pub fn object_ttl(mut self, enabled: bool) -> Self {
        self.config.object_ttl = enabled;
        self
    }

    /// Allows a tokenization that a server has only when told so: `gse`, `gse_ch`, `kagome_ja` or `kagome_kr`. May be
    /// called several times. Such properties can be defined; their texts are split as by `word`, for want of dictionaries.
    pub fn tokenizer(mut self, name: impl Into<String>) -> Self {
        self.config.tokenizers.push(name.into());
        self
    }

    /// Returns whether the index of a named vector may be dropped; off if not set.
    pub fn drop_vector_index(mut self, enabled: bool) -> Self {
        self.config.drop_vector_index = enabled;
        self
    }

    /// Adds a module that a server has only when told so, such as `text2vec-transformers`. May be called several times.
    /// The modules that need nothing but a key of their provider are always there. No module computes anything: what it
    /// does is to check and complete its settings. A name that no server knows is left out, with a warning.
    pub fn module(mut self, name: impl Into<String>) -> Self {
        self.config.modules.push(name.into());
        self
    }

    /// Sets the vectorizer of collections that name none, such as `text2vec-openai`. Default: `none`.
    pub fn default_vectorizer(mut self, module: impl Into<String>) -> Self {
        self.config.default_vectorizer = module.into();
        self
    }

    /// Sets how many first inserts into a missing collection wait for each other, so that auto-schema races.
    ///
    /// One of them creates the collection. The others fail as on the server, with
    /// `auto-schema: create collection: class name X already exists`, and store nothing: HTTP 500, or an error per
    /// object in a batch. A batch counts once. An insert waits at most a second for the others. Default: 0, no race.
    pub fn auto_schema_race(mut self, inserts: usize) -> Self {
        self.config.auto_schema_race = inserts;
        self
    }

    /// Sets how many reads of a collection's index status report an index task as running before it is done.
    ///
    /// The tasks are those that create, change or rebuild an index. A running task can be joined or cancelled, and
    /// another one conflicts with it. Default: 0, done at once.
    pub fn index_task_looks(mut self, looks: u32) -> Self {
        self.config.index_task_looks = looks;
        self
    }

    /// Largest gRPC message in bytes; 104,858,000 if not set.
    pub fn grpc_max_message_size(mut self, bytes: usize) -> Self {
        self.config.grpc_max_message_size = bytes;
        self
    }

    /// Returns whether callers without a key are let in; on if not set.
    pub fn anonymous_access(mut self, enabled: bool) -> Self {
        self.config.anonymous_access = enabled;
        self
    }

    /// Adds an API key and the user it stands for. May be called several times.
    pub fn api_key(mut self, key: impl Into<String>, user: impl Into<String>) -> Self {
        self.config.api_keys.push(ApiKey { key: key.into(), user: user.into() });
        self
    }

    /// Takes tokens of an OIDC issuer, beside API keys if there are any, and tells clients where the issuer is.
    ///
    /// `issuer_url` is what its tokens name in `iss`, such as `http://127.0.0.1:9000`. It has to be http and is asked for
    /// its keys by `{issuer_url}/.well-known/openid-configuration` and the `jwks_uri` found there: when the first token
    /// comes, and when one is signed by a key not seen before. Tokens are good if they are for `client_id` (`aud`), not
    /// expired, and signed by the issuer with RS256 or ES256. The user is the claim `sub`, the groups are the claim
    /// `groups`; [`oidc_claims`](Self::oidc_claims) names others. `scopes` is what clients are told to ask for.
    pub fn oidc(
        mut self,
        issuer_url: impl Into<String>,
        client_id: impl Into<String>,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let (username_claim, groups_claim) = match self.config.oidc.take() {
            Some(before) => (before.username_claim, before.groups_claim),
            None => ("sub".to_owned(), "groups".to_owned()),
        };
        self.config.oidc = Some(Oidc {
            issuer: issuer_url.into().trim_end_matches('/').to_owned(),
            client_id: client_id.into(),
            scopes: scopes.into_iter().map(Into::into).collect(),
            username_claim,
            groups_claim,
        });
        self
    }

    /// The claims of a token that hold the user and the groups. Call it behind [`oidc`](Self::oidc), without which it does nothing.
    pub fn oidc_claims(mut self, username: impl Into<String>, groups: impl Into<String>) -> Self {
        if let Some(oidc) = &mut self.config.oidc {
            (oidc.username_claim, oidc.groups_claim) = (username.into(), groups.into());
        }
        self
    }

    /// Turns roles on: only these users may do everything, others what the roles allow that root gives them. They are users
    /// of an API key or of the issuer, so [`anonymous_access`](Self::anonymous_access) has to be off.
    ///
    /// Roles limit collections, objects, tenants, nodes and roles; writes that would create a collection or a property are
    /// not held against the permission to do so. Users are those of the API keys and of the issuer, none are made at runtime.
    pub fn rbac(mut self, root_users: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.config.root_users = Some(root_users.into_iter().map(Into::into).collect());
        self
    }

    /// Binds both ports and starts to serve.
    ///
    /// Fails if a port cannot be bound, if the URL of the issuer is not one of http, if there are roles and anonymous
    /// callers, or if a tokenizer or the default vectorizer is unknown. Needs a running Tokio runtime, which has to stay alive as long as the
    /// emulator.
    pub async fn start(mut self) -> io::Result<Emulator> {
        if let Some(oidc) = &self.config.oidc
            && !oidc.issuer.starts_with("http://")
        {
            let fault = format!("OIDC issuer `{}`: has to be a URL that starts with http://", oidc.issuer);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, fault));
        }
        if self.config.root_users.is_some() && self.config.anonymous_access {
            let fault = "roles are for those who are known: turn anonymous_access off to have them";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, fault));
        }
        schema::check_settings(&mut self.config).map_err(|fault| io::Error::new(io::ErrorKind::InvalidInput, fault))?;
        let rest_listener = TcpListener::bind((self.host, self.rest_port)).await?;
        let grpc_listener = TcpListener::bind((self.host, self.grpc_port)).await?;
        let (rest, grpc) = (rest_listener.local_addr()?, grpc_listener.local_addr()?);
        let emulated = Arc::new(Emulated::new(self.config));
        let services = grpc::services(&emulated);
        let (stop, stopped) = watch::channel(false);
        let rest_side = rest::serve(Arc::clone(&emulated), services.clone(), rest_listener, wait_for(stopped.clone()));
        let grpc_side = grpc::serve(services, Arc::clone(&emulated), grpc_listener, wait_for(stopped.clone()));
        let tasks =
            vec![tokio::spawn(run("REST", rest_side, stopped.clone())), tokio::spawn(run("gRPC", grpc_side, stopped))];
        Ok(Emulator { rest, grpc, emulated, stop, tasks })
    }
}

/// Runs one side until it is told to stop, and no longer than the grace period after that.
async fn run<F: fmt::Display>(name: &str, side: impl Future<Output = Result<(), F>>, stopped: watch::Receiver<bool>) {
    let deadline = async {
        wait_for(stopped).await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = side => if let Err(fault) = ended {
            tracing::error!(%fault, "{name} ended");
        },
        () = deadline => tracing::warn!("{name} was stopped with calls open"),
    }
}

async fn wait_for(mut stopped: watch::Receiver<bool>) {
    // An error means that the emulator itself is gone, which is as good a reason to stop.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    async fn ask(stream: &mut TcpStream, path: &str) -> String {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = vec![0; 4096];
        let length = stream.read(&mut reply).await.unwrap();
        String::from_utf8_lossy(&reply[..length]).into_owned()
    }

    #[tokio::test]
    async fn dropping_it_closes_both_ports() {
        let emulator = Emulator::start().await.unwrap();
        let (rest, grpc) = (emulator.rest_addr(), emulator.grpc_addr());
        let mut kept = TcpStream::connect(rest).await.unwrap();
        assert!(ask(&mut kept, "/v1/.well-known/ready").await.starts_with("HTTP/1.1 200"));
        drop(emulator);
        let closed = async {
            while TcpStream::connect(rest).await.is_ok() || TcpStream::connect(grpc).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            // The connection that was kept alive ends too.
            while kept.read(&mut [0; 16]).await.is_ok_and(|length| length > 0) {}
        };
        tokio::time::timeout(Duration::from_secs(2), closed).await.unwrap();
    }

    #[tokio::test]
    async fn two_of_them_do_not_meet() {
        let (one, other) = (Emulator::start().await.unwrap(), Emulator::start().await.unwrap());
        assert_ne!(one.rest_addr(), other.rest_addr());
        assert_ne!(one.grpc_addr(), other.grpc_addr());
        one.stop().await;
        let mut stream = TcpStream::connect(other.rest_addr()).await.unwrap();
        assert!(ask(&mut stream, "/v1/schema").await.ends_with("{\"classes\":[]}"));
    }

    #[tokio::test]
    async fn nothing_is_left_of_a_hundred_that_were_stopped() {
        let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        let before = tasks();
        for round in 0..100 {
            let emulator = Emulator::start().await.unwrap();
            let mut stream = TcpStream::connect(emulator.rest_addr()).await.unwrap();
            assert!(ask(&mut stream, "/v1/schema").await.starts_with("HTTP/1.1 200"));
            let data = Arc::downgrade(&emulator.emulated);
            drop(stream);
            emulator.stop().await;
            let gone = async {
                while data.strong_count() > 0 || tasks() > before {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_secs(2), gone).await.unwrap_or_else(|_| panic!("round {round}"));
        }
    }

    #[tokio::test]
    async fn ten_of_them_run_side_by_side() {
        let start = |_| Emulator::start();
        let emulators = futures_util::future::try_join_all((0..10).map(start)).await.unwrap();
        let create = async |index: usize, emulator: &Emulator| {
            let class = format!("{{\"class\":\"Own{index}\"}}");
            let head = "POST /v1/schema HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
            let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{class}", class.len());
            let mut stream = TcpStream::connect(emulator.rest_addr()).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut reply = vec![0; 4096];
            let length = stream.read(&mut reply).await.unwrap();
            assert!(reply[..length].starts_with(b"HTTP/1.1 200"));
        };
        let creations = emulators.iter().enumerate().map(|(index, emulator)| create(index, emulator));
        futures_util::future::join_all(creations).await;
        for (index, emulator) in emulators.iter().enumerate() {
            let names: Vec<String> = emulator.emulated.read().collections.keys().cloned().collect();
            assert_eq!(names, [format!("Own{index}")]);
        }
    }

    #[tokio::test]
    async fn reports_the_version_it_was_given() {
        let emulator = Emulator::builder().version("1.30.0").start().await.unwrap();
        let mut stream = TcpStream::connect(emulator.rest_addr()).await.unwrap();
        assert!(ask(&mut stream, "/v1/nodes").await.contains("\"version\":\"1.30.0\""));
    }

    #[test]
    fn keys_stay_out_of_debug_output() {
        let text = format!("{:?}", Emulator::builder().api_key("top-secret", "jane"));
        assert!(text.contains("jane") && !text.contains("top-secret"), "{text}");
    }
}
