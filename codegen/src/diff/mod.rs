//! `codegen diff`: breaking changes, additions and deprecations between two contracts, for REST and
//! gRPC.

mod otherwise;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

pub use self::report::{Effect, Line, Report, Section};
use crate::markdown::code;
use crate::stdout;
use crate::sync::Contract;
use crate::sync::history::attributes::{Attributes, DEPRECATED, ERRORS, NULLABLE, REQUIRED};
use crate::sync::history::{Items, Kind};

/// Arguments of `codegen diff`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Older contract: a folder laid out like specs/ or like Weaviate's repository
    from: PathBuf,
    /// Newer contract, in either layout
    to: PathBuf,
    /// Print JSON instead of Markdown
    #[arg(long)]
    json: bool,
}

/// Noun for a protobuf message or enum.
const TYPE: &str = "type";

/// Prints the report.
pub fn run(args: &Args) -> Result<()> {
    let report = compare(&Contract::read(&args.from)?, &Contract::read(&args.to)?)?;
    let text = if args.json { report.json()? } else { report.markdown() };
    stdout::print(&(text + "\n"))?;
    Ok(())
}

/// Compares two contracts.
pub fn compare(from: &Contract, to: &Contract) -> Result<Report> {
    let (old, new) = (from.all_items()?, to.all_items()?);
    let mut report = Report { from: stated_version(from), to: stated_version(to), ..Report::default() };
    for kind in Kind::ALL {
        let section = if kind == Kind::Proto { &mut report.grpc } else { &mut report.rest };
        compare_kind(kind, &old, &new, section);
    }
    report.otherwise = otherwise::places((&from.openapi, &old), (&to.openapi, &new));
    if report.grpc.is_empty() {
        report.proto_files = otherwise::files(&from.protos, &to.protos);
    }
    report.rest.sort();
    report.grpc.sort();
    Ok(report)
}

/// Returns the text of info/version, which is not a release for a branch of upstream.
fn stated_version(contract: &Contract) -> String {
    let version = contract.openapi.pointer("/info/version").and_then(Value::as_str);
    version.unwrap_or("without version").to_owned()
}

fn compare_kind(kind: Kind, old: &Items, new: &Items, section: &mut Section) {
    let names: BTreeSet<&str> = old.names(kind).chain(new.names(kind)).collect();
    for name in names {
        let (before, after) = (old.attributes(kind, name), new.attributes(kind, name));
        let Some(noun) = after.or(before).map(|attributes| noun(kind, attributes)) else {
            continue;
        };
        let line = |effect: Effect| Line { noun, name: name.to_owned(), effect };
        match (before, after) {
            (Some(_), None) if !is_implied(kind, noun, name, old, new) => section.breaking.push(line(Effect::Removed)),
            (None, Some(attributes)) if !is_implied(kind, noun, name, new, old) => {
                if kind == Kind::Parameter && attributes.contains_key(REQUIRED) {
                    section.breaking.push(line(Effect::AddedAsRequired));
                } else {
                    section.additive.push(line(Effect::Added));
                }
                if attributes.contains_key(DEPRECATED) {
                    section.deprecated.push(line(Effect::Deprecated));
                }
            }
            (Some(before), Some(after)) => {
                for change in changes(before, after) {
                    match change {
                        Change::Breaking(text) => section.breaking.push(line(Effect::Changed(text))),
                        Change::Additive(text) => section.additive.push(line(Effect::Changed(text))),
                        Change::Deprecated => section.deprecated.push(line(Effect::Deprecated)),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether a line for the owner is enough. A nested message gets a line even if its outer message
/// has one.
fn is_implied(kind: Kind, noun: &str, name: &str, has: &Items, lacks: &Items) -> bool {
    noun != TYPE && owner_has_changed(kind, name, has, lacks)
}

/// Whether the owner of an item is itself in one contract only, so that a line for the owner is
/// enough. The owner of a parameter is its operation, that of a field its message, that of an inner
/// property the outer one.
fn owner_has_changed(kind: Kind, name: &str, has: &Items, lacks: &Items) -> bool {
    let owners: &[Kind] = match kind {
        Kind::Parameter => &[Kind::Operation, Kind::Parameter],
        Kind::Property | Kind::EnumValue => &[Kind::Definition, Kind::Property, Kind::Operation, Kind::Parameter],
        Kind::Proto => &[Kind::Proto],
        Kind::Definition | Kind::Operation => &[],
    };
    let ends = name.match_indices(['.', ' ', '=']).map(|(index, _)| index);
    ends.filter_map(|end| name.get(..end))
        .any(|owner| owners.iter().any(|kind| has.contains(*kind, owner) && !lacks.contains(*kind, owner)))
}

/// Change of an attribute, classified by its effect on users of the item.
enum Change {
    Breaking(String),
    Additive(String),
    Deprecated,
}

fn changes(before: &Attributes, after: &Attributes) -> Vec<Change> {
    let names: BTreeSet<&'static str> = before.keys().chain(after.keys()).copied().collect();
    names
        .into_iter()
        .filter(|name| before.get(name) != after.get(name))
        .map(|name| {
            let (old, new) = (before.get(name), after.get(name));
            let text = |value: Option<&String>| {
                value.filter(|value| !value.is_empty()).map_or_else(|| "nothing".to_owned(), |value| code(value))
            };
            match (name, new.is_some()) {
                (DEPRECATED, true) => Change::Deprecated,
                (DEPRECATED, false) => Change::Additive("is no longer deprecated".to_owned()),
                (REQUIRED, true) => Change::Breaking("is now required".to_owned()),
                (REQUIRED, false) => Change::Additive("is no longer required".to_owned()),
                (NULLABLE, true) => Change::Breaking("can now be null".to_owned()),
                (NULLABLE, false) => Change::Additive("can no longer be null".to_owned()),
                (ERRORS, _) => Change::Additive(format!("errors: {} → {}", text(old), text(new))),
                _ => Change::Breaking(format!("{name}: {} → {}", text(old), text(new))),
            }
        })
        .collect()
}

fn noun(kind: Kind, attributes: &Attributes) -> &'static str {
    match kind {
        Kind::Definition => "definition",
        Kind::EnumValue => "value",
        Kind::Operation => "operation",
        Kind::Parameter => "parameter",
        Kind::Property => "property",
        Kind::Proto if attributes.contains_key("takes") => "RPC",
        Kind::Proto if attributes.contains_key("type") => "field",
        Kind::Proto if attributes.contains_key("number") => "value",
        Kind::Proto => TYPE,
    }
}
