//! The generator's command line. `sync` refreshes `specs/` from a Weaviate release, `generate` turns `specs/` into
//! `generated/`, `check` says whether the committed output is what `generate` would write, and `diff` what changes
//! between two contracts.

mod check;
mod diff;
mod fixups;
mod generate;
mod sync;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Keeps `specs/` in step with a Weaviate release and generates `generated/` from it.
#[derive(Debug, Parser)]
#[command(name = "codegen")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read the contract of a Weaviate release and write its canonical form
    Sync(sync::Args),
    /// Write the generated package from the contract
    Generate(Folders),
    /// Compare the generated package with a fresh generation
    Check(Folders),
    /// Say what changes between two contracts: what breaks, what is added, what is deprecated
    Diff(diff::Args),
}

/// The two folders, relative to the repository root.
#[derive(Debug, clap::Args)]
struct Folders {
    /// The canonical contract
    #[arg(long, default_value = "specs")]
    specs: PathBuf,
    /// The generated package
    #[arg(long, default_value = "generated")]
    generated: PathBuf,
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

/// `false` is a finding (differences), an error is something that kept the command from doing its work.
fn run(command: Command) -> anyhow::Result<bool> {
    match command {
        Command::Sync(args) => sync::run(&args).map(|()| true),
        Command::Generate(folders) => generate::run(&folders.specs, &folders.generated).map(|report| {
            println!("{report}");
            true
        }),
        Command::Check(folders) => check::run(&folders.specs, &folders.generated),
        Command::Diff(args) => diff::run(&args).map(|()| true),
    }
}
