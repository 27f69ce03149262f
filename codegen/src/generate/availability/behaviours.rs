//! `specs/overlay/behaviours.toml`: named features, version requirements that the contract does not
//! show, and fields that old servers may ignore.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use super::Table;
use super::version_set::{Version, VersionSet, version};
use crate::sync::history::{Kind, Since as Entry};
use crate::sync::version::Version as Release;

/// Content of `behaviours.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviours {
    /// Oldest supported server version. An item that it and all later versions have needs no check.
    oldest: String,
    features: BTreeMap<String, Versions>,
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(default)]
    ignorable: Vec<Ignorable>,
    #[serde(default)]
    ignored: Vec<Ignored>,
    #[serde(default)]
    sent_for_older_servers: Vec<SentForOlderServers>,
}

/// Versions of a feature: those of the listed items of the contract, or explicit versions.
#[derive(Debug, Clone, Deserialize)]
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

/// Fields that need newer servers than the contract shows: those of a feature, or explicit
/// versions.
#[derive(Debug, Clone, Deserialize)]
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

/// Field that a server without it may ignore.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignorable {
    field: String,
    alternative: Option<String>,
    why: String,
}

/// Properties of JSON bodies that newer servers ignore.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignored {
    properties: Vec<String>,
    why: String,
}

/// Deprecated fields that the client sets by itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct SentForOlderServers {
    fields: Vec<String>,
    why: String,
}

/// Feature with the server versions that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    pub name: String,
    pub versions: VersionSet,
    pub why: String,
}

/// Handwritten version requirement of a field, which replaces that of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldOverride {
    /// Old servers may ignore the field. With an alternative, only if that field of the message is
    /// set too.
    Ignorable { alternative: Option<String> },
    /// The field needs this feature.
    Rule(Feature),
}

impl Behaviours {
    /// Returns the oldest supported version.
    pub fn oldest(&self) -> Result<Version> {
        version(self.oldest_release()?)
    }

    /// Returns the oldest supported version as a release.
    pub fn oldest_release(&self) -> Result<Release> {
        self.oldest.parse().context("behaviours.toml: oldest")
    }

    /// Drops what does not fit the contract, such as the name of an item that it never had, and says so.
    /// Otherwise the contract of an older release could not be generated.
    pub fn known(mut self, table: &Table) -> (Self, Vec<String>) {
        let mut findings = Vec::new();
        let mut unknown = |place: String, item: &str| {
            findings.push(format!("behaviours.toml: {place}: the contract never had {item:?}"));
        };
        let is_unknown = |item: &str| {
            let parts = item.split_once(' ');
            let kind = parts.and_then(|(kind, _)| Kind::ALL.into_iter().find(|known| known.name() == kind));
            kind.zip(parts).is_some_and(|(kind, (_, symbol))| !table.knows(kind, symbol))
        };
        let mut dropped = Vec::new();
        self.features.retain(|name, versions| match versions.contract.iter().find(|item| is_unknown(item)) {
            Some(item) => {
                unknown(format!("feature {name}"), item);
                dropped.push(name.clone());
                false
            }
            None => true,
        });
        self.rules.retain_mut(|rule| {
            rule.fields.retain(|field| {
                let known = table.knows(Kind::Proto, field);
                if !known {
                    unknown(format!("rule {}", rule.feature), field);
                }
                known
            });
            !rule.fields.is_empty() && !dropped.contains(&rule.feature)
        });
        self.ignorable.retain(|Ignorable { field, .. }| {
            let known = table.knows(Kind::Proto, field);
            if !known {
                unknown("ignorable field".to_owned(), field);
            }
            known
        });
        for row in &mut self.ignored {
            row.properties.retain(|name| {
                let item = (Kind::Property, name.clone());
                let dropped = table.since(Kind::Property, name).is_some() && !table.present.contains(&item);
                if !dropped {
                    findings.push(format!("behaviours.toml: ignored {name}: the contract has it, or never had it"));
                }
                dropped
            });
        }
        for row in &mut self.sent_for_older_servers {
            row.fields.retain(|field| {
                let deprecated = table.is_deprecated(Kind::Proto, field);
                if !deprecated {
                    findings.push(format!("behaviours.toml: sent_for_older_servers: {field} is not deprecated"));
                }
                deprecated
            });
        }
        (self, findings)
    }

    /// Returns every feature, sorted by name.
    ///
    /// # Errors
    ///
    /// Fails if a feature names an item that the contract never had.
    pub fn features(&self, table: &Table) -> Result<Vec<Feature>> {
        let feature = |(name, versions): (&String, &Versions)| {
            let set = versions.resolve(table).with_context(|| format!("behaviours.toml: feature {name}"))?;
            Ok(Feature { name: name.clone(), versions: set, why: versions.why.clone() })
        };
        self.features.iter().map(feature).collect()
    }

