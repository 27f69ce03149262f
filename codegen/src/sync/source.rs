//! Sources of a release's contract: a folder or a git tag. See `download` for the archive of a tag.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::version::Version;

/// REST contract in Weaviate's repository.
pub const SCHEMA: &str = "openapi-specs/schema.json";
/// Import root of the proto files in Weaviate's repository.
pub const PROTO_ROOT: &str = "grpc/proto/";
/// Folder of the proto files in Weaviate's repository.
pub const PROTO_FOLDER: &str = "grpc/proto/v1";

/// Contract files of a release, as upstream wrote them.
#[derive(Debug)]
pub struct Upstream {
    /// Content by path in Weaviate's repository.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Source for `UPSTREAM.toml`, never a local path.
    pub source: String,
    /// Checksum of the archive, if the source is a download.
    pub archive_sha256: Option<String>,
}

impl Upstream {
    /// Creates the set of files.
    ///
    /// # Errors
    ///
    /// Fails if the REST contract or all proto files are missing.
    pub fn new(files: BTreeMap<String, Vec<u8>>, source: String, archive_sha256: Option<String>) -> Result<Self> {
        ensure!(files.contains_key(SCHEMA), "{source}: {SCHEMA} is missing");
        ensure!(files.keys().any(|path| is_proto(path)), "{source}: no proto files in {PROTO_FOLDER}");
        Ok(Self { files, source, archive_sha256 })
    }

    /// Returns the text of a file.
    pub fn text(&self, path: &str) -> Result<&str> {
        let bytes = self.files.get(path).with_context(|| format!("{path} is missing"))?;
        std::str::from_utf8(bytes).with_context(|| format!("{path}: not UTF-8"))
    }

    /// Returns the paths of the proto files.
    pub fn protos(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str).filter(|path| is_proto(path))
    }
}

/// Whether a path in the repository is a contract file.
pub fn is_contract(path: &str) -> bool {
    path == SCHEMA || is_proto(path)
}

fn is_proto(path: &str) -> bool {
    let name = path.strip_prefix(PROTO_FOLDER).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| !name.contains('/') && Path::new(name).extension().is_some_and(|ending| ending == "proto"))
}

/// Reads a folder laid out like Weaviate's repository.
pub fn folder(root: &Path) -> Result<Upstream> {
    let mut files = BTreeMap::new();
    let mut add = |path: String| -> Result<()> {
        let file = root.join(&path);
        let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        files.insert(path, bytes);
        Ok(())
    };
    add(SCHEMA.to_owned())?;
    let protos = root.join(PROTO_FOLDER);
    let entries = std::fs::read_dir(&protos).with_context(|| format!("cannot read {}", protos.display()))?;
    for entry in entries {
        let name = entry.with_context(|| format!("cannot read {}", protos.display()))?.file_name();
        let path = format!("{PROTO_FOLDER}/{}", name.to_string_lossy());
        if is_proto(&path) {
            add(path)?;
        }
    }
    Upstream::new(files, "tree".to_owned(), None)
}

/// Reads the tag of `version` from a git repository, bare or not.
pub fn git(repository: &Path, version: Version) -> Result<Upstream> {
    let tag = format!("v{version}");
    let listing = run_git(repository, &["ls-tree", "-r", "--name-only", "-z", &tag, "--", SCHEMA, PROTO_FOLDER])
        .with_context(|| format!("cannot read the tag {tag} in {}", repository.display()))?;
    let mut files = BTreeMap::new();
    for path in listing.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
        let path = std::str::from_utf8(path).context("a path in the repository is not UTF-8")?;
        if is_contract(path) {
            let bytes = run_git(repository, &["cat-file", "blob", &format!("{tag}:{path}")])
                .with_context(|| format!("cannot read {path} at {tag}"))?;
            files.insert(path.to_owned(), bytes);
        }
    }
    Upstream::new(files, format!("git tag {tag}"), None)
}

fn run_git(repository: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git").arg("-C").arg(repository).args(arguments).output().context("cannot run git")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
