//! `src/availability`: since when everything exists, from `specs/history.json`, and the visitors that hold a request
//! against it.

mod visit;

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use prost_types::FileDescriptorSet;
use serde::Deserialize;

use super::facts::Facts;
use super::grpc::Emitted;
use super::inventory::Inventory;
use super::output::FileSet;
use super::rest;

/// A release.
pub type Version = (u16, u16, u16);

/// The oldest server that the client works with: what all from there on have needs no check.
const OLDEST: Version = (1, 27, 0);

/// The part of `history.json` that is read here.
#[derive(Debug, Default, Deserialize)]
pub struct History {
    items: BTreeMap<String, BTreeMap<String, Entry>>,
}

#[derive(Debug, Default, Deserialize)]
struct Entry {
    #[serde(default)]
    settled: Option<String>,
    #[serde(default)]
    gone: Option<String>,
    #[serde(default)]
    backports: BTreeMap<String, String>,
    #[serde(default)]
    dropped_within: BTreeMap<String, String>,
}

/// The set of versions that have something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    settled: Option<Version>,
    gone: Option<Version>,
    backports: Vec<Version>,
    dropped: Vec<Version>,
}

const ALWAYS: Since = Since { settled: Some((0, 0, 0)), gone: None, backports: Vec::new(), dropped: Vec::new() };

impl Since {
    fn read(entry: &Entry) -> anyhow::Result<Self> {
        let list = |map: &BTreeMap<String, String>| {
            let mut versions = map.values().map(|text| version(text)).collect::<Result<Vec<_>, _>>()?;
            versions.sort_unstable();
            anyhow::Ok(versions)
        };
        Ok(Self {
            settled: entry.settled.as_deref().map(version).transpose()?,
            gone: entry.gone.as_deref().map(version).transpose()?,
            backports: list(&entry.backports)?,
            dropped: list(&entry.dropped_within)?,
        })
    }

    /// Whether some supported server lacks it.
    fn gated(&self) -> bool {
        self.gone.is_some() || self.settled.is_none_or(|settled| settled > OLDEST)
    }

    fn rust(&self) -> String {
        if *self == ALWAYS {
            return "ALWAYS".to_owned();
        }
        let one = |(major, minor, patch): &Version| format!("Version({major}, {minor}, {patch})");
        let mut fields = Vec::new();
        if let Some(settled) = self.settled.as_ref().filter(|settled| **settled > (0, 0, 0)) {
            fields.push(format!("settled: {}", one(settled)));
        }
        if let Some(gone) = &self.gone {
            fields.push(format!("gone: {}", one(gone)));
        }
        for (name, versions) in [("backports", &self.backports), ("dropped", &self.dropped)] {
            if !versions.is_empty() {
                let list: Vec<String> = versions.iter().map(one).collect();
                fields.push(format!("{name}: &[{}]", list.join(", ")));
            }
        }
        let rest = if self.settled.is_some() { "ALWAYS" } else { "PASSED" };
        format!("Since {{ {}, ..{rest} }}", fields.join(", "))
    }
}

/// `since 1.38.0`, or `in 1.28.5+, 1.29.0+` where it was backported.
impl std::fmt::Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |(major, minor, patch): &Version| format!("{major}.{minor}.{patch}");
        let mut parts = Vec::new();
        for first in &self.backports {
            match self.dropped.iter().find(|dropped| (dropped.0, dropped.1) == (first.0, first.1)) {
                Some(dropped) => parts.push(format!("{}–{}", text(first), text(dropped))),
                None => parts.push(format!("{}+", text(first))),
            }
        }
        match (parts.is_empty(), &self.settled) {
            (true, Some(settled)) => parts.push(format!("since {}", text(settled))),
            (false, Some(settled)) => parts.push(format!("{}+", text(settled))),
            (_, None) => {}
        }
        if let Some(gone) = &self.gone {
            parts.push(format!("gone in {}", text(gone)));
        }
        f.write_str(&parts.join(", "))
    }
}

