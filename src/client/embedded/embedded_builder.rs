use std::env;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::binary_source::BinarySource;
use super::data_dir::DataDir;
use super::download::shown;
use super::embedded_server::Embedded;
use super::launch::{Launch, Launched};
use super::progress::{EmbeddedStage, Progress, Reporter};
use super::server_settings;
use crate::client::ClientBuilder;
use crate::{Client, Error, Result};

/// The folder within the user's cache and data directories.
const FOLDER: &str = "weaviate-rust";

/// Builder of a client with a server of its own: which server, where, and with which settings.
///
/// Made by [`Client::embedded`]. See [Weaviate's
/// guide](https://docs.weaviate.io/weaviate/connections/connect-embedded) to embedded instances.
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
    source: BinarySource,
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
            source: BinarySource::Default,
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

    /// Selects a release, such as `1.38.10`. Minimum: 1.27.0.
    ///
    /// Default: the executable in the environment variable `WEAVIATE_BINARY`, else the release
    /// whose contract this crate covers. Of `version`, [`latest`](Self::latest), [`url`](Self::url)
    /// and [`binary`](Self::binary), the last call counts.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().version("1.38.10");
    /// ```
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.source = BinarySource::Version(version.into());
        self
    }

    /// Selects the newest release, which is looked up at each start.
    ///
    /// Each start then needs the network, even if the server is cached, and may start another
    /// version. Prefer a fixed [`version`](Self::version) in tests.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().latest();
    /// ```
    pub fn latest(mut self) -> Self {
        self.source = BinarySource::Latest;
        self
    }

    /// Selects an archive by its URL: `.tar.gz`, `.tgz` or `.zip`, with an executable `weaviate` in
    /// it.
    ///
    /// Its SHA-256 digest is read from the same URL with `.sha256` appended, or set with
    /// [`sha256`](Self::sha256).
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().url("https://files.example.com/weaviate-patched.tar.gz");
    /// ```
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.source = BinarySource::Url(url.into());
        self
    }

    /// Selects an executable on this machine. Nothing is downloaded.
    ///
    /// The environment variable `WEAVIATE_BINARY` does the same for programs that set no version,
    /// URL, mirror or digest.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().binary("/opt/weaviate/weaviate");
    /// ```
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.source = BinarySource::Binary(path.into());
        self
    }

    /// Sets the URL of the releases. Default: `https://github.com/weaviate/weaviate/releases`.
    ///
    /// A mirror has the archives below `download/v1.39.0/`. For [`latest`](Self::latest), `latest`
    /// redirects to a URL that ends in the version.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().mirror("https://mirror.example.com/weaviate/releases");
    /// ```
    pub fn mirror(mut self, url: impl Into<String>) -> Self {
        self.mirror = Some(url.into());
        self
    }

    /// Sets the expected SHA-256 digest of the archive, as 64 hexadecimal digits.
    ///
    /// Without it, the digest that is published beside the archive is used. That protects against
    /// damage, not against someone who can replace both files.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    /// let builder = Client::embedded().version("1.39.0").sha256(digest);
    /// ```
    #[doc(alias = "checksum")]
    pub fn sha256(mut self, digest: impl Into<String>) -> Self {
        self.sha256 = Some(digest.into());
        self
    }

    /// Sets the directory of the server's data. It is created if it does not exist, and kept.
    ///
    /// Default: `weaviate-rust` in `$XDG_DATA_HOME`, or in `~/.local/share`. A directory serves one
    /// server at a time.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().data_dir("target/weaviate");
    /// ```
    #[doc(alias = "persistence")]
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// Sets the directory of downloaded executables.
    ///
    /// Default: `weaviate-rust` in `$XDG_CACHE_HOME`, or in `~/.cache`.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().cache_dir("target/weaviate-cache");
    /// ```
    pub fn cache_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.cache_dir = Some(path.into());
        self
    }

    /// Sets the REST port. Default: 0, any free port.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().port(8080);
    /// ```
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the gRPC port. Default: 0, any free port.
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().port(8080).grpc_port(50051);
    /// ```
    pub fn grpc_port(mut self, port: u16) -> Self {
        self.grpc_port = port;
        self
    }

    /// Adds environment variables of the server, see [Weaviate's
    /// list](https://docs.weaviate.io/deploy/configuration/env-vars).
    ///
    /// They replace variables of this process and those that the client sets to make a single node
    /// on loopback. `PERSISTENCE_DATA_PATH` and `GRPC_PORT` are refused: use
    /// [`data_dir`](Self::data_dir) and [`grpc_port`](Self::grpc_port).
    ///
    /// ```
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().environment([("ENABLE_MODULES", "text2vec-openai")]);
    /// ```
    #[doc(alias = "env")]
    pub fn environment<K, V>(mut self, variables: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<String>,
    {
        self.environment.extend(variables.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Limits the time from the start of the server until it answers over REST and gRPC. Default:
    /// 60 s.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().startup_timeout(Duration::from_secs(120));
    /// ```
    pub fn startup_timeout(mut self, timeout: Duration) -> Self {
        self.startup_timeout = timeout;
        self
    }

    /// Limits the time of the download. Default: 15 min.
    ///
    /// ```
    /// use std::time::Duration;
    /// use weaviate::Client;
    ///
    /// let builder = Client::embedded().download_timeout(Duration::from_secs(60 * 60));
    /// ```
    pub fn download_timeout(mut self, timeout: Duration) -> Self {
        self.download_timeout = timeout;
        self
    }

    /// Sets a function that receives the progress of the start, many times a second during a
    /// download.
    ///
    /// It must return quickly.
    ///
    /// ```
    /// use weaviate::Client;
    /// use weaviate::connect::EmbeddedStage;
    ///
    /// let builder = Client::embedded().on_progress(|progress| {
    ///     if progress.stage == EmbeddedStage::Download {
    ///         println!("{} of {:?} bytes", progress.bytes, progress.total);
    ///     }
    /// });
    /// ```
    pub fn on_progress(mut self, report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.reporter = Reporter::new(report);
        self
    }

    /// Changes the settings of the client, such as timeouts or an API key.
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

    /// Downloads the server unless it is cached, starts it, and returns a client once it is ready.
    ///
    /// # Errors
    ///
    /// - [`Unsupported`](crate::ErrorKind::Unsupported): Windows, or a platform without a published
    ///   executable.
    /// - [`Configuration`](crate::ErrorKind::Configuration): a port or the data directory is in
    ///   use.
    /// - [`NotFound`](crate::ErrorKind::NotFound): there is no such release.
    /// - [`Decode`](crate::ErrorKind::Decode): the archive is damaged, or its digest differs.
    /// - [`Server`](crate::ErrorKind::Server): the server ended before it was ready. The end of its
    ///   log is in [`server_message`](Error::server_message).
    /// - [`Timeout`](crate::ErrorKind::Timeout): the server was not ready in time, likewise with
    ///   the log.
    ///
    /// ```no_run
    /// # async fn example() -> weaviate::Result<()> {
    /// let client = weaviate::Client::embedded().connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect(self) -> Result<Client> {
        Box::pin(self.start()).await.map_err(|error| error.in_operation("start embedded server", None))
    }

    async fn start(self) -> Result<Client> {
        check_platform(env::consts::OS)?;
        server_settings::check(&self.environment)?;
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

/// The longest timeout. A deadline is the sum of an instant and a timeout, which must not overflow.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

fn check_platform(os: &str) -> Result<()> {
    if os != "windows" {
        return Ok(());
    }
    Err(Error::unsupported(
        "Weaviate does not run on Windows: run this program in WSL, or run the server in a container and connect with \
         Client::local",
    ))
}

fn directory(given: Option<PathBuf>, variable: &str, below_home: &str, method: &'static str) -> Result<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    given
        .or_else(|| absolute(variable).or_else(|| Some(absolute("HOME")?.join(below_home))).map(|dir| dir.join(FOLDER)))
        .ok_or_else(|| {
            Error::configuration(format!("neither {variable} nor HOME is set: set the directory with {method}"))
        })
}

/// Shows URLs without their queries, and variables without their values.
impl fmt::Debug for EmbeddedBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = |url: &str| Url::parse(url).map_or_else(|_| "not a URL".to_owned(), |url| shown(&url));
        let mut out = f.debug_struct("EmbeddedBuilder");
        match &self.source {
            BinarySource::Url(url) => out.field("url", &address(url)),
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
