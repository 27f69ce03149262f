//! `UPSTREAM.toml`: version and source of the contract, with the checksums of the files that were
//! read. It marks a preview.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::history;
use super::source::Upstream;
use super::version::{StatedVersion, Target};

/// File name in `specs/`.
pub const FILE: &str = "UPSTREAM.toml";

#[derive(Serialize)]
struct Manifest<'a> {
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<&'a str>,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive_sha256: Option<&'a str>,
    sha256: BTreeMap<&'a str, String>,
}

/// The part of `UPSTREAM.toml` that marks a preview.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Preview {
    /// Version that the contract states.
    pub version: String,
    /// Pre-release version, branch or commit.
    preview: Option<String>,
}

impl Preview {
    /// Reads the mark. `None` if `specs` holds a release.
    pub fn read(specs: &Path) -> Result<Option<Self>> {
        let path = specs.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mark: Self = toml::from_str(&text).with_context(|| history::damaged(&path, &text))?;
        Ok(mark.preview.is_some().then_some(mark))
    }

    /// Returns the pre-release version, branch or commit.
    pub fn name(&self) -> &str {
        self.preview.as_deref().unwrap_or(&self.version)
    }

    /// Describes the preview: its name, and the version that it states if that is another.
    pub fn description(&self) -> String {
        let (name, version) = (self.name(), &self.version);
        if name == version { name.to_owned() } else { format!("{name} (states {version})") }
    }
}

/// Renders `UPSTREAM.toml`.
pub fn render(target: &Target, version: &StatedVersion, upstream: &Upstream) -> Result<String> {
    let preview = match target {
        Target::Release(_) => None,
        Target::Preview(name) => Some(name.as_str()),
    };
    let manifest = Manifest {
        version: version.to_string(),
        preview,
        source: &upstream.source,
        archive_sha256: upstream.archive_sha256.as_deref(),
        sha256: upstream.files.iter().map(|(path, bytes)| (path.as_str(), sha256(bytes))).collect(),
    };
    let note = if preview.is_some() { "# A preview, not a release: nothing is published from it.\n" } else { "" };
    Ok(format!(
        "# Written by `codegen sync`. The checksums are those of the upstream files.\n{note}{}",
        toml::to_string(&manifest)?
    ))
}

/// Returns the SHA-256 checksum in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
