//! Sources of a contract: a folder or a git revision. See `download` for the archive of a tag.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::version::Target;

/// REST contract in Weaviate's repository.
pub const SCHEMA: &str = "openapi-specs/schema.json";
/// Import roots of the proto files in Weaviate's repository: today's, and the one of a branch that
/// moves them. The files are in the folder `v1` of one of them.
pub const PROTO_ROOTS: [&str; 2] = ["grpc/proto/", "pkg/pb/proto/"];
const PROTO_FOLDER: &str = "v1";

/// Source of a contract that was read from a folder.
const FOLDER: &str = "tree";

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
        Self::check(&files, &source)?;
        Ok(Self { files, source, archive_sha256 })
    }

    /// Checks that the files are a contract. `source` is its name in errors.
    fn check(files: &BTreeMap<String, Vec<u8>>, source: &str) -> Result<()> {
        ensure!(files.contains_key(SCHEMA), "{source}: {SCHEMA} is missing");
        let [first, second] = PROTO_ROOTS;
        let has = |root: &str| files.keys().any(|path| is_proto(path) && path.starts_with(root));
        match (has(first), has(second)) {
            (false, false) => bail!(
                "{source}: no proto files in {first}{PROTO_FOLDER} or {second}{PROTO_FOLDER}, where Weaviate's repository has them; \
                 if they moved there, add the folder to `PROTO_ROOTS` in codegen/src/sync/source.rs"
            ),
            (true, true) => {
                bail!(
                    "{source}: proto files in both {first}{PROTO_FOLDER} and {second}{PROTO_FOLDER}; remove one of them"
                )
            }
            (true, false) | (false, true) => Ok(()),
        }
    }

    /// Whether the files are from a folder, which does not tell its branch or commit.
    pub fn is_folder(&self) -> bool {
        self.source == FOLDER
    }

    /// Returns the text of a file.
    pub fn text(&self, path: &str) -> Result<&str> {
        let bytes = self.files.get(path).with_context(|| format!("{path} is missing"))?;
        std::str::from_utf8(bytes).with_context(|| format!("{path}: not UTF-8"))
    }

    /// Returns the paths of the proto files, each with the path by which others import it.
    pub fn protos(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.keys().filter_map(|path| Some((path.as_str(), import_path(path)?)))
    }
}

/// Whether a path in the repository is a contract file.
pub fn is_contract(path: &str) -> bool {
    path == SCHEMA || is_proto(path)
}

fn is_proto(path: &str) -> bool {
    import_path(path).is_some()
}

/// Returns the path by which a proto file is imported; `None` for other files.
fn import_path(path: &str) -> Option<&str> {
    let import = PROTO_ROOTS.iter().find_map(|root| path.strip_prefix(root))?;
    let name = import.strip_prefix(PROTO_FOLDER)?.strip_prefix('/')?;
    let is_proto = !name.contains('/') && Path::new(name).extension().is_some_and(|ending| ending == "proto");
    is_proto.then_some(import)
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
    for folder in PROTO_ROOTS.map(|root| format!("{root}{PROTO_FOLDER}")) {
        let protos = root.join(&folder);
        if !protos.is_dir() {
            continue;
        }
        let entries = std::fs::read_dir(&protos).with_context(|| format!("cannot read {}", protos.display()))?;
        for entry in entries {
            let name = entry.with_context(|| format!("cannot read {}", protos.display()))?.file_name();
            let path = format!("{folder}/{}", name.to_string_lossy());
            if is_proto(&path) {
                add(path)?;
            }
        }
    }
    Upstream::check(&files, &root.display().to_string())?;
    Ok(Upstream { files, source: FOLDER.to_owned(), archive_sha256: None })
}

/// Reads a tag, branch or commit from a git repository, bare or not.
pub fn git(repository: &Path, target: &Target) -> Result<Upstream> {
    let revision = target.revision();
    let is_tag = matches!(target, Target::Release(_)) || target.pre_release().is_some();
    let kind = if is_tag { "tag" } else { "revision" };
    let what = || format!("cannot read the {kind} {revision} in {}", repository.display());
    let commit = commit(repository, &revision, is_tag).with_context(what)?;
    let [first, second] = PROTO_ROOTS;
    let listing = run_git(repository, &["ls-tree", "-r", "--name-only", "-z", &commit, "--", SCHEMA, first, second])
        .with_context(what)?;
    let mut files = BTreeMap::new();
    for path in listing.split(|byte| *byte == 0).filter(|path| !path.is_empty()) {
        let path = std::str::from_utf8(path).context("a path in the repository is not UTF-8")?;
        if is_contract(path) {
            let bytes = run_git(repository, &["cat-file", "blob", &format!("{commit}:{path}")])
                .with_context(|| format!("cannot read {path} at {revision}"))?;
            files.insert(path.to_owned(), bytes);
        }
    }
    // A branch moves on, so that its name does not say what was read.
    let source = if is_tag { format!("git tag {revision}") } else { format!("git commit {commit}") };
    Upstream::new(files, source, None)
}

/// Returns the commit of a tag, or that of a branch or commit. A branch can have the name of a tag.
fn commit(repository: &Path, revision: &str, is_tag: bool) -> Result<String> {
    let find = |name: &str| {
        run_git(repository, &["rev-parse", "--verify", "--end-of-options", &format!("{name}^{{commit}}")])
            .map(|commit| String::from_utf8_lossy(&commit).trim().to_owned())
    };
    if is_tag {
        find(&format!("refs/tags/{revision}"))
    } else {
        find(&format!("refs/heads/{revision}")).or_else(|_| find(revision))
    }
}

fn run_git(repository: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git").arg("-C").arg(repository).args(arguments).output().context("cannot run git")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}
