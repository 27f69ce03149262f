//! The cache of downloaded executables. A file in it is complete, since it is renamed as the last
//! step.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::archive::unpack;
use super::binary_source::Asset;
use super::download::{Downloader, shown};
use super::progress::{EmbeddedStage, Reporter};
use super::{blocking, damaged, disk, system};
use crate::error::Verdict;
use crate::wait::Pauses;
use crate::{Error, ErrorKind, Result};

const POLL: Duration = Duration::from_millis(100);

/// Returns the path of an executable, downloaded unless it is cached.
pub(super) async fn executable(dir: &Path, asset: &Asset, within: Duration, reporter: &Reporter) -> Result<PathBuf> {
    let executable = dir.join(&asset.key);
    if executable.is_file() {
        return Ok(executable);
    }
    fs::create_dir_all(dir).map_err(|error| disk("cannot create the cache directory", dir, error))?;
    let lock = lock(dir.join(format!("{}.lock", asset.key)), within).await?;
    // Another process may have been quicker.
    if executable.is_file() {
        return Ok(executable);
    }
    // The lock keeps other processes from these files. Those that a crash left behind are overwritten.
    let archive = Temporary(dir.join(format!("{}.archive", asset.key)));
    let unpacked = Temporary(dir.join(format!("{}.unpacked", asset.key)));
    let downloader = Downloader::new(within)?;
    let expected = match &asset.sha256 {
        Some(digest) => digest.clone(),
        None => downloader.digest_beside(&asset.url).await?.ok_or_else(|| no_digest(asset))?,
    };
    let actual = downloader.file(&asset.url, &archive.0, reporter).await?;
    if actual != expected {
        return Err(damaged(format!(
            "the SHA-256 digest of {} is {actual}, expected {expected}: try again, or check the mirror",
            shown(&asset.url)
        )));
    }
    reporter.stage(EmbeddedStage::Unpack);
    let format = asset.format;
    let target = executable.clone();
    blocking(move || {
        // Runs to its end even if the caller is cancelled. The lock is released last.
        let (_lock, archive, unpacked) = (lock, archive, unpacked);
        unpack(&archive.0, format, &unpacked.0)?;
        fs::rename(&unpacked.0, &target).map_err(|error| disk("cannot write to", &target, error))
    })
    .await?;
    Ok(executable)
}

/// Locks the download against other processes on this machine.
async fn lock(path: PathBuf, within: Duration) -> Result<fs::File> {
    let cannot_lock = |error| disk("cannot lock", &path, error);
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(cannot_lock)?;
    let mut pauses = Pauses::new(within, (POLL, POLL));
    while !system::try_lock(&file).map_err(cannot_lock)? {
        if pauses.left().is_zero() {
            let message = format!(
                "another process has held the download lock {} for {within:?}: raise download_timeout, or stop that \
                 process",
                path.display()
            );
            return Err(Error::new(Verdict::not_sent(ErrorKind::Timeout).transient(), message));
        }
        pauses.pause().await;
    }
    Ok(file)
}

fn no_digest(asset: &Asset) -> Error {
    let url = shown(&asset.url);
    let message = format!(
        "there is no {url}.sha256, so {url} cannot be verified: check that the version exists, or set \
         the digest with sha256"
    );
    Error::new(Verdict::refused(ErrorKind::NotFound), message)
}

/// A file that is deleted on drop.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
