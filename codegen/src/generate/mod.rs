//! `codegen generate`: from `specs/` to `generated/`.

mod accounting;
mod availability;
mod facts;
mod grpc;
mod inventory;
pub mod output;
mod post;
mod rest;
#[cfg(test)]
mod tests;
mod words;

use std::path::Path;
use std::{fmt, fs};

use anyhow::Context as _;
use prost_types::FileDescriptorSet;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::fixups;
use crate::sync::history::{self, History};
use accounting::Counts;
use availability::{Behaviours, Table, Version};
use facts::Facts;
use inventory::Inventory;
use output::FileSet;
use words::Words;

/// What a run emitted.
#[derive(Debug, Default)]
pub struct Report {
    /// What is in the output.
    pub counts: Counts,
    /// Files whose content changed.
    pub written: usize,
    /// Files that no longer belong to the output.
    pub removed: usize,
    /// What people have to repair; `check` fails for it.
    pub findings: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { operations, definitions, rpcs, messages, skipped } = self.counts;
        write!(
            f,
            "{operations} operations, {definitions} definitions, {rpcs} RPCs, {messages} messages and enums, {skipped} \
             left out; {} files written, {} removed",
            self.written, self.removed
        )?;
        self.findings.iter().try_for_each(|finding| write!(f, "\nto be repaired: {finding}"))
    }
}

/// Generates `out` (the `generated` folder) from `specs`.
pub fn run(specs: &Path, out: &Path) -> anyhow::Result<Report> {
    let sources = Sources::read(specs)?;
    let mut words = Words::read(&specs.join("overlay/docs.toml"))?;
    let (files, counts) = build(&sources, &mut words)?;
    let (written, removed) = files.write(out)?;
    Ok(Report { counts, written, removed, findings: words.findings() })
}

/// What `specs/` holds.
#[derive(Debug)]
struct Sources {
    contract: Value,
    descriptors: FileDescriptorSet,
    history: History,
    behaviours: Behaviours,
}

impl Sources {
    fn read(specs: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            contract: read_json(&specs.join("openapi.json"))?,
            descriptors: grpc::compile(&specs.join("proto"))?,
            history: History::parse(&read(&specs.join(history::FILE))?)?,
            behaviours: read_toml(&specs.join("overlay/behaviours.toml"))?,
        })
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    serde_json::from_str(&read(path)?).with_context(|| format!("{} is not the JSON it should be", path.display()))
}

fn read_toml<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    toml::from_str(&read(path)?).with_context(|| format!("{} is not the TOML it should be", path.display()))
}

/// Everything that belongs under `generated/`, made in memory.
fn build(sources: &Sources, words: &mut Words) -> anyhow::Result<(FileSet, Counts)> {
    let version = sources.contract.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let mut corrected = sources.contract.clone();
    let applied = fixups::apply(&mut corrected, version)?;
    build_corrected(sources, &corrected, &applied, words)
}

/// The constant that names the release whose contract this is.
fn contract_version(contract: &Value) -> anyhow::Result<String> {
    let text = contract.pointer("/info/version").and_then(Value::as_str).context("the contract names no version")?;
    let Version(major, minor, patch) = availability::version(text.parse()?)?;
    Ok(format!(
        "\n/// The release whose contract all of this was generated from.\npub const CONTRACT: availability::Version = \
         availability::Version({major}, {minor}, {patch});\n"
    ))
}

fn build_corrected(
    sources: &Sources,
    corrected: &Value,
    applied: &[fixups::Applied],
    words: &mut Words,
) -> anyhow::Result<(FileSet, Counts)> {
    let Sources { contract, descriptors, history, .. } = sources;
    let mut files = FileSet::default();
    let facts = Facts::read(corrected)?;
    let grpc = grpc::emit(descriptors, words, &mut files)?;
    let rest = rest::emit(corrected, &facts, words, &mut files)?;
    let counts = accounting::settle(contract, descriptors, &rest, &grpc, accounting::SKIPPED)?;
    let inventory = Inventory::of(contract, descriptors);
    let table = Table::of(&inventory, history)?;
    availability::emit(sources, &table, &facts, &rest, &grpc, &mut files)?;
    files.markdown("API.md", &inventory::markdown(&inventory, &table, applied, accounting::SKIPPED));
    files.rust("src/lib.rs", &format!("{}{}", include_str!("templates/lib.rs"), contract_version(contract)?));
    Ok((files, counts))
}
