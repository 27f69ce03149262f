//! `API.md`: inventory of the contract, so that reviewers can read the diff of a new release.
//!
//! It has one line per operation, parameter, type, property, enum value, RPC, message and field.
//! The names are those of `specs/history.json`.

mod grpc;
mod rest;

pub use grpc::{deprecated_types, is_map_entry};

use prost_types::FileDescriptorSet;
use serde_json::Value;

use super::availability::Table;
use super::completeness::Skipped;
use crate::fixups::{Applied, Kind as FixupKind};
use crate::sync::history::Kind;

/// Line of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Sort key.
    pub order: Vec<String>,
    /// Kind of the item.
    pub kind: Kind,
    /// Name of the item.
    pub name: String,
    /// Type of the item and other details.
    pub detail: String,
    /// Whether the contract marks the item as deprecated.
    pub deprecated: bool,
}

impl Entry {
    fn new(kind: Kind, order: &[&str], name: impl Into<String>, detail: impl Into<String>) -> Self {
        let order = order.iter().map(|part| (*part).to_owned()).collect();
        Self { order, kind, name: name.into(), detail: detail.into(), deprecated: false }
    }

    fn deprecated(mut self, deprecated: bool) -> Self {
        self.deprecated = deprecated;
        self
    }

    fn line(&self, table: &Table) -> String {
        let space = if self.detail.is_empty() { "" } else { " " };
        let mark = if self.deprecated { " · **deprecated**" } else { "" };
        let since = table.note(self.kind, &self.name).map(|note| format!(" · {note}")).unwrap_or_default();
        format!("- `{}`{space}{}{since}{mark}\n", self.name, self.detail)
    }
}

/// All items of the contract.
#[derive(Debug)]
pub struct Inventory {
    /// Operations and their parameters.
    pub operations: Vec<Entry>,
    /// Definitions, properties, enum values.
    pub types: Vec<Entry>,
    /// RPCs, messages, fields, enum values.
    pub grpc: Vec<Entry>,
}

impl Inventory {
    /// Lists the items of the contract in `specs/`, without fixups.
    pub fn of(contract: &Value, descriptors: &FileDescriptorSet) -> Self {
        let mut operations = rest::operations(contract);
        let mut types = rest::types(contract);
        let mut grpc = grpc::entries(descriptors);
        for entries in [&mut operations, &mut types, &mut grpc] {
            entries.sort();
        }
        Self { operations, types, grpc }
    }

    /// Returns all lines.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.operations.iter().chain(&self.types).chain(&self.grpc)
    }
}

/// Renders `API.md`.
pub fn markdown(inventory: &Inventory, table: &Table, applied: &[Applied], skipped: &[Skipped]) -> String {
    let mut out = String::from(
        "# The generated interface\n\nAll items of Weaviate's REST and gRPC contract, one per line. Paths are listed \
         without the base path `/v1`.\n`since` lists the server versions that have the item, unless all versions \
         have it: `1.32.5 or 1.33.0` means\n1.32.5 and later patch releases of 1.32, and all versions from 1.33.0 on.\n",
    );
    let sections =
        [("REST operations", &inventory.operations), ("REST types", &inventory.types), ("gRPC", &inventory.grpc)];
    for (title, entries) in sections {
        out.push_str(&format!("\n## {title}\n\n"));
        out.extend(entries.iter().map(|entry| entry.line(table)));
    }
    out.push_str(
        "\n## Corrections\n\nChanges to the contract before code generation, with their number of places and their reason.\n",
    );
    for (title, kind) in [("Upstream bugs", FixupKind::UpstreamBug), ("Choices", FixupKind::Choice)] {
        out.push_str(&format!("\n### {title}\n\n"));
        for applied in applied.iter().filter(|applied| applied.fixup.kind == kind) {
            out.push_str(&format!("- `{}` ({}): {}\n", applied.fixup.name, applied.places, applied.fixup.reason));
        }
    }
    if !skipped.is_empty() {
        out.push_str("\n## Items that are not generated\n\n");
        for skipped in skipped {
            out.push_str(&format!("- `{}`: {}\n", skipped.name, skipped.reason));
        }
    }
    out
}
