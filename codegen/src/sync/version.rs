//! Version numbers of Weaviate releases.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context as _, bail};

/// Minor release line, such as `1.38`.
pub type Minor = (u64, u64);

/// Version of a release, such as `1.38.11`. Release candidates are not supported, because the
/// history has none.
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
            part.parse().with_context(|| format!("{text:?}: number is too large"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_three_numbers() -> anyhow::Result<()> {
        assert_eq!("1.38.11".parse::<Version>()?, Version { major: 1, minor: 38, patch: 11 });
        assert_eq!("v1.39.0".parse::<Version>()?.to_string(), "1.39.0");
        for bad in ["", "1.39", "1.39.0-rc.1", "1.39.0.1", "1.x.0", "1.+3.0", "99999999999999999999.0.0"] {
            assert!(bad.parse::<Version>().is_err(), "{bad}");
        }
        Ok(())
    }

    #[test]
    fn versions_are_ordered_by_number() -> anyhow::Result<()> {
        assert!("1.9.10".parse::<Version>()? < "1.10.2".parse::<Version>()?);
        Ok(())
    }
}
