//! `history.json`: the releases that have each operation, parameter, definition, property, enum
//! value and proto symbol.
//!
//! An item that every covered release has is not listed. Every other item has an entry:
//!
//! - `settled`: this release and all later ones have the item.
//! - `backports`: for each other minor line that has the item, the first release that has it.
//! - `dropped_within`: the first patch release of a line that no longer has the item.
//! - `gone`: the release that removed the item. Later ones lack it.
//!
//! Version numbers are not in the order of release dates: 1.38.10 is younger than 1.39.0. So each line
//! stands for itself. An entry with neither `settled` nor `gone` is backported ahead: a patch release
//! added the item to an older line, and no newer line has it yet.
//!
//! While `specs/` holds a preview, two more forms mark what it changes ([`History::mark_preview`]). The
//! next release replaces them:
//!
//! - an empty entry: no release has the item, only the preview
//! - `settled` at the first covered release: every release has the item, but the preview does not
//!
//! `newest` is the newest covered release of each line. [`History::record`] adds one release: the
//! first of a new line, or the next patch release of a covered line. Recording a covered release
//! only verifies that it agrees.

pub mod attributes;
pub mod items;
mod since;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde::{Deserialize, Serialize};

pub use self::items::{Items, Kind};
pub use self::since::Since;
use self::since::{LineRanges, Lines};
use super::version::{Minor, Version};

/// File name in `specs/`.
pub const FILE: &str = "history.json";

/// Way out of a history that does not fit.
pub const RESTORE: &str = "restore specs/ from version control and sync the releases of a line in order";

/// Returns the error about a missing file. `sync` cannot write it again.
pub fn missing(path: &Path) -> anyhow::Error {
    anyhow!(
        "{file} is missing, and only it has the versions of past releases; restore it (`git restore {file}`)",
        file = path.display()
    )
}

/// Returns what is wrong with a file in `specs/` that cannot be parsed, and the way out.
pub fn damaged(path: &Path, text: &str) -> String {
    let file = path.display();
    if text.lines().any(|line| line.starts_with("<<<<<<< ")) {
        format!(
            "{file} has a merge conflict; no tool merges contracts, so take one side (`git checkout --ours {file}` or `--theirs`, as \
             for all of specs/ but overlay/), then `make sync` the release of the other"
        )
    } else {
        format!("{file} is damaged; restore it (`git checkout {file}`)")
    }
}

/// Number of names that an error lists.
const MAX_LISTED: usize = 5;

/// The releases that have each item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    lines: Lines,
    last: Version,
    releases: u64,
    items: BTreeMap<Kind, BTreeMap<String, Since>>,
}

/// Number of changes from the previous release of the line, or from the newest release for a new
/// line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    pub added: usize,
    pub removed: usize,
}

impl History {
    /// Creates a history that starts with `version`. Nothing is known about earlier releases.
    pub fn starting_with(version: Version) -> Self {
        Self {
            lines: Lines { first: version, newest: BTreeMap::from([(version.line(), version)]) },
            last: version,
            releases: 1,
            items: BTreeMap::new(),
        }
    }

    /// Whether the history covers this release.
    pub fn covers(&self, version: Version) -> bool {
        version >= self.lines.first && self.lines.newest.get(&version.line()).is_some_and(|newest| version <= *newest)
    }

    /// Returns the first release that would not be recorded if `version` were recorded next.
    pub fn skipped_before(&self, version: Version) -> Option<Version> {
        let next = match self.newest(version.line()) {
            Some(newest) => Version { patch: newest.patch + 1, ..newest },
            None => Version::first_of(version.line()),
        };
        (next < version).then_some(next)
    }

    /// Returns the entries of one kind.
    pub fn entries(&self, kind: Kind) -> impl Iterator<Item = (&str, &Since)> {
        self.items.get(&kind).into_iter().flatten().map(|(name, since)| (name.as_str(), since))
    }

    fn entries_of(&self, kind: Kind) -> impl Iterator<Item = (Kind, &str, &Since)> {
        self.entries(kind).map(move |(name, since)| (kind, name, since))
    }

    /// Returns the first covered release.
    pub fn first(&self) -> Version {
        self.lines.first
    }

    /// Returns the covered minor lines, in ascending order.
    pub fn lines(&self) -> impl Iterator<Item = Minor> {
        self.lines.lines()
    }

    /// Returns the newest covered release of a line.
    pub fn newest(&self, line: Minor) -> Option<Version> {
        self.lines.newest.get(&line).copied()
    }

    /// Returns the newest covered release.
    pub fn last(&self) -> Version {
        self.last
    }

    /// Compares the contract of a covered release with the history, and each entry with its canonical
    /// form.
    ///
    /// # Errors
    ///
    /// Fails if they disagree, and names the items.
    pub fn verify(&self, version: Version, contract: &Items) -> Result<()> {
        self.verify_forms(|_| false)?;
        let wrong = self.disagreements(|since, present| since.holds(version) != present, contract);
        ensure!(
            wrong.is_empty(),
            "the history and the contract of {version} disagree about {wrong}; if {version} was skipped or one of them was \
             edited, {RESTORE}"
        );
        Ok(())
    }

