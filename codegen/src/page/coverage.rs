//! Section of the page about what is left to write by hand: rows of `docs/operations.toml`, names
//! of `Feature`s, and words in `docs.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

use crate::diff::{Effect, Line, Report};
use crate::generate::read_toml;
use crate::markdown::{Document, code, counted};
use crate::sync::history::attributes::DEPRECATED;
use crate::sync::history::{Items, Kind};

/// Rows of `docs/operations.toml` and items that a `Feature` names.
#[derive(Debug)]
pub struct Coverage {
    rows: Vec<Row>,
    /// Items by name of the feature, each as `kind name`.
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Operations {
    #[serde(default)]
    area: Vec<Area>,
}

#[derive(Debug, Deserialize)]
struct Area {
    operations: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    operation: String,
    #[serde(default)]
    verbs: Vec<String>,
    #[serde(default)]
    not_yet: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Behaviours {
    features: BTreeMap<String, Feature>,
}

#[derive(Debug, Deserialize)]
struct Feature {
    #[serde(default)]
    contract: Vec<String>,
}

/// Prefix of the RPCs that the client calls. `docs/operations.toml` omits the service.
const SERVICE: &str = "Weaviate.";

impl Coverage {
    /// Reads the two files of a tree.
    pub fn read(root: &Path) -> Result<Self> {
        let operations: Operations = read_toml(&root.join("docs/operations.toml"))?;
        let behaviours: Behaviours = read_toml(&root.join("specs/overlay/behaviours.toml"))?;
        Ok(Self {
            rows: operations.area.into_iter().flat_map(|area| area.operations).collect(),
            features: behaviours.features.into_iter().map(|(name, feature)| (name, feature.contract)).collect(),
        })
    }

    /// Returns the rows that the contract asks for, those that it does not have, and plans for what it
    /// marks as deprecated.
    pub fn findings(&self, contract: &Items) -> Vec<String> {
        let missing = self.missing_rows(contract).into_iter().map(|operation| {
            format!("docs/operations.toml lacks {}; add a row with its verbs, or with `left_out`", code(&operation))
        });
        let stale = self.stale(contract).map(|row| {
            let operation = code(&row.operation);
            format!("docs/operations.toml lists {operation}, which the contract does not have; remove the row")
        });
        let planned = self.rows.iter().filter(|row| !row.not_yet.is_empty() && is_deprecated(contract, &row.operation));
        let planned = planned.map(|row| {
            let operation = code(&row.operation);
            format!(
                "docs/operations.toml plans verbs for {operation}, which is deprecated; name in `left_out` what to use"
            )
        });
        missing.chain(stale).chain(planned).collect()
    }

    /// Adds what the new contract lacks. `findings` are those of the generator.
    pub fn add_to(&self, document: &mut Document, contract: &Items, report: &Report, findings: &[String]) {
        let lists = [
            (
                "`docs/operations.toml` lacks",
                self.missing_rows(contract).into_iter().map(|operation| code(&operation)).collect(),
            ),
            ("`docs/operations.toml` lists beyond the contract", self.stale_rows(contract)),
            ("Deprecated, but with verbs in `docs/operations.toml`", self.deprecated_rows(report)),
            (
                "Added, and named by no `Feature` in `specs/overlay/behaviours.toml`",
                self.without_feature(contract, report),
            ),
            ("Features of `specs/overlay/behaviours.toml` with items that are gone", self.broken_features(contract)),
            ("Findings about `specs/overlay/docs.toml`", findings.iter().map(|finding| code(finding)).collect()),
        ];
        if lists.iter().all(|(_, lines): &(_, Vec<String>)| lines.is_empty()) {
            document.paragraph("Nothing.");
        }
        for (title, lines) in lists {
            if !lines.is_empty() {
                document.paragraph(format!("{title} ({}):", lines.len()));
                document.list(lines);
            }
        }
    }

    fn missing_rows(&self, contract: &Items) -> Vec<String> {
        let listed: BTreeSet<&str> = self.rows.iter().map(|row| &*row.operation).collect();
        operations(contract).into_iter().filter(|operation| !listed.contains(&**operation)).collect()
    }

