//! The source archive of a tag, from Weaviate's public repository.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use flate2::read::GzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest as _, Sha256};

use super::manifest::hex;
use super::source::{Upstream, is_contract};
use super::version::Version;

/// For the whole download.
const DEADLINE: Duration = Duration::from_secs(15 * 60);
const CONNECT: Duration = Duration::from_secs(20);

/// An archive of more is not one of Weaviate's source.
const MAX_ARCHIVE: u64 = 2 << 30;
/// Nor is a file of the contract that is larger.
const MAX_FILE: u64 = 32 << 20;

/// Downloads the archive of the tag `v<version>`, keeping only the contract's files.
pub fn archive(repository: &str, version: Version) -> Result<Upstream> {
    let url = format!("{}/archive/refs/tags/v{version}.tar.gz", repository.trim_end_matches('/'));
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(DEADLINE))
        .timeout_connect(Some(CONNECT))
        .user_agent("weaviate-codegen")
        .build()
        .into();
    let mut response = agent.get(&url).call().with_context(|| format!("cannot download {url}"))?;
    let progress = progress(response.body().content_length())?;
    let body = response.body_mut().with_config().limit(MAX_ARCHIVE).reader();
    let mut hashed = Hashed { inner: progress.wrap_read(body), hasher: Sha256::new() };

    let files = contract_files(&mut hashed).with_context(|| format!("{url}: not a readable archive"))?;
    // The checksum is of the whole archive, past the end of the tar stream too.
    io::copy(&mut hashed, &mut io::sink()).with_context(|| format!("cannot download {url}"))?;
    progress.finish_and_clear();
    let sha256 = hex(&hashed.hasher.finalize());
    Upstream::new(files, url, Some(sha256))
}

/// The contract's files in a gzipped tar archive, whose paths begin with a folder named after the release.
fn contract_files(archive: impl Read) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(GzDecoder::new(archive)).entries()? {
        let entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let Some((_, path)) = path.split_once('/') else {
            continue;
        };
        if entry.header().entry_type().is_file() && is_contract(path) {
            ensure!(entry.size() <= MAX_FILE, "{path} has {} bytes, more than {MAX_FILE}", entry.size());
            let path = path.to_owned();
            let mut bytes = Vec::new();
            entry.take(MAX_FILE).read_to_end(&mut bytes)?;
            files.insert(path, bytes);
        }
    }
    Ok(files)
}

/// A bar where the size is known, a counter where it is not (archives made on the fly have none).
fn progress(size: Option<u64>) -> Result<ProgressBar> {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}, {bytes_per_sec}"),
    };
    bar.set_style(ProgressStyle::with_template(template)?);
    Ok(bar)
}

/// Takes the checksum of what passes.
struct Hashed<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}
