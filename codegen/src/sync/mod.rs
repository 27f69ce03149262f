//! `codegen sync`: writes the contract of a Weaviate release to `specs/`, in canonical form.
//!
//! A preview (release candidate, branch or commit) is written in the same way, and marked as one in
//! `UPSTREAM.toml` and in the history.

mod download;
pub mod history;
pub mod manifest;
mod prose;
mod proto;
pub mod source;
mod swagger;
#[cfg(test)]
mod tests;
pub mod version;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use prost_types::FileDescriptorSet;
use serde_json::Value;

use self::history::{History, Items, RESTORE, Recorded};
use self::manifest::Preview;
pub use self::proto::ProtoFiles;
use self::source::Upstream;
use self::version::{StatedVersion, Target};
use crate::staging::{self, Staging};
use crate::stderr;

/// Public source repository of Weaviate.
const REPOSITORY: &str = "https://github.com/weaviate/weaviate";

/// Arguments of `codegen sync`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Release to read, such as 1.39.0, or a preview: 1.40.0-rc.1, a branch or a commit
    #[arg(long, value_name = "VERSION")]
    version: Target,
    /// Read the contract from this folder, laid out like Weaviate's repository
    #[arg(long, value_name = "DIR", conflicts_with = "git")]
    from: Option<PathBuf>,
    /// Read the tag v<VERSION>, branch or commit of this clone of Weaviate's repository [default:
    /// download it from GitHub]
    #[arg(long, value_name = "DIR")]
    git: Option<PathBuf>,
    /// Folder of the canonical contract
    #[arg(long, default_value = "specs")]
    specs: PathBuf,
    /// URL of the repository to download from
    #[arg(long, hide = true, default_value = REPOSITORY)]
    repository: String,
}

impl Args {
    /// Reads a contract from a folder laid out like Weaviate's repository. Without a target, takes
    /// the version that the folder states.
    pub fn from_folder(folder: &Path, target: Option<Target>, specs: &Path) -> Result<Self> {
        let version = match target {
            Some(target) => target,
            None => Contract::read(folder)?.version()?.to_string().parse()?,
        };
        let repository = REPOSITORY.to_owned();
        Ok(Self { version, from: Some(folder.to_owned()), git: None, specs: specs.to_owned(), repository })
    }
}

/// Reads, converts and checks the whole release, then replaces the contract in one step.
pub fn run(args: &Args) -> Result<()> {
    let upstream = match (&args.from, &args.git) {
        (Some(folder), _) => source::folder(folder)?,
        (None, Some(repository)) => source::git(repository, &args.version)?,
        (None, None) => download::archive(&args.repository, &args.version)?,
    };
    let Update { stated, recorded } = update(&args.specs, &args.version, &upstream)?;
    let (specs, Recorded { added, removed }) = (args.specs.display(), recorded);
    stderr::note(&match &args.version {
        Target::Release(version) => format!(
            "{specs} now has the contract of Weaviate {version}; history: {added} items added, {removed} removed"
        ),
        Target::Preview(name) => format!(
            "{specs} now has a preview, {name}, which states {stated}. It is not a release: the history marks {added} items \
             that no release has, and {removed} that the preview lacks"
        ),
    });
    Ok(())
}

/// Outcome of an update of `specs/`.
pub struct Update {
    stated: StatedVersion,
    recorded: Recorded,
}

/// Converts and checks a contract, then replaces that in `specs` in one step.
pub fn update(specs: &Path, target: &Target, upstream: &Upstream) -> Result<Update> {
    staging::recover(specs)?;
    let contract = Contract::from_upstream(upstream)?;
    let stated = contract.version()?;
    check_target(target, &stated, upstream)?;
    let (history, recorded) = updated_history(specs, target, &contract)?;

    let staging = Staging::next_to(specs)?;
    staging.write(OPENAPI, &(serde_json::to_string_pretty(&contract.openapi)? + "\n"))?;
    for (name, text) in &contract.protos {
        staging.write(&format!("{PROTO}/{name}"), text)?;
    }
    staging.write(manifest::FILE, &manifest::render(target, &stated, upstream)?)?;
    staging.write(history::FILE, &history.render()?)?;
    staging.commit(specs, OWNED)?;
    Ok(Update { stated, recorded })
}

/// Fails unless a contract is that of the target, as far as it states its version.
fn check_target(target: &Target, stated: &StatedVersion, upstream: &Upstream) -> Result<()> {
    let matches = match (target, target.pre_release()) {
        (Target::Release(version), _) => !stated.is_pre_release() && stated.release == *version,
        // A release candidate can state the release already.
        (Target::Preview(_), Some(wanted)) => {
            *stated == wanted || (stated.release == wanted.release && !stated.is_pre_release())
        }
        (Target::Preview(_), None) => !upstream.is_folder(),
    };
    let way_out = match target {
        Target::Preview(name) if target.pre_release().is_none() => {
            format!(
                "or read {name} as a branch or commit of a clone with GIT=, because a folder does not tell which it is"
            )
        }
        _ => format!("or read the contract of {target}"),
    };
    ensure!(
        matches,
        "{}: info/version is {stated}, but --version is {target}; pass VERSION={stated}, {way_out}",
        source::SCHEMA
    );
    Ok(())
}

