//! Download of a source archive from Weaviate's public repository.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use flate2::read::GzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest as _, Sha256};

use super::manifest::hex;
use super::source::{Upstream, is_contract};
use super::version::Target;

/// Deadline of the whole download.
const DEADLINE: Duration = Duration::from_secs(15 * 60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);

/// Size limit of the archive in bytes. Weaviate's source archives are far smaller.
const MAX_ARCHIVE: u64 = 2 << 30;
/// Size limit of one contract file in bytes.
const MAX_FILE: u64 = 32 << 20;

/// Downloads the archive of a tag, branch or commit and keeps the contract files.
pub fn archive(repository: &str, target: &Target) -> Result<Upstream> {
    let is_tag = matches!(target, Target::Release(_)) || target.pre_release().is_some();
    let folder = if is_tag { "refs/tags/" } else { "" };
    let url = format!("{}/archive/{folder}{}.tar.gz", repository.trim_end_matches('/'), target.revision());
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(DEADLINE))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .user_agent("weaviate-codegen")
        .build()
        .into();
    let mut response = agent.get(&url).call().with_context(|| format!("cannot download {url}"))?;
    let progress = progress(response.body().content_length())?;
    let body = response.body_mut().with_config().limit(MAX_ARCHIVE).reader();
    let mut hashed = HashingReader { inner: progress.wrap_read(body), hasher: Sha256::new() };

    let files = contract_files(&mut hashed).with_context(|| format!("{url}: cannot read the archive"))?;
    // The checksum covers the whole archive, including bytes after the end of the tar stream.
    io::copy(&mut hashed, &mut io::sink()).with_context(|| format!("cannot download {url}"))?;
    progress.finish_and_clear();
    let sha256 = hex(&hashed.hasher.finalize());
    Upstream::new(files, url, Some(sha256))
}

/// Extracts the contract files of a gzipped tar archive. All its paths are in one folder named
/// after the release.
fn contract_files(archive: impl Read) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(GzDecoder::new(archive)).entries()? {
        let entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let Some((_, path)) = path.split_once('/') else {
            continue;
        };
        if entry.header().entry_type().is_file() && is_contract(path) {
            ensure!(entry.size() <= MAX_FILE, "{path} has {} bytes; at most {MAX_FILE} are allowed", entry.size());
            let path = path.to_owned();
            let mut bytes = Vec::new();
            entry.take(MAX_FILE).read_to_end(&mut bytes)?;
            files.insert(path, bytes);
        }
    }
    Ok(files)
}

/// Returns a progress bar, or a byte counter if the size is unknown: GitHub sends none for an
/// archive that it creates on request.
fn progress(size: Option<u64>) -> Result<ProgressBar> {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}, {bytes_per_sec}"),
    };
    bar.set_style(ProgressStyle::with_template(template)?);
    Ok(bar)
}

/// Reader that computes the checksum of the bytes read through it.
struct HashingReader<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}
