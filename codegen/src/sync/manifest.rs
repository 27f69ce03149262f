//! `UPSTREAM.toml`: release and source of the contract, with the checksums of the files that were
//! read.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::source::Upstream;
use super::version::Version;

#[derive(Serialize)]
struct Manifest<'a> {
    version: String,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive_sha256: Option<&'a str>,
    sha256: BTreeMap<&'a str, String>,
}

/// Renders `UPSTREAM.toml`.
pub fn render(version: Version, upstream: &Upstream) -> Result<String> {
    let manifest = Manifest {
        version: version.to_string(),
        source: &upstream.source,
        archive_sha256: upstream.archive_sha256.as_deref(),
        sha256: upstream.files.iter().map(|(path, bytes)| (path.as_str(), sha256(bytes))).collect(),
    };
    Ok(format!(
        "# Written by `codegen sync`. The checksums are those of the upstream files.\n{}",
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
