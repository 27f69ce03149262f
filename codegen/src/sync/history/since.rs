//! Set of releases that have an item, in two forms: [`Since`] as in `history.json`, and
//! [`LineRanges`] with one range per minor line. A new release is recorded in the second form.

use std::collections::BTreeMap;

use crate::sync::version::{Minor, Version};

/// Releases that have an item. An item that every covered release has needs no entry.
///
/// Without `settled` and `gone`, only the lines in `backports` have the item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// First release that has the item, for each line that has it and that `settled` does not cover.
    pub backports: BTreeMap<Minor, Version>,
    /// First patch release of a line that no longer has the item.
    pub dropped_within: BTreeMap<Minor, Version>,
    /// Release that removed the item, in the last line that had it or as the first of the next.
    pub gone: Option<Version>,
    /// This release and all later ones have the item.
    pub settled: Option<Version>,
}

impl Since {
    /// Whether a release has the item.
    pub fn holds(&self, version: Version) -> bool {
        let line = version.line();
        if self.settled.is_some_and(|settled| version >= settled) {
            return true;
        }
        self.gone.is_none_or(|gone| version < gone)
            && self.backports.get(&line).is_some_and(|first| version >= *first)
            && self.dropped_within.get(&line).is_none_or(|dropped| version < *dropped)
    }

    /// Converts the set to one range per line.
    pub fn line_ranges(&self, lines: &Lines) -> LineRanges {
        let range = |line: &Minor| {
            let start = lines.start(*line);
            let settled = self.settled.filter(|settled| settled.line() <= *line);
            let first = match settled {
                Some(settled) => Some(settled.max(start)),
                None => self.backports.get(line).copied(),
            };
            let ended = self.gone.filter(|gone| gone.line() <= *line);
            match (first, ended) {
                (Some(first), _) if settled.is_some() => Some(LineRange { first, dropped: None }),
                (Some(first), Some(gone)) if gone > first => Some(LineRange { first, dropped: Some(gone) }),
                (Some(first), None) => Some(LineRange { first, dropped: self.dropped_within.get(line).copied() }),
                _ => None,
            }
        };
        LineRanges(lines.lines().map(|line| range(&line)).collect())
    }
}

/// Minor lines that the history covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// First covered release.
    pub first: Version,
    /// Newest covered release of each line.
    pub newest: BTreeMap<Minor, Version>,
}

impl Lines {
    pub fn lines(&self) -> impl Iterator<Item = Minor> {
        self.newest.keys().copied()
    }

    /// Returns the first covered release of a line.
    fn start(&self, line: Minor) -> Version {
        if line == self.first.line() { self.first } else { Version::first_of(line) }
    }
}

/// Releases of one line that have an item: from `first` to `dropped`, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LineRange {
    first: Version,
    dropped: Option<Version>,
}

impl From<Version> for LineRange {
    fn from(first: Version) -> Self {
        Self { first, dropped: None }
    }
}

/// Range of each covered line, or `None` if no release of the line has the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRanges(Vec<Option<LineRange>>);

impl LineRanges {
    /// The item is in every covered release.
    pub fn always(lines: &Lines) -> Self {
        Self(lines.lines().map(|line| Some(LineRange::from(lines.start(line)))).collect())
    }

    /// The item is in no covered release.
    pub fn never(lines: &Lines) -> Self {
        Self(lines.lines().map(|_| None).collect())
    }

    /// Adds a new line whose first recorded release is `version`.
    ///
    /// If earlier patch releases of the line were skipped, an item of the previous line counts as
    /// present from the `.0` release.
    pub fn begin_line(&mut self, version: Version) {
        let carried = self.0.last().copied().flatten().filter(|range| range.dropped.is_none() && version.patch > 0);
        self.0.push(carried.map(|_| LineRange::from(Version::first_of(version.line()))));
    }

    /// Records whether `version` has the item. It must be newer than every covered release of its
    /// line.
    ///
    /// An item that returns within a line counts from its return. The earlier range is forgotten.
    pub fn record(&mut self, lines: &Lines, version: Version, present: bool) {
        let Some(index) = lines.lines().position(|line| line == version.line()) else {
            return;
        };
        let Some(range) = self.0.get_mut(index) else {
            return;
        };
        let whole = range.is_some_and(|range| range.dropped.is_none());
        if present && !whole {
            *range = Some(LineRange::from(version));
        } else if !present && whole {
            *range = range.map(|range| LineRange { dropped: Some(version), ..range });
        }
    }

    /// Drops the releases of `lines` that `kept` does not cover.
    pub fn until(&self, lines: &Lines, kept: &Lines) -> Self {
        let states = lines.lines().zip(&self.0);
        let cut = |(line, range): (Minor, &Option<LineRange>)| {
            let newest = *kept.newest.get(&line)?;
            let range = range.filter(|range| range.first <= newest);
            Some(range.map(|range| LineRange { dropped: range.dropped.filter(|dropped| *dropped <= newest), ..range }))
        };
        Self(states.filter_map(cut).collect())
    }

    /// Converts to the entry for `history.json`. `None` if every covered release has the item, or
    /// none has it.
    ///
    /// An item that a patch release added to an older line and no newer line has is not gone. Such a
    /// patch release is often younger than the newer line, whose next release has the item.
    pub fn since(&self, lines: &Lines) -> Option<Since> {
        let states: Vec<(Minor, Option<LineRange>)> = lines.lines().zip(self.0.iter().copied()).collect();
        let whole = |(line, range): &(Minor, Option<LineRange>)| *range == Some(LineRange::from(lines.start(*line)));
        let settled_from = trailing(&states, whole);
        let absent_from = trailing(&states, |(_, range)| range.is_none());
        if settled_from == 0 || absent_from == 0 {
            return None;
        }

        let mut since = Since::default();
        let mut below = states.len();
        if let Some((line, _)) = states.get(settled_from) {
            since.settled = Some(Version::first_of(*line));
            below = settled_from;
        } else if let Some((line, _)) = states.get(absent_from) {
            let ahead = |(line, range): &(Minor, Option<LineRange>)| {
                range.is_some_and(|range| range.dropped.is_none() && range.first > lines.start(*line))
            };
            let before = absent_from.checked_sub(1).and_then(|last| states.get(last));
            since.gone = (!before.is_some_and(ahead)).then(|| Version::first_of(*line));
            below = absent_from;
        } else if let Some((line, Some(range))) = states.last() {
            // The item is in a part of the newest line. The last state of that line holds for later
            // releases.
            below -= 1;
            match range.dropped {
                None => since.settled = Some(range.first),
                Some(dropped) => {
                    since.gone = Some(dropped);
                    since.backports.insert(*line, range.first);
                }
            }
        }
        for (line, range) in states.into_iter().take(below) {
            if let Some(range) = range {
                since.backports.insert(line, range.first);
                if let Some(dropped) = range.dropped {
                    since.dropped_within.insert(line, dropped);
                }
            }
        }
        Some(since)
    }
}

/// Returns the start index of the longest suffix whose items all match.
fn trailing<T>(list: &[T], matches: impl Fn(&T) -> bool) -> usize {
    list.iter().rposition(|item| !matches(item)).map_or(0, |index| index + 1)
}
