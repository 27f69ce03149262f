//! Verdict of cargo-semver-checks, where that is installed.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::cargo::Cargo;

/// Packages that promise semantic versioning.
const PACKAGES: [&str; 2] = ["weaviate", "weaviate-emulator"];

/// Answer of cargo-semver-checks about a change, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The command is not installed.
    NotInstalled,
    /// The generated code in the tree is not that of its contract, so the answer would be wrong.
    Outdated,
    /// The packages do not compile.
    NotCompiled,
    /// Its summary, a line for each package.
    Said { version: String, summary: String },
    /// It failed before it had a summary. The text is its output.
    Failed { version: String, output: String },
}

impl Verdict {
    /// Compares two trees with all features on. Takes minutes if the command is installed.
    pub fn of(cargo: &Cargo, before: &Path, after: &Path) -> Result<Self> {
        let Some(version) = installed(cargo)? else {
            return Ok(Self::NotInstalled);
        };
        let mut command = cargo.command(after);
        // A release of type `minor` lets additions pass, so that the summary names breaks only.
        command.args(["semver-checks", "--all-features", "--release-type", "minor", "--color", "never"]);
        command.arg("--baseline-root").arg(before);
        command.args(PACKAGES.iter().flat_map(|package| ["--package", package]));
        let output = command.output().context("cannot run cargo semver-checks")?;
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        Ok(Self::read(version, &text))
    }

    fn read(version: String, output: &str) -> Self {
        let summary: Vec<&str> = output.lines().map(str::trim).filter(|line| line.starts_with("Summary ")).collect();
        if summary.len() == PACKAGES.len() {
            Self::Said { version, summary: summary.join("\n") }
        } else {
            Self::Failed { version, output: output.to_owned() }
        }
    }

    /// Returns the verdict in a sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotInstalled => "cargo-semver-checks did not run: it is not installed.".to_owned(),
            Self::Outdated => "cargo-semver-checks did not run: `generated/` does not have the code of this contract. \
                               `make page` asks it after `make regen`."
                .to_owned(),
            Self::NotCompiled => "cargo-semver-checks did not run: the workspace does not compile.".to_owned(),
            Self::Said { version, .. } => format!("{version} says about {}:", PACKAGES.join(" and ")),
            Self::Failed { version, .. } => format!("{version} has no verdict about {}:", PACKAGES.join(" and ")),
        }
    }

    /// Returns what the command said.
    pub fn lines(&self) -> Option<&str> {
        match self {
            Self::NotInstalled | Self::Outdated | Self::NotCompiled => None,
            Self::Said { summary, .. } => Some(summary),
            Self::Failed { output, .. } => Some(output),
        }
    }
}

/// Returns name and version of the command: `cargo-semver-checks 0.51.0`.
fn installed(cargo: &Cargo) -> Result<Option<String>> {
    let mut command: Command = cargo.command(Path::new("."));
    let output = command.args(["semver-checks", "--version"]).output().context("cannot run cargo")?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok((output.status.success() && !version.is_empty()).then_some(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_is_the_summary_of_each_package() {
        let output = "    Checking weaviate v0.1.0 -> v0.1.0 (minor change)\n     Summary no semver update required\n    \
                      Finished [   1.0s] weaviate\n     Summary semver requires new major version: 1 major and 0 minor \
                      checks failed\n";
        let verdict = Verdict::read("cargo-semver-checks 0.51.0".to_owned(), output);
        assert_eq!(verdict.sentence(), "cargo-semver-checks 0.51.0 says about weaviate and weaviate-emulator:");
        let expected = "Summary no semver update required\nSummary semver requires new major version: 1 major and 0 \
                        minor checks failed";
        assert_eq!(verdict.lines(), Some(expected));
    }

    #[test]
    fn without_a_summary_of_each_package_there_is_no_verdict() {
        let output = "     Summary no semver update required\nerror: running cargo-doc on crate 'weaviate' failed\n";
        let verdict = Verdict::read("cargo-semver-checks 0.51.0".to_owned(), output);
        assert!(verdict.sentence().contains("has no verdict"), "{}", verdict.sentence());
        assert_eq!(verdict.lines(), Some(output));
    }
}
