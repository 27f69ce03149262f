//! `src/availability`: since when everything exists, from `specs/history.json` and `specs/overlay/behaviours.toml`, and
//! the visitors that hold a request against it.

mod behaviours;
mod bodies;
mod set;
#[cfg(test)]
mod tests;
mod visit;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

pub use self::behaviours::Behaviours;
use self::behaviours::Named;
use self::set::Set;
pub use self::set::{Version, version};
use super::Sources;
use super::facts::{Facts, Operation};
use super::grpc::{Emitted, folded};
use super::inventory::Inventory;
use super::output::FileSet;
use super::rest;
use crate::sync::history::{History, Kind};

/// Everything that is or was in the contract, and since when.
#[derive(Debug)]
pub struct Table {
    /// What not every covered release has.
    rows: BTreeMap<Kind, BTreeMap<String, Set>>,
    /// What the contract has now.
    present: BTreeSet<(Kind, String)>,
    deprecated: BTreeSet<(Kind, String)>,
}

impl Table {
    /// Reads the contract and its history.
    pub fn of(inventory: &Inventory, history: &History) -> Result<Self> {
        let mut rows = BTreeMap::new();
        for kind in Kind::ALL {
            let sets = history.entries(kind).map(|(name, entry)| {
                let set = Set::of(entry, history.first()).with_context(|| format!("{} {name}", kind.name()))?;
                Ok((name.to_owned(), set))
            });
            rows.insert(kind, sets.collect::<Result<_>>()?);
        }
        let names = |deprecated: bool| {
            let entries = inventory.entries().filter(move |entry| entry.deprecated || !deprecated);
            entries.map(|entry| (entry.kind, entry.name.clone())).collect()
        };
        Ok(Self { rows, present: names(false), deprecated: names(true) })
    }

    /// The versions that have it, unless all do.
    fn since(&self, kind: Kind, name: &str) -> Option<&Set> {
        self.rows.get(&kind)?.get(name)
    }

    /// Whether the contract has or had it.
    fn knows(&self, kind: Kind, name: &str) -> bool {
        self.since(kind, name).is_some() || self.present.contains(&(kind, name.to_owned()))
    }

    /// For people: since when the contract has it, unless it always did.
    pub fn note(&self, kind: Kind, name: &str) -> Option<String> {
        let since = self.since(kind, name)?.to_string();
        Some(if since.starts_with("gone") { since } else { format!("since {since}") })
    }
}

/// Writes the modules under `src/availability`.
pub fn emit(
    sources: &Sources,
    table: &Table,
    facts: &Facts,
    rest: &rest::Emitted,
    grpc: &Emitted,
    files: &mut FileSet,
) -> Result<()> {
    let Sources { contract, descriptors, behaviours, .. } = sources;
    let mut add = |name: &str, body: &str| files.rust(format!("src/availability/{name}.rs"), body);
    add("mod", include_str!("../templates/availability.rs"));
    add("since", include_str!("../templates/since.rs"));
    add("operations", &operations(table, facts, rest)?);
    let types = [("DEFINITIONS", Kind::Definition), ("PROPERTIES", Kind::Property), ("ENUM_VALUES", Kind::EnumValue)];
    let types = types.map(|(name, kind)| rows(table, name, kind)).join("\n");
    add("types", &format!("//! The types of the REST interface, by name.\n\n{IMPORTS}\n{types}"));
    add("grpc", &format!("//! The gRPC interface, by name.\n\n{IMPORTS}\n{}", rows(table, "ROWS", Kind::Proto)));
    add("features", &features(table, behaviours)?);
    let treatments = behaviours.treatments(table)?;
    let oldest = behaviours.oldest()?;
    add("bodies", &bodies::emit(contract, table, oldest)?);
    add("visit", &visit::visitors(&visit::Knowledge { table, treatments: &treatments, oldest }, descriptors, grpc)?);
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

fn operations(table: &Table, facts: &Facts, rest: &rest::Emitted) -> Result<String> {
    let mut out = format!("//! Operations and their parameters, by name and by method of the client.\n\n{IMPORTS}");
    for (name, kind) in [("OPERATIONS", Kind::Operation), ("PARAMETERS", Kind::Parameter)] {
        out.push_str(&format!("\n{}", rows(table, name, kind)));
    }
    let mut methods = String::new();
    let mut parameters = BTreeMap::new();
    for method in &rest.methods {
        let operation = facts.operations.get(&folded(method));
        let Operation { method: verb, path, .. } = operation.with_context(|| format!("{method} has no operation"))?;
        let name = format!("{verb} {}", path.strip_prefix("/v1").unwrap_or(path));
        let since = table.since(Kind::Operation, &name);
        if since.is_some() {
            methods.push_str(&format!("    ({method:?}, {name:?}),\n"));
        }
        let own = format!("{name} ? ");
        for (symbol, set) in table.rows.get(&Kind::Parameter).into_iter().flatten() {
            let Some((_, parameter)) = symbol.strip_prefix(&own).and_then(|rest| rest.split_once(':')) else {
                continue;
            };
            let younger = !since.is_some_and(|since| set.covers(since));
            if younger && table.present.contains(&(Kind::Parameter, symbol.clone())) {
                parameters.insert((method.clone(), parameter.to_owned()), symbol.clone());
            }
        }
    }
    out.push_str(&format!(
        "\n/// Method of the client, operation.\npub(super) static METHODS: &[(&str, &str)] = &[\n{methods}];\n"
    ));
    out.push_str("\n/// Method of the client, parameter, its full name.\n");
    out.push_str("pub(super) static METHOD_PARAMETERS: &[(&str, &str, &str)] = &[\n");
    for ((method, parameter), symbol) in parameters {
        out.push_str(&format!("    ({method:?}, {parameter:?}, {symbol:?}),\n"));
    }
    out.push_str("];\n");
    Ok(out)
}

fn features(table: &Table, behaviours: &Behaviours) -> Result<String> {
    let Version(major, minor, patch) = behaviours.oldest()?;
    let mut out = format!(
        "//! What people call things, and what is deprecated.\n\nuse super::Kind::*;\nuse super::{{Kind, Range, \
         Requirement, Since, Version}};\n\nconst START: Version = Version::START;\nconst END: Version = \
         Version::END;\n\n/// The oldest server that the client works with.\npub const OLDEST: Version = \
         Version({major}, {minor}, {patch});\n\npub(super) static FEATURES: &[Requirement] = &[\n"
    );
    for named in behaviours.features(table)? {
        out.push_str(&format!("    {},\n", requirement(&named.feature, &named)));
    }
    out.push_str("];\n\npub(super) static DEPRECATED: &[(Kind, &str)] = &[\n");
    // In the order of `Kind` as it is emitted.
    for kind in [Kind::Operation, Kind::Parameter, Kind::Definition, Kind::Property, Kind::EnumValue, Kind::Proto] {
        for (_, symbol) in table.deprecated.iter().filter(|(of, _)| *of == kind) {
            out.push_str(&format!("    ({kind:?}, {symbol:?}),\n"));
        }
    }
    out.push_str("];\n");
    Ok(out)
}

/// A `Requirement` in Rust that is more than a row.
fn requirement(symbol: &str, Named { feature, set, why }: &Named) -> String {
    let set = set.rust();
    format!("Requirement {{ symbol: {symbol:?}, feature: {feature:?}, since: Since({set}), why: {why:?} }}")
}
