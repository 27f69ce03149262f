//! `codegen generate`: from `specs/` to `generated/`.

mod facts;
mod grpc;
pub mod output;
mod post;
mod rest;

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::fixups;
use facts::Facts;
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
    let path = specs.join("openapi.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let contract: Value = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    let version = contract.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let mut document = contract.clone();
    let applied = fixups::apply(&mut document, version)?;
    let facts = Facts::read(&document)?;
    let rest = rest::emit(&document, &facts, &mut files)?;

    let descriptors = grpc::compile(&specs.join("proto"))?;
    let grpc = grpc::emit(&descriptors, &mut files)?;
    files.rust("src/lib.rs", include_str!("templates/lib.rs"));
    Ok(files)
}
