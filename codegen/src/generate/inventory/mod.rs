//! `API.md`: the whole contract, one line per operation, parameter, type, property, enum value, RPC, message and
//! field, so that the diff of a release can be read. Names are those of `specs/history.json`.

mod grpc;
mod rest;

pub use grpc::is_map_entry;

use prost_types::FileDescriptorSet;
use serde_json::Value;

use super::accounting::Skipped;
use super::availability::Table;
use crate::fixups::{Applied, Kind as FixupKind};
use crate::sync::history::Kind;

/// One line of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// What lines are ordered by.
    pub order: Vec<String>,
    /// What the name is the name of.
    pub kind: Kind,
    /// The name.
    pub name: String,
    /// Its type and whatever else is to be known.
    pub detail: String,
    /// Marked so in the contract.
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

/// Everything the contract has.
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
    /// Lists the contract as it is in `specs/`, before any correction.
    pub fn of(contract: &Value, descriptors: &FileDescriptorSet) -> Self {
        let mut operations = rest::operations(contract);
        let mut types = rest::types(contract);
        let mut grpc = grpc::entries(descriptors);
        for entries in [&mut operations, &mut types, &mut grpc] {
            entries.sort();
        }
        Self { operations, types, grpc }
    }

    /// All lines.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.operations.iter().chain(&self.types).chain(&self.grpc)
    }
}

/// Writes `API.md`.
pub fn markdown(inventory: &Inventory, table: &Table, applied: &[Applied], skipped: &[Skipped]) -> String {
    let mut out = String::from(
        "# The generated interface\n\nOne line for everything in Weaviate's contract. Operations stand without the base \
         path `/v1`.\nA line says since when something is there, unless it always was: `1.32.5, 1.33.0+` is from 1.32.5 on in \
         that minor\nrelease, and everywhere from 1.33.0 on.\n",
    );
    let sections =
        [("REST operations", &inventory.operations), ("REST types", &inventory.types), ("gRPC", &inventory.grpc)];
    for (title, entries) in sections {
        out.push_str(&format!("\n## {title}\n\n"));
        out.extend(entries.iter().map(|entry| entry.line(table)));
    }
    out.push_str(
        "\n## Corrections\n\nWhat is changed in the contract before code is generated, and in how many places.\n",
    );
    for (title, kind) in [("Upstream bugs", FixupKind::UpstreamBug), ("Choices", FixupKind::Choice)] {
        out.push_str(&format!("\n### {title}\n\n"));
        for applied in applied.iter().filter(|applied| applied.fixup.kind == kind) {
            out.push_str(&format!("- `{}` ({}): {}\n", applied.fixup.name, applied.places, applied.fixup.reason));
        }
    }
    if !skipped.is_empty() {
        out.push_str("\n## Left out on purpose\n\n");
        for skipped in skipped {
            out.push_str(&format!("- `{}`: {}\n", skipped.name, skipped.reason));
        }
    }
    out
}
