//! Command line of the code generator.
//!
//! - `sync` updates `specs/` from a Weaviate release.
//! - `generate` writes `generated/` from `specs/`, and the version into the documents that name it.
//! - `check` compares the committed `generated/` with a fresh generation, and the contract with what
//!   is written by hand.
//! - `publishable` fails if `specs/` holds a preview instead of a release.
//! - `history-test` takes the contracts of past releases in turn: sync, generate, compile.
//! - `diff` lists the changes between two contracts.
//! - `page` describes the change of the contract in one page, and `preview` that of a contract that
//!   is not taken yet.

mod cargo;
mod check;
mod diff;
mod documents;
mod fixups;
mod generate;
mod history_test;
mod markdown;
mod page;
mod preview;
mod scratch_package;
mod staging;
mod stderr;
mod stdout;
mod sync;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Updates `specs/` from a Weaviate release and generates `generated/` from it.
#[derive(Debug, Parser)]
#[command(name = "codegen")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Update specs/ to the contract of a Weaviate release
    Sync(sync::Args),
    /// Generate the package in generated/ from the contract in specs/
    Generate(Folders),
    /// Compare generated/ with a fresh generation, and what is written by hand with the contract; fail
    /// if they differ
    Check(Folders),
    /// Fail if specs/ holds a preview, from which nothing may be published
    Publishable {
        /// Folder of the canonical contract
        #[arg(long, default_value = "specs")]
        specs: PathBuf,
    },
    /// Replay the contracts of past releases: sync, generate and compile each
    HistoryTest(history_test::Args),
    /// List breaking changes, additions and deprecations between two contracts
    Diff(diff::Args),
    /// Describe the change of the contract since a commit in one page
    Page(page::Args),
    /// Show the page of another contract and what would not compile; change nothing in the tree
    Preview(preview::Args),
}

/// Input and output folder, relative to the repository root.
#[derive(Debug, clap::Args)]
struct Folders {
    /// Folder of the canonical contract
    #[arg(long, default_value = "specs")]
    specs: PathBuf,
    /// Folder of the generated package
    #[arg(long, default_value = "generated")]
    generated: PathBuf,
}

impl Folders {
    /// Returns the repository that the package belongs to.
    fn repository(&self) -> &Path {
        let parent = self.generated.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.unwrap_or(Path::new("."))
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            stderr::note(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Hints after `sync` and `generate`. The steps are in CONTRIBUTING.md, "A new Weaviate version".
const AFTER_SYNC: &str = "next: `make regen` generates the code of this contract";
const AFTER_GENERATE: &str =
    "next: read `git diff generated/API.md`, then `make test`; `make check` says what is left to write by hand";

/// Runs a command. Returns `false` if `check` or `history-test` found faults or `preview` does not
/// compile; errors are failures of the command itself.
fn run(command: Command) -> anyhow::Result<bool> {
    match command {
        Command::Sync(args) => {
            sync::run(&args)?;
            stderr::note(AFTER_SYNC);
            Ok(true)
        }
        Command::Generate(folders) => {
            staging::recover(&folders.specs)?;
            let report = generate::run(&folders.specs, &folders.generated)?;
            documents::update(folders.repository(), &report.version)?;
            stdout::print(&format!("{report}\n"))?;
            stderr::note(AFTER_GENERATE);
            Ok(true)
        }
        Command::Check(folders) => check::run(folders.repository(), &folders.specs, &folders.generated),
        Command::Publishable { specs } => check::publishable(&specs).map(|()| true),
        Command::HistoryTest(args) => history_test::run(&args),
        Command::Diff(args) => diff::run(&args).map(|()| true),
        Command::Page(args) => page::run(&args).map(|()| true),
        Command::Preview(args) => preview::run(&args),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use anyhow::{Context as _, Result, ensure};

    /// Names of the variables that a person gives to `make`.
    const GIVEN: [&str; 9] =
        ["BASE", "CONTRACTS", "FROM", "GIT", "LOG", "TO", "VERSION", "WEAVIATE_BINARY", "WEAVIATE_URL"];

    #[test]
    fn no_recipe_of_the_makefile_pastes_what_is_given_into_a_command() {
        let makefile = include_str!("../../Makefile");
        for recipe in makefile.lines().filter(|line| line.starts_with('\t')) {
            for name in GIVEN {
                assert!(!recipe.contains(&format!("$({name})")), "{name} in {recipe}");
            }
        }
    }

    /// Runs a target of the Makefile with a script in place of codegen. Returns its arguments.
    #[cfg(unix)]
    fn arguments(arguments: &[&str], folder: &Path) -> Result<Vec<String>> {
        use std::os::unix::fs::PermissionsExt as _;

        let (script, list) = (folder.join("codegen"), folder.join("arguments"));
        std::fs::write(&script, format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >>'{}'\n", list.display()))?;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
        let _ = std::fs::remove_file(&list);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut make = Command::new("make");
        // A `make test` around this test passes its own variables on.
        for name in GIVEN.iter().chain(&["MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "CARGO_TARGET_DIR"]) {
            make.env_remove(name);
        }
        let output = make.arg("-C").arg(root).arg(format!("CODEGEN={}", script.display())).args(arguments).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(list).context("the script did not run")?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    #[cfg(unix)]
    #[test]
    fn the_makefile_passes_on_what_is_given_as_it_was_typed() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let ran = folder.path().join("ran");
        let odd = format!("a b's \"c\" `touch {0}` $(shell touch {0}) $$(touch {0}) ; touch {0}", ran.display());
        let given = |name: &str| format!("{name}={odd}");
        for (line, expected) in [
            (vec!["sync".to_owned(), given("VERSION")], vec!["sync", "--version", &odd, "page"]),
            (
                vec![
                    "sync".to_owned(),
                    "VERSION=1.39.1".to_owned(),
                    given("FROM"),
                    given("GIT"),
                    given("BASE"),
                    given("LOG"),
                ],
                vec![
                    "sync",
                    "--version",
                    "1.39.1",
                    "--from",
                    &odd,
                    "--git",
                    &odd,
                    "page",
                    "--base",
                    &odd,
                    "--log",
                    &odd,
                ],
            ),
            (vec!["page".to_owned(), given("BASE")], vec!["page", "--base", &odd]),
            (vec!["preview".to_owned(), given("FROM")], vec!["preview", "--from", &odd]),
            (
                vec!["preview".to_owned(), "FROM=x".to_owned(), given("VERSION")],
                vec!["preview", "--from", "x", "--version", &odd],
            ),
            (vec!["diff".to_owned(), given("FROM"), given("TO")], vec!["diff", &odd, &odd]),
            (
                vec!["history-test".to_owned(), given("CONTRACTS")],
                vec!["history-test", "--contracts", &odd, "--target-dir", "target/history-test"],
            ),
        ] {
            let line: Vec<&str> = line.iter().map(String::as_str).collect();
            assert_eq!(arguments(&line, folder.path())?, expected);
            assert!(!ran.exists(), "{line:?} ran a command");
        }
        Ok(())
    }
}
