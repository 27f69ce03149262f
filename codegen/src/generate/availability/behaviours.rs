//! `specs/overlay/behaviours.toml`: features by the names that people use, what the contract cannot show, and what old
//! servers may ignore.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use super::Table;
use super::set::{Set, Version, version};
use crate::sync::history::{Kind, Since as Entry};
use crate::sync::version::Version as Release;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviours {
    /// The oldest server that the client works with: what all from there on have needs no check.
    oldest: String,
    features: BTreeMap<String, Versions>,
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(default)]
    tolerated: Vec<Tolerated>,
}

/// The versions that have something: those of items of the contract, or as stated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Versions {
    #[serde(default)]
    contract: Vec<String>,
    settled: Option<String>,
    gone: Option<String>,
    #[serde(default)]
    backports: Vec<String>,
    #[serde(default)]
    why: String,
}

/// Fields that ask for more than the contract says: for the versions of a feature, or as stated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    fields: Vec<String>,
    feature: String,
    #[serde(default)]
    never: bool,
    settled: Option<String>,
    #[serde(default)]
    backports: Vec<String>,
    #[serde(default)]
    why: String,
}

/// A field that servers without it may ignore.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tolerated {
    field: String,
    beside: Option<String>,
    why: String,
}

/// A named set of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub feature: String,
    pub set: Set,
    pub why: String,
}

/// What is made of a field by people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Treatment {
    /// Old servers may ignore it; where a sibling is named, only if that one is set, too.
    Tolerated { beside: Option<String> },
    /// It asks for this, whatever the contract says.
    Rule(Named),
}

impl Behaviours {
    pub fn oldest(&self) -> Result<Version> {
        version(self.oldest.parse().context("oldest")?)
    }

    /// Every feature, by name. Fails where a row names what the contract never had.
    pub fn features(&self, table: &Table) -> Result<Vec<Named>> {
        let feature = |(name, versions): (&String, &Versions)| {
            let set = versions.set(table).with_context(|| format!("behaviours.toml: feature {name}"))?;
            Ok(Named { feature: name.clone(), set, why: versions.why.clone() })
        };
        self.features.iter().map(feature).collect()
    }

    /// What is made of which field, by its symbol.
    pub fn treatments(&self, table: &Table) -> Result<BTreeMap<String, Treatment>> {
        let mut treatments = BTreeMap::new();
        for rule in &self.rules {
            let named = self.rule(rule, table).with_context(|| format!("behaviours.toml: rule {}", rule.feature))?;
            for field in &rule.fields {
                treatments.insert(field.clone(), Treatment::Rule(named.clone()));
            }
        }
        for Tolerated { field, beside, why } in &self.tolerated {
            ensure!(!why.is_empty(), "behaviours.toml: {field} is tolerated without a reason");
            ensure!(
                table.since(Kind::Proto, field).is_some(),
                "behaviours.toml: {field} is tolerated, but every server has it"
            );
            if treatments.insert(field.clone(), Treatment::Tolerated { beside: beside.clone() }).is_some() {
                bail!("behaviours.toml: {field} is named twice");
            }
        }
        for field in treatments.keys() {
            ensure!(table.knows(Kind::Proto, field), "behaviours.toml: the contract never had {field}");
        }
        Ok(treatments)
    }

    fn rule(&self, rule: &Rule, table: &Table) -> Result<Named> {
        let stated = rule.settled.is_some() || !rule.backports.is_empty();
        let (set, why) = match self.features.get(&rule.feature) {
            Some(versions) if !stated && !rule.never => (versions.set(table)?, &versions.why),
            None if rule.never != stated => {
                ensure!(!rule.why.is_empty(), "a rule without a reason");
                let never = rule.never.then(Set::never);
                (never.map_or_else(|| stated_set(rule.settled.as_deref(), &rule.backports, None), Ok)?, &rule.why)
            }
            _ => bail!("either the name of a feature, `never` or versions are expected"),
        };
        Ok(Named { feature: rule.feature.clone(), set, why: why.clone() })
    }
}

impl Versions {
    fn set(&self, table: &Table) -> Result<Set> {
        let stated = self.settled.is_some() || self.gone.is_some() || !self.backports.is_empty();
        ensure!(stated == self.contract.is_empty(), "either `contract` or versions are expected, not both");
        if stated {
            ensure!(!self.why.is_empty(), "versions without a reason");
            return stated_set(self.settled.as_deref(), &self.backports, self.gone.as_deref());
        }
        self.contract.iter().try_fold(Set::always(), |set, item| {
            let (kind, symbol) = item.split_once(' ').with_context(|| format!("{item:?} has no kind"))?;
            let kind = Kind::ALL.into_iter().find(|known| known.name() == kind);
            let kind = kind.with_context(|| format!("{item:?} begins with no kind of item"))?;
            ensure!(table.knows(kind, symbol), "the contract never had {item:?}");
            Ok(table.since(kind, symbol).map_or(set.clone(), |since| set.and(since)))
        })
    }
}

fn stated_set(settled: Option<&str>, backports: &[String], gone: Option<&str>) -> Result<Set> {
    let parse = |text: Option<&str>| text.map(str::parse::<Release>).transpose();
    let mut entry = Entry { settled: parse(settled)?, gone: parse(gone)?, ..Entry::default() };
    for text in backports {
        let release: Release = text.parse()?;
        ensure!(entry.backports.insert(release.line(), release).is_none(), "two backports to the line of {release}");
    }
    Set::of(&entry, Release { major: 0, minor: 0, patch: 0 })
}