fn version(text: &str) -> anyhow::Result<Version> {
    let parts: Vec<u16> = text.split('.').filter_map(|part| part.parse().ok()).collect();
    match parts.as_slice() {
        [major, minor, patch] => Ok((*major, *minor, *patch)),
        _ => bail!("history.json: {text:?} is not a version"),
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The versions that have it.
    pub since: Since,
    /// Marked so in the contract.
    pub deprecated: bool,
}

/// Every symbol of this and earlier contracts, by kind and name.
#[derive(Debug, Default)]
pub struct Table(BTreeMap<(String, String), Row>);

impl Table {
    /// What the contract has, with its history, and what it had.
    pub fn of(inventory: &Inventory, history: &History) -> anyhow::Result<Self> {
        let mut rows = BTreeMap::new();
        for entry in inventory.entries() {
            let row = Row { since: ALWAYS, deprecated: entry.deprecated };
            rows.insert((entry.kind.to_owned(), entry.name.clone()), row);
        }
        for (kind, items) in &history.items {
            for (name, entry) in items {
                let since = Since::read(entry).with_context(|| format!("{kind} {name}"))?;
                let row = rows.entry((kind.clone(), name.clone())).or_insert(Row { since: ALWAYS, deprecated: false });
                row.since = since;
            }
        }
        Ok(Self(rows))
    }

    /// Since when the contract has it, unless it always did.
    pub fn note(&self, kind: &str, name: &str) -> Option<String> {
        let row = self.0.get(&(kind.to_owned(), name.to_owned()))?;
        (row.since != ALWAYS).then(|| row.since.to_string())
    }

    /// Whether a request that has it set is to be looked at: some supported server lacks it, or it is deprecated.
    fn noteworthy(&self, proto: &str) -> bool {
        self.0.get(&("proto".to_owned(), proto.to_owned())).is_some_and(|row| row.deprecated || row.since.gated())
    }
}

/// Writes the modules under `src/availability`.
pub fn emit(
    table: &Table,
    facts: &Facts,
    rest: &rest::Emitted,
    descriptors: &FileDescriptorSet,
    grpc: &Emitted,
    files: &mut FileSet,
) -> anyhow::Result<()> {
    if table.0.len() > usize::from(u16::MAX) {
        bail!("{} symbols do not fit the table", table.0.len());
    }
    let mut out = String::from("//! One row for everything, ordered by kind and name.\n\nuse super::Kind::*;\n");
    out.push_str("use super::{ALWAYS, PASSED, Row, Since, Version};\n\n");
    out.push_str("pub(super) static ROWS: &[Row] = &[\n");
    for ((kind, name), row) in &table.0 {
        let kind = match kind.as_str() {
            "definition" => "Definition",
            "enum_value" => "EnumValue",
            "operation" => "Operation",
            "parameter" => "Parameter",
            "property" => "Property",
            "proto" => "Proto",
            other => bail!("history.json has a kind that is not known: {other}"),
        };
        let since = row.since.rust();
        out.push_str(&format!(
            "    Row {{ kind: {kind}, name: {name:?}, since: {since}, deprecated: {} }},\n",
            row.deprecated
        ));
    }
    out.push_str("];\n\n/// Method of the REST client to operation.\n");
    out.push_str("pub(super) static METHODS: &[(&str, &str)] = &[\n");
    for method in &rest.methods {
        let operation = facts.operations.get(&super::grpc::folded(method));
        let operation = operation.with_context(|| format!("{method} belongs to no operation"))?;
        let path = operation.path.trim_start_matches("/v1");
        out.push_str(&format!("    ({method:?}, \"{} {path}\"),\n", operation.method));
    }
    out.push_str("];\n");
    files.rust("src/availability/table.rs", &out);
    files.rust("src/availability/visit.rs", &visit::visitors(table, descriptors, grpc)?);
    files.rust("src/availability/mod.rs", include_str!("../templates/availability.rs"));
    Ok(())
}
