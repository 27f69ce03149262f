//! Fixups: named corrections of the contract, applied in memory before generation.
//!
//! Each fixup states its reason and counts the places it changes. A fixup that changes nothing is
//! an error, so the list cannot keep a correction that upstream has made unnecessary.

mod choices;
mod schema;
#[cfg(test)]
mod tests;
mod upstream_bugs;

use anyhow::bail;
use serde_json::Value;

pub use choices::{JOINED_LIST, OPAQUE};
pub use schema::{each_schema, operations, resolve, target};
pub use upstream_bugs::MISSING_OPERATION_IDS;

/// Reason category of a fixup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The contract contradicts the server or `OpenAPI`.
    UpstreamBug,
    /// The contract is correct, but it would generate worse code.
    Choice,
}

/// One correction of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Fixup {
    /// Name in `API.md` and in errors.
    pub name: &'static str,
    /// Upstream bug or choice.
    pub kind: Kind,
    /// Reason, as it is printed in `API.md`.
    pub reason: &'static str,
    /// First minor release whose contract needs the fixup. Older contracts may have nothing to
    /// change.
    pub since: (u64, u64),
    /// Edits the document and returns the number of places changed.
    pub apply: fn(&mut Value) -> usize,
}

/// A fixup that changed the document.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The fixup.
    pub fixup: Fixup,
    /// Number of places changed.
    pub places: usize,
}

/// Returns all fixups, in the order in which they are applied. Later ones rely on earlier ones.
pub fn all() -> impl Iterator<Item = Fixup> {
    upstream_bugs::FIXUPS.iter().chain(choices::FIXUPS).copied()
}

/// Applies every fixup to the document of the release `version`.
///
/// # Errors
///
/// Fails if a fixup that this release should need changes nothing.
pub fn apply(document: &mut Value, version: &str) -> anyhow::Result<Vec<Applied>> {
    apply_each(all(), document, version)
}

fn apply_each(
    fixups: impl Iterator<Item = Fixup>,
    document: &mut Value,
    version: &str,
) -> anyhow::Result<Vec<Applied>> {
    let release = minor(version);
    let mut applied = Vec::new();
    let mut unneeded = Vec::new();
    for fixup in fixups {
        let places = (fixup.apply)(document);
        if places > 0 {
            applied.push(Applied { fixup, places });
        } else if release.is_none_or(|release| release >= fixup.since) {
            unneeded.push(fixup.name);
        }
    }
    if !unneeded.is_empty() {
        bail!(
            "fixups that no longer change the contract: {}; remove them from codegen/src/fixups",
            unneeded.join(", ")
        );
    }
    Ok(applied)
}

/// Returns major and minor number: `1.39.0` → `(1, 39)`.
fn minor(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
