//! Checks a request against the server version before it is sent.
//!
//! Old servers drop fields they do not know, and return a wrong result without an error. Therefore
//! the client has to check.

use std::fmt::Write as _;

use weaviate_generated::availability::{self, Requirement, Requirements, Since, Version};

use crate::error::{Error, Result};
use crate::values::server::{Feature, ServerVersion};

/// Returns whether the request sets anything that some supported server lacks.
pub(crate) fn depends_on_version(request: &impl Requirements) -> bool {
    let mut found = false;
    request.requirements(&mut |_| found = true);
    found
}

/// Refuses a server that is older than this client supports. A release candidate counts as its
/// release, as for features.
pub(crate) fn minimum(server: &ServerVersion) -> Result<()> {
    if version(server) >= availability::OLDEST {
        return Ok(());
    }
    let minimum = ServerVersion::MINIMUM;
    Err(Error::unsupported(format!(
        "the server is Weaviate {server}; this client needs {minimum} or newer: upgrade the server"
    )))
}

/// Refuses a request the server cannot serve. The error names the first missing feature.
pub(crate) fn check(server: &ServerVersion, request: &impl Requirements) -> Result<()> {
    minimum(server)?;
    match request.unmet(version(server)) {
        Some(requirement) => Err(unmet(requirement, server)),
        None => Ok(()),
    }
}

/// Returns the warning about the first deprecated item that the request sets.
pub(crate) fn deprecated(server: Option<&ServerVersion>, request: &impl Requirements) -> Option<String> {
    let found = request.deprecated(server.map(version))?;
    Some(deprecation_text(found, server))
}

pub(crate) fn deprecation_text(found: &Requirement, server: Option<&ServerVersion>) -> String {
    let Requirement { symbol, since, why, .. } = found;
    let what = match server {
        Some(server) if *since != Since::NEVER => {
            format!("Weaviate {server} ignores `{symbol}`, which is a setting of Weaviate {since}: {why}")
        }
        _ => format!("`{symbol}` is deprecated in the API of Weaviate, and a later version may ignore or refuse it"),
    };
    format!("{what}. The request is sent as it is. Silence this with suppress_warning(WarningCode::Deprecated)")
}

/// Refuses a feature the server lacks.
pub(crate) fn feature(server: &ServerVersion, feature: Feature) -> Result<()> {
    minimum(server)?;
    match availability::feature(feature.name()) {
        Some(requirement) if !requirement.since.holds(version(server)) => Err(unmet(requirement, server)),
        _ => Ok(()),
    }
}

fn unmet(requirement: &'static Requirement, server: &ServerVersion) -> Error {
    let name = if requirement.feature.is_empty() { requirement.symbol } else { requirement.feature };
    Error::lacks(name, unmet_text(name, requirement, server))
}

fn unmet_text(name: &str, requirement: &Requirement, server: &ServerVersion) -> String {
    let mut message = match requirement.since {
        Since::NEVER => format!("no Weaviate version supports `{name}`"),
        since => format!("`{name}` needs Weaviate {since}; the server is {server}"),
    };
    // A gap in the contract explains the row to maintainers, not the refusal to users.
    if !requirement.why.is_empty() && !requirement.why.starts_with("the API contract ") {
        let _ = write!(message, " ({})", requirement.why);
    }
    message
}

/// Converts a version. A release candidate counts as its release.
fn version(server: &ServerVersion) -> Version {
    let number = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
    Version(number(server.major()), number(server.minor()), number(server.patch()))
}

#[cfg(test)]
mod tests {
    use weaviate_generated::availability::Range;

    use super::*;

    #[test]
    fn every_feature_has_a_row_and_every_row_a_feature() {
        let mut names: Vec<_> = Feature::ALL.iter().map(|feature| feature.name()).collect();
        names.sort_unstable();
        let rows: Vec<_> = availability::features().map(|row| row.symbol).collect();
        assert_eq!(names, rows);
    }

    #[test]
    fn the_tables_begin_with_the_oldest_server() {
        assert_eq!(version(&ServerVersion::MINIMUM), availability::OLDEST);
    }

    /// Only the version tells what a server ignores.
    #[test]
    fn an_ignored_setting_is_reported_of_servers_that_ignore_it() {
        let value = serde_json::json!({"replicationConfig": {"asyncConfig": {"maxWorkers": 4}}});
        let body = availability::Body { definition: "Class", value: &value };
        let reported = |version: &str| deprecated(Some(&version.parse().unwrap()), &body).is_some();
        assert!(reported("1.37.3") && reported("1.39.0"));
        assert!(!reported("1.36.0") && deprecated(None, &body).is_none());
    }

    #[test]
    fn an_unmet_requirement_says_why_where_that_helps() {
        let server = ServerVersion::new(1, 37, 0);
        let row = |since, why| Requirement { since, why, ..*availability::features().next().unwrap() };
        for (since, why, expected) in [
            (Since::NEVER, "servers ignore it", "no Weaviate version supports `X` (servers ignore it)"),
            (Since::NEVER, "", "no Weaviate version supports `X`"),
            (
                Since(&[Range(Version(1, 38, 0), Version::END)]),
                "set A=b",
                "`X` needs Weaviate 1.38.0; the server is 1.37.0 (set A=b)",
            ),
            (
                Since(&[Range(Version(1, 38, 0), Version::END)]),
                "the API contract does not list it",
                "`X` needs Weaviate 1.38.0; the server is 1.37.0",
            ),
        ] {
            assert_eq!(unmet_text("X", &row(since, why), &server), expected);
        }
    }

    #[test]
    fn an_unmet_requirement_names_the_versions_that_meet_it() {
        let server = ServerVersion::new(1, 38, 7);
        let error = feature(&server, Feature::Bm25AndCross).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), crate::ErrorKind::Unsupported);
        assert!(text.ends_with("`Bm25AndCross` needs Weaviate 1.38.8 or 1.39.0; the server is 1.38.7"), "{text}");
        assert!(feature(&ServerVersion::new(1, 38, 8), Feature::Bm25AndCross).is_ok());
        assert!(feature(&"1.39.0-rc.0".parse().unwrap(), Feature::Bm25AndCross).is_ok());
    }
}
