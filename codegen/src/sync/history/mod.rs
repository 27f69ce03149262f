//! `history.json`: since when each operation, parameter, definition, property, enum value and proto symbol exists.
//!
//! An item that every covered release has is not listed. The others have an entry:
//!
//! - `settled`: every release from there on has it
//! - `gone`: none from there on has it
//! - `backports`, below those: the first patch of a minor line that has it
//! - `dropped_within`: the first patch of a line that has it no longer
//!
//! `newest` says how far each line is covered. [`History::record`] enters one more release: the first of a new line, or
//! the next patch of a line that is covered. A release that is covered already changes nothing, but must agree.

pub mod items;
mod since;
#[cfg(test)]
mod tests;
pub mod traits;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail, ensure};
use serde::{Deserialize, Serialize};

pub use self::items::{Items, Kind};
pub use self::since::Since;
use self::since::{Lines, Stretches};
use super::version::{Minor, Version};

/// The name of the file in `specs/`.
pub const FILE: &str = "history.json";

/// How many names an error lists before it only counts.
const LISTED: usize = 5;

/// Since when everything exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    lines: Lines,
    last: Version,
    releases: u64,
    items: BTreeMap<Kind, BTreeMap<String, Since>>,
}

/// What a release changed against the one before it in its line, or the newest where it begins a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    pub added: usize,
    pub gone: usize,
}

impl History {
    /// A history that begins with `version`: nothing is known about what came before.
    pub fn beginning_with(version: Version) -> Self {
        Self {
            lines: Lines { first: version, newest: BTreeMap::from([(version.line(), version)]) },
            last: version,
            releases: 1,
            items: BTreeMap::new(),
        }
    }

    /// Whether this release is in it.
    pub fn covers(&self, version: Version) -> bool {
        version >= self.lines.first && self.lines.newest.get(&version.line()).is_some_and(|newest| version <= *newest)
    }

    /// The entries of one kind.
    pub fn entries(&self, kind: Kind) -> impl Iterator<Item = (&str, &Since)> {
        self.items.get(&kind).into_iter().flatten().map(|(name, since)| (name.as_str(), since))
    }

    /// The first release that is covered.
    pub fn first(&self) -> Version {
        self.lines.first
    }

    /// Holds the contract of a covered release against what is recorded.
    pub fn verify(&self, version: Version, contract: &Items) -> Result<()> {
        let mut wrong = Vec::new();
        for kind in Kind::ALL {
            for (name, since) in self.entries(kind) {
                if since.holds(version) != contract.contains(kind, name) {
                    wrong.push(format!("{} {name:?}", kind.name()));
                }
            }
        }
        let listed = wrong.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
        ensure!(
            wrong.is_empty(),
            "{FILE} and the contract of {version} disagree about {} items: {listed}{}",
            wrong.len(),
            if wrong.len() > LISTED { ", ..." } else { "" }
        );
        Ok(())
    }

