//! Version numbers of Weaviate releases, and names of previews.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

/// Minor release line, such as `1.38`.
pub type Minor = (u64, u64);

/// Version of a release, such as `1.38.11`. The history has releases only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
}

impl Version {
    /// Returns the first release of a minor line.
    pub fn first_of((major, minor): Minor) -> Self {
        Self { major, minor, patch: 0 }
    }

    /// Returns the minor line of this release.
    pub fn line(self) -> Minor {
        (self.major, self.minor)
    }
}

impl FromStr for Version {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let mut next = || -> anyhow::Result<u64> {
            let part = parts.next().unwrap_or_default();
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                bail!("{text:?} is not a release version; expected three numbers such as 1.39.0");
            }
            // The next patch release of any version has to fit into `u64`.
            part.parse::<u32>().map(u64::from).with_context(|| format!("{text:?}: number is too large"))
        };
        let version = Self { major: next()?, minor: next()?, patch: next()? };
        if parts.next().is_some() {
            bail!("{text:?} is not a release version; expected three numbers such as 1.39.0");
        }
        Ok(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Contract that `sync` reads: that of a release, or a preview of one that is not released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Release(Version),
    /// Pre-release version without `v`, branch or commit.
    Preview(String),
}

impl Target {
    /// Returns the pre-release version of a preview. `None` for releases, branches and commits.
    pub fn pre_release(&self) -> Option<StatedVersion> {
        match self {
            Self::Release(_) => None,
            Self::Preview(name) => name.parse().ok().filter(StatedVersion::is_pre_release),
        }
    }

    /// Returns the git revision: the tag of a version, or the branch or commit.
    pub fn revision(&self) -> String {
        match self {
            Self::Release(version) => format!("v{version}"),
            Self::Preview(name) if self.pre_release().is_some() => format!("v{name}"),
            Self::Preview(name) => name.clone(),
        }
    }
}

impl FromStr for Target {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str =
            "expected a release such as 1.39.0, a pre-release such as 1.40.0-rc.1, a branch or a commit";
        if let Ok(version) = text.parse() {
            return Ok(Self::Release(version));
        }
        // Part of a version, such as 1.39, is more often a mistake than a branch.
        let number = text.strip_prefix('v').unwrap_or(text);
        let incomplete = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && (number.contains('.') || number.len() < 7);
        ensure!(!incomplete, "{text:?}: {EXPECTED}");
        // The name becomes an argument of git and a part of a URL.
        let known = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/-+".contains(&byte));
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        ensure!(known && first && !text.contains("..") && !text.contains("//"), "{text:?}: {EXPECTED}");
        let name = if number.parse::<StatedVersion>().is_ok() { number } else { text };
        Ok(Self::Preview(name.to_owned()))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release(version) => version.fmt(f),
            Self::Preview(name) => f.write_str(name),
        }
    }
}

/// Version that a contract states: a release, or a pre-release such as `1.40.0-rc.1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedVersion {
    /// Release, or the release that a pre-release precedes.
    pub release: Version,
    /// The part after the numbers, such as `-rc.1`. Empty for a release.
    suffix: String,
}

impl StatedVersion {
    /// Reads `info/version` of a REST contract.
    pub fn of(contract: &Value) -> anyhow::Result<Self> {
        let text = contract.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
        text.parse().ok().with_context(|| {
            format!(
                "info/version is {text:?}; a contract has to state a release such as 1.39.0 or a pre-release such as \
                 1.40.0-rc.1, so correct it in a copy and pass that as FROM="
            )
        })
    }

    pub fn is_pre_release(&self) -> bool {
        !self.suffix.is_empty()
    }
}

impl FromStr for StatedVersion {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (release, suffix) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let complete = suffix.split(['-', '+', '.']).skip(1).all(is_part);
        ensure!(complete, "{text:?} is not a version; expected one such as 1.40.0-rc.1");
        Ok(Self { release: release.parse()?, suffix: suffix.to_owned() })
    }
}

impl fmt::Display for StatedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.release, self.suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_release_or_a_preview_with_its_revision() -> anyhow::Result<()> {
        for (text, name, revision, preview) in [
            ("1.39.0", "1.39.0", "v1.39.0", false),
            ("v1.39.0", "1.39.0", "v1.39.0", false),
            ("1.40.0-rc.1", "1.40.0-rc.1", "v1.40.0-rc.1", true),
            ("v1.40.0-dev", "1.40.0-dev", "v1.40.0-dev", true),
            ("main", "main", "main", true),
            ("stable/v1.39", "stable/v1.39", "stable/v1.39", true),
            ("8f3a1c0d", "8f3a1c0d", "8f3a1c0d", true),
            ("1234567", "1234567", "1234567", true),
        ] {
            let target: Target = text.parse()?;
            assert_eq!((target.to_string().as_str(), target.revision().as_str()), (name, revision), "{text}");
            assert_eq!(matches!(target, Target::Preview(_)), preview, "{text}");
        }
        for bad in ["", "1.39", "1.39.", "v1", "--output=x", "a..b", "a b", "/main", "a//b", "main;x", "HEAD^{tree}"] {
            let error = bad.parse::<Target>().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("expected a release such as 1.39.0"), "{bad}: {error}");
        }
        Ok(())
    }

    #[test]
    fn a_version_is_three_numbers() -> anyhow::Result<()> {
        assert_eq!("1.38.11".parse::<Version>()?, Version { major: 1, minor: 38, patch: 11 });
        assert_eq!("v1.39.0".parse::<Version>()?.to_string(), "1.39.0");
        assert_eq!("1.39.4294967295".parse::<Version>()?.to_string(), "1.39.4294967295");
        for bad in ["", "1.39", "1.39.0-rc.1", "1.39.0.1", "1.x.0", "1.+3.0", "99999999999999999999.0.0"] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
        for large in ["1.39.4294967296", "1.39.18446744073709551615", "1.4294967296.0", "v4294967296.0.0"] {
            let error = large.parse::<Version>().err().map(|error| error.to_string()).unwrap_or_default();
            assert_eq!(error, format!("{large:?}: number is too large"));
        }
        Ok(())
    }

    #[test]
    fn a_pre_release_has_something_after_each_mark() {
        for text in ["1.40.0", "1.40.0-rc.1", "1.40.0-dev+8f3a1c0", "v1.40.0-rc-1"] {
            assert!(text.parse::<StatedVersion>().is_ok(), "{text}");
        }
        for bad in ["1.40.0-", "1.40.0-rc.", "1.40.0-rc..1", "1.40.0+", "1.40.x", "V1.40.0", "1.40.0-rc 1"] {
            assert!(bad.parse::<StatedVersion>().is_err(), "{bad}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number() -> anyhow::Result<()> {
        assert!("1.9.10".parse::<Version>()? < "1.10.2".parse::<Version>()?);
        Ok(())
    }
}
