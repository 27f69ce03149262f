//! The server process and the end of its output.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt;
use std::io::ErrorKind as IoErrorKind;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::{server_settings, system};
use crate::{Error, Result};

/// The size of the kept output, in bytes.
const LOG_SIZE: usize = 16 * 1024;
/// The size of the output in an error, in bytes.
const ERROR_LOG_SIZE: usize = 4 * 1024;
/// The time to read output that was written before the process ended.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(500);
/// A process that was forked during the download may still have the executable open for writing
/// (`ETXTBSY`).
const BUSY_TRIES: u32 = 20;
const BUSY_PAUSE: Duration = Duration::from_millis(50);

/// A running server. Dropping it kills it.
pub(super) struct Process {
    child: Child,
    pid: u32,
    readers: Vec<JoinHandle<()>>,
    log: Log,
}

impl Process {
    pub(super) async fn spawn(
        binary: &Path,
        arguments: &[String],
        variables: &[(OsString, OsString)],
        secrets: Vec<String>,
    ) -> Result<Self> {
        let mut command = Command::new(binary);
        for name in server_settings::REMOVED {
            command.env_remove(name);
        }
        command.args(arguments).envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut tries = 0;
        let mut child = loop {
            tries += 1;
            match command.spawn() {
                Ok(child) => break child,
                Err(error) if error.kind() == IoErrorKind::ExecutableFileBusy && tries < BUSY_TRIES => {
                    sleep(BUSY_PAUSE).await;
                }
                Err(error) => {
                    let message = format!("cannot run the server's executable {}: {error}", binary.display());
                    return Err(Error::configuration(message).with_source(error));
                }
            }
        };
        let log = Log { text: Arc::default(), secrets: secrets.into() };
        let mut readers = Vec::new();
        if let Some(output) = child.stdout.take() {
            readers.push(tokio::spawn(log.clone().read(output)));
        }
        if let Some(output) = child.stderr.take() {
            readers.push(tokio::spawn(log.clone().read(output)));
        }
        // A child that was not waited for has an id, even if it has ended.
        let pid = child.id().ok_or_else(|| Error::configuration("the server's process has no id"))?;
        Ok(Self { child, pid, readers, log })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// Waits for the end of the process. Cancel safe.
    pub(super) async fn exited(&mut self) -> Exit {
        let status = self.child.wait().await.ok();
        let _ = timeout(DRAIN_TIMEOUT, async {
            for reader in &mut self.readers {
                let _ = reader.await;
            }
        })
        .await;
        // They are done, or a grandchild keeps the pipe open.
        for reader in self.readers.drain(..) {
            reader.abort();
        }
        Exit { status, log: self.log.last() }
    }

    /// Returns the status of the process if it has ended.
    pub(super) async fn has_exited(&mut self) -> Option<Exit> {
        match self.child.try_wait() {
            Ok(None) => None,
            Ok(Some(_)) | Err(_) => Some(self.exited().await),
        }
    }

    /// Asks the process to end, and kills it after `grace`.
    pub(super) async fn stop(mut self, grace: Duration) {
        let asked = system::terminate(self.pid);
        if asked.is_err() || timeout(grace, self.child.wait()).await.is_err() {
            tracing::warn!(pid = self.pid, ?grace, "the embedded server did not stop in time and is killed");
            let _ = timeout(grace, self.child.kill()).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        for reader in &self.readers {
            reader.abort();
        }
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process").field("pid", &self.pid).finish_non_exhaustive()
    }
}

/// The exit status of a process, and the end of its output.
#[derive(Debug)]
pub(super) struct Exit {
    status: Option<ExitStatus>,
    pub(super) log: String,
}

impl Exit {
    /// Whether another process had one of the ports.
    pub(super) fn lacked_a_port(&self) -> bool {
        self.log.to_ascii_lowercase().contains("address already in use")
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => status.fmt(f),
            None => f.write_str("an unknown status"),
        }
    }
}

/// The end of a process's output, stdout and stderr, with secrets replaced.
#[derive(Clone)]
pub(super) struct Log {
    text: Arc<Mutex<VecDeque<u8>>>,
    secrets: Arc<[String]>,
}

impl Log {
    pub(super) fn tail(&self) -> String {
        let mut bytes: Vec<u8> = self.text.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        if bytes.len() >= LOG_SIZE {
            // The first line is cut.
            let start = bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            bytes.drain(..start);
        }
        let mut text = String::from_utf8_lossy(&bytes).trim().to_owned();
        for secret in &*self.secrets {
            text = text.replace(secret, "***");
        }
        text
    }

    /// Returns the part that goes into an error.
    pub(super) fn last(&self) -> String {
        let text = self.tail();
        let Some(cut) = text.len().checked_sub(ERROR_LOG_SIZE) else { return text };
        // Starts at a line, or at a character if there is no line break.
        let line = text.bytes().skip(cut).position(|byte| byte == b'\n').map(|end| cut + end + 1);
        let start = line.or_else(|| (cut..text.len()).find(|index| text.is_char_boundary(*index)));
        start.and_then(|start| text.get(start..)).unwrap_or_default().to_owned()
    }

    async fn read(self, mut output: impl AsyncRead + Unpin) {
        let mut chunk = vec![0; 4096];
        while let Ok(read @ 1..) = output.read(&mut chunk).await {
            let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
            text.extend(chunk.iter().take(read));
            let excess = text.len().saturating_sub(LOG_SIZE);
            text.drain(..excess);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::wait::Pauses;

    async fn shell(script: &str, secrets: Vec<String>) -> Result<Process> {
        Process::spawn(Path::new("/bin/sh"), &["-c".to_owned(), script.to_owned()], &[], secrets).await
    }

    #[tokio::test]
    async fn the_end_of_the_output_is_kept_and_bounded() {
        let mut process = shell(
            "echo first; yes line | head -n 100000 >&2; echo key-hunter2 >&2; exit 7",
            vec!["hunter2".to_owned()],
        )
        .await
        .unwrap();
        let exit = process.exited().await;
        assert!(exit.to_string().contains('7'), "{exit}");
        let log = process.log().tail();
        assert!(log.len() <= LOG_SIZE && log.len() > ERROR_LOG_SIZE && log.starts_with("line\n"), "{}", log.len());
        assert!(exit.log.len() <= ERROR_LOG_SIZE && exit.log.starts_with("line\n"), "{}", exit.log.len());
        assert!(exit.log.ends_with("key-***") && !format!("{exit:?}{process:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn a_process_that_ignores_sigterm_is_killed() {
        let process = shell("trap '' TERM; echo up; while :; do sleep 0.05; done", Vec::new()).await.unwrap();
        let pid = process.pid();
        let pause = Duration::from_millis(10);
        let mut pauses = Pauses::new(Duration::from_secs(30), (pause, pause));
        while process.log().tail().is_empty() {
            assert!(!pauses.left().is_zero(), "the process writes nothing");
            pauses.pause().await;
        }
        let start = std::time::Instant::now();
        process.stop(Duration::from_millis(300)).await;
        assert!(start.elapsed() >= Duration::from_millis(300));
        assert!(!system::is_alive(pid, None));
    }
}
