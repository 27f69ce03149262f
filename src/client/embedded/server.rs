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

/// An open stream keeps a server from stopping for more than a minute; whoever closes a client does not wait for that.
const GRACE: Duration = Duration::from_secs(10);

/// A server that belongs to this process. [`Client::embedded_server`](crate::Client::embedded_server) hands it out.
///
/// It runs until [`Client::close`](crate::Client::close), or until the last clone of its client, and with it every
/// collection and request made of it, is dropped: then it is killed.
pub struct Embedded {
    // The process goes before the lock on its data.
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

    /// The id of the process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Where REST is served, such as `http://127.0.0.1:41234`, without the `/v1` of the paths.
    #[must_use]
    pub fn rest_url(&self) -> &str {
        &self.rest_url
    }

    /// Where gRPC is served, such as `http://127.0.0.1:41235`.
    #[must_use]
    pub fn grpc_url(&self) -> &str {
        &self.grpc_url
    }

    /// The executable that was started.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Where the server keeps its data.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The end of what the server wrote to its output, 16 KiB at most. Values of
    /// [`environment`](super::EmbeddedBuilder::environment) that are keys, tokens or passwords by their names are
    /// replaced.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.tail()
    }

    /// Done at once if it was stopped before.
    pub(crate) async fn stop(&self) -> Result<()> {
        let Some((mut process, _data_dir)) = self.running.lock().await.take() else { return Ok(()) };
        if let Some(exit) = process.has_exited().await {
            let message = format!("the embedded server had ended by itself, with {exit}");
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
