use std::env;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::data_dir::DataDir;
use super::download::shown;
use super::environment;
use super::launch::{Launch, Launched};
use super::progress::{EmbeddedStage, Progress, Reporter};
use super::server::Embedded;
use super::source::Source;
use crate::client::ClientBuilder;
use crate::{Client, Error, Result};

/// Below the directories that the system keeps for caches and for data.
const OWN: &str = "weaviate-rust";

/// Says which server to start, and how. Made by [`Client::embedded`].
///
/// ```no_run
/// use weaviate::Client;
///
/// # async fn example() -> weaviate::Result<()> {
/// let client = Client::embedded()
///     .data_dir("target/weaviate")
///     .environment([("ENABLE_MODULES", "text2vec-openai")])
///     .on_progress(|progress| println!("{progress:?}"))
///     .connect()
///     .await?;
/// // ...
/// client.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing happens before `connect`"]
pub struct EmbeddedBuilder {
    source: Source,
    mirror: Option<String>,
    sha256: Option<String>,
    data_dir: Option<PathBuf>,
    cache_dir: Option<PathBuf>,
    port: u16,
    grpc_port: u16,
    environment: Vec<(String, String)>,
    startup_timeout: Duration,
    download_timeout: Duration,
    reporter: Reporter,
    client: Arc<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>,
}

impl EmbeddedBuilder {
    pub(crate) fn new() -> Self {
        Self {
            source: Source::Default,
            mirror: None,
            sha256: None,
            data_dir: None,
            cache_dir: None,
            port: 0,
            grpc_port: 0,
            environment: Vec::new(),
            startup_timeout: Duration::from_secs(60),
            download_timeout: Duration::from_secs(15 * 60),
            reporter: Reporter::default(),
            client: Arc::new(|builder| builder),
        }
    }

