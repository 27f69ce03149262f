//! The data directory of a server, locked against use by a second one.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{disk, system};
use crate::wait::Pauses;
use crate::{Error, Result};

/// The file with the server's process id and start time, beside the server's own files.
const PID_FILE: &str = "embedded.pid";

/// A killed process takes a moment to end.
const KILL_WAIT: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(50);

/// A data directory, locked for this process until dropped.
#[derive(Debug)]
pub(super) struct DataDir {
    path: PathBuf,
    pid_file: File,
}

impl DataDir {
    /// Creates the directory if it does not exist, and locks it. Fails if a server uses it: one of
    /// this process, of another process, or an orphan.
    pub(super) async fn open(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).map_err(|error| disk("cannot create the data directory", path, error))?;
        let path = path.canonicalize().map_err(|error| disk("cannot find the data directory", path, error))?;
        let file = path.join(PID_FILE);
        let mut pid_file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&file)
            .map_err(|error| disk("cannot write to", &file, error))?;
        let mut pauses = Pauses::new(KILL_WAIT, (POLL, POLL));
        loop {
            let free = system::try_lock(&pid_file).map_err(|error| disk("cannot lock", &file, error))?;
            let server = recorded(&mut pid_file).filter(|(pid, start)| system::is_alive(*pid, *start));
            if free && server.is_none() {
                return Ok(Self { path, pid_file });
            }
            if pauses.left().is_zero() {
                return Err(in_use(&path, server.map(|(pid, _)| pid)));
            }
            pauses.pause().await;
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Records the server's process id for the next process that opens the directory.
    pub(super) fn record(&mut self, pid: u32) -> Result<()> {
        let start = system::started(pid).map(|start| start.to_string()).unwrap_or_default();
        let mut write = || {
            self.pid_file.rewind()?;
            self.pid_file.set_len(0)?;
            write!(self.pid_file, "{pid} {start}")
        };
        write().map_err(|error| disk("cannot write to", &self.path.join(PID_FILE), error))
    }
}

fn recorded(file: &mut File) -> Option<(u32, Option<u64>)> {
    let mut text = String::new();
    file.rewind().and_then(|()| file.take(64).read_to_string(&mut text)).ok()?;
    let mut words = text.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next().and_then(|start| start.parse().ok())))
}

fn in_use(path: &Path, pid: Option<u32>) -> Error {
    let (user, remedy) = match pid {
        Some(pid) => (format!("the server with process id {pid}"), format!("stop it (`kill {pid}`)")),
        None => ("another process".to_owned(), "wait until that process ends".to_owned()),
    };
    Error::configuration(format!(
        "the data directory {} is in use by {user}: close the client of that server, {remedy}, or choose another \
         directory with data_dir",
        path.display()
    ))
}
