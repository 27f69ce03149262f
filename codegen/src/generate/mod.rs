//! `codegen generate`: generates the package `generated/` from `specs/`.

mod availability;
mod completeness;
mod contract;
mod docs;
mod field_numbers;
mod grpc;
mod inventory;
mod metadata;
#[cfg(test)]
mod odd_contracts;
mod open_sets;
pub mod output;
mod postprocess;
mod replies;
mod rest;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::{fmt, fs};

use anyhow::Context as _;
use prost_types::FileDescriptorSet;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fixups;
use crate::sync::history::{self, History, Items};
use crate::sync::manifest::Preview;
use crate::sync::version::{StatedVersion, Version as Release};
use availability::{Behaviours, Table, Version};
use completeness::Counts;
use docs::Docs;
use inventory::Inventory;
use metadata::Metadata;
use open_sets::OpenSets;
use output::FileSet;

/// Result of a generation.
#[derive(Debug, Default)]
pub struct Report {
    /// Version that the contract states.
    pub version: String,
    /// Number of generated items.
    pub counts: Counts,
    /// Number of files whose content changed.
    pub written: usize,
    /// Number of files removed because they are no longer generated.
    pub removed: usize,
    /// Number of fixups that apply.
    pub fixups: usize,
    /// Faults of the overlay. `check` fails if there are any.
    pub findings: Vec<String>,
    contract: Value,
    descriptors: FileDescriptorSet,
}

impl Report {
    /// Returns the items of the contract that the history records.
    ///
    /// # Errors
    ///
    /// Fails if a path lacks the prefix `/v1`, which the generation does not need.
    pub fn items(&self) -> anyhow::Result<Items> {
        Ok(Items::of(&self.contract, &self.descriptors)?.recorded())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { operations, definitions, rpcs, messages, skipped } = self.counts;
        write!(
            f,
            "{operations} operations, {definitions} definitions, {rpcs} RPCs, {messages} messages and enums, {skipped} \
             skipped; {} files written, {} removed",
            self.written, self.removed
        )?;
        self.findings.iter().try_for_each(|finding| write!(f, "\nfix needed: {finding}"))
    }
}

/// Generates the package in the folder `out` from the folder `specs`.
pub fn run(specs: &Path, out: &Path) -> anyhow::Result<Report> {
    let sources = Sources::read(specs)?;
    let sets = OpenSets::read(&specs.join("overlay"))?;
    let mut docs = Docs::read(&specs.join("overlay/docs.toml"))?;
    let Built { files, counts, fixups, mut findings } = build(&sources, &sets, &mut docs)?;
    let (written, removed) = files.write(out)?;
    findings.extend(docs.findings());
    let version = sources.version()?.to_string();
    let Sources { contract, descriptors, .. } = sources;
    Ok(Report { version, counts, written, removed, fixups, findings, contract, descriptors })
}

/// Returns the oldest server version that the client supports.
pub fn oldest_server(specs: &Path) -> anyhow::Result<Release> {
    read_toml::<Behaviours>(&specs.join("overlay/behaviours.toml"))?.oldest_release()
}

/// Parsed content of `specs/`.
#[derive(Debug)]
struct Sources {
    contract: Value,
    descriptors: FileDescriptorSet,
    history: History,
    behaviours: Behaviours,
    /// Mark of a contract that is not that of a release.
    preview: Option<Preview>,
}

impl Sources {
    fn read(specs: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            contract: read_json(&specs.join("openapi.json"))?,
            descriptors: grpc::compile(&specs.join("proto"))?,
            history: History::read(&specs.join(history::FILE))?,
            behaviours: read_toml(&specs.join("overlay/behaviours.toml"))?,
            preview: Preview::read(specs)?,
        })
    }

    /// Returns the version that the contract states.
    fn version(&self) -> anyhow::Result<StatedVersion> {
        StatedVersion::of(&self.contract).context("openapi.json")
    }

    /// Returns the release of the contract, or the one that a preview precedes.
    fn release(&self) -> anyhow::Result<Release> {
        Ok(self.version()?.release)
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let text = read(path)?;
    serde_json::from_str(&text).with_context(|| history::damaged(path, &text))
}

/// Reads a TOML file.
pub fn read_toml<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    toml::from_str(&read(path)?).with_context(|| format!("cannot parse {} as TOML", path.display()))
}

/// Generated files, in memory.
#[derive(Debug)]
struct Built {
    files: FileSet,
    counts: Counts,
    fixups: usize,
    /// Faults of the overlay.
    findings: Vec<String>,
}

/// Generates all files in memory.
fn build(sources: &Sources, sets: &OpenSets, docs: &mut Docs) -> anyhow::Result<Built> {
    let version = sources.contract.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let mut corrected = sources.contract.clone();
    let applied = fixups::apply(&mut corrected, version)?;
    let findings = sets.apply(&mut corrected);
    let mut built = build_corrected(sources, &corrected, &applied, docs)?;
    built.findings.extend(findings);
    Ok(built)
}

/// Returns the declaration of the constant `CONTRACT`, the release of the contract.
fn contract_version(sources: &Sources) -> anyhow::Result<String> {
    let Version(major, minor, patch) = availability::version(sources.release()?)?;
    let note = sources.preview.as_ref().map(|preview| {
        format!("\n/// Not released: the contract is a preview, {:?}. Do not publish this package.", preview.name())
    });
    let note = note.unwrap_or_default();
    Ok(format!(
        "\n/// Weaviate release whose contract this package was generated from.{note}\npub const CONTRACT: availability::Version = \
         availability::Version({major}, {minor}, {patch});\n"
    ))
}

fn build_corrected(
    sources: &Sources,
    corrected: &Value,
    applied: &[fixups::Applied],
    docs: &mut Docs,
) -> anyhow::Result<Built> {
    let Sources { contract, descriptors, history, .. } = sources;
    let mut files = FileSet::default();
    let prepared = contract::prepare(corrected)?;
    let metadata = Metadata::read(&prepared)?;
    let grpc = grpc::emit(descriptors, docs, &mut files)?;
    let rest = rest::emit(&prepared, &metadata, docs, &mut files)?;
    let counts = completeness::check(contract, descriptors, &rest, &grpc, completeness::SKIPPED)?;
    let inventory = Inventory::of(contract, descriptors);
    let preview = sources.preview.is_some().then(|| sources.release()).transpose()?;
    let table = Table::of(&inventory, history, preview)?;
    let (behaviours, findings) = sources.behaviours.clone().known(&table);
    availability::emit(sources, &behaviours, &table, &metadata, &rest, &grpc, &mut files)?;
    files.markdown("API.md", &inventory::markdown(&inventory, &table, applied, completeness::SKIPPED));
    files.rust("src/lib.rs", &format!("{}{}", include_str!("templates/lib.rs"), contract_version(sources)?));
    Ok(Built { files, counts, fixups: applied.len(), findings })
}
