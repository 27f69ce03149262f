//! `codegen sync`: from a Weaviate release to `specs/`.

use std::path::PathBuf;

/// Where the release comes from and where its canonical form goes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The canonical contract
    #[arg(long, default_value = "specs")]
    specs: PathBuf,
}

pub fn run(_args: &Args) -> anyhow::Result<()> {
    anyhow::bail!("not built yet")
}
