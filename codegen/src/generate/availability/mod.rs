//! Generation of `src/availability`: tables of the server versions that have each item, and
//! visitors that compare a request with them.
//!
//! The input is `specs/history.json` and `specs/overlay/behaviours.toml`.

mod behaviours;
mod json_bodies;
#[cfg(test)]
mod tests;
mod version_set;
mod visitors;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

pub use self::behaviours::Behaviours;
use self::behaviours::Feature;
use self::version_set::VersionSet;
pub use self::version_set::{Version, version};
use super::Sources;
use super::grpc::{Emitted, folded};
use super::inventory::Inventory;
use super::metadata::{Metadata, Operation};
use super::output::FileSet;
use super::rest;
use crate::sync::history::{History, Kind};
use crate::sync::version::Version as Release;

/// Server versions of every item that is or was in the contract.
#[derive(Debug)]
pub struct Table {
    /// Items that some covered release lacks.
    rows: BTreeMap<Kind, BTreeMap<String, VersionSet>>,
    /// Items of the current contract.
    present: BTreeSet<(Kind, String)>,
    deprecated: BTreeSet<(Kind, String)>,
    /// Newest covered release.
    newest: Version,
}

impl Table {
    /// Builds the table from the contract and its history. `preview` is the release that the contract
    /// precedes, if it is a preview.
    pub fn of(inventory: &Inventory, history: &History, preview: Option<Release>) -> Result<Self> {
        let unreleased = preview.map(|release| unreleased(release, history)).transpose()?;
        let present: BTreeSet<(Kind, String)> =
            inventory.entries().map(|entry| (entry.kind, entry.name.clone())).collect();
        let mut rows = BTreeMap::new();
        for kind in Kind::ALL {
            let sets = history.entries(kind).map(|(name, entry)| {
                let set = VersionSet::of(entry, history.first()).with_context(|| format!("{} {name}", kind.name()))?;
                let set = match &unreleased {
                    Some(unreleased) if present.contains(&(kind, name.to_owned())) => set.union(unreleased),
                    Some(unreleased) => set.difference(unreleased),
                    None => set,
                };
                Ok((name.to_owned(), set))
            });
            rows.insert(kind, sets.collect::<Result<_>>()?);
        }
        let deprecated = inventory.entries().filter(|entry| entry.deprecated);
        let deprecated = deprecated.map(|entry| (entry.kind, entry.name.clone())).collect();
        Ok(Self { rows, present, deprecated, newest: version(history.last())? })
    }

    /// Returns the versions that have an item. `None` if all have it.
    fn since(&self, kind: Kind, name: &str) -> Option<&VersionSet> {
        self.rows.get(&kind)?.get(name)
    }

    /// Whether the contract marks an item as deprecated.
    fn is_deprecated(&self, kind: Kind, name: &str) -> bool {
        self.deprecated.contains(&(kind, name.to_owned()))
    }

    /// Whether an item is or was in the contract.
    fn knows(&self, kind: Kind, name: &str) -> bool {
        self.since(kind, name).is_some() || self.present.contains(&(kind, name.to_owned()))
    }

    /// Returns the versions of an item as text for `API.md`. `None` if all versions have it.
    pub fn note(&self, kind: Kind, name: &str) -> Option<String> {
        let since = self.since(kind, name)?.listed(self.newest);
        Some(if since.starts_with("older") { format!("only {since}") } else { format!("since {since}") })
    }
}

/// Returns the versions that belong to a preview only: from the first one that is not released to the
/// next covered line.
///
/// A branch states the last release for a while, and its server cannot be told from that release. So
/// it stands for what follows the newest release of that line.
fn unreleased(release: Release, history: &History) -> Result<VersionSet> {
    let newest = history.newest(release.line()).filter(|_| history.covers(release));
    let from = newest.map_or(release, |newest| Release { patch: newest.patch + 1, ..newest });
    let next_line = history.lines().find(|line| *line > release.line());
    let until = next_line.map_or(Ok(Version::END), |line| version(Release::first_of(line)))?;
    Ok(VersionSet::range(version(from)?, until))
}

/// Generates the modules under `src/availability`.
pub fn emit(
    sources: &Sources,
    behaviours: &Behaviours,
    table: &Table,
    metadata: &Metadata,
    rest: &rest::Emitted,
    grpc: &Emitted,
    files: &mut FileSet,
) -> Result<()> {
    let Sources { contract, descriptors, .. } = sources;
    let mut add = |name: &str, body: &str| files.rust(format!("src/availability/{name}.rs"), body);
    add("mod", include_str!("../templates/availability.rs"));
    add("since", include_str!("../templates/since.rs"));
    add("operations", &operations(table, metadata, rest)?);
    let types = [("DEFINITIONS", Kind::Definition), ("PROPERTIES", Kind::Property), ("ENUM_VALUES", Kind::EnumValue)];
    let types = types.map(|(name, kind)| rows(table, name, kind)).join("\n");
    add("types", &format!("//! Server versions of REST types, sorted by name.\n\n{IMPORTS}\n{types}"));
    add(
        "grpc",
        &format!(
            "//! Server versions of the gRPC interface, sorted by name.\n\n{IMPORTS}\n{}",
            rows(table, "ROWS", Kind::Proto)
        ),
    );
    add("features", &features(table, behaviours)?);
    let overrides = behaviours.overrides(table)?;
    let (deprecated, oldest) = (behaviours.deprecated(table)?, behaviours.oldest()?);
    add("bodies", &json_bodies::emit(contract, table, oldest, &behaviours.ignored(table)?)?);
    let gates = visitors::VersionGates { table, overrides: &overrides, deprecated: &deprecated, oldest };
    add("visit", &visitors::visitors(&gates, descriptors, grpc)?);
    Ok(())
}

