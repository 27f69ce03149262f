//! Sets of server versions as ranges, the form of the generated tables. Built from `history.json`
//! and `behaviours.toml`.

use anyhow::{Context as _, Result};

use crate::sync::history::Since as Entry;
use crate::sync::version::{Minor, Version as Release};

/// The template of the generated module, so that generator and generated code share types and
/// notation.
#[allow(dead_code, reason = "the generator does not use all of it")]
#[path = "../templates/since.rs"]
mod template;

pub use template::{Range, Since, Version};

/// Set of server versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSet(Vec<Range>);

impl VersionSet {
    /// Returns the set of all versions.
    pub fn always() -> Self {
        Self(Since::ALWAYS.0.to_vec())
    }

    /// Returns the empty set.
    pub fn never() -> Self {
        Self(Vec::new())
    }

    /// Returns the versions from the first (inclusive) to the second (exclusive).
    pub fn range(from: Version, until: Version) -> Self {
        Self::merged(vec![Range(from, until)])
    }

    /// Converts an entry of `history.json`.
    ///
    /// Nothing is known about releases before `first`, so an item that `first` has counts as
    /// present in them.
    pub fn of(entry: &Entry, first: Release) -> Result<Self> {
        let mut ranges = Vec::new();
        for (line, backport) in &entry.backports {
            let end = first_of_next_line(*line);
            let until = entry.dropped_within.get(line).copied().into_iter().chain(entry.gone).fold(end, Ord::min);
            let from = if *backport == first { Version::START } else { version(*backport)? };
            ranges.push(Range(from, version(until)?));
        }
        if let Some(settled) = entry.settled {
            let from = if settled == first { Version::START } else { version(settled)? };
            ranges.push(Range(from, Version::END));
        }
        Ok(Self::merged(ranges))
    }

    /// Sorts the ranges, and merges overlapping and adjacent ones.
    fn merged(mut ranges: Vec<Range>) -> Self {
        ranges.sort_unstable();
        let mut out: Vec<Range> = Vec::with_capacity(ranges.len());
        for range in ranges.into_iter().filter(|Range(from, until)| from < until) {
            match out.last_mut() {
                Some(Range(_, until)) if range.0 <= *until => *until = range.1.max(*until),
                _ => out.push(range),
            }
        }
        Self(out)
    }

    /// Returns the intersection.
    pub fn intersection(&self, other: &Self) -> Self {
        let pairs = self.0.iter().flat_map(|left| other.0.iter().map(move |right| (left, right)));
        Self::merged(pairs.map(|(left, right)| Range(left.0.max(right.0), left.1.min(right.1))).collect())
    }

    /// Returns the union.
    pub fn union(&self, other: &Self) -> Self {
        Self::merged(self.0.iter().chain(&other.0).copied().collect())
    }

    /// Returns the versions that are not in `other`.
    pub fn difference(&self, other: &Self) -> Self {
        other.0.iter().fold(self.clone(), |rest, Range(from, until)| {
            let others = Self::merged(vec![Range(Version::START, *from), Range(*until, Version::END)]);
            rest.intersection(&others)
        })
    }

    /// Whether `other` is a subset.
    pub fn covers(&self, other: &Self) -> bool {
        self.intersection(other) == *other
    }

    /// Whether `version` and all later versions are in the set.
    pub fn covers_from(&self, version: Version) -> bool {
        self.covers(&Self(vec![Range(version, Version::END)]))
    }

    /// Lists the versions for readers, as the generated code does.
    pub fn listed(&self, newest: Version) -> String {
        Since(&self.0).listed(newest)
    }

    /// Renders a slice of ranges in Rust.
    pub fn rust(&self) -> String {
        let one = |version: &Version| match *version {
            Version::START => "START".to_owned(),
            Version::END => "END".to_owned(),
            Version(major, minor, patch) => format!("Version({major}, {minor}, {patch})"),
        };
        let ranges: Vec<String> =
            self.0.iter().map(|Range(from, until)| format!("Range({}, {})", one(from), one(until))).collect();
        format!("&[{}]", ranges.join(", "))
    }
}

/// Converts a release to the version type of the tables.
pub fn version(release: Release) -> Result<Version> {
    let part =
        |number: u64| u16::try_from(number).with_context(|| format!("a number of {release} does not fit 16 bits"));
    Ok(Version(part(release.major)?, part(release.minor)?, part(release.patch)?))
}

fn first_of_next_line((major, minor): Minor) -> Release {
    Release::first_of((major, minor + 1))
}
