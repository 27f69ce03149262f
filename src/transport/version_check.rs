//! Holds a request against the version of the server before it is sent. Old servers drop fields they do not know and
//! answer something else than was asked, so the check has to be here.

use weaviate_generated::availability::{self, Kind, Requirement, Requirements, Since, Version};

use crate::error::{Error, Result};
use crate::values::server::{Feature, ServerVersion};

/// Whether anything is set that some supported server lacks, so that the version matters.
pub(crate) fn is_gated(request: &impl Requirements) -> bool {
    let mut gated = false;
    request.requirements(&mut |_| gated = true);
    gated
}

/// Refuses what the server does not have, with the first such thing by name.
pub(crate) fn check(server: &ServerVersion, request: &impl Requirements) -> Result<()> {
    match request.unmet(version(server)) {
        Some(requirement) => Err(lacks(requirement, server)),
        None => Ok(()),
    }
}

/// Refuses a feature that the server does not have.
pub(crate) fn feature(server: &ServerVersion, feature: Feature) -> Result<()> {
    match availability::feature(feature.name()) {
        Some(requirement) if !requirement.since.holds(version(server)) => Err(lacks(requirement, server)),
        _ => Ok(()),
    }
}

/// Whether a server has something of the contract. What has no row is in every release.
pub(crate) fn knows(server: &ServerVersion, kind: Kind, symbol: &str) -> bool {
    availability::find(kind, symbol).is_none_or(|requirement| requirement.since.holds(version(server)))
}

fn lacks(requirement: &'static Requirement, server: &ServerVersion) -> Error {
    let name = if requirement.feature.is_empty() { requirement.symbol } else { requirement.feature };
    let needs = match requirement.since {
        Since::NEVER => format!("no version of Weaviate has `{name}`"),
        since => format!("`{name}` needs Weaviate {since}; the server is {server}"),
    };
    let why = if requirement.why.is_empty() { String::new() } else { format!(": {}", requirement.why) };
    Error::lacks(name, format!("{needs}{why}"))
}

/// The part of a version that contracts are tied to. A release candidate counts as its release.
fn version(server: &ServerVersion) -> Version {
    let number = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    Version(number(server.major()), number(server.minor()), number(server.patch()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_row_and_every_row_a_feature() {
        let mut names: Vec<_> = Feature::ALL.iter().map(|feature| feature.name()).collect();
        names.sort_unstable();
        let rows: Vec<_> = availability::features().map(|row| row.symbol).collect();
        assert_eq!(names, rows);
    }

    #[test]
    fn the_oldest_server_is_the_one_the_tables_begin_with() {
        assert_eq!(version(&ServerVersion::MINIMUM), availability::OLDEST);
    }

    #[test]
    fn what_has_no_row_is_everywhere() {
        let (old, new) = (ServerVersion::new(1, 25, 30), ServerVersion::new(1, 26, 0));
        for (symbol, knows_old, knows_new) in [
            ("Tenant.activityStatus=ACTIVE", false, true),
            ("Tenant.activityStatus=WARM", true, false),
            ("Tenant.activityStatus=HOT", true, true),
        ] {
            assert_eq!(knows(&old, Kind::EnumValue, symbol), knows_old, "{symbol}");
            assert_eq!(knows(&new, Kind::EnumValue, symbol), knows_new, "{symbol}");
        }
    }

    #[test]
    fn what_is_lacking_is_said_with_the_versions_that_have_it() {
        let server = ServerVersion::new(1, 38, 7);
        let error = feature(&server, Feature::Bm25AndCross).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), crate::ErrorKind::Unsupported);
        assert!(["Bm25AndCross", "1.38.8", "1.39.0", "1.38.7"].iter().all(|part| text.contains(part)), "{text}");
        assert!(feature(&ServerVersion::new(1, 38, 8), Feature::Bm25AndCross).is_ok());
        assert!(feature(&"1.39.0-rc.0".parse().unwrap(), Feature::Bm25AndCross).is_ok());
    }
}
