//! `codegen generate`: from `specs/` to `generated/`.

mod accounting;
mod facts;
mod grpc;
mod inventory;
pub mod output;
mod post;
mod rest;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::{fmt, fs};

use anyhow::Context as _;
use prost_types::FileDescriptorSet;
use serde_json::Value;

use crate::fixups;
use accounting::Counts;
use facts::Facts;
use inventory::Inventory;
use output::FileSet;

/// What a run emitted.
#[derive(Debug, Default)]
pub struct Report {
    /// What is in the output.
    pub counts: Counts,
    /// Files whose content changed.
    pub written: usize,
    /// Files that no longer belong to the output.
    pub removed: usize,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { operations, definitions, rpcs, messages, skipped } = self.counts;
        write!(
            f,
            "{operations} operations, {definitions} definitions, {rpcs} RPCs, {messages} messages and enums, {skipped} \
             left out; {} files written, {} removed",
            self.written, self.removed
        )
    }
}

/// Generates `out` (the `generated` folder) from `specs`.
pub fn run(specs: &Path, out: &Path) -> anyhow::Result<Report> {
    let path = specs.join("openapi.json");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let contract = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
    let descriptors = grpc::compile(&specs.join("proto"))?;
    let (files, counts) = build(&contract, &descriptors)?;
    let (written, removed) = files.write(out)?;
    Ok(Report { counts, written, removed })
}

/// Everything that belongs under `generated/`, made in memory.
fn build(contract: &Value, descriptors: &FileDescriptorSet) -> anyhow::Result<(FileSet, Counts)> {
    let version = contract.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let mut corrected = contract.clone();
    let applied = fixups::apply(&mut corrected, version)?;
    build_corrected(contract, &corrected, &applied, descriptors)
}

fn build_corrected(
    contract: &Value,
    corrected: &Value,
    applied: &[fixups::Applied],
    descriptors: &FileDescriptorSet,
) -> anyhow::Result<(FileSet, Counts)> {
    let mut files = FileSet::default();
    let rest = rest::emit(corrected, &Facts::read(corrected)?, &mut files)?;
    let grpc = grpc::emit(descriptors, &mut files)?;
    let counts = accounting::settle(contract, descriptors, &rest, &grpc, accounting::SKIPPED)?;
    let inventory = Inventory::of(contract, descriptors);
    files.markdown("API.md", &inventory::markdown(&inventory, applied, accounting::SKIPPED));
    files.rust("src/lib.rs", include_str!("templates/lib.rs"));
    Ok((files, counts))
}