    /// Returns the overrides, by symbol of the field.
    pub fn overrides(&self, table: &Table) -> Result<BTreeMap<String, FieldOverride>> {
        let mut overrides = BTreeMap::new();
        for rule in &self.rules {
            let feature = self.rule(rule, table).with_context(|| format!("behaviours.toml: rule {}", rule.feature))?;
            for field in &rule.fields {
                overrides.insert(field.clone(), FieldOverride::Rule(feature.clone()));
            }
        }
        for Ignorable { field, alternative, why } in &self.ignorable {
            ensure!(!why.is_empty(), "behaviours.toml: ignorable field {field}: `why` is missing");
            ensure!(
                table.since(Kind::Proto, field).is_some(),
                "behaviours.toml: ignorable field {field}: every server has it; remove the entry"
            );
            if overrides.insert(field.clone(), FieldOverride::Ignorable { alternative: alternative.clone() }).is_some()
            {
                bail!("behaviours.toml: {field} has two entries");
            }
        }
        for field in overrides.keys() {
            ensure!(table.knows(Kind::Proto, field), "behaviours.toml: the contract never had {field}");
        }
        Ok(overrides)
    }

    /// Returns the properties that newer servers ignore, with the versions that read them.
    pub fn ignored(&self, table: &Table) -> Result<BTreeMap<String, Feature>> {
        let mut ignored = BTreeMap::new();
        for Ignored { properties, why } in &self.ignored {
            ensure!(!why.is_empty(), "behaviours.toml: ignored {properties:?}: `why` is missing");
            for name in properties {
                let versions = table.since(Kind::Property, name);
                let versions = versions.filter(|_| !table.present.contains(&(Kind::Property, name.clone())));
                let versions = versions.with_context(|| {
                    format!("behaviours.toml: ignored {name}: the contract has it, or never had it")
                })?;
                let feature = Feature { name: name.clone(), versions: versions.clone(), why: why.clone() };
                ensure!(ignored.insert(name.clone(), feature).is_none(), "behaviours.toml: {name} has two entries");
            }
        }
        Ok(ignored)
    }

    /// Returns the deprecated fields that a user sets in a request.
    pub fn deprecated(&self, table: &Table) -> Result<BTreeSet<String>> {
        let of_protos = table.deprecated.iter().filter(|(kind, _)| *kind == Kind::Proto);
        let mut deprecated: BTreeSet<String> = of_protos.map(|(_, name)| name.clone()).collect();
        for SentForOlderServers { fields, why } in &self.sent_for_older_servers {
            ensure!(!why.is_empty(), "behaviours.toml: sent_for_older_servers {fields:?}: `why` is missing");
            for field in fields {
                ensure!(deprecated.remove(field), "behaviours.toml: sent_for_older_servers: {field} is not deprecated");
            }
        }
        Ok(deprecated)
    }

    fn rule(&self, rule: &Rule, table: &Table) -> Result<Feature> {
        let explicit = rule.settled.is_some() || !rule.backports.is_empty();
        let (set, why) = match self.features.get(&rule.feature) {
            Some(versions) if !explicit && !rule.never => (versions.resolve(table)?, &versions.why),
            None if rule.never != explicit => {
                ensure!(!rule.why.is_empty(), "`why` is missing");
                let never = rule.never.then(VersionSet::never);
                (never.map_or_else(|| explicit_set(rule.settled.as_deref(), &rule.backports, None), Ok)?, &rule.why)
            }
            _ => bail!("expected one of: the name of a feature, `never`, versions"),
        };
        Ok(Feature { name: rule.feature.clone(), versions: set, why: why.clone() })
    }
}

impl Versions {
    fn resolve(&self, table: &Table) -> Result<VersionSet> {
        let explicit = self.settled.is_some() || self.gone.is_some() || !self.backports.is_empty();
        ensure!(explicit == self.contract.is_empty(), "expected either `contract` or versions");
        if explicit {
            ensure!(!self.why.is_empty(), "explicit versions need a reason: `why` is missing");
            return explicit_set(self.settled.as_deref(), &self.backports, self.gone.as_deref());
        }
        self.contract.iter().try_fold(VersionSet::always(), |set, item| {
            let (kind, symbol) =
                item.split_once(' ').with_context(|| format!("{item:?} must start with its kind, such as `proto`"))?;
            let kind = Kind::ALL.into_iter().find(|known| known.name() == kind);
            let kind = kind.with_context(|| format!("{item:?} starts with an unknown kind"))?;
            ensure!(table.knows(kind, symbol), "the contract never had {item:?}");
            Ok(table.since(kind, symbol).map_or(set.clone(), |since| set.intersection(since)))
        })
    }
}

fn explicit_set(settled: Option<&str>, backports: &[String], gone: Option<&str>) -> Result<VersionSet> {
    let parse = |text: Option<&str>| text.map(str::parse::<Release>).transpose();
    let mut entry = Entry { settled: parse(settled)?, gone: parse(gone)?, ..Entry::default() };
    for text in backports {
        let release: Release = text.parse()?;
        ensure!(
            entry.backports.insert(release.line(), release).is_none(),
            "two backports in the minor line of {release}"
        );
    }
    VersionSet::of(&entry, Release { major: 0, minor: 0, patch: 0 })
}