    /// Compares the contract of a preview with the marks in the history.
    ///
    /// # Errors
    ///
    /// Fails if they disagree, and names the items.
    pub fn verify_preview(&self, contract: &Items) -> Result<()> {
        let (never, always) = self.marks();
        self.verify_forms(|since| *since == never || *since == always)?;
        let disagree = |since: &Since, present: bool| if present { *since == always } else { *since == never };
        let wrong = self.disagreements(disagree, contract);
        ensure!(wrong.is_empty(), "the history and the contract of the preview disagree about {wrong}; {RESTORE}");
        Ok(())
    }

    /// Returns the marks of a preview: of an item that no release has, and of one that all have.
    fn marks(&self) -> (Since, Since) {
        (Since::default(), Since { settled: Some(self.lines.first), ..Since::default() })
    }

    /// Fails if an entry is neither canonical nor a mark.
    fn verify_forms(&self, is_mark: impl Fn(&Since) -> bool) -> Result<()> {
        let entries = Kind::ALL.into_iter().flat_map(|kind| self.entries_of(kind));
        for (kind, name, since) in entries.filter(|(_, _, since)| !is_mark(since)) {
            let canonical = since.line_ranges(&self.lines).since(&self.lines);
            ensure!(
                canonical.as_ref() == Some(since),
                "{} {name:?}: {} is not how these releases are written; expected {}",
                kind.name(),
                serde_json::to_string(&Entry::of(since))?,
                canonical
                    .map_or_else(|| Ok("no entry".to_owned()), |since| serde_json::to_string(&Entry::of(&since)))?,
            );
        }
        Ok(())
    }

    /// Lists the entries that disagree with a contract. Empty if none does.
    fn disagreements(&self, disagree: impl Fn(&Since, bool) -> bool, contract: &Items) -> String {
        let wrong: Vec<String> = Kind::ALL
            .into_iter()
            .flat_map(|kind| self.entries_of(kind))
            .filter(|(kind, name, since)| disagree(since, contract.contains(*kind, name)))
            .map(|(kind, name, _)| format!("{} {name:?}", kind.name()))
            .collect();
        if wrong.is_empty() {
            return String::new();
        }
        let listed = wrong.get(..MAX_LISTED.min(wrong.len())).unwrap_or_default().join(", ");
        format!("{} items: {listed}{}", wrong.len(), if wrong.len() > MAX_LISTED { ", ..." } else { "" })
    }

    /// Records a release.
    ///
    /// `covered` is the contract of any covered release, or of the preview that the history marks. An
    /// item that it has and that has no entry is in every covered release. The marks are replaced.
    pub fn record(&mut self, version: Version, contract: &Items, covered: &Items) -> Result<Recorded> {
        if self.covers(version) {
            let (never, always) = self.marks();
            for entries in self.items.values_mut() {
                entries.retain(|_, since| *since != never && *since != always);
            }
            self.verify(version, contract)?;
            return Ok(Recorded::default());
        }
        ensure!(
            version >= self.lines.first,
            "{version} is older than {first}, the first release of the history; sync {first} or a newer release",
            first = self.lines.first
        );
        let new_line = !self.lines.newest.contains_key(&version.line());
        ensure!(
            !new_line || version > self.last,
            "the history covers newer lines than that of {version}, and lines are recorded in ascending order; {RESTORE}"
        );

        let previous = self.lines.newest.get(&version.line()).copied().unwrap_or(self.last);
        let mut lines = self.lines.clone();
        lines.newest.insert(version.line(), version);
        let mut recorded = Recorded::default();
        for kind in Kind::ALL {
            let entries = self.items.entry(kind).or_default();
            for name in all_names(entries, kind, [contract, covered]) {
                let (mut line_ranges, before) = match entries.get(&name) {
                    Some(since) => (since.line_ranges(&self.lines), since.holds(previous)),
                    None if covered.contains(kind, &name) => (LineRanges::always(&self.lines), true),
                    None => (LineRanges::never(&self.lines), false),
                };
                if new_line {
                    line_ranges.begin_line(version);
                }
                let present = contract.contains(kind, &name);
                line_ranges.record(&lines, version, present);
                match line_ranges.since(&lines) {
                    Some(since) => entries.insert(name, since),
                    None => entries.remove(&name),
                };
                recorded.added += usize::from(present && !before);
                recorded.removed += usize::from(before && !present);
            }
        }
        self.lines = lines;
        self.last = self.last.max(version);
        self.releases += 1;
        Ok(recorded)
    }

    /// Returns the history as it was with `version` as the newest release. Later patch releases of
    /// older lines stay in it.
    pub fn until(&self, version: Version) -> Self {
        let newest = |(line, newest): (&Minor, &Version)| {
            (*line <= version.line()).then(|| (*line, if *line == version.line() { version } else { *newest }))
        };
        self.cut(self.lines.newest.iter().filter_map(newest).collect())
    }

