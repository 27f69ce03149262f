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
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command. Returns `false` if `check` or `history-test` found faults or `preview` does not
/// compile; errors are failures of the command itself.
fn run(command: Command) -> anyhow::Result<bool> {
    match command {
        Command::Sync(args) => sync::run(&args).map(|()| true),
        Command::Generate(folders) => {
            staging::recover(&folders.specs)?;
            let report = generate::run(&folders.specs, &folders.generated)?;
            documents::update(folders.repository(), &report.version)?;
            stdout::print(&format!("{report}\n")).map(|_| true)
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
    /// A path may have blanks, and so may a name that is not a version.
    #[test]
    fn the_makefile_quotes_what_it_passes_to_codegen() {
        const GIVEN: [&str; 8] = ["BASE", "CONTRACTS", "FROM", "GIT", "LOG", "TARGET", "TO", "VERSION"];
        let makefile = include_str!("../../Makefile");
        let recipes: Vec<&str> =
            makefile.lines().filter(|line| line.starts_with('\t') && line.contains("$(CODEGEN)")).collect();
        assert!(recipes.len() >= 8, "{recipes:#?}");
        for recipe in recipes {
            for name in GIVEN {
                for (at, _) in recipe.match_indices(&format!("$({name})")) {
                    let before = recipe.get(..at).unwrap_or_default();
                    assert!(before.ends_with('"') || before.ends_with("$(if "), "{name} in {recipe}");
                }
            }
        }
    }
}
