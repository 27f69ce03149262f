//! The set of releases that have an item, as `history.json` writes it, and the same set line by line, which is the form
//! that a new release is entered into.

use std::collections::BTreeMap;

use crate::sync::version::{Minor, Version};

/// The releases that have an item. One that is in every covered release has no entry at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// Below `settled` or `gone`: the first patch of a line that has it.
    pub backports: BTreeMap<Minor, Version>,
    /// The first patch of a line that has it no longer.
    pub dropped_within: BTreeMap<Minor, Version>,
    /// No release from here on has it.
    pub gone: Option<Version>,
    /// Every release from here on has it.
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

    /// The same set, line by line.
    pub fn stretches(&self, lines: &Lines) -> Stretches {
        let stretch = |line: &Minor| {
            let start = lines.start(*line);
            let settled = self.settled.filter(|settled| settled.line() <= *line);
            let first = match settled {
                Some(settled) => Some(settled.max(start)),
                None => self.backports.get(line).copied(),
            };
            let ended = self.gone.filter(|gone| gone.line() <= *line);
            match (first, ended) {
                (Some(first), _) if settled.is_some() => Some(Stretch { first, dropped: None }),
                (Some(first), Some(gone)) if gone > first => Some(Stretch { first, dropped: Some(gone) }),
                (Some(first), None) => Some(Stretch { first, dropped: self.dropped_within.get(line).copied() }),
                _ => None,
            }
        };
        Stretches(lines.lines().map(|line| stretch(&line)).collect())
    }
}

/// The lines that history covers, and how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The first release that is covered.
    pub first: Version,
    /// The newest release of each line that is covered.
    pub newest: BTreeMap<Minor, Version>,
}

impl Lines {
    pub fn lines(&self) -> impl Iterator<Item = Minor> {
        self.newest.keys().copied()
    }

    /// The first release of a line that is covered.
    fn start(&self, line: Minor) -> Version {
        if line == self.first.line() { self.first } else { Version::first_of(line) }
    }
}

/// The releases of one line that have an item: from `first` up to, not including, `dropped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    first: Version,
    dropped: Option<Version>,
}

impl From<Version> for Stretch {
    fn from(first: Version) -> Self {
        Self { first, dropped: None }
    }
}

/// One entry per covered line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretches(Vec<Option<Stretch>>);

impl Stretches {
    /// In every covered release.
    pub fn always(lines: &Lines) -> Self {
        Self(lines.lines().map(|line| Some(Stretch::from(lines.start(line)))).collect())
    }

    /// In no covered release.
    pub fn never(lines: &Lines) -> Self {
        Self(lines.lines().map(|_| None).collect())
    }

    /// Makes room for a new line that starts with `version`. Where that is not the line's `.0` (releases were skipped),
    /// what the line before ended with is taken to have been there from its start.
    pub fn begin_line(&mut self, version: Version) {
        let carried = self.0.last().copied().flatten().filter(|stretch| stretch.dropped.is_none() && version.patch > 0);
        self.0.push(carried.map(|_| Stretch::from(Version::first_of(version.line()))));
    }

    /// Enters whether `version`, newer than every covered release of its line, has the item. An item that returns
    /// within a line counts from its return: nothing is promised for the releases before.
    pub fn record(&mut self, lines: &Lines, version: Version, present: bool) {
        let Some(index) = lines.lines().position(|line| line == version.line()) else {
            return;
        };
        let Some(stretch) = self.0.get_mut(index) else {
            return;
        };
        let whole = stretch.is_some_and(|stretch| stretch.dropped.is_none());
        if present && !whole {
            *stretch = Some(Stretch::from(version));
        } else if !present && whole {
            *stretch = stretch.map(|stretch| Stretch { dropped: Some(version), ..stretch });
        }
    }

    /// The entry for `history.json`; none where every covered release has the item.
    pub fn since(&self, lines: &Lines) -> Option<Since> {
        let states: Vec<(Minor, Option<Stretch>)> = lines.lines().zip(self.0.iter().copied()).collect();
        let whole = |(line, stretch): &(Minor, Option<Stretch>)| *stretch == Some(Stretch::from(lines.start(*line)));
        let settled_from = trailing(&states, whole);
        let absent_from = trailing(&states, |(_, stretch)| stretch.is_none());
        if settled_from == 0 {
            return None;
        }

        let mut since = Since::default();
        let mut below = states.len();
        if let Some((line, _)) = states.get(settled_from) {
            since.settled = Some(Version::first_of(*line));
            below = settled_from;
        } else if let Some((line, _)) = states.get(absent_from) {
            since.gone = Some(Version::first_of(*line));
            below = absent_from;
        } else if let Some((line, Some(stretch))) = states.last() {
            // The newest line has only a part: what it ended with is what holds from there on.
            below -= 1;
            match stretch.dropped {
                None => since.settled = Some(stretch.first),
                Some(dropped) => {
                    since.gone = Some(dropped);
                    since.backports.insert(*line, stretch.first);
                }
            }
        }
        for (line, stretch) in states.into_iter().take(below) {
            if let Some(stretch) = stretch {
                since.backports.insert(line, stretch.first);
                if let Some(dropped) = stretch.dropped {
                    since.dropped_within.insert(line, dropped);
                }
            }
        }
        Some(since)
    }
}

/// Where the longest run at the end begins whose every member is `like` this.
fn trailing<T>(list: &[T], like: impl Fn(&T) -> bool) -> usize {
    list.iter().rposition(|item| !like(item)).map_or(0, |index| index + 1)
}