/// Files and folders in `specs/` that `sync` replaces. The others, such as `overlay/`, are
/// handwritten.
const OWNED: [&str; 4] = [OPENAPI, PROTO, manifest::FILE, history::FILE];

/// Folder in `specs/` that is written by hand.
const OVERLAY: &str = "overlay";

/// Reads the history in `specs` and records this release in it, or marks what the preview changes.
/// Starts a new history with a release if `specs` has nothing at all.
fn updated_history(specs: &Path, target: &Target, contract: &Contract) -> Result<(History, Recorded)> {
    let path = specs.join(history::FILE);
    if !path.exists() {
        let is_used = OWNED.into_iter().chain([OVERLAY]).any(|name| specs.join(name).exists());
        ensure!(!is_used, history::missing(&path));
        let Target::Release(version) = *target else {
            bail!("{} does not exist; a history starts with a release, so sync one before a preview", path.display());
        };
        stderr::note(&format!("{} does not exist; a new history starts with {version}", path.display()));
        return Ok((History::starting_with(version), Recorded::default()));
    }
    let mut history = History::read(&path)?;
    let items = contract.items()?;
    if let Target::Release(version) = *target
        && let Some(skipped) = history.skipped_before(version)
    {
        stderr::note(&format!(
            "{}: {skipped} would be the next release, so what the skipped ones brought counts from {version} on; to record \
             them, restore {} and sync each in order",
            path.display(),
            specs.display()
        ));
    }
    let recorded = match *target {
        Target::Release(version) if history.covers(version) => history.record(version, &items, &Items::default()),
        Target::Release(version) => history.record(version, &items, &old_items(specs, &history)?),
        Target::Preview(_) => Ok(history.mark_preview(&items, &old_items(specs, &history)?)),
    };
    Ok((history, recorded.with_context(|| format!("cannot update {}", path.display()))?))
}

/// Returns the items of the old contract, which have to agree with the history.
fn old_items(specs: &Path, history: &History) -> Result<Items> {
    let old = Contract::from_specs(specs).context("cannot read the old contract, which the history needs")?;
    verify_history(specs, history, &old)
}

/// Compares the history with the contract in `specs`, a release or a preview. Returns its items.
fn verify_history(specs: &Path, history: &History, contract: &Contract) -> Result<Items> {
    let items = contract.items()?;
    let path = specs.join(history::FILE);
    if Preview::read(specs)?.is_some() {
        history.verify_preview(&items).with_context(|| path.display().to_string())?;
        return Ok(items);
    }
    let StatedVersion { release, .. } = contract.version()?;
    ensure!(
        history.covers(release),
        "{} does not cover {release}, the release of the old contract; {RESTORE}",
        path.display()
    );
    history.verify(release, &items).with_context(|| path.display().to_string())?;
    Ok(items)
}

/// Canonical REST contract in `specs/`.
const OPENAPI: &str = "openapi.json";
/// Import root of the canonical proto files in `specs/`.
const PROTO: &str = "proto";

/// Contract in canonical form.
#[derive(Debug)]
pub struct Contract {
    /// File of the REST contract, for errors.
    file: String,
    pub openapi: Value,
    pub protos: proto::ProtoFiles,
    pub descriptors: FileDescriptorSet,
}

impl Contract {
    /// Reads a folder laid out like `specs/`.
    pub fn from_specs(specs: &Path) -> Result<Self> {
        let path = specs.join(OPENAPI);
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let openapi = serde_json::from_str(&text).with_context(|| history::damaged(&path, &text))?;
        let protos = proto::read(&specs.join(PROTO))?;
        let descriptors = proto::compile(&protos)?;
        Ok(Self { file: path.display().to_string(), openapi, protos, descriptors })
    }

    /// Reads a folder in either layout: that of `specs/` or that of Weaviate's repository.
    pub fn read(folder: &Path) -> Result<Self> {
        if folder.join(OPENAPI).exists() {
            Self::from_specs(folder)
        } else {
            Self::from_upstream(&source::folder(folder)?)
        }
    }

    /// Converts the files of a release to canonical form.
    pub fn from_upstream(upstream: &Upstream) -> Result<Self> {
        let openapi = swagger::convert(source::SCHEMA, upstream.text(source::SCHEMA)?)?;
        let protos = upstream
            .protos()
            .map(|(path, import)| Ok((import.to_owned(), upstream.text(path)?.to_owned())))
            .collect::<Result<_>>()?;
        let (protos, descriptors) = proto::canonical(&protos).context("the proto files of the contract")?;
        Ok(Self { file: source::SCHEMA.to_owned(), openapi, protos, descriptors })
    }

    /// Returns the version that this contract states.
    pub fn version(&self) -> Result<StatedVersion> {
        StatedVersion::of(&self.openapi).with_context(|| self.file.clone())
    }

    /// Returns the items that the history records.
    pub fn items(&self) -> Result<Items> {
        Ok(self.all_items()?.recorded())
    }

    /// Returns all items, for a comparison of two contracts.
    pub fn all_items(&self) -> Result<Items> {
        Items::of(&self.openapi, &self.descriptors)
    }
}
