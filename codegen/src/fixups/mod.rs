//! Named corrections of the contract, applied in memory before generation. Each says why it exists and counts the
//! places it touched; one that touches none has outlived its reason and stops the run, so that the list only holds
//! what is needed.

mod choices;
mod schema;
#[cfg(test)]
mod tests;
mod upstream_bugs;

use anyhow::bail;
use serde_json::Value;

pub use choices::{JOINED, WHOLE};
pub use schema::{operations, resolve, target};
pub use upstream_bugs::UNNAMED;

/// Why a correction is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The contract contradicts the server or `OpenAPI`.
    UpstreamBug,
    /// The contract is right, but code generated from it would be worse for us.
    Choice,
}

/// One correction.
#[derive(Debug, Clone, Copy)]
pub struct Fixup {
    /// How the inventory and errors call it.
    pub name: &'static str,
    /// Bug or choice.
    pub kind: Kind,
    /// What goes wrong without it.
    pub reason: &'static str,
    /// The first minor release whose contract needs it; older contracts may have no place for it.
    pub since: (u64, u64),
    /// Edits the document and returns the number of places touched.
    pub apply: fn(&mut Value) -> usize,
}

/// A correction that was made.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The correction.
    pub fixup: Fixup,
    /// How many places it touched.
    pub places: usize,
}

/// The corrections in the order in which they build on each other.
pub fn all() -> impl Iterator<Item = Fixup> {
    upstream_bugs::FIXUPS.iter().chain(choices::FIXUPS).copied()
}

/// Applies every correction to the document of the release `version`.
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
    let mut outlived = Vec::new();
    for fixup in fixups {
        let places = (fixup.apply)(document);
        if places > 0 {
            applied.push(Applied { fixup, places });
        } else if release.is_none_or(|release| release >= fixup.since) {
            outlived.push(fixup.name);
        }
    }
    if !outlived.is_empty() {
        bail!("no longer applies, remove it from codegen/src/fixups: {}", outlived.join(", "));
    }
    Ok(applied)
}

/// `1.39.0` → `(1, 39)`.
fn minor(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
