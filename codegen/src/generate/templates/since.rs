//! Sets of server versions. Features are backported and removed, so a lower bound is not enough.

use std::fmt;

/// Server version: major, minor and patch number, without pre-release and build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16, pub u16, pub u16);

impl Version {
    /// Lower bound of all releases.
    pub const START: Self = Self(0, 0, 0);
    /// Upper bound of all releases.
    pub const END: Self = Self(u16::MAX, 0, 0);

    /// Returns the first release of the next minor line.
    const fn next_line(self) -> Self {
        Self(self.0, self.1.saturating_add(1), 0)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Range of versions, from the first (inclusive) to the second (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range(pub Version, pub Version);

/// Set of versions: ranges in ascending order, neither overlapping nor adjacent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since<'a>(pub &'a [Range]);

impl Since<'_> {
    /// All versions.
    pub const ALWAYS: Since<'static> = Since(&[Range(Version::START, Version::END)]);
    /// No version.
    pub const NEVER: Since<'static> = Since(&[]);

    /// Whether the version is in the set.
    pub fn holds(&self, version: Version) -> bool {
        self.0.iter().any(|Range(from, until)| (from..until).contains(&&version))
    }

    /// Lists versions so that they read well after "needs Weaviate". `newest` is the newest release.
    ///
    /// - `1.38.0` for this and all later versions
    /// - `1.32.5 or 1.33.0` for a backport to 1.32.5
    /// - `1.38.0 (removed in 1.39.0)`
    /// - `1.38.10 (not in 1.39.0)` for what only a patch release of an older line has
    /// - `older than 1.25.0`
    /// - `1.40.0 (not released)`
    #[must_use]
    pub fn listed(&self, newest: Version) -> String {
        let mut names = Vec::new();
        for (index, Range(from, until)) in self.0.iter().enumerate() {
            let last = index + 1 == self.0.len();
            match (*from, *until) {
                (Version::START, Version::END) => names.push("any version".to_owned()),
                (Version::START, until) => names.push(format!("older than {until}")),
                (from, _) if from > newest => names.push(format!("{from} (not released)")),
                (from, Version::END) => {
                    names.push(from.to_string());
                    if from.2 != 0 && from.next_line() <= newest {
                        names.push(from.next_line().to_string());
                    }
                }
                (from, until) if !last && until == from.next_line() => names.push(from.to_string()),
                (from, until) if from.2 != 0 && until == from.next_line() => {
                    names.push(format!("{from} (not in {until})"));
                }
                (from, until) => names.push(format!("{from} (removed in {until})")),
            }
        }
        match names.split_last() {
            None => "no version".to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
        }
    }
}
