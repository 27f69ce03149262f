//! Versions of the server.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// Version of a server, such as `1.39.0` or `1.39.0-rc.1`.
///
/// Versions are ordered by semantic versioning: a pre-release precedes its release.
///
/// ```
/// use weaviate::server::ServerVersion;
///
/// let version: ServerVersion = "1.39.0-rc.1".parse()?;
/// assert!(version < ServerVersion::new(1, 39, 0));
/// assert_eq!(version.minor(), 39);
/// # Ok::<(), weaviate::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerVersion {
    major: u32,
    minor: u32,
    patch: u32,
    pre_release: Option<String>,
}

impl ServerVersion {
    /// Oldest version that this client supports.
    pub const MINIMUM: Self = Self::new(1, 27, 0);

    /// Creates the version of a release.
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch, pre_release: None }
    }

    /// Reads the version that a server reports. A missing patch is 0, and a fourth number is ignored,
    /// since builds of other vendors have such versions. `None` without major and minor version.
    pub(crate) fn reported(text: &str) -> Option<Self> {
        let text = text.trim();
        let release = text.strip_prefix('v').unwrap_or(text);
        let release = release.split_once('+').map_or(release, |(before, _)| before);
        let (numbers, pre_release) = match release.split_once('-') {
            Some((numbers, pre_release)) => (numbers, Some(pre_release.to_owned()).filter(|text| !text.is_empty())),
            None => (release, None),
        };
        let mut numbers = numbers.split('.').map(number);
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = numbers.next().map_or(Some(0), |patch| patch)?;
        Some(Self { major, minor, patch, pre_release })
    }

    /// Returns the major version, the first number.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.major
    }

    /// Returns the minor version, the second number.
    #[must_use]
    pub fn minor(&self) -> u32 {
        self.minor
    }

    /// Returns the patch version, the third number.
    #[must_use]
    pub fn patch(&self) -> u32 {
        self.patch
    }

    /// Returns the pre-release, such as `rc.1`.
    #[must_use]
    pub fn pre_release(&self) -> Option<&str> {
        self.pre_release.as_deref()
    }
}

impl FromStr for ServerVersion {
    type Err = Error;

    /// Parses `1.39.0`, `v1.39.0`, `1.39.0-rc.1` and `1.39.0+build`. The build is dropped.
    fn from_str(text: &str) -> Result<Self> {
        let refuse = || Error::validation("version", format!("must be a version such as 1.39.0, got {text:?}"));
        let release = text.strip_prefix('v').unwrap_or(text);
        let release = release.split_once('+').map_or(release, |(before, _)| before);
        let (numbers, pre_release) = match release.split_once('-') {
            Some((_, "")) => return Err(refuse()),
            Some((numbers, pre_release)) => (numbers, Some(pre_release.to_owned())),
            None => (release, None),
        };
        let mut numbers = numbers.split('.').map(|text| number(text).ok_or_else(refuse));
        let mut next = || numbers.next().unwrap_or_else(|| Err(refuse()));
        let version = Self { major: next()?, minor: next()?, patch: next()?, pre_release };
        if numbers.next().is_some() { Err(refuse()) } else { Ok(version) }
    }
}

/// Parses digits alone: no sign, no spaces.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        self.pre_release.as_ref().map_or(Ok(()), |pre_release| write!(f, "-{pre_release}"))
    }
}

impl Ord for ServerVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = |version: &Self| (version.major, version.minor, version.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| match (&self.pre_release, &other.pre_release) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(two)) => compare_pre_releases(one, two),
        })
    }
}

impl PartialOrd for ServerVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares pre-releases part by part: numbers by value and before words, the shorter one first.
fn compare_pre_releases(one: &str, two: &str) -> Ordering {
    let part = |text: &str| match text.parse::<u64>() {
        Ok(number) => (0, number, String::new()),
        Err(_) => (1, 0, text.to_owned()),
    };
    one.split('.').map(part).cmp(two.split('.').map(part)).then_with(|| one.cmp(two))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> ServerVersion {
        text.parse().unwrap()
    }

    #[test]
    fn versions_are_ordered() {
        let ascending = [
            "1.27.0-rc.0",
            "1.27.0",
            "1.27.1",
            "1.38.10",
            "1.38.11",
            "1.39.0-dev",
            "1.39.0-rc.2",
            "1.39.0-rc.10",
            "1.39.0",
            "2.0.0",
        ];
        assert!(ascending.windows(2).all(|pair| version(pair[0]) < version(pair[1])));
        assert_eq!(version("v1.39.0+abc"), ServerVersion::new(1, 39, 0));
        assert_eq!(version("1.39.0-rc.1").to_string(), "1.39.0-rc.1");
    }

    #[test]
    fn text_that_is_not_a_version_is_refused() {
        for text in ["", "1", "1.39", "1.39.x", "1.39.0.1", "1.39.0-", "1.+39.0", "1..0", "99999999999.0.0", "x-1.2.3"]
        {
            assert!(text.parse::<ServerVersion>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_reported_version_needs_two_numbers() {
        for (text, expected) in [
            ("1.39.0", Some("1.39.0")),
            ("v1.39.0", Some("1.39.0")),
            ("1.34", Some("1.34.0")),
            ("1.2.3.4", Some("1.2.3")),
            ("1.40.0-rc.1", Some("1.40.0-rc.1")),
            ("1.39.0-", Some("1.39.0")),
            ("1.39.0+build.7", Some("1.39.0")),
            (" 1.39.0\n", Some("1.39.0")),
            ("", None),
            ("1", None),
            ("1.x", None),
            ("1.39.x", None),
            ("nightly", None),
            ("99999999999.0.0", None),
        ] {
            let found = ServerVersion::reported(text);
            assert_eq!(found.map(|version| version.to_string()).as_deref(), expected, "{text:?}");
        }
    }
}