    /// Returns the history as it was before `version`, the release behind which [`Self::until`] cuts
    /// it. `None` if there was none.
    pub fn before(&self, version: Version) -> Option<Self> {
        let mut newest = self.until(version).lines.newest;
        match version.patch.checked_sub(1).map(|patch| Version { patch, ..version }) {
            Some(previous) => newest.insert(version.line(), previous),
            None => newest.remove(&version.line()),
        };
        (version > self.lines.first && !newest.is_empty()).then(|| self.cut(newest))
    }

    /// Drops all releases but those up to the newest of each line.
    fn cut(&self, newest: BTreeMap<Minor, Version>) -> Self {
        let releases =
            |newest: &BTreeMap<Minor, Version>| -> u64 { newest.values().map(|newest| newest.patch + 1).sum() };
        let dropped = releases(&self.lines.newest).saturating_sub(releases(&newest));
        let last = newest.values().max().copied().unwrap_or(self.lines.first);
        let lines = Lines { first: self.lines.first, newest };
        let cut = |(name, since): (&String, &Since)| {
            Some((name.clone(), since.line_ranges(&self.lines).until(&self.lines, &lines).since(&lines)?))
        };
        let items =
            self.items.iter().map(|(kind, entries)| (*kind, entries.iter().filter_map(cut).collect())).collect();
        Self { lines, last, releases: self.releases.saturating_sub(dropped), items }
    }

    /// Keeps some entries only.
    #[cfg(test)]
    pub fn retain(&mut self, keep: impl Fn(Kind, &str) -> bool) {
        for (kind, entries) in &mut self.items {
            entries.retain(|name, _| keep(*kind, name));
        }
    }

    /// Lists what differs in another history. Empty if they are equal.
    pub fn differences(&self, other: &Self) -> String {
        let entries = |history: &Self| -> BTreeSet<String> {
            let entries = Kind::ALL.into_iter().flat_map(|kind| history.entries_of(kind));
            let text = |since| serde_json::to_string(&Entry::of(since)).unwrap_or_default();
            entries.map(|(kind, name, since)| format!("{} {name:?} {}", kind.name(), text(since))).collect()
        };
        let (ours, theirs) = (entries(self), entries(other));
        let mut lines: Vec<&str> = ours.symmetric_difference(&theirs).map(String::as_str).collect();
        if (&self.lines, self.last, self.releases) != (&other.lines, other.last, other.releases) {
            lines.push("the covered releases");
        }
        let more = if lines.len() > MAX_LISTED { ", ..." } else { "" };
        format!("{}{more}", lines.get(..MAX_LISTED.min(lines.len())).unwrap_or_default().join(", "))
    }

    /// Marks what a preview adds and lacks. No release is recorded, and the marks of an earlier
    /// preview are replaced.
    ///
    /// `old` is the contract that the preview replaces: that of a covered release, or of the earlier
    /// preview. An item that it has and that has no entry is in every covered release.
    pub fn mark_preview(&mut self, contract: &Items, old: &Items) -> Recorded {
        let (never, always) = self.marks();
        let mut recorded = Recorded::default();
        for kind in Kind::ALL {
            let entries = self.items.entry(kind).or_default();
            for name in all_names(entries, kind, [contract, old]) {
                let known = entries.get(&name).cloned();
                let known =
                    known.unwrap_or_else(|| if old.contains(kind, &name) { always.clone() } else { never.clone() });
                let present = contract.contains(kind, &name);
                let redundant = known == if present { always.clone() } else { never.clone() };
                recorded.added += usize::from(present && known == never);
                recorded.removed += usize::from(!present && known == always);
                if redundant {
                    entries.remove(&name);
                } else {
                    entries.insert(name, known);
                }
            }
        }
        recorded
    }
}

/// Returns the names of one kind in the entries and the contracts.
fn all_names(entries: &BTreeMap<String, Since>, kind: Kind, contracts: [&Items; 2]) -> BTreeSet<String> {
    let contracts = contracts.into_iter().flat_map(|contract| contract.names(kind));
    entries.keys().map(String::as_str).chain(contracts).map(str::to_owned).collect()
}

/// JSON document of the history.
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
    /// Reads `history.json`.
    pub fn read(path: &Path) -> Result<Self> {
        ensure!(path.exists(), missing(path));
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| damaged(path, &text))
    }

    /// Parses the text of `history.json`.
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
            bail!("{FILE}: {kind:?} is not a kind of item");
        }
        let lines = Lines { first: first.parse().context(FILE)?, newest: by_line(&document.newest).context(FILE)? };
        Ok(Self { lines, last: last.parse().context(FILE)?, releases: document.releases, items })
    }

    /// Renders `history.json` with one item per line, sorted.
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

/// Parses versions by minor line.
///
/// # Errors
///
/// Fails if a key is not the line of its version.
fn by_line(texts: &BTreeMap<String, String>) -> Result<BTreeMap<Minor, Version>> {
    texts
        .iter()
        .map(|(line, text)| {
            let version: Version = text.parse()?;
            ensure!(line_name(version.line()) == *line, "{text} is listed under the line {line:?}");
            Ok((version.line(), version))
        })
        .collect()
}
