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
}

/// `1.38.0+`, `1.32.5, 1.33.0+` where it was backported, `1.38.10, gone in 1.39.0` where it was
/// removed.
impl fmt::Display for Since<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((Range(from, until), before)) = self.0.split_last() else {
            return f.write_str("no version");
        };
        for Range(from, until) in before {
            if *until == from.next_line() {
                write!(f, "{from}, ")?;
            } else {
                write!(f, "{from} until {until}, ")?;
            }
        }
        match (*from, *until) {
            (Version::START, Version::END) => f.write_str("any version"),
            (Version::START, until) => write!(f, "gone in {until}"),
            (from, Version::END) if from.2 == 0 => write!(f, "{from}+"),
            (from, Version::END) => write!(f, "{from}, {}+", from.next_line()),
            (from, until) => write!(f, "{from}, gone in {until}"),
        }
    }
}
