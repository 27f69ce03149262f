//! `codegen page`: one page about the change of the contract between two trees, for the person who
//! reviews it. It is the text of the proposal and of the commit.
//!
//! The generated code is that of a fresh generation, so the page is the same before and after
//! `make regen`.

mod changelog;
mod compilation;
mod coverage;
#[cfg(test)]
pub mod fixture;
mod generated;
mod public_api;
mod rust_items;
mod semver;
#[cfg(test)]
pub mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

pub use self::compilation::Compilation;
pub use self::coverage::Coverage;
use self::public_api::PublicApi;
pub use self::semver::Verdict;
use crate::cargo::Cargo;
use crate::diff;
use crate::generate;
use crate::generate::output::FileSet;
use crate::markdown::{Document, Limits};
use crate::stdout;
use crate::sync::Contract;

/// Arguments of `codegen page`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tree with the new contract
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// Commit with the old contract
    #[arg(long, value_name = "COMMIT", default_value = "HEAD")]
    base: String,
    /// Tree with the old contract, in place of a commit
    #[arg(long, value_name = "DIR", conflicts_with = "base")]
    before: Option<PathBuf>,
    /// Output of a failed check, whose end goes at the end of the page
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// Length of the page. GitHub refuses the text of a proposal from 65,536 bytes on.
const LIMITS: Limits = Limits { lines: 300, bytes: 60_000 };

/// Heading of the last section, if there is a log. The workflow `sync` leaves the section out of
/// the commit.
const FAILED_CHECKS: &str = "Failed checks";

/// Prints the page.
pub fn run(args: &Args) -> Result<()> {
    let log = args.log.as_ref().map(|path| {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        anyhow::Ok(String::from_utf8_lossy(&bytes).into_owned())
    });
    let log = log.transpose()?;
    let base;
    let before = if let Some(before) = &args.before {
        before.as_path()
    } else {
        base = checkout(&args.root, &args.base)?;
        base.path()
    };
    let change = Change::between(before, &args.root)?;
    let verdict = if change.is_regenerated {
        let root = std::path::absolute(&args.root).context("the path of the tree")?;
        Verdict::of(&Cargo::from_env(), &std::path::absolute(before)?, &root)?
    } else {
        Verdict::Outdated
    };
    stdout::print(&change.page(&verdict, None, log.as_deref())?)?;
    Ok(())
}

/// Returns the files of a commit in a temporary folder.
fn checkout(repository: &Path, commit: &str) -> Result<TempDir> {
    let git = |arguments: &[&str]| -> Result<Vec<u8>> {
        let output =
            Command::new("git").arg("-C").arg(repository).args(arguments).output().context("cannot run git")?;
        if !output.status.success() {
            bail!("cannot read the commit {commit}: git: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(output.stdout)
    };
    // `git archive` would take a name that begins with a dash for an option.
    let id = git(&["rev-parse", "--verify", "--end-of-options", &format!("{commit}^{{commit}}")])?;
    let files = git(&["archive", "--format=tar", String::from_utf8_lossy(&id).trim()])?;
    let folder = tempfile::tempdir()?;
    tar::Archive::new(&*files).unpack(folder.path()).with_context(|| format!("the files of {commit}"))?;
    Ok(folder)
}

/// Change from one tree to another, with the code generated for the new contract.
pub struct Change<'a> {
    before: &'a Path,
    after: &'a Path,
    generation: Result<Generation>,
    /// Whether `generated/` of the new tree is that of a fresh generation.
    pub is_regenerated: bool,
}

struct Generation {
    files: FileSet,
    findings: Vec<String>,
}

impl<'a> Change<'a> {
    /// Generates the code of the new contract.
    pub fn between(before: &'a Path, after: &'a Path) -> Result<Self> {
        let fresh = tempfile::tempdir()?;
        let report = generate::run(&after.join("specs"), fresh.path());
        let generation = report.and_then(|report| {
            let files = FileSet::read(fresh.path())?;
            Ok(Generation { files, findings: report.findings })
        });
        let committed = FileSet::read(&after.join("generated"))?;
        let is_regenerated = generation.as_ref().is_ok_and(|generation| generation.files == committed);
        Ok(Self { before, after, generation, is_regenerated })
    }

    /// Renders the page.
    pub fn page(&self, verdict: &Verdict, compilation: Option<&Compilation>, log: Option<&str>) -> Result<String> {
        let mut document = Document::default();
        let contract = Contract::from_specs(&self.after.join("specs")).context("the new contract")?;
        // The old contract can be damaged, and `sync` is the way to repair it.
        let old = Contract::from_specs(&self.before.join("specs"));
        let report = diff::compare(old.as_ref().unwrap_or(&contract), &contract)?;

        document.heading(1, &report.title());
        if let Err(error) = &old {
            document.paragraph("The old contract cannot be read, so the contracts are not compared:");
            document.log(&format!("{error:#}"));
        } else {
            report.add_to(&mut document);
        }

        document.heading(2, "Generated code");
        match &self.generation {
            Ok(generation) => {
                let old = FileSet::read(&self.before.join("generated"))?;
                generated::add_to(&mut document, &old, &generation.files);
            }
            Err(error) => {
                document.paragraph("`make regen` fails:");
                document.log(&format!("{error:#}"));
            }
        }

        document.heading(2, "Public API and version");
        PublicApi::read(self.before)?.add_to(&mut document, &PublicApi::read(self.after)?, verdict);

        if let Some(entry) = changelog::fragment(&report) {
            document.heading(2, "Entry for CHANGELOG.md");
            document.code("markdown", &entry);
        }

        document.heading(2, "To write by hand");
        let findings = self.generation.as_ref().map(|generation| &*generation.findings).unwrap_or_default();
        Coverage::read(self.after)?.add_to(&mut document, &contract.items()?, &report, findings);

        if let Some(compilation) = compilation {
            document.heading(2, "Compilation");
            compilation.add_to(&mut document);
        }
        if let Some(log) = log {
            document.heading(2, FAILED_CHECKS);
            document.log(log);
        }
        Ok(document.render_within(LIMITS))
    }
}
