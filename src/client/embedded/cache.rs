//! Executables that were downloaded before. A file in the cache is whole: it got its name last.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::archive::unpack;
use super::download::{Downloader, shown};
use super::progress::{EmbeddedStage, Reporter};
use super::source::Asset;
use super::{blocking, damaged, disk, system};
use crate::error::Verdict;
use crate::wait::Wait;
use crate::{Error, ErrorKind, Result};

const POLL: Duration = Duration::from_millis(100);

/// The executable of a release, downloaded unless it is there.
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
    // Nobody else writes to these while the lock is held; what a crash left behind is overwritten.
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
            "{} is not what it should be: its SHA-256 is {actual}, expected was {expected}",
            shown(&asset.url)
        )));
    }
    reporter.stage(EmbeddedStage::Unpack);
    let format = asset.format;
    let target = executable.clone();
    blocking(move || {
        // To the end, even where nobody waits for it any more; the lock goes last.
        let (_lock, archive, unpacked) = (lock, archive, unpacked);
        unpack(&archive.0, format, &unpacked.0)?;
        fs::rename(&unpacked.0, &target).map_err(|error| disk("cannot write to", &target, error))
    })
    .await?;
    Ok(executable)
}

/// One download at a time, of all processes on this machine.
async fn lock(path: PathBuf, within: Duration) -> Result<fs::File> {
    let cannot_lock = |error| disk("cannot lock", &path, error);
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(cannot_lock)?;
    let mut wait = Wait::new(within, POLL, POLL);
    while !system::try_lock(&file).map_err(cannot_lock)? {
        if wait.left().is_zero() {
            let message = format!(
                "another process has been downloading the same server for {within:?}; it holds {}: raise \
                 download_timeout, or stop it",
                path.display()
            );
            return Err(Error::new(Verdict::not_sent(ErrorKind::Timeout).transient(), message));
        }
        wait.pause().await;
    }
    Ok(file)
}

fn no_digest(asset: &Asset) -> Error {
    let url = shown(&asset.url);
    let message = format!(
        "{url} cannot be checked: there is no {url}.sha256. Does this version exist? If so, give \
         the digest of the archive with sha256"
    );
    Error::new(Verdict::refused(ErrorKind::NotFound), message)
}

/// Is gone when nobody needs it any more.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