const IMPORTS: &str = "use super::{Range, Requirement, Version, row};

const START: Version = Version::START;
const END: Version = Version::END;
";

fn rows(table: &Table, name: &str, kind: Kind) -> String {
    let mut out = format!("pub(super) static {name}: &[Requirement] = &[\n");
    for (symbol, set) in table.rows.get(&kind).into_iter().flatten() {
        out.push_str(&format!("    row({symbol:?}, {}),\n", set.rust()));
    }
    out.push_str("];\n");
    out
}

fn operations(table: &Table, metadata: &Metadata, rest: &rest::Emitted) -> Result<String> {
    let mut out = format!(
        "//! Server versions of operations and parameters, sorted by name and by client method.\n\nuse \
         super::deprecated;\n{IMPORTS}"
    );
    for (name, kind) in [("OPERATIONS", Kind::Operation), ("PARAMETERS", Kind::Parameter)] {
        out.push_str(&format!("\n{}", rows(table, name, kind)));
    }
    let mut methods = String::new();
    let mut deprecated = String::new();
    let mut parameters = BTreeMap::new();
    for method in &rest.methods {
        let operation = metadata.operations.get(&folded(method));
        let Operation { method: verb, path, .. } =
            operation.with_context(|| format!("no operation belongs to the method {method}"))?;
        let name = format!("{verb} {}", path.strip_prefix("/v1").unwrap_or(path));
        let since = table.since(Kind::Operation, &name);
        if table.is_deprecated(Kind::Operation, &name) {
            deprecated.push_str(&format!("    ({method:?}, deprecated({name:?})),\n"));
        }
        if since.is_some() {
            methods.push_str(&format!("    ({method:?}, {name:?}),\n"));
        }
        let own = format!("{name} ? ");
        for (symbol, set) in table.rows.get(&Kind::Parameter).into_iter().flatten() {
            let Some((_, parameter)) = symbol.strip_prefix(&own).and_then(|rest| rest.split_once(':')) else {
                continue;
            };
            let newer_than_operation = !since.is_some_and(|since| set.covers(since));
            if newer_than_operation && table.present.contains(&(Kind::Parameter, symbol.clone())) {
                parameters.insert((method.clone(), parameter.to_owned()), symbol.clone());
            }
        }
    }
    out.push_str(&format!(
        "\n/// Client method, operation.\npub(super) static METHODS: &[(&str, &str)] = &[\n{methods}];\n"
    ));
    out.push_str(&format!(
        "\n/// Client method, deprecated operation.\npub(super) static DEPRECATED: &[(&str, Requirement)] = &[\n{deprecated}];\n"
    ));
    out.push_str("\n/// Client method, parameter, full name of the parameter.\n");
    out.push_str("pub(super) static METHOD_PARAMETERS: &[(&str, &str, &str)] = &[\n");
    for ((method, parameter), symbol) in parameters {
        out.push_str(&format!("    ({method:?}, {parameter:?}, {symbol:?}),\n"));
    }
    out.push_str("];\n");
    Ok(out)
}

fn features(table: &Table, behaviours: &Behaviours) -> Result<String> {
    let constant = |Version(major, minor, patch): Version| format!("Version = Version({major}, {minor}, {patch});");
    let (oldest, newest) = (constant(behaviours.oldest()?), constant(table.newest));
    let mut out = format!(
        "//! Features by name, and deprecated items.\n\nuse super::Kind::*;\nuse super::{{Kind, Range, \
         Requirement, Version, feature_row}};\n\nconst START: Version = Version::START;\nconst END: Version = \
         Version::END;\n\n/// Oldest supported server version.\npub const OLDEST: {oldest}\n\n/// \
         Newest release that the tables cover.\npub const NEWEST: {newest}\n\npub(super) static FEATURES: &[Requirement] = &[\n"
    );
    for feature in behaviours.features(table)? {
        out.push_str(&format!("    {},\n", requirement(&feature.name, &feature)));
    }
    out.push_str("];\n\npub(super) static DEPRECATED: &[(Kind, &str)] = &[\n");
    // The generated `Kind` has this order, and the table is searched by it.
    for kind in [Kind::Operation, Kind::Parameter, Kind::Definition, Kind::Property, Kind::EnumValue, Kind::Proto] {
        for (_, symbol) in table.deprecated.iter().filter(|(of, _)| *of == kind) {
            out.push_str(&format!("    ({kind:?}, {symbol:?}),\n"));
        }
    }
    out.push_str("];\n");
    Ok(out)
}

/// Renders a `Requirement` with feature and reason. Rows of tables have neither.
fn requirement(symbol: &str, Feature { name, versions, why }: &Feature) -> String {
    let versions = versions.rust();
    format!("feature_row({symbol:?}, {name:?}, {versions}, {why:?})")
}
