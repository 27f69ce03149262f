//! The child process and the end of what it said.

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

use super::{environment, system};
use crate::{Error, Result};

/// Bytes of output that are kept.
const LOG: usize = 16 * 1024;
/// Bytes of it that go into an error.
const LAST: usize = 4 * 1024;
/// For output that was written and not yet read when the process ended.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// An executable cannot be run while a process that was forked at the wrong moment still has it open for writing.
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
        for name in environment::REMOVED {
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
                    let message = format!("the server's executable {} cannot be run: {error}", binary.display());
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
        // A child that nobody waited for has a number, even if it has ended.
        let pid = child.id().ok_or_else(|| Error::configuration("the server's process has no number"))?;
        Ok(Self { child, pid, readers, log })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// Waits for the end of the process. Dropping the future leaves it as it is.
    pub(super) async fn exited(&mut self) -> Exit {
        let status = self.child.wait().await.ok();
        let _ = timeout(LAST_WORDS, async {
            for reader in &mut self.readers {
                let _ = reader.await;
            }
        })
        .await;
        // They are done, or hang on a pipe that a child of the child holds.
        for reader in self.readers.drain(..) {
            reader.abort();
        }
        Exit { status, log: self.log.last() }
    }

    /// How the process ended, if it has.
    pub(super) async fn has_exited(&mut self) -> Option<Exit> {
        match self.child.try_wait() {
            Ok(None) => None,
            Ok(Some(_)) | Err(_) => Some(self.exited().await),
        }
    }

    /// Asks the process to end, and kills it if it has not within `grace`.
    pub(super) async fn stop(mut self, grace: Duration) {
        let asked = system::terminate(self.pid);
        if asked.is_err() || timeout(grace, self.child.wait()).await.is_err() {
            tracing::warn!(pid = self.pid, ?grace, "the embedded server did not stop when asked, and is killed");
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

/// How a process ended.
#[derive(Debug)]
pub(super) struct Exit {
    status: Option<ExitStatus>,
    pub(super) log: String,
}

impl Exit {
    /// Somebody else has a port that the process was to use.
    pub(super) fn lacked_a_port(&self) -> bool {
        self.log.to_ascii_lowercase().contains("address already in use")
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            // Says by itself whether it is a code or a signal.
            Some(status) => status.fmt(f),
            None => f.write_str("an unknown status"),
        }
    }
}

/// The last output of a process, of both kinds, without the secrets that the process was given.
#[derive(Clone)]
pub(super) struct Log {
    text: Arc<Mutex<VecDeque<u8>>>,
    secrets: Arc<[String]>,
}

impl Log {
    pub(super) fn tail(&self) -> String {
        let mut bytes: Vec<u8> = self.text.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        if bytes.len() >= LOG {
            // The first line is not whole.
            let start = bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            bytes.drain(..start);
        }
        let mut text = String::from_utf8_lossy(&bytes).trim().to_owned();
        for secret in &*self.secrets {
            text = text.replace(secret, "***");
        }
        text
    }

    /// As much of it as an error can hold.
    pub(super) fn last(&self) -> String {
        let text = self.tail();
        let Some(cut) = text.len().checked_sub(LAST) else { return text };
        // From the beginning of a line, or of a letter where no line ends.
        let line = text.bytes().skip(cut).position(|byte| byte == b'\n').map(|end| cut + end + 1);
        let start = line.or_else(|| (cut..text.len()).find(|index| text.is_char_boundary(*index)));
        start.and_then(|start| text.get(start..)).unwrap_or_default().to_owned()
    }

    async fn read(self, mut output: impl AsyncRead + Unpin) {
        let mut chunk = vec![0; 4096];
        while let Ok(read @ 1..) = output.read(&mut chunk).await {
            let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
            text.extend(chunk.iter().take(read));
            let excess = text.len().saturating_sub(LOG);
            text.drain(..excess);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::wait::Wait;

    async fn shell(script: &str, secrets: Vec<String>) -> Result<Process> {
        Process::spawn(Path::new("/bin/sh"), &["-c".to_owned(), script.to_owned()], &[], secrets).await
    }

    #[tokio::test]
    async fn the_last_words_of_a_process_are_kept_and_bounded() {
        let mut process = shell(
            "echo first; yes line | head -n 100000 >&2; echo key-hunter2 >&2; exit 7",
            vec!["hunter2".to_owned()],
        )
        .await
        .unwrap();
        let exit = process.exited().await;
        assert!(exit.to_string().contains('7'), "{exit}");
        let log = process.log().tail();
        assert!(log.len() <= LOG && log.len() > LAST && log.starts_with("line\n"), "{}", log.len());
        assert!(exit.log.len() <= LAST && exit.log.starts_with("line\n"), "{}", exit.log.len());
        assert!(exit.log.ends_with("key-***") && !format!("{exit:?}{process:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn a_process_that_does_not_listen_is_killed() {
        let process = shell("trap '' TERM; echo up; while :; do sleep 0.05; done", Vec::new()).await.unwrap();
        let pid = process.pid();
        let pause = Duration::from_millis(10);
        let mut wait = Wait::new(Duration::from_secs(30), pause, pause);
        while process.log().tail().is_empty() {
            assert!(!wait.left().is_zero(), "the process writes nothing");
            wait.pause().await;
        }
        let start = std::time::Instant::now();
        process.stop(Duration::from_millis(300)).await;
        assert!(start.elapsed() >= Duration::from_millis(300));
        assert!(!system::is_alive(pid, None));
    }
}
