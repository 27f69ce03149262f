//! A server that this process starts and stops: its executable is downloaded once, checked, kept, and run on free ports.

mod archive;
mod builder;
mod cache;
mod data_dir;
mod download;
mod environment;
mod launch;
mod ports;
mod process;
mod progress;
mod server;
mod source;
mod system;

pub use builder::EmbeddedBuilder;
pub use progress::{EmbeddedStage, Progress};
pub use server::Embedded;

use crate::error::Verdict;
use crate::{Error, ErrorKind, Result};

/// The file system refused something that cannot be avoided.
fn disk(what: &'static str, path: &std::path::Path, error: std::io::Error) -> Error {
    Error::configuration(format!("{what} {}: {error}", path.display())).with_source(error)
}

/// What came is not what was asked for, or not all of it.
fn damaged(message: String) -> Error {
    Error::new(Verdict::refused(ErrorKind::Decode), message)
}

/// Work that blocks, off the threads that wait for the network.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(Error::configuration("the runtime shut down").with_source(error)))
}
