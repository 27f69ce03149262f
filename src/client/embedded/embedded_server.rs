use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::Mutex;

use super::data_dir::DataDir;
use super::launch::{grpc_url, rest_url};
use super::ports::Ports;
use super::process::{Log, Process};
use crate::error::Verdict;
use crate::{Error, ErrorKind, Result};

/// The time to stop before the server is killed. An open stream would delay its end by more than a
/// minute.
const GRACE: Duration = Duration::from_secs(10);

/// Server process of an embedded client, from
/// [`Client::embedded_server`](crate::Client::embedded_server).
///
/// It runs until [`Client::close`](crate::Client::close). It is killed when the last clone of its
/// client is dropped; collections and requests of the client count as clones.
///
/// ```no_run
/// # async fn example() -> weaviate::Result<()> {
/// let client = weaviate::Client::embedded().connect().await?;
/// if let Some(server) = client.embedded_server() {
///     println!("{} {} {}", server.pid(), server.rest_url(), server.grpc_url());
///     println!("{} keeps {}", server.binary().display(), server.data_dir().display());
///     println!("{}", server.log());
/// }
/// # Ok(())
/// # }
/// ```
pub struct Embedded {
    // Dropped in this order: the process before the lock on its data.
    running: Mutex<Option<(Process, DataDir)>>,
    pid: u32,
    rest_url: String,
    grpc_url: String,
    binary: PathBuf,
    data_dir: PathBuf,
    log: Log,
}

impl Embedded {
    pub(super) fn new(process: Process, ports: Ports, binary: PathBuf, data_dir: DataDir) -> Self {
        Self {
            pid: process.pid(),
            rest_url: rest_url(ports),
            grpc_url: grpc_url(ports),
            binary,
            data_dir: data_dir.path().to_owned(),
            log: process.log().clone(),
            running: Mutex::new(Some((process, data_dir))),
        }
    }

    /// Returns the process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Returns the REST address, such as `http://127.0.0.1:41234`, without `/v1`.
    #[must_use]
    pub fn rest_url(&self) -> &str {
        &self.rest_url
    }

    /// Returns the gRPC address, such as `http://127.0.0.1:41235`.
    #[must_use]
    pub fn grpc_url(&self) -> &str {
        &self.grpc_url
    }

    /// Returns the path of the executable.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Returns the path of the data directory.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Returns the end of the server's output, at most 16 KiB.
    ///
    /// Values of [`environment`](super::EmbeddedBuilder::environment) are replaced by `***` if the
    /// variable's name contains `KEY`, `SECRET`, `TOKEN`, `PASSWORD` or `CREDENTIAL`.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.tail()
    }

    /// Stops the server. Returns at once if it was stopped before.
    pub(crate) async fn stop(&self) -> Result<()> {
        let Some((mut process, _data_dir)) = self.running.lock().await.take() else { return Ok(()) };
        if let Some(exit) = process.has_exited().await {
            let message = format!("the embedded server had already ended ({exit}); its log says why");
            return Err(Error::new(Verdict::not_sent(ErrorKind::Server), message).with_server_message(exit.log));
        }
        process.stop(GRACE).await;
        Ok(())
    }
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded")
            .field("pid", &self.pid)
            .field("rest_url", &self.rest_url)
            .field("grpc_url", &self.grpc_url)
            .field("binary", &self.binary)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}
