//! `codegen generate`: from `specs/` to `generated/`.

mod grpc;
pub mod output;

use std::path::Path;

use output::FileSet;

/// What a run emitted.
#[derive(Debug, Default)]
pub struct Report {
    /// Files whose content changed.
    pub written: usize,
    /// Files that no longer belong to the output.
    pub removed: usize,
}

/// Generates `out` (the `generated` folder) from `specs`.
pub fn run(specs: &Path, out: &Path) -> anyhow::Result<Report> {
    let files = build(specs)?;
    let (written, removed) = files.write(out)?;
    Ok(Report { written, removed })
}

/// Everything that belongs under `generated/`, without touching it.
pub fn build(specs: &Path) -> anyhow::Result<FileSet> {
    let mut files = FileSet::default();
    let descriptors = grpc::compile(&specs.join("proto"))?;
    grpc::emit(&descriptors, &mut files)?;
    files.rust("src/lib.rs", include_str!("templates/lib.rs"));
    Ok(files)
}
