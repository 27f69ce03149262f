//! The embedded server: downloaded, verified, cached, started on free ports and stopped by this
//! process.

mod archive;
mod binary_cache;
mod binary_source;
mod data_dir;
mod download;
mod embedded_builder;
mod embedded_server;
mod launch;
mod ports;
mod process;
mod progress;
mod server_settings;
mod system;

pub use embedded_builder::EmbeddedBuilder;
pub use embedded_server::Embedded;
pub use progress::{EmbeddedStage, Progress};

use crate::error::Verdict;
use crate::{Error, ErrorKind, Result};

/// An error of the file system, with the path.
fn disk(what: &'static str, path: &std::path::Path, error: std::io::Error) -> Error {
    Error::configuration(format!("{what} {}: {error}", path.display())).with_source(error)
}

/// An error for a download that is damaged, incomplete or not the expected file.
fn damaged(message: String) -> Error {
    Error::new(Verdict::refused(ErrorKind::Decode), message)
}

/// Runs blocking work on a thread for it.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(Error::configuration("the tokio runtime shut down while the embedded server was being prepared")
            .with_source(error))
    })
}