    /// Returns the rows that the contract does not have.
    fn stale(&self, contract: &Items) -> impl Iterator<Item = &Row> {
        let there = operations(contract);
        self.rows.iter().filter(move |row| !there.contains(&row.operation))
    }

    fn stale_rows(&self, contract: &Items) -> Vec<String> {
        let verbs = |row: &Row| match row.verbs.len() {
            0 => String::new(),
            count => format!(", with {}", counted(count, "verb")),
        };
        self.stale(contract).map(|row| format!("{}{}", code(&row.operation), verbs(row))).collect()
    }

    fn deprecated_rows(&self, report: &Report) -> Vec<String> {
        let deprecated: BTreeSet<String> =
            report.lines().filter(|line| line.effect == Effect::Deprecated).filter_map(operation).collect();
        let rows = self.rows.iter().filter(|row| deprecated.contains(&row.operation) && !row.verbs.is_empty());
        rows.map(|row| code(&row.operation)).collect()
    }

    /// Returns added items that a request can contain or name. A `Feature` names what the history
    /// records.
    fn without_feature(&self, contract: &Items, report: &Report) -> Vec<String> {
        let named: BTreeSet<&str> = self.features.values().flatten().map(String::as_str).collect();
        let is_named =
            |line: &&Line| kinds(line.noun).any(|kind| named.contains(&*format!("{} {}", kind.name(), line.name)));
        let is_added =
            |line: &&Line| matches!(line.effect, Effect::Added | Effect::AddedAsRequired) && line.noun != "definition";
        let is_recorded = |line: &&Line| kinds(line.noun).any(|kind| contract.contains(kind, &line.name));
        let lines = report.lines().filter(is_added).filter(is_recorded).filter(|line| !is_named(line));
        lines.map(|line| format!("{} {}", line.noun, code(&line.name))).collect()
    }

    fn broken_features(&self, contract: &Items) -> Vec<String> {
        let is_gone = |item: &&String| {
            let kind = |name: &str| Kind::ALL.into_iter().find(|kind| kind.name() == name);
            let found = item.split_once(' ').and_then(|(name, symbol)| Some((kind(name)?, symbol)));
            found.is_some_and(|(kind, symbol)| !contract.contains(kind, symbol))
        };
        let gone =
            self.features.iter().flat_map(|(name, items)| items.iter().filter(is_gone).map(move |item| (name, item)));
        gone.map(|(name, item)| format!("{}: {}", code(name), code(item))).collect()
    }
}

/// Returns the kinds that a noun of the report stands for.
fn kinds(noun: &str) -> impl Iterator<Item = Kind> {
    let is_rest = ["operation", "parameter", "property"].contains(&noun);
    Kind::ALL
        .into_iter()
        .filter(move |kind| if is_rest { kind.name() == noun } else { matches!(kind, Kind::Proto | Kind::EnumValue) })
}

/// Returns the operations of a contract as `docs/operations.toml` names them.
fn operations(contract: &Items) -> BTreeSet<String> {
    let rpcs = contract.names(Kind::Proto).filter_map(rpc);
    contract.names(Kind::Operation).map(str::to_owned).chain(rpcs).collect()
}

/// Whether the contract marks an operation as deprecated. `operation` is its name in
/// `docs/operations.toml`.
fn is_deprecated(contract: &Items, operation: &str) -> bool {
    let rpc = format!("{SERVICE}{operation}");
    let found = [(Kind::Operation, operation), (Kind::Proto, &*rpc)];
    let mut attributes = found.into_iter().filter_map(|(kind, name)| contract.attributes(kind, name));
    attributes.any(|attributes| attributes.contains_key(DEPRECATED))
}

fn operation(line: &Line) -> Option<String> {
    match line.noun {
        "operation" => Some(line.name.clone()),
        _ => rpc(&line.name),
    }
}

/// Returns `rpc Search` for `Weaviate.rpc Search`; `None` for other items.
fn rpc(name: &str) -> Option<String> {
    name.strip_prefix(SERVICE).filter(|name| name.starts_with("rpc ")).map(str::to_owned)
}
