//! `codegen history-test`: takes the contracts of past releases in turn, as if each were the newest:
//! sync, generate, compile.
//!
//! The history is cut before each release, so that `sync` has to record it. The result has to be the
//! committed history, cut behind that release.

#[cfg(test)]
mod extract;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::fixups;
use crate::generate;
use crate::preview::copy_folder;
use crate::scratch_package::Package;
use crate::stderr;
use crate::stdout;
use crate::sync::history::{self, History};
use crate::sync::source::{self, Upstream};
use crate::sync::version::{Target, Version};
use crate::sync::{self, Contract};

/// Arguments of `codegen history-test`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of contracts: one folder for each release, laid out like Weaviate's repository
    #[arg(long, value_name = "DIR")]
    contracts: PathBuf,
    /// Root of this repository, with `specs/`, `generated/` and the lock file
    #[arg(long, default_value = ".")]
    repository: PathBuf,
    /// Folder for scratch files and for what cargo compiles
    #[arg(long, value_name = "DIR")]
    target_dir: PathBuf,
}

/// Replays each contract and prints a line for it. Returns `false` if any fails.
pub fn run(args: &Args) -> Result<bool> {
    let releases = releases(&args.contracts)?;
    let scratch = args.target_dir.join("scratch");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).with_context(|| format!("cannot empty {}", scratch.display()))?;
    }
    let package = Package::create(&args.repository, &scratch, &args.target_dir)?;
    let replay = Replay::new(&args.repository.join("specs"), scratch.join("specs"), package.generated())?;
    let mut all_passed = true;
    for Release { version, upstream } in &releases {
        if *version < replay.oldest {
            stderr::note(&format!(
                "{version}: skipped, because this client supports servers from {} on",
                replay.oldest
            ));
            continue;
        }
        let mut outcome = replay.run(*version, upstream);
        if outcome.error.is_none() {
            outcome.error = package.compile().err();
        }
        // Each contract takes a minute, so nothing goes on without a reader.
        if !stdout::print(&format!("{outcome}\n"))? {
            return Ok(false);
        }
        all_passed &= outcome.error.is_none();
    }
    Ok(all_passed)
}

/// Contract of one release.
#[derive(Debug)]
pub struct Release {
    pub version: Version,
    pub upstream: Upstream,
}

/// Reads the contracts in the subfolders, in the order of the versions that they state.
fn releases(folder: &Path) -> Result<Vec<Release>> {
    let mut releases = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        if !path.join(source::SCHEMA).exists() {
            continue;
        }
        let upstream = source::folder(&path)?;
        let stated = Contract::from_upstream(&upstream).and_then(|contract| contract.version());
        let stated = stated.with_context(|| path.display().to_string())?;
        ensure!(!stated.is_pre_release(), "{}: {stated} is not a release", path.display());
        releases.push(Release { version: stated.release, upstream });
    }
    releases.sort_by_key(|release| release.version);
    let twice = releases.iter().zip(releases.iter().skip(1)).find(|(left, right)| left.version == right.version);
    if let Some((release, _)) = twice {
        bail!("{}: two folders have the contract of {}", folder.display(), release.version);
    }
    ensure!(!releases.is_empty(), "{}: no subfolder has {}", folder.display(), source::SCHEMA);
    Ok(releases)
}

/// Scratch copy of `specs/`, and the folder of the package that is generated from it.
struct Replay {
    /// The committed history.
    history: History,
    /// Oldest supported server version.
    oldest: Version,
    specs: PathBuf,
    generated: PathBuf,
}

impl Replay {
    fn new(committed: &Path, specs: PathBuf, generated: PathBuf) -> Result<Self> {
        let path = committed.join(history::FILE);
        copy_folder(&committed.join("overlay"), &specs.join("overlay"), &[])?;
        let history = History::read(&path)?;
        let oldest = generate::oldest_server(committed)?;
        Ok(Self { history, oldest, specs, generated })
    }

    /// Takes one contract: cuts the history, updates the scratch `specs/` and generates from it.
    fn run(&self, version: Version, upstream: &Upstream) -> Outcome {
        let mut outcome = Outcome { version, report: None, error: None };
        match self.steps(version, upstream) {
            Ok(report) => outcome.report = Some(report),
            Err(error) => outcome.error = Some(error),
        }
        outcome
    }

    fn steps(&self, version: Version, upstream: &Upstream) -> Result<generate::Report> {
        let path = self.specs.join(history::FILE);
        let write = |history: &History| -> Result<()> {
            fs::write(&path, history.render()?).with_context(|| format!("cannot write {}", path.display()))
        };
        let covered = self.history.covers(version);
        let has_contract = self.specs.join(sync::manifest::FILE).exists();
        if !covered {
            write(&self.history)?;
        } else if has_contract && let Some(before) = self.history.before(version) {
            write(&before)?;
        } else {
            // `sync` cannot record the first contract: there is none before it.
            write(&self.history.until(version))?;
        }
        sync::update(&self.specs, &Target::Release(version), upstream).context("sync")?;
        if covered {
            let differing = self.history.until(version).differences(&History::read(&path)?);
            ensure!(differing.is_empty(), "sync records another history than the committed one: {differing}");
        }
        generate::run(&self.specs, &self.generated).context("generate")
    }
}

/// Outcome of one contract.
#[derive(Debug)]
struct Outcome {
    version: Version,
    report: Option<generate::Report>,
    error: Option<anyhow::Error>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8}", self.version.to_string())?;
        if let Some(report) = &self.report {
            let counts = report.counts;
            let fixups = fixups::all().count();
            write!(
                f,
                "  {:>3} operations  {:>3} definitions  {:>2} of {fixups} fixups",
                counts.operations, counts.definitions, report.fixups
            )?;
        }
        match &self.error {
            None => f.write_str("  no error"),
            Some(error) => write!(f, "  failed: {error:#}"),
        }
    }
}