    /// Enters a release. `covered` is the contract of any covered release: what it has and no entry names, every covered
    /// release has.
    pub fn record(&mut self, version: Version, contract: &Items, covered: &Items) -> Result<Recorded> {
        if self.covers(version) {
            self.verify(version, contract)?;
            return Ok(Recorded::default());
        }
        ensure!(version >= self.lines.first, "{version} is older than {FILE}, which begins with {}", self.lines.first);
        let new_line = !self.lines.newest.contains_key(&version.line());
        ensure!(!new_line || version > self.last, "{FILE} does not cover the line of {version}, and covers newer ones");

        let previous = self.lines.newest.get(&version.line()).copied().unwrap_or(self.last);
        let mut lines = self.lines.clone();
        lines.newest.insert(version.line(), version);
        let mut recorded = Recorded::default();
        for kind in Kind::ALL {
            let entries = self.items.entry(kind).or_default();
            let names: BTreeSet<String> = entries
                .keys()
                .map(String::as_str)
                .chain(contract.names(kind))
                .chain(covered.names(kind))
                .map(str::to_owned)
                .collect();
            for name in names {
                let (mut stretches, before) = match entries.get(&name) {
                    Some(since) => (since.stretches(&self.lines), since.holds(previous)),
                    None if covered.contains(kind, &name) => (Stretches::always(&self.lines), true),
                    None => (Stretches::never(&self.lines), false),
                };
                if new_line {
                    stretches.begin_line(version);
                }
                let present = contract.contains(kind, &name);
                stretches.record(&lines, version, present);
                match stretches.since(&lines) {
                    Some(since) => entries.insert(name, since),
                    None => entries.remove(&name),
                };
                recorded.added += usize::from(present && !before);
                recorded.gone += usize::from(before && !present);
            }
        }
        self.lines = lines;
        self.last = self.last.max(version);
        self.releases += 1;
        Ok(recorded)
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    covers: [String; 2],
    items: BTreeMap<String, BTreeMap<String, Entry>>,
    newest: BTreeMap<String, String>,
    releases: u64,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    backports: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    dropped_within: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled: Option<String>,
}

impl History {
    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self> {
        let mut document: Document = serde_json::from_str(text).context(FILE)?;
        let [first, last] = &document.covers;
        let mut items = BTreeMap::new();
        for kind in Kind::ALL {
            let entries = document.items.remove(kind.name()).unwrap_or_default();
            let entries = entries
                .into_iter()
                .map(|(name, entry)| {
                    let since = entry.since().with_context(|| format!("{FILE}: {name:?}"))?;
                    Ok((name, since))
                })
                .collect::<Result<_>>()?;
            items.insert(kind, entries);
        }
        if let Some(kind) = document.items.keys().next() {
            bail!("{FILE}: {kind:?} is no kind of item");
        }
        let lines = Lines { first: first.parse().context(FILE)?, newest: by_line(&document.newest).context(FILE)? };
        Ok(Self { lines, last: last.parse().context(FILE)?, releases: document.releases, items })
    }

    /// The file's text: an item per line, sorted.
    pub fn render(&self) -> Result<String> {
        let quoted = |text: String| serde_json::to_string(&text);
        let mut out = String::from("{\n");
        write!(out, "  \"covers\": [\"{}\", \"{}\"],\n  \"items\": {{", self.lines.first, self.last)?;
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(out, "{comma}\n    \"{}\": {{", kind.name())?;
            for (index, (name, since)) in self.entries(kind).enumerate() {
                let comma = if index == 0 { "" } else { "," };
                let entry = serde_json::to_string(&Entry::of(since))?;
                write!(out, "{comma}\n      {}: {entry}", quoted(name.to_owned())?)?;
            }
            out.push_str(if self.entries(kind).next().is_some() { "\n    }" } else { "}" });
        }
        out.push_str("\n  },\n  \"newest\": {");
        for (index, (line, newest)) in self.lines.newest.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(out, "{comma}\n    {}: \"{newest}\"", quoted(line_name(*line))?)?;
        }
        writeln!(out, "\n  }},\n  \"releases\": {}\n}}", self.releases)?;
        Ok(out)
    }
}

impl Entry {
    fn of(since: &Since) -> Self {
        let text = |map: &BTreeMap<Minor, Version>| {
            map.iter().map(|(line, version)| (line_name(*line), version.to_string())).collect()
        };
        Self {
            backports: text(&since.backports),
            dropped_within: text(&since.dropped_within),
            gone: since.gone.map(|version| version.to_string()),
            settled: since.settled.map(|version| version.to_string()),
        }
    }

    fn since(&self) -> Result<Since> {
        let version = |text: &Option<String>| text.as_ref().map(|text| text.parse()).transpose();
        Ok(Since {
            backports: by_line(&self.backports)?,
            dropped_within: by_line(&self.dropped_within)?,
            gone: version(&self.gone)?,
            settled: version(&self.settled)?,
        })
    }
}

fn line_name((major, minor): Minor) -> String {
    format!("{major}.{minor}")
}

/// Versions by the line they belong to, which each key must name.
fn by_line(texts: &BTreeMap<String, String>) -> Result<BTreeMap<Minor, Version>> {
    texts
        .iter()
        .map(|(line, text)| {
            let version: Version = text.parse()?;
            ensure!(line_name(version.line()) == *line, "{text} stands under {line:?}, the line of another version");
            Ok((version.line(), version))
        })
        .collect()
}
