//! Sets of versions as ranges: what `history.json` and `behaviours.toml` say, in the form that the tables hold.

use std::fmt;

use anyhow::{Context as _, Result};

use crate::sync::history::Since as Entry;
use crate::sync::version::{Minor, Version as Release};

/// The file that is emitted, so that both sides tell sets in the same words.
#[allow(dead_code, reason = "part of it is for the emitted code alone")]
#[path = "../templates/since.rs"]
mod emitted;

pub use emitted::{Range, Since, Version};

/// The versions that have something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set(Vec<Range>);

impl Set {
    /// Every version.
    pub fn always() -> Self {
        Self(Since::ALWAYS.0.to_vec())
    }

    /// No version.
    pub fn never() -> Self {
        Self(Vec::new())
    }

    /// An entry of `history.json`. Nothing is known of what came before `first`: what that release has counts as old.
    pub fn of(entry: &Entry, first: Release) -> Result<Self> {
        let mut ranges = Vec::new();
        for (line, backport) in &entry.backports {
            let end = after(*line);
            let until = entry.dropped_within.get(line).copied().into_iter().chain(entry.gone).fold(end, Ord::min);
            let from = if *backport == first { Version::START } else { version(*backport)? };
            ranges.push(Range(from, version(until)?));
        }
        if let Some(settled) = entry.settled {
            ranges.push(Range(version(settled)?, Version::END));
        }
        Ok(Self::joined(ranges))
    }

    /// One after the other, with what overlaps or touches made one.
    fn joined(mut ranges: Vec<Range>) -> Self {
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

    /// The versions that are in both.
    pub fn and(&self, other: &Self) -> Self {
        let pairs = self.0.iter().flat_map(|left| other.0.iter().map(move |right| (left, right)));
        Self::joined(pairs.map(|(left, right)| Range(left.0.max(right.0), left.1.min(right.1))).collect())
    }

    /// Whether every version of the other is in this one.
    pub fn covers(&self, other: &Self) -> bool {
        self.and(other) == *other
    }

    /// Whether every version from this one on is in it.
    pub fn covers_from(&self, version: Version) -> bool {
        self.covers(&Self(vec![Range(version, Version::END)]))
    }

    /// A slice of ranges in Rust.
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

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Since(&self.0).fmt(f)
    }
}

/// A release in the form of the tables.
pub fn version(release: Release) -> Result<Version> {
    let part = |number: u64| u16::try_from(number).with_context(|| format!("{release} is out of range"));
    Ok(Version(part(release.major)?, part(release.minor)?, part(release.patch)?))
}

fn after((major, minor): Minor) -> Release {
    Release::first_of((major, minor + 1))
}