    /// A release, such as `1.38.10`, from 1.27.0 on. Default: the one whose contract this crate was made of, the
    /// environment variable `WEAVIATE_BINARY` aside.
    ///
    /// Of this, [`latest`](Self::latest), [`url`](Self::url) and [`binary`](Self::binary), the last call counts.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.source = Source::Version(version.into());
        self
    }

    /// The newest release, found out at each start: one that needs the network even if the server is in the cache, and
    /// that brings another server some day. A fixed version is the better choice for everything but a try.
    pub fn latest(mut self) -> Self {
        self.source = Source::Latest;
        self
    }

    /// An archive, `.tar.gz`, `.tgz` or `.zip`, that holds an executable `weaviate`. Its SHA-256 digest has to lie beside
    /// it, at the same address with `.sha256` appended, or be given with [`sha256`](Self::sha256).
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.source = Source::Url(url.into());
        self
    }

    /// The path of an executable. Nothing is downloaded. The environment variable `WEAVIATE_BINARY` says the same to
    /// programs that name no version, address, mirror or digest.
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.source = Source::Binary(path.into());
        self
    }

    /// Where releases lie: a copy of `https://github.com/weaviate/weaviate/releases`, with the archives in
    /// `download/v1.39.0/` and, for [`latest`](Self::latest), `latest` redirecting to an address that ends in the version.
    pub fn mirror(mut self, url: impl Into<String>) -> Self {
        self.mirror = Some(url.into());
        self
    }

    /// The SHA-256 digest of the archive, in hex. Without it, the archive is held against the digest that is published
    /// beside it, which guards against accidents but not against whoever can replace both.
    pub fn sha256(mut self, digest: impl Into<String>) -> Self {
        self.sha256 = Some(digest.into());
        self
    }

    /// Where the server keeps its data, created if need be. It is there again at the next start. Default:
    /// `weaviate-rust` in `$XDG_DATA_HOME`, or in `~/.local/share`.
    ///
    /// One directory belongs to one server at a time.
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// Where executables are kept. Default: `weaviate-rust` in `$XDG_CACHE_HOME`, or in `~/.cache`.
    pub fn cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(path.into());
        self
    }

    /// The port for REST; 0, which is the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The port for gRPC; 0, which is the default, takes a free one.
    pub fn grpc_port(mut self, port: u16) -> Self {
        self.grpc_port = port;
        self
    }

    /// Environment variables for the server, in addition to those of this process and to those that make it a single
    /// node on loopback. They win over both.
    pub fn environment<K, V>(mut self, variables: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<String>,
    {
        self.environment.extend(variables.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// How long the server may take from its start until it answers over REST and gRPC. Default: 60 s.
    pub fn startup_timeout(mut self, timeout: Duration) -> Self {
        self.startup_timeout = timeout;
        self
    }

    /// How long the download may take. Default: 15 min.
    pub fn download_timeout(mut self, timeout: Duration) -> Self {
        self.download_timeout = timeout;
        self
    }

    /// Is told how far things are, many times a second during a download. It must return quickly.
    pub fn on_progress(mut self, report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.reporter = Reporter::new(report);
        self
    }

    /// Changes the settings of the client: an API key that the server was told with
    /// [`environment`](Self::environment), timeouts.
    ///
    /// ```no_run
    /// # use weaviate::Client;
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = Client::embedded()
    ///     .environment([
    ///         ("AUTHENTICATION_APIKEY_ENABLED", "true"),
    ///         ("AUTHENTICATION_APIKEY_ALLOWED_KEYS", "secret"),
    ///         ("AUTHENTICATION_APIKEY_USERS", "me"),
    ///     ])
    ///     .client(|client| client.api_key("secret"))
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn client(mut self, change: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static) -> Self {
        self.client = Arc::new(change);
        self
    }

    /// Downloads the server unless it is in the cache, starts it, and hands over a client once it is ready.
    ///
    /// # Errors
    ///
    /// Of kind [`Unsupported`](crate::ErrorKind::Unsupported) on Windows and wherever Weaviate publishes no executable;
    /// [`Configuration`](crate::ErrorKind::Configuration) if a port or the data directory is in use;
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is no such release; [`Decode`](crate::ErrorKind::Decode) if the
    /// archive is damaged or is not the right one; [`Server`](crate::ErrorKind::Server) if the server ends before it is
    /// ready, and [`Timeout`](crate::ErrorKind::Timeout) if it never is, both with the end of its log in
    /// [`server_message`](Error::server_message).
    pub async fn connect(self) -> Result<Client> {
        Box::pin(self.start()).await.map_err(|error| error.in_operation("start embedded server", None))
    }

    async fn start(self) -> Result<Client> {
        check_platform(env::consts::OS)?;
        environment::check(&self.environment)?;
        let plan = self.source.plan(self.mirror.as_deref(), self.sha256.as_deref())?;
        let cache_dir = directory(self.cache_dir, "XDG_CACHE_HOME", ".cache", "cache_dir")?;
        let data_dir = directory(self.data_dir, "XDG_DATA_HOME", ".local/share", "data_dir")?;
        let mut data_dir = DataDir::open(&data_dir).await?;
        let binary = plan.executable(&cache_dir, self.download_timeout.min(LONGEST), &self.reporter).await?;
        self.reporter.stage(EmbeddedStage::Start);
        let launch = Launch {
            binary: &binary,
            http: self.port,
            grpc: self.grpc_port,
            environment: &self.environment,
            within: self.startup_timeout.min(LONGEST),
            client: &*self.client,
        };
        let Launched { process, ports, client } = launch.run(&mut data_dir).await?;
        client.transport().own(Embedded::new(process, ports, binary, data_dir));
        Ok(client)
    }
}

/// Deadlines are sums of instants: nobody waits longer than this.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

fn check_platform(os: &str) -> Result<()> {
    if os != "windows" {
        return Ok(());
    }
    Err(Error::unsupported(
        "Weaviate does not run on Windows: run this program in WSL, or the server in a container with Client::local",
    ))
}

fn directory(given: Option<PathBuf>, variable: &str, below_home: &str, method: &'static str) -> Result<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    given
        .or_else(|| absolute(variable).or_else(|| Some(absolute("HOME")?.join(below_home))).map(|dir| dir.join(OWN)))
        .ok_or_else(|| {
            Error::configuration(format!("neither {variable} nor HOME is set: name a directory with {method}"))
        })
}

/// Addresses without their queries, variables without their values.
impl fmt::Debug for EmbeddedBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = |url: &str| Url::parse(url).map_or_else(|_| "no URL".to_owned(), |url| shown(&url));
        let mut out = f.debug_struct("EmbeddedBuilder");
        match &self.source {
            Source::Url(url) => out.field("url", &address(url)),
            source => out.field("source", source),
        };
        out.field("mirror", &self.mirror.as_deref().map(address)).field("sha256", &self.sha256);
        out.field("data_dir", &self.data_dir).field("cache_dir", &self.cache_dir);
        out.field("port", &self.port).field("grpc_port", &self.grpc_port);
        let names: Vec<_> = self.environment.iter().map(|(name, _)| name).collect();
        out.field("environment", &names).field("startup_timeout", &self.startup_timeout);
        out.field("download_timeout", &self.download_timeout).field("on_progress", &self.reporter);
        out.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn windows_is_refused_with_the_way_out() {
        let error = check_platform("windows").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("WSL") && error.to_string().contains("container"), "{error}");
        check_platform("linux").unwrap();
    }

    #[test]
    fn a_builder_shows_no_secret() {
        let builder = Client::embedded().environment([("OPENAI_APIKEY", "hunter2")]).mirror("http://u:hunter2@host");
        for builder in [builder.clone(), builder.url("https://u:hunter2@host/a.zip?sig=hunter2")] {
            let shown = format!("{builder:?}");
            assert!(!shown.contains("hunter2") && shown.contains("OPENAI_APIKEY"), "{shown}");
        }
    }
}
